"""Changes the queue: pause, resume, clear, take somebody off, put somebody back, set its pace and way."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from kith.accounts.models import Activity, Connection
from kith.accounts.origin import Origin
from kith.accounts.services.recording import record_activity
from kith.unfollow.models import MOST_PER_DAY, MOST_PER_HOUR, Queue, Unfollow


class QueueRefused(Exception):
    """What was asked for cannot be; the text says why, and what can."""


def stored_queue(connection: Connection) -> Queue:
    """The connection's queue, its row locked: whoever changes the queue takes turns. Needs a transaction."""
    Queue.objects.get_or_create(connection=connection)
    return Queue.objects.select_for_update().get(connection=connection)


@transaction.atomic
def pause(
    connection: Connection, *, origin: Origin, reason: str = "", resume_at: datetime | None = None
) -> None:
    """Nobody more is unfollowed until `resume_at`, or until the user resumes. Pausing twice keeps the first moment."""
    queue = stored_queue(connection)
    if queue.paused_at is None:
        queue.paused_at = timezone.now()
        _record(Activity.Kind.QUEUE_PAUSED, connection, origin, reason=reason)
    queue.pause_reason, queue.resume_at = reason, resume_at
    queue.save()


@transaction.atomic
def resume(connection: Connection, *, origin: Origin) -> None:
    queue = stored_queue(connection)
    if queue.paused_at is None:
        return
    queue.paused_at = queue.resume_at = None
    queue.pause_reason = ""
    queue.save()
    _record(Activity.Kind.QUEUE_RESUMED, connection, origin)


@transaction.atomic
def clear(connection: Connection, *, origin: Origin) -> int:
    """Takes everybody who still waits off the queue; returns how many."""
    stored_queue(connection)
    waiting = Unfollow.objects.filter(connection=connection, status=Unfollow.Status.PENDING)
    removed = waiting.update(status=Unfollow.Status.REMOVED, ended_at=timezone.now())
    if removed:
        _record(Activity.Kind.QUEUE_CLEARED, connection, origin, people=removed)
    return removed


def take_off(unfollow: Unfollow) -> None:
    """Takes one who waits off the queue. Raises QueueRefused when it is too late."""
    waiting = Unfollow.objects.filter(pk=unfollow.pk, status=Unfollow.Status.PENDING)
    if waiting.update(status=Unfollow.Status.REMOVED, ended_at=timezone.now()):
        return
    unfollow.refresh_from_db()
    if unfollow.status != Unfollow.Status.REMOVED:
        raise QueueRefused(
            f"{unfollow.username} does not wait any more: {unfollow.get_status_display()}."
        )


@transaction.atomic
def put_back(unfollow: Unfollow) -> None:
    """Queues somebody again who was taken off, failed, or turned out to be still followed. Raises QueueRefused."""
    stored_queue(unfollow.connection)
    ended = (Unfollow.Status.REMOVED, Unfollow.Status.FAILED, Unfollow.Status.STILL_FOLLOWED)
    if Unfollow.objects.filter(person_id=unfollow.person_id, status__in=Unfollow.OPEN).exists():
        raise QueueRefused(f"{unfollow.username} is in the queue already.")
    if not Unfollow.objects.filter(pk=unfollow.pk, status__in=ended).update(
        status=Unfollow.Status.PENDING,
        position=next_position(unfollow.connection),
        error="",
        tries=0,
        is_outcome_unknown=False,
        done_at=None,
        ended_at=None,
    ):
        raise QueueRefused(f"{unfollow.username} cannot be queued again.")


def next_position(connection: Connection) -> int:
    """Behind everybody else."""
    last = Unfollow.objects.filter(connection=connection).aggregate(last=Max("position"))["last"]
    return int(last or 0) + 1


@transaction.atomic
def set_pace(connection: Connection, *, per_hour: int, per_day: int) -> None:
    """The pace can be lowered, never raised above what is safe. Raises QueueRefused."""
    if not 1 <= per_hour <= MOST_PER_HOUR or not 1 <= per_day <= MOST_PER_DAY:
        raise QueueRefused(
            f"The pace must be between 1 and {MOST_PER_HOUR} an hour and between 1 and {MOST_PER_DAY} a day; "
            "Instagram restricts accounts that act faster."
        )
    queue = stored_queue(connection)
    queue.per_hour, queue.per_day = per_hour, per_day
    queue.save()


@transaction.atomic
def set_mode(connection: Connection, mode: Queue.Mode) -> None:
    """By hand, or by an API that offers it. Raises QueueRefused."""
    if mode == Queue.Mode.API and (not connection.is_api or connection.lists_offered is False):
        raise QueueRefused(
            "This account's API offers no unfollowing; Instagram's own never does. The guided way works for everybody."
        )
    queue = stored_queue(connection)
    queue.mode = mode
    queue.save()


def _record(kind: Activity.Kind, connection: Connection, origin: Origin, **details: object) -> None:
    record_activity(
        kind, user=connection.user, connection=connection, origin=origin, details=details
    )
