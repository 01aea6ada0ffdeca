"""Changes the queue: pause, resume, clear, take somebody off, put somebody back, set its pace and way."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from kith.accounts.models import Activity, Connection
from kith.accounts.origin import Origin
from kith.accounts.queries import preferences_of
from kith.accounts.services.recording import record_activity
from kith.sync.pauses import pauses_of
from kith.unfollow.models import MOST_PER_DAY, MOST_PER_HOUR, Queue, Unfollow
from kith.unfollow.protection import NOT_KNOWN, protected
from kith.unfollow.queries import can_use_api
from kith.unfollow.tasks import wake_unfollowing

ENDED = (Unfollow.Status.REMOVED, Unfollow.Status.FAILED, Unfollow.Status.STILL_FOLLOWED)
QUEUED_AGAIN = "Queued again."
# Shorter rests come and go by themselves, and there can be many.
WORTH_A_LINE = timedelta(hours=1)


class QueueRefused(Exception):
    """What was asked for cannot be; the text says why, and what can."""


def stored_queue(connection: Connection) -> Queue:
    """The connection's queue, its row locked: whoever changes the queue takes turns. Needs a transaction."""
    Queue.objects.get_or_create(connection=connection)
    return Queue.objects.select_for_update().get(connection=connection)


@transaction.atomic
def pause(connection: Connection, *, origin: Origin) -> None:
    """Nobody more is unfollowed until the user resumes. Pausing twice keeps the first moment."""
    queue = stored_queue(connection)
    if queue.paused_at is None:
        queue.paused_at = timezone.now()
        _record(Activity.Kind.QUEUE_PAUSED, connection, origin)
    queue.pause_reason, queue.resume_at = "", None
    queue.save()


@transaction.atomic
def rest(connection: Connection, *, reason: str, until: datetime | None, origin: Origin) -> None:
    """The queue pauses by itself and goes on by itself, or (without `until`) when the user has done what `reason` says.

    A pause without an end, such as the user's own, is not given one.
    """
    queue, now = stored_queue(connection), timezone.now()
    if queue.paused_at and queue.resume_at is None:
        return
    if until is None or until - now >= WORTH_A_LINE:
        _record(Activity.Kind.QUEUE_PAUSED, connection, origin, reason=reason)
    queue.paused_at = queue.paused_at or now
    queue.pause_reason, queue.resume_at = reason, until
    queue.save()


@transaction.atomic
def resume(connection: Connection, *, origin: Origin) -> None:
    """Goes on at once, or by itself when Instagram allows: each attempt before that would make a block longer."""
    queue = stored_queue(connection)
    if queue.paused_at is None:
        return
    halt = pauses_of(connection.pk, timezone.now()).order_by("-until").first()
    if halt and queue.mode == Queue.Mode.API:
        queue.pause_reason, queue.resume_at = halt.reason, halt.until
        queue.save()
        return
    queue.paused_at = queue.resume_at = None
    queue.pause_reason = ""
    queue.save()
    _record(Activity.Kind.QUEUE_RESUMED, connection, origin)
    transaction.on_commit(wake_unfollowing)


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
    connection, person = unfollow.connection, unfollow.person
    stored_queue(connection)
    if person is None:
        raise QueueRefused(f"{unfollow.username} cannot be queued again. {NOT_KNOWN}")
    if Unfollow.objects.filter(person=person, status__in=Unfollow.OPEN).exists():
        raise QueueRefused(f"{person.username} is in the queue already.")
    reason = protected([person], preferences_of(connection.user)).get(person.pk)
    if reason:
        raise QueueRefused(f"{person.username} cannot be queued again. {reason}")
    ended = Unfollow.objects.filter(pk=unfollow.pk, status__in=ENDED).first()
    if ended is None:
        raise QueueRefused(f"{person.username} cannot be queued again.")
    if ended.acted_at:
        _queue_once_more(ended)
        return
    ended.status, ended.position, ended.judged_by = (
        Unfollow.Status.PENDING,
        next_position(connection),
        None,
    )
    ended.error, ended.tries, ended.done_at, ended.ended_at = "", 0, None, None
    ended.save()
    transaction.on_commit(wake_unfollowing)


def _queue_once_more(ended: Unfollow) -> None:
    """In a row of its own: the first one keeps the place that it took in the pace."""
    Unfollow.objects.filter(pk=ended.pk).update(
        status=Unfollow.Status.REMOVED, error=QUEUED_AGAIN, judged_by=None
    )
    Unfollow.objects.create(
        connection=ended.connection,
        person=ended.person,
        username=ended.person.username if ended.person else ended.username,
        mode=ended.mode,
        position=next_position(ended.connection),
        score=ended.score,
        reason=ended.reason,
        is_outcome_unknown=ended.is_outcome_unknown,
    )
    transaction.on_commit(wake_unfollowing)


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
    if (queue.per_hour, queue.per_day) == (per_hour, per_day):
        return
    # The next turn was set by the old pace.
    queue.per_hour, queue.per_day, queue.next_at = per_hour, per_day, None
    queue.save()
    transaction.on_commit(wake_unfollowing)


@transaction.atomic
def set_mode(connection: Connection, mode: Queue.Mode) -> None:
    """By hand, or by an API that offers it. Raises QueueRefused."""
    if mode == Queue.Mode.API and not can_use_api(connection):
        raise QueueRefused(
            "This account's API offers no unfollowing; Instagram's own never does. The guided way works for everybody."
        )
    queue = stored_queue(connection)
    queue.mode = mode
    queue.save()
    transaction.on_commit(wake_unfollowing)


def _record(kind: Activity.Kind, connection: Connection, origin: Origin, **details: object) -> None:
    record_activity(
        kind, user=connection.user, connection=connection, origin=origin, details=details
    )
