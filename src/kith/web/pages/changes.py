"""Changes as lines: what the dashboard, the changes page and a person's story show."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from kith.accounts.models import Connection
from kith.people import queries
from kith.people.models import Change
from kith.web.pages.empty import EmptyState, nothing_known
from kith.web.pages.people import profile_url

ROWS = 50
WORDS = {
    Change.Kind.NEW_FOLLOWER: "started following you",
    Change.Kind.LOST_FOLLOWER: "no longer follows you",
    Change.Kind.FOLLOWED: "was followed by you",
    Change.Kind.UNFOLLOWED: "was unfollowed by you",
    Change.Kind.RENAMED: "changed their name",
    Change.Kind.GONE: "left both lists: deactivated, deleted, or blocked",
    Change.Kind.RETURNED: "is back",
}


@dataclass(frozen=True)
class ChangeLine:
    """One change in words, with the interval in which it happened."""

    kind: str
    word: str
    username: str
    previous_username: str | None
    person_url: str
    profile_url: str
    after: datetime | None
    before: datetime

    @classmethod
    def of(cls, change: Change) -> ChangeLine:
        return cls(
            kind=change.kind,
            word=WORDS[Change.Kind(change.kind)],
            username=change.username,
            previous_username=change.previous_username,
            person_url=reverse("person", args=[change.person_id]),
            profile_url=profile_url(change.username),
            after=change.after,
            before=change.before,
        )


@dataclass(frozen=True)
class Option:
    """One choice of a filter, as a link."""

    value: str
    label: str
    url: str
    is_current: bool


@dataclass(frozen=True)
class ChangesPage:
    """The whole history of changes, newest first, filtered by kind."""

    kinds: list[Option]
    rows: list[ChangeLine]
    next_url: str | None
    empty: EmptyState | None


def lines(changes: Iterable[Change]) -> list[ChangeLine]:
    return [ChangeLine.of(change) for change in changes]


def changes_page(connection: Connection | None, kind: str, before: int | None) -> ChangesPage:
    """`before` is the id of the last row already seen."""
    url = reverse("changes")
    kinds = [Option("", "All", url, not kind)]
    kinds += [
        Option(value, label.capitalize(), f"{url}?kind={value}", kind == value)
        for value, label in Change.Kind.choices
    ]
    if connection is None:
        return ChangesPage(kinds, [], None, nothing_known(None))
    found = queries.changes_of(connection)
    if kind:
        found = found.filter(kind=kind)
    if before:
        found = found.filter(pk__lt=before)
    rows = list(found[: ROWS + 1])
    more = f"{url}?kind={kind}&before={rows[ROWS - 1].pk}" if len(rows) > ROWS else None
    empty = None if rows else _empty(connection)
    return ChangesPage(kinds, lines(rows[:ROWS]), more, empty)


def _empty(connection: Connection) -> EmptyState:
    if queries.latest_snapshot(connection) is None:
        return nothing_known(connection)
    return EmptyState(
        "No changes yet",
        "A change shows up once two snapshots differ. The first snapshot of a list has nothing to be compared with.",
    )
