"""Compares what was done with what the next snapshot says: done is verified, or somebody is still followed."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef
from django.utils import timezone

from kith.core.records import ListName, ListState
from kith.people.models import Snapshot
from kith.people.queries import current_people
from kith.people.services.rows import batches
from kith.unfollow.models import Unfollow
from kith.unfollow.protection import NOT_FOLLOWED, NOT_KNOWN

STILL_THERE = "The latest snapshot still shows you following them."


def verify_unfollows(snapshot: Snapshot, **_: Any) -> None:
    """Receives people.signals.snapshot_applied; a second time it finds nothing left to do.

    Only a snapshot with the whole list of following, taken after somebody was unfollowed, proves anything about them.
    """
    unfollows = Unfollow.objects.filter(connection_id=snapshot.connection_id)
    _meet_again(snapshot.connection_id)
    judged = {"judged_by": snapshot, "ended_at": timezone.now()}
    is_whole = snapshot.list_state(ListName.FOLLOWING) is ListState.COMPLETE
    if is_whole and snapshot.taken_after:
        done = unfollows.filter(status=Unfollow.Status.DONE, done_at__lt=snapshot.taken_after)
        done.filter(person__is_following=False).update(status=Unfollow.Status.VERIFIED, **judged)
        done.filter(person__is_following=True).update(
            status=Unfollow.Status.STILL_FOLLOWED, error=STILL_THERE, **judged
        )
    # Whom the user has unfollowed without waiting for the queue need not be unfollowed again. Of a call whose outcome
    # is not known, the look at Instagram says that it was kith.
    unfollows.filter(
        status=Unfollow.Status.PENDING, is_outcome_unknown=False, person__is_following=False
    ).update(status=Unfollow.Status.REMOVED, error=NOT_FOLLOWED, **judged)


def take_verdicts_back(snapshot: Snapshot, **_: Any) -> None:
    """Receives people.signals.snapshot_undone: what that snapshot showed is not known any more.

    Whoever has been queued again since has a newer row, which stays as it is. Whom only that snapshot told of waits no
    more; what was done with them is still so.
    """
    newer = Unfollow.objects.filter(person=OuterRef("person"), status__in=Unfollow.OPEN)
    judged = Unfollow.objects.filter(~Exists(newer), judged_by=snapshot)
    fresh = {"judged_by": None, "ended_at": None, "error": ""}
    judged.filter(status=Unfollow.Status.REMOVED).update(status=Unfollow.Status.PENDING, **fresh)
    judged.filter(status__in=[Unfollow.Status.VERIFIED, Unfollow.Status.STILL_FOLLOWED]).update(
        status=Unfollow.Status.DONE, **fresh
    )
    waiting = Unfollow.objects.filter(
        connection_id=snapshot.connection_id, person__isnull=True, status=Unfollow.Status.PENDING
    )
    waiting.update(status=Unfollow.Status.REMOVED, error=NOT_KNOWN, ended_at=timezone.now())


def _meet_again(connection_id: int) -> None:
    """Links those by name of whom an undone import told first, and whom this snapshot tells of again."""
    unmet = Unfollow.objects.filter(connection_id=connection_id, person__isnull=True)
    queued = Unfollow.objects.filter(person=OuterRef("pk"), status__in=Unfollow.OPEN)
    for names in batches(sorted(set(unmet.values_list("username", flat=True)))):
        met = current_people(connection_id).filter(~Exists(queued), username__in=names)
        for pk, username in met.values_list("pk", "username"):
            unmet.filter(username=username).update(person=pk)
