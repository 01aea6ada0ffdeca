"""How a connection's figures went from day to day, and since when kith knows somebody.

Both are read from what every snapshot keeps, so undoing an import undoes its part of the history. A day is one in the
active time zone, and a snapshot belongs to that of the latest moment at which its source can have seen the lists.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby

from django.db.models import QuerySet
from django.utils import timezone

from kith.accounts.models import Connection
from kith.people.models import Change, Person, Snapshot

FIELDS = (
    "taken_at", "following_state", "followers_state", "following", "followers", "mutuals", "follows_count",
    "followers_count", "new_followers", "lost_followers", "changes_count",
)  # fmt: skip


@dataclass(frozen=True)
class Day:
    """The last figures known of a day, and how many changes its snapshots told. None is unknown."""

    date: date
    at: datetime
    """When the snapshot that gave the figures was taken."""
    following: int | None
    followers: int | None
    mutuals: int | None
    new_followers: int
    lost_followers: int
    other_changes: int
    is_counted_only: bool
    """Whether the figures are Instagram's own counts, because no list was read on that day."""


def days(connection: Connection, before: date | None = None) -> Iterator[Day]:
    """The days on which a snapshot was taken, the newest first; `before` leaves out that day and later ones."""
    found = Snapshot.objects.filter(
        connection=connection, state=Snapshot.State.APPLIED, taken_at__isnull=False
    )
    if before:
        found = found.filter(taken_at__lt=_start_of(before))
    snapshots = found.only(*FIELDS).order_by("-taken_at", "-pk").iterator()
    for day, of_day in groupby(snapshots, key=_day_of):
        yield _summed_up(day, list(of_day))


def _day_of(snapshot: Snapshot) -> date:
    return timezone.localdate(snapshot.taken_at)


def _start_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def _summed_up(day: date, snapshots: Iterable[Snapshot]) -> Day:
    """`snapshots` are those of the day, the newest first."""
    told = list(snapshots)
    listed = next((snapshot for snapshot in told if snapshot.tells_of_lists), None)
    latest = listed or told[0]
    new = sum(snapshot.new_followers for snapshot in told)
    lost = sum(snapshot.lost_followers for snapshot in told)
    return Day(
        date=day,
        at=latest.taken_at or timezone.now(),
        # A snapshot without lists repeats what the ledger knew before; its news are the counts.
        following=listed.following if listed else latest.follows_count,
        followers=listed.followers if listed else latest.followers_count,
        mutuals=listed.mutuals if listed else None,
        new_followers=new,
        lost_followers=lost,
        other_changes=sum(snapshot.changes_count for snapshot in told) - new - lost,
        is_counted_only=listed is None,
    )


def changes_on(connection: Connection, day: date) -> QuerySet[Change]:
    """The changes that the day's snapshots told, the newest first."""
    end = _start_of(day + timedelta(days=1))
    snapshots = Snapshot.objects.filter(
        connection=connection,
        state=Snapshot.State.APPLIED,
        taken_at__gte=_start_of(day),
        taken_at__lt=end,
    )
    # As numbers, not as a subquery: few snapshots are found at once, and their changes by an index.
    return Change.objects.filter(
        snapshot__in=list(snapshots.values_list("pk", flat=True))
    ).order_by("-id")


def first_snapshot_of(person: Person) -> Snapshot | None:
    """The one that told of the person first; None when that was before kith kept track of it."""
    # Row ids only grow: of the snapshots that began below the person's, the last one added the person.
    return (
        Snapshot.objects.filter(
            connection_id=person.connection_id,
            state=Snapshot.State.APPLIED,
            newest_person_before__lt=person.pk,
        )
        .order_by("-pk")
        .first()
    )


def renames_from(connection: Connection, text: str) -> QuerySet[Change]:
    """Those of people who had `text` in their name before."""
    return Change.objects.filter(
        connection=connection, kind=Change.Kind.RENAMED, previous_username__contains=text
    )


def former_names(person: Person) -> list[str]:
    """The names that the person had before, the latest first, each once."""
    renames = Change.objects.filter(person=person, kind=Change.Kind.RENAMED).order_by("-id")
    names = renames.values_list("previous_username", flat=True)
    return [name for name in dict.fromkeys(names) if name and name != person.username]
