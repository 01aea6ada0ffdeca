"""The keep list: who is kept, with the user's notes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.http import urlencode

from kith.accounts.models import Connection
from kith.people.keep_list import kept_people
from kith.people.models import KeptPerson
from kith.web.pages.empty import EmptyState
from kith.web.pages.people import PersonRow

ROWS = 50


@dataclass(frozen=True)
class KeptRow:
    """One kept person; `person` is None for a name that kith has not met yet."""

    id: int
    username: str
    note: str
    added_at: datetime
    person: PersonRow | None

    @classmethod
    def of(cls, kept: KeptPerson) -> KeptRow:
        person = PersonRow.of(kept.person) if kept.person else None
        return cls(kept.pk, kept.username, kept.note, kept.added_at, person)


@dataclass(frozen=True)
class KeepListPage:
    """One page of the keep list."""

    search: str
    since: int | None
    """Only those are shown who were added from this id on."""
    rows: list[KeptRow]
    count: int
    next_url: str | None
    previous_url: str | None
    empty: EmptyState | None


def keep_list_page(
    connection: Connection | None, search: str, number: int, since: int | None = None
) -> KeepListPage:
    """`number` is the page, from 1."""
    if connection is None:
        return KeepListPage(search, None, [], 0, None, None, _empty(""))
    kept = kept_people(connection, search, since).select_related("person")
    count = kept.count()
    number = min(number, max(1, -(-count // ROWS)))
    rows = list(kept[(number - 1) * ROWS : number * ROWS + 1])
    return KeepListPage(
        search=search,
        since=since,
        rows=[KeptRow.of(row) for row in rows[:ROWS]],
        count=count,
        next_url=_url(search, since, number + 1) if len(rows) > ROWS else None,
        previous_url=_url(search, since, number - 1) if number > 1 else None,
        empty=None if rows else _empty(search or since),
    )


def _url(search: str, since: int | None, number: int) -> str:
    wanted = {"search": search, "since": since, "page": number if number > 1 else None}
    return f"{reverse('keep-list')}?{urlencode({k: v for k, v in wanted.items() if v})}"


def added_url(first: KeptPerson) -> str:
    """Where those are shown who were added with this one, the first of them."""
    return _url("", first.pk, 1)


def _empty(sought: str | int | None) -> EmptyState:
    if sought:
        return EmptyState(
            "Nobody matches", "Nobody you keep fits this.", "Show everybody",
            reverse("keep-list"),
        )  # fmt: skip
    return EmptyState(
        "Nobody is kept yet",
        "Whoever is on this list is never suggested and never unfollowed. Add people here, on any list, or on "
        "their own page.",
    )
