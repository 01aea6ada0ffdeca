"""Who is to be unfollowed by the API next: one at a time, within the pace, over all workers.

A place in the pace is taken in the transaction that claims, before any call is made. A worker that dies holding a
claim leaves nobody knowing whether its call was made: the next one looks that up first.
"""

from __future__ import annotations

import random
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from kith.accounts.models import Connection
from kith.accounts.origin import Origin
from kith.accounts.queries import preferences_of
from kith.sync.locks import outlasting_locks
from kith.sync.pauses import pauses_of
from kith.unfollow.models import Queue, Unfollow
from kith.unfollow.protection import next_unprotected
from kith.unfollow.queries import acted, pace_of
from kith.unfollow.services.queueing import rest

WORKER = Origin.of_program("kith worker")
# One call takes 35 s at the most: 5 to connect, 30 until the answer.
SHORTEST_LEASE = timedelta(seconds=60)
NO_ID = "Instagram's id of this person is not known; sync the account, then queue them again."

_chance = random.Random()


class ClaimLost(Exception):
    """Somebody else has the claim now, or nobody: make no call, and write nothing."""


@dataclass(frozen=True)
class Claim:
    """The right to unfollow one person, or (when `must_look_up`) to find out whether it has happened already."""

    unfollow: Unfollow
    must_look_up: bool

    @property
    def mine(self) -> QuerySet[Unfollow]:
        """The row while it is still this claim's."""
        return Unfollow.objects.filter(
            pk=self.unfollow.pk, status=Unfollow.Status.DOING, lease=self.unfollow.lease
        )

    @outlasting_locks
    def renew(self) -> None:
        """Right before a call: the lease outlasts it. Raises ClaimLost."""
        if not self.mine.update(leased_until=_lease_end(timezone.now())):
            raise ClaimLost


def _lease_end(now: datetime) -> datetime:
    return now + max(SHORTEST_LEASE, timedelta(seconds=settings.SYNC_LEASE_SECONDS))


def awake_queues(now: datetime) -> QuerySet[Queue]:
    """Those that unfollow somebody by the API and do not rest, the one whose turn is longest due first."""
    waiting = Unfollow.objects.filter(
        connection=OuterRef("connection"), status=Unfollow.Status.PENDING
    )
    return (
        Queue.objects.filter(
            Q(paused_at__isnull=True) | Q(resume_at__lte=now),
            Exists(waiting),
            mode=Queue.Mode.API,
            connection__status=Connection.Status.CONNECTED,
        )
        .exclude(connection__lists_offered=False)
        .exclude(next_at__gt=now)
        .order_by(F("next_at").asc(nulls_first=True), "pk")
    )


def claim_next(now: datetime | None = None) -> Claim | None:
    """One claim of whichever queue has somebody to be done now; None when there is nothing to do yet."""
    now = now or timezone.now()
    let_abandoned_go(now)
    for pk in awake_queues(now).values_list("pk", flat=True):
        claim = _claim_from(pk, now)
        if claim:
            return claim
    return None


@outlasting_locks
def let_abandoned_go(now: datetime) -> None:
    """Whose worker fell silent waits again, in whichever way and however restful its queue is by now."""
    abandoned = Unfollow.objects.filter(status=Unfollow.Status.DOING, leased_until__lte=now)
    # Asked by queue, so that the index on a connection's unfollows answers: there are few queues and many unfollows.
    queues = Queue.objects.filter(Exists(abandoned.filter(connection=OuterRef("connection"))))
    for connection_id in queues.values_list("connection_id", flat=True):
        abandoned.filter(connection_id=connection_id).update(
            status=Unfollow.Status.PENDING, is_outcome_unknown=True, lease="", leased_until=None
        )


@outlasting_locks
@transaction.atomic
def _claim_from(queue_id: int, now: datetime) -> Claim | None:
    # Whoever wants a place of this queue's pace waits here until the one before has taken hers.
    queues = Queue.objects.select_for_update(of=("self",)).select_related("connection__user")
    queue = queues.filter(pk=queue_id).first()
    if queue is None or not awake_queues(now).filter(pk=queue_id).exists():
        return None
    if _is_paused_by_instagram(queue, now):
        return None
    if queue.paused_at:
        queue.paused_at = queue.resume_at = None
        queue.pause_reason = ""
        queue.save()
    unfollows = Unfollow.objects.filter(connection_id=queue.connection_id)
    if unfollows.filter(status=Unfollow.Status.DOING).exists():
        return None
    waiting = unfollows.filter(status=Unfollow.Status.PENDING).order_by("position")
    waiting = waiting.select_related("connection", "person")
    unknown = waiting.filter(is_outcome_unknown=True, person__isnull=False).first()
    if unknown:
        # A look changes nothing at Instagram: it needs no place in the pace.
        return take(unknown, now, must_look_up=True)
    pace = pace_of(queue)
    free_at = pace.free_at(acted(queue.connection_id, now), now)
    if free_at > now:
        Queue.objects.filter(pk=queue.pk).update(next_at=free_at)
        return None
    chosen = _next_possible(waiting, queue, now)
    claim = take(chosen, now, must_look_up=False) if chosen else None
    if claim:
        Queue.objects.filter(pk=queue.pk).update(next_at=now + pace.step(_chance))
    return claim


def _is_paused_by_instagram(queue: Queue, now: datetime) -> bool:
    """What a sync was told holds for unfollowing too: each further attempt would make a block longer."""
    pause = pauses_of(queue.connection_id, now).order_by("-until").first()
    if pause:
        rest(queue.connection, reason=pause.reason, until=pause.until, origin=WORKER)
    return pause is not None


def _next_possible(waiting: QuerySet[Unfollow], queue: Queue, now: datetime) -> Unfollow | None:
    """Whoever cannot be named to Instagram fails without taking a place in the pace."""
    preferences = preferences_of(queue.connection.user)
    while chosen := next_unprotected(waiting, preferences, now):
        if chosen.person and chosen.person.instagram_user_id:
            return chosen
        waiting.filter(pk=chosen.pk).update(
            status=Unfollow.Status.FAILED, error=NO_ID, ended_at=now
        )
    return None


def take(unfollow: Unfollow, now: datetime, *, must_look_up: bool) -> Claim | None:
    """None when somebody was taken off the queue in this very moment."""
    unfollow.lease = secrets.token_hex(16)
    place = {} if must_look_up else {"acted_at": now, "tries": F("tries") + 1}
    taken = Unfollow.objects.filter(pk=unfollow.pk, status=Unfollow.Status.PENDING).update(
        status=Unfollow.Status.DOING,
        mode=Queue.Mode.API,
        lease=unfollow.lease,
        leased_until=_lease_end(now),
        is_outcome_unknown=must_look_up,
        **place,
    )
    if not taken:
        return None
    unfollow.tries += 0 if must_look_up else 1
    return Claim(unfollow, must_look_up)
