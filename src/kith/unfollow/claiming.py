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
from django.db.models import Q, QuerySet
from django.utils import timezone

from kith.accounts.models import Connection
from kith.accounts.queries import preferences_of
from kith.unfollow.models import Queue, Unfollow
from kith.unfollow.protection import protected
from kith.unfollow.queries import acted, pace_of

_chance = random.Random()


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


def awake_queues(now: datetime) -> QuerySet[Queue]:
    """Those that unfollow by the API and do not rest, the one whose turn is longest due first."""
    return (
        Queue.objects.filter(
            Q(paused_at__isnull=True) | Q(resume_at__lte=now),
            mode=Queue.Mode.API,
            connection__status=Connection.Status.CONNECTED,
        )
        .exclude(next_at__gt=now)
        .order_by("next_at", "pk")
    )


def claim_next(now: datetime | None = None) -> Claim | None:
    """One claim of whichever queue has somebody to be done now; None when there is nothing to do yet."""
    now = now or timezone.now()
    for pk in awake_queues(now).values_list("pk", flat=True):
        claim = _claim_from(pk, now)
        if claim:
            return claim
    return None


@transaction.atomic
def _claim_from(queue_id: int, now: datetime) -> Claim | None:
    # Whoever wants a place of this queue's pace waits here until the one before has taken hers.
    queue = Queue.objects.select_for_update().select_related("connection__user").get(pk=queue_id)
    if not awake_queues(now).filter(pk=queue.pk).exists():
        return None
    if queue.paused_at:
        queue.paused_at = queue.resume_at = None
        queue.pause_reason = ""
        queue.save()
    doing = Unfollow.objects.filter(
        connection_id=queue.connection_id, status=Unfollow.Status.DOING
    ).order_by("position")
    if doing.filter(leased_until__gt=now).exists():
        return None
    abandoned = doing.select_related("connection", "person").first()
    if abandoned:
        return _taken(abandoned, queue, now, must_look_up=True)
    pace = pace_of(queue)
    free_at = pace.free_at(acted(queue.connection_id, now), now)
    if free_at > now:
        Queue.objects.filter(pk=queue.pk).update(next_at=free_at)
        return None
    chosen = _first_unprotected(queue, now)
    if chosen is None:
        return None
    return _taken(chosen, queue, now, must_look_up=chosen.is_outcome_unknown)


def _first_unprotected(queue: Queue, now: datetime) -> Unfollow | None:
    """The first who waits; those who are protected by now leave the queue with the reason."""
    waiting = Unfollow.objects.filter(
        connection_id=queue.connection_id, status=Unfollow.Status.PENDING
    ).order_by("position")
    preferences = preferences_of(queue.connection.user)
    for unfollow in waiting.select_related("connection", "person"):
        reason = protected([unfollow.person], preferences).get(unfollow.person_id)
        if reason is None:
            return unfollow
        Unfollow.objects.filter(pk=unfollow.pk).update(
            status=Unfollow.Status.REMOVED, error=reason, ended_at=now
        )
    return None


def _taken(unfollow: Unfollow, queue: Queue, now: datetime, *, must_look_up: bool) -> Claim:
    unfollow.status = Unfollow.Status.DOING
    unfollow.mode = Queue.Mode.API
    unfollow.lease = secrets.token_hex(16)
    unfollow.leased_until = now + timedelta(seconds=settings.SYNC_LEASE_SECONDS)
    unfollow.is_outcome_unknown = must_look_up
    if not must_look_up:
        unfollow.acted_at = now
        unfollow.tries += 1
        step = pace_of(queue).step(_chance)
        Queue.objects.filter(pk=queue.pk).update(next_at=now + step)
    unfollow.save()
    return Claim(unfollow, must_look_up)
