"""Changes as lines: what the dashboard, the changes page and a person's story show."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse
from django.utils.http import urlencode

from kith.accounts.models import Connection
from kith.people import queries
from kith.people.history import changes_on
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
    """The whole history of changes, newest first, filtered by kind and by the day on which they were noticed."""

    kinds: list[Option]
    rows: list[ChangeLine]
    next_url: str | None
    empty: EmptyState | None
    day: date | None = None


def lines(changes: Iterable[Change]) -> list[ChangeLine]:
    return [ChangeLine.of(change) for change in changes]


def changes_page(
    connection: Connection | None, kind: str, before: int | None, on: date | None = None
) -> ChangesPage:
    """`before` is the id of the last row already seen."""
    kinds = [Option("", "All", _url(on=on), not kind)]
    kinds += [
        Option(value, label.capitalize(), _url(on=on, kind=value), kind == value)
        for value, label in Change.Kind.choices
    ]
    if connection is None:
        return ChangesPage(kinds, [], None, nothing_known(None), on)
    found = changes_on(connection, on) if on else queries.changes_of(connection)
    if kind:
        found = found.filter(kind=kind)
    if before:
        found = found.filter(pk__lt=before)
    rows = list(found[: ROWS + 1])
    more = _url(on=on, kind=kind, before=rows[ROWS - 1].pk) if len(rows) > ROWS else None
    empty = None if rows else _empty(connection, kind, on)
    return ChangesPage(kinds, lines(rows[:ROWS]), more, empty, on)


def _url(**query: str | int | date | None) -> str:
    told = urlencode({name: str(value) for name, value in query.items() if value})
    return f"{reverse('changes')}?{told}" if told else reverse("changes")


def _empty(connection: Connection, kind: str, on: date | None) -> EmptyState:
    if queries.latest_snapshot(connection) is None:
        return nothing_known(connection)
    if kind or on:
        return EmptyState(
            "Nothing of that kind" if kind else "Nothing changed",
            "No such change was noticed on that day."
            if on
            else "No such change was noticed so far.",
            "Show all changes",
            reverse("changes"),
        )
    return EmptyState(
        "No changes yet",
        "A change shows up once two snapshots differ. The first snapshot of a list has nothing to be compared with.",
    )
