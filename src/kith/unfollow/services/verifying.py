"""Compares what was done with what the next snapshot says: done is verified, or somebody is still followed."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from kith.core.records import ListName, ListState
from kith.people.models import Snapshot
from kith.unfollow.models import Unfollow

STILL_THERE = "The latest snapshot still shows you following them."
NOT_FOLLOWED = "You do not follow them any more."


def verify_unfollows(snapshot: Snapshot, **_: Any) -> None:
    """Receives people.signals.snapshot_applied; a second time it finds nothing left to do.

    Only a snapshot with the whole list of following, taken after somebody was unfollowed, proves anything about them.
    """
    unfollows = Unfollow.objects.filter(connection_id=snapshot.connection_id)
    judged = {"judged_by": snapshot, "ended_at": timezone.now()}
    done = unfollows.filter(status=Unfollow.Status.DONE)
    if snapshot.taken_after is not None:
        done = done.filter(done_at__lt=snapshot.taken_after)
    if snapshot.list_state(ListName.FOLLOWING) is ListState.COMPLETE:
        done.filter(person__is_following=False).update(status=Unfollow.Status.VERIFIED, **judged)
        done.filter(person__is_following=True).update(
            status=Unfollow.Status.STILL_FOLLOWED, error=STILL_THERE, **judged
        )
    # Whom the user has unfollowed without waiting for the queue need not be unfollowed again.
    unfollows.filter(status=Unfollow.Status.PENDING, person__is_following=False).update(
        status=Unfollow.Status.REMOVED, error=NOT_FOLLOWED, **judged
    )


def take_verdicts_back(snapshot: Snapshot, **_: Any) -> None:
    """Receives people.signals.snapshot_undone: what that snapshot showed is not known any more."""
    judged = Unfollow.objects.filter(judged_by=snapshot)
    fresh = {"judged_by": None, "ended_at": None, "error": ""}
    judged.filter(status=Unfollow.Status.REMOVED).update(status=Unfollow.Status.PENDING, **fresh)
    judged.exclude(status=Unfollow.Status.PENDING).update(status=Unfollow.Status.DONE, **fresh)
