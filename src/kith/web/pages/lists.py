"""A list of people: searched, sorted, filtered, and paged by key, so that page 10,000 costs what page 1 costs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import connection as database
from django.db.models import F, Q, QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.http import urlencode

from kith.accounts.models import Connection
from kith.core.records import ListName
from kith.people import queries
from kith.people.history import renames_from
from kith.people.keep_list import kept_among
from kith.people.models import Person, Snapshot
from kith.web.pages.changes import Option
from kith.web.pages.empty import EmptyState, nothing_known
from kith.web.pages.people import PersonRow

ROWS = 50
COUNTED_UP_TO = 10_000
TITLES = {
    "following": ("Following", "Everybody you follow."),
    "followers": ("Followers", "Everybody who follows you."),
    "mutuals": ("Mutuals", "You follow each other."),
    "not-following-back": ("Not following back", "You follow them; they don't follow you."),
    "fans": ("Fans", "They follow you; you don't follow them."),
    "new-followers": ("New followers", "They came since the snapshot before the last."),
    "lost-followers": (
        "Lost followers",
        "They no longer follow you, since the snapshot before the last.",
    ),
}
SORTS = {
    "username": ("Name", "username", "asc"),
    "followed": ("You followed", "following_since", "desc"),
    "follower": ("Follows you since", "follower_since", "desc"),
    "audience": ("Their followers", "followers_count", "desc"),
}
VERIFIED = {"": "Everybody", "yes": "Verified", "no": "Without badge"}
# A substring is looked for in lists up to this length; in longer ones user names are looked up by their beginning,
# which an index answers at once, while reading a million names takes seconds.
SUBSTRING_UP_TO = 50_000
FOLLOWERS_ONLY = {"followers", "fans"}


@dataclass(frozen=True)
class ListQuery:
    """What the address asks for. Unknown values count as not given."""

    search: str = ""
    sort: str = "username"
    direction: str = "asc"
    verified: str = ""
    after: str = ""
    """The key of the last row already seen, as `value|id`."""
    backwards: bool = False

    @classmethod
    def from_address(cls, query: QueryDict) -> ListQuery:
        sort = query.get("sort", "username")
        sort = sort if sort in SORTS else "username"
        direction = query.get("direction", "")
        return cls(
            search=query.get("search", "").replace("\x00", "").strip()[:100],
            sort=sort,
            direction=direction if direction in {"asc", "desc"} else SORTS[sort][2],
            verified=query.get("verified", "") if query.get("verified", "") in VERIFIED else "",
            after=(query.get("after", "") or query.get("before", "")).replace("\x00", ""),
            backwards="before" in query,
        )

    def url(self, slug: str, **changed: str) -> str:
        """The address of this query with something changed; paging starts anew unless it is what changed."""
        wanted = {
            "search": self.search,
            "sort": self.sort,
            "direction": self.direction,
            "verified": self.verified,
        }
        wanted |= changed
        return f"{reverse('list', args=[slug])}?{urlencode({k: v for k, v in wanted.items() if v})}"


@dataclass(frozen=True)
class Tab:
    """One of the lists, with how many are on it."""

    slug: str
    label: str
    count: int | None
    url: str
    is_current: bool


@dataclass(frozen=True)
class Sort:
    """A column to sort by; a second click turns it round."""

    value: str
    label: str
    is_current: bool
    direction: str
    url: str


@dataclass(frozen=True)
class ListPageView:
    """One page of a list."""

    slug: str
    title: str
    description: str
    tabs: list[Tab]
    query: ListQuery
    sorts: list[Sort]
    verified_options: list[Option]
    rows: list[PersonRow]
    count: int
    count_is_capped: bool
    next_url: str | None
    previous_url: str | None
    taken_at: datetime | None
    is_complete: bool
    incomplete_reason: str
    empty: EmptyState | None


def list_page(connection: Connection | None, slug: str, query: ListQuery) -> ListPageView:
    """Raises KeyError when there is no such list."""
    title, description = TITLES[slug]
    query = _fitting(query, slug)
    snapshot = queries.latest_snapshot(connection) if connection else None
    page = ListPageView(
        slug=slug,
        title=title,
        description=description,
        tabs=_tabs(snapshot, slug),
        query=query,
        sorts=_sorts(query, slug),
        verified_options=[
            Option(value, label, query.url(slug, verified=value), value == query.verified)
            for value, label in VERIFIED.items()
        ],
        rows=[],
        count=0,
        count_is_capped=False,
        next_url=None,
        previous_url=None,
        taken_at=snapshot.taken_at if snapshot else None,
        is_complete=snapshot.is_complete if snapshot else False,
        incomplete_reason=_incomplete_reason(snapshot, slug),
        empty=nothing_known(connection) if snapshot is None else None,
    )
    if connection is None or snapshot is None:
        return page
    return _with_rows(page, connection, snapshot)


def _fitting(query: ListQuery, slug: str) -> ListQuery:
    """Of people whom one does not follow there is no time of following to sort by."""
    if slug in FOLLOWERS_ONLY and query.sort == "followed":
        return replace(query, sort="username", direction="asc", after="")
    return query


def _with_rows(page: ListPageView, connection: Connection, snapshot: Snapshot) -> ListPageView:
    query = page.query
    length = _known_count(snapshot, page.slug) or 0
    people = filtered(connection, queries.people_on(connection, page.slug), query, length)
    rows, has_next, has_previous = _page_of(people, query)
    is_filtered = bool(query.search or query.verified)
    known = None if is_filtered else _known_count(snapshot, page.slug)
    count = known if known is not None else queries.count_up_to(people, COUNTED_UP_TO)
    return replace(
        page,
        rows=_rows(rows, snapshot),
        count=count,
        count_is_capped=known is None and count >= COUNTED_UP_TO,
        next_url=query.url(page.slug, after=_key(rows[-1], query)) if rows and has_next else None,
        previous_url=query.url(page.slug, before=_key(rows[0], query))
        if rows and has_previous
        else None,
        empty=None if rows else _empty(page, snapshot, is_filtered=is_filtered),
    )


def _rows(people: list[Person], snapshot: Snapshot) -> list[PersonRow]:
    kept = kept_among(person.pk for person in people)
    rows = [PersonRow.of(one, both_lists_known=snapshot.mutuals is not None) for one in people]
    return [
        replace(row, is_kept=True) if row.id in kept else replace(row, keep_url=_keep_url(row))
        for row in rows
    ]


def _keep_url(row: PersonRow) -> str:
    return "" if row.is_deleted else reverse("person-keep", args=[row.id])


def filtered(
    connection: Connection, people: QuerySet[Person], query: ListQuery, length: int
) -> QuerySet[Person]:
    """`length` is how many people the list has, which decides how it can be searched."""
    if query.search:
        text = query.search.lstrip("@").lower()
        if length > SUBSTRING_UP_TO:
            people = people.filter(_begins_with(text))
        else:
            formerly = renames_from(connection, text).values("person_id")
            people = people.filter(
                Q(username__contains=text) | Q(name__icontains=text) | Q(pk__in=formerly)
            )
    if query.verified == "yes":
        people = people.filter(verified=True)
    elif query.verified == "no":
        people = people.exclude(verified=True)
    return people


def _begins_with(text: str) -> Q:
    """SQLite walks its index for a range and not for LIKE; PostgreSQL's order of names depends on its locale."""
    if database.vendor == "sqlite":
        return Q(username__gte=text, username__lt=f"{text}\U0010ffff")
    return Q(username__startswith=text)


def _page_of(people: QuerySet[Person], query: ListQuery) -> tuple[list[Person], bool, bool]:
    """The rows behind (or before) the key, and whether there are more on either side."""
    field = SORTS[query.sort][1]
    descending = (query.direction == "desc") != query.backwards
    after = _parsed_key(query)
    if after is not None:
        people = people.filter(
            _behind(field, *after, descending=descending, backwards=query.backwards)
        )
    rows = list(
        people.order_by(*_order(field, descending=descending, nulls_last=not query.backwards))[
            : ROWS + 1
        ]
    )
    more, rows = len(rows) > ROWS, rows[:ROWS]
    if query.backwards:
        rows.reverse()
        return rows, bool(rows), more
    return rows, more, after is not None


def _order(field: str, *, descending: bool, nulls_last: bool) -> tuple[Any, ...]:
    """People of whom the value is not known stand at the end, whichever way it is sorted."""
    if field == "username":
        return (("-username" if descending else "username"), ("-id" if descending else "id"))
    place = {"nulls_last": True} if nulls_last else {"nulls_first": True}
    value = F(field).desc(**place) if descending else F(field).asc(**place)
    return (value, "-id" if descending else "id")


def _behind(
    field: str, value: str | int | None, pk: int, *, descending: bool, backwards: bool
) -> Q:
    compare = "lt" if descending else "gt"
    same = Q(**{f"{field}__isnull": True}) if value is None else Q(**{field: value})
    behind = same & Q(**{f"pk__{compare}": pk})
    if value is not None:
        behind |= Q(**{f"{field}__{compare}": value})
    crosses = field != "username" and (value is None) == backwards
    if value is not None and not crosses:
        # Says the same once more, in the form for which the database walks its index from the right place.
        behind &= Q(**{f"{field}__{compare}e": value})
    if crosses:
        # Unknown values come after all known ones: going back from them, or going on from a known one, crosses over.
        behind |= Q(**{f"{field}__isnull": not backwards})
    return behind


def _key(person: Person, query: ListQuery) -> str:
    value = getattr(person, SORTS[query.sort][1])
    return f"{'' if value is None else value}|{person.pk}"


def _parsed_key(query: ListQuery) -> tuple[str | int | None, int] | None:
    value, _, pk = query.after.rpartition("|")
    number = _number(pk)
    if number is None:
        return None
    return (value if query.sort == "username" else _number(value)), number


def _number(text: str) -> int | None:
    """Of an address: anything may stand there, and the database's numbers end at 19 digits."""
    return int(text) if text.isdecimal() and len(text) < 19 else None


def _tabs(snapshot: Snapshot | None, slug: str) -> list[Tab]:
    return [
        Tab(
            slug=name,
            label=title,
            count=_known_count(snapshot, name) if snapshot else None,
            url=reverse("list", args=[name]),
            is_current=name == slug,
        )
        for name, (title, _) in TITLES.items()
    ]


def _known_count(snapshot: Snapshot, slug: str) -> int | None:
    count: int | None = getattr(snapshot, slug.replace("-", "_"))
    return count


def _sorts(query: ListQuery, slug: str) -> list[Sort]:
    sorts = []
    for value, (label, _, first) in SORTS.items():
        if value == "followed" and slug in FOLLOWERS_ONLY:
            continue
        is_current = value == query.sort
        direction = {"asc": "desc", "desc": "asc"}[query.direction] if is_current else first
        url = query.url(slug, sort=value, direction=direction)
        sorts.append(Sort(value, label, is_current, query.direction if is_current else first, url))
    return sorts


def _incomplete_reason(snapshot: Snapshot | None, slug: str) -> str:
    """Why this list may lack people, in words."""
    if snapshot is None:
        return ""
    needed = {"following": [ListName.FOLLOWING], "followers": [ListName.FOLLOWERS]}.get(
        slug, list(ListName)
    )
    return " ".join(filter(None, (snapshot.list_reason(name) for name in needed)))


def _empty(page: ListPageView, snapshot: Snapshot, *, is_filtered: bool) -> EmptyState:
    if page.slug in queries.NEED_BOTH_LISTS and snapshot.mutuals is None:
        return EmptyState(
            "Not known yet",
            "This takes both lists, following and followers, and only one of them has been read.",
            "Import your export",
            reverse("imports"),
        )
    if is_filtered:
        return EmptyState(
            "Nobody matches", "Nobody on this list fits the search and the filter.", "Show everybody",
            reverse("list", args=[page.slug]),
        )  # fmt: skip
    return EmptyState("Nobody here", page.description)
