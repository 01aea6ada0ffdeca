"""Unfollowing by hand: one person at a time, done or skipped. The next snapshot verifies."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from kith.accounts.models import Activity, Connection
from kith.accounts.origin import Origin
from kith.accounts.queries import preferences_of
from kith.accounts.services.recording import record_activity
from kith.unfollow.models import Queue, Unfollow
from kith.unfollow.protection import next_unprotected
from kith.unfollow.queries import waiting_in
from kith.unfollow.services.queueing import QueueRefused, next_position, stored_queue


def next_in_line(connection: Connection) -> Unfollow | None:
    """The first who waits and may be unfollowed; those who are protected by now leave the queue with the reason."""
    preferences = preferences_of(connection.user)
    return next_unprotected(waiting_in(connection), preferences, timezone.now())


@transaction.atomic
def mark_done(unfollow: Unfollow, *, origin: Origin) -> None:
    """The user says that they have unfollowed. Twice counts once. Raises QueueRefused when it does not wait any more.

    The truth is written down even where it is faster than the pace; the pace only suggests a rest.
    """
    stored_queue(unfollow.connection)
    now = timezone.now()
    waiting = Unfollow.objects.filter(pk=unfollow.pk, status=Unfollow.Status.PENDING)
    if waiting.update(
        status=Unfollow.Status.DONE,
        mode=Queue.Mode.GUIDED,
        acted_at=now,
        done_at=now,
        is_outcome_unknown=False,
    ):
        record_activity(
            Activity.Kind.UNFOLLOWED,
            user=unfollow.connection.user,
            connection=unfollow.connection,
            origin=origin,
            details={"username": unfollow.username, "how": "by hand"},
        )
        return
    unfollow.refresh_from_db()
    if unfollow.status not in {Unfollow.Status.DONE, Unfollow.Status.VERIFIED}:
        raise QueueRefused(
            f"{unfollow.username} does not wait any more: {unfollow.get_status_display()}."
        )


@transaction.atomic
def take_done_back(unfollow: Unfollow) -> None:
    """It was not done after all: back to the place in the queue. Raises QueueRefused when verified already."""
    stored_queue(unfollow.connection)
    done = Unfollow.objects.filter(
        pk=unfollow.pk, status=Unfollow.Status.DONE, mode=Queue.Mode.GUIDED
    )
    if not done.update(status=Unfollow.Status.PENDING, acted_at=None, done_at=None):
        raise QueueRefused(f"{unfollow.username} cannot be taken back any more.")


@transaction.atomic
def skip(unfollow: Unfollow) -> None:
    """Later: to the end of the queue. Skipping somebody who does not wait any more does nothing."""
    stored_queue(unfollow.connection)
    Unfollow.objects.filter(pk=unfollow.pk, status=Unfollow.Status.PENDING).update(
        position=next_position(unfollow.connection)
    )
