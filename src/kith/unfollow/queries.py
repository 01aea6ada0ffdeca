"""Reads of the queue: who waits, how many the pace still allows, when it will be done."""

from __future__ import annotations

import zoneinfo
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, QuerySet
from django.utils import timezone

from kith.accounts.models import Connection
from kith.unfollow.models import Queue, Unfollow
from kith.unfollow.pace import Pace

RECONNECT = "Instagram no longer accepts the key. Connect the account again; then the queue goes on by itself."
# A day of a zone that goes back to winter time has 25 hours.
LONGEST_DAY = timedelta(hours=25)


@dataclass(frozen=True)
class Rest:
    """Why nobody is unfollowed for now (empty: the user wanted it so), and until when, if not until the user acts."""

    reason: str
    until: datetime | None


def queue_of(connection: Connection) -> Queue:
    """The connection's queue, or one with the defaults (not stored)."""
    queue = Queue.objects.filter(connection=connection).first() or Queue()
    queue.connection = connection
    return queue


def can_use_api(connection: Connection) -> bool:
    """Whether an API is at hand that offers unfollowing, or might: it is asked when it comes to it."""
    return connection.is_api and connection.lists_offered is not False


def is_by_api(queue: Queue) -> bool:
    """The chosen way, as long as the API is at hand; else everybody goes on by hand."""
    return queue.mode == Queue.Mode.API and can_use_api(queue.connection)


def rest_of(queue: Queue, now: datetime) -> Rest | None:
    """None while the queue goes on."""
    if queue.paused_at and not (queue.resume_at and queue.resume_at <= now):
        return Rest(queue.pause_reason, queue.resume_at)
    if is_by_api(queue) and queue.connection.needs_reconnect:
        return Rest(RECONNECT, None)
    return None


def unfollows_of(connection: Connection) -> QuerySet[Unfollow]:
    """In the order in which they are to be done."""
    return Unfollow.objects.filter(connection=connection).select_related("person")


def waiting_in(connection: Connection) -> QuerySet[Unfollow]:
    return unfollows_of(connection).filter(status=Unfollow.Status.PENDING).order_by("position")


def counts_by_status(connection: Connection) -> dict[str, int]:
    """How many stand in each status, every status named."""
    found = Unfollow.objects.filter(connection=connection).values("status").order_by()
    counted = dict(found.values_list("status", Count("pk")))
    return {status: counted.get(status, 0) for status in Unfollow.Status.values}


def still_followed(connection: Connection) -> int:
    """How many were said to be unfollowed, and are followed as far as is known now."""
    found = Unfollow.objects.filter(connection=connection, person__is_following=True)
    return found.filter(status=Unfollow.Status.STILL_FOLLOWED).count()


def queued_people(connection: Connection) -> QuerySet[Unfollow]:
    """Everybody who cannot be queued once more."""
    return Unfollow.objects.filter(connection=connection, status__in=Unfollow.OPEN)


def pace_of(queue: Queue) -> Pace:
    return Pace(queue.per_hour, queue.per_day, _zone(queue.time_zone))


def acted(connection_id: int, now: datetime) -> list[datetime]:
    """The moments at which places of the pace were taken within the longest day, newest first."""
    recent = Unfollow.objects.filter(
        connection_id=connection_id, acted_at__gt=now - LONGEST_DAY
    ).order_by("-acted_at")
    return [at for at in recent.values_list("acted_at", flat=True) if at is not None]


@dataclass(frozen=True)
class Allowance:
    """What the pace of a queue allows now; `taken` are the moments at which its places were taken lately."""

    queue: Queue
    taken: list[datetime]
    now: datetime

    @property
    def left_today(self) -> int:
        return max(0, pace_of(self.queue).left_today(self.taken, self.now))

    @property
    def taken_today(self) -> int:
        return self.queue.per_day - pace_of(self.queue).left_today(self.taken, self.now)

    @property
    def free_at(self) -> datetime:
        """When the next one may be done, now at the earliest."""
        return pace_of(self.queue).free_at(self.taken, self.now)

    def done_on(self, waiting: int) -> date:
        """The day on which so many will be done, in the queue's zone."""
        return pace_of(self.queue).done_on(waiting, self.taken, self.now)


def allowance_of(connection: Connection) -> Allowance:
    now = timezone.now()
    return Allowance(queue_of(connection), acted(connection.pk, now), now)


def _zone(name: str) -> zoneinfo.ZoneInfo:
    try:
        return zoneinfo.ZoneInfo(name)
    except (ValueError, OSError, zoneinfo.ZoneInfoNotFoundError):
        return zoneinfo.ZoneInfo("UTC")
