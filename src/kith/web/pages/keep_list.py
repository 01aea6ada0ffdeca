"""The keep list: who is kept, with the user's notes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.urls import reverse
from django.utils.http import urlencode

from kith.accounts.models import Connection
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
    rows: list[KeptRow]
    count: int
    next_url: str | None
    previous_url: str | None
    empty: EmptyState | None


def keep_list_page(connection: Connection | None, search: str, number: int) -> KeepListPage:
    """`number` is the page, from 1."""
    if connection is None:
        return KeepListPage(search, [], 0, None, None, _empty(""))
    kept = KeptPerson.objects.filter(connection=connection).select_related("person")
    if search:
        kept = kept.filter(
            Q(username__contains=search.lstrip("@").lower()) | Q(note__icontains=search)
        )
    count = kept.count()
    number = min(number, max(1, -(-count // ROWS)))
    rows = list(kept.order_by("username", "pk")[(number - 1) * ROWS : number * ROWS + 1])
    return KeepListPage(
        search=search,
        rows=[KeptRow.of(row) for row in rows[:ROWS]],
        count=count,
        next_url=_url(search, number + 1) if len(rows) > ROWS else None,
        previous_url=_url(search, number - 1) if number > 1 else None,
        empty=None if rows else _empty(search),
    )


def _url(search: str, number: int) -> str:
    wanted = {"search": search, "page": str(number) if number > 1 else ""}
    return f"{reverse('keep-list')}?{urlencode({k: v for k, v in wanted.items() if v})}"


def _empty(search: str) -> EmptyState:
    if search:
        return EmptyState(
            "Nobody matches", "Nobody you keep has this in their name or note.", "Show everybody",
            reverse("keep-list"),
        )  # fmt: skip
    return EmptyState(
        "Nobody is kept yet",
        "Whoever is on this list is never suggested and never unfollowed. Add people here, on the ranked list, or on "
        "their own page.",
    )
