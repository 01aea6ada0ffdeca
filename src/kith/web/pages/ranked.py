"""The ranked list: the choices with their counts, and one page of people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from kith.accounts.models import Connection
from kith.accounts.queries import preferences_of
from kith.people import queries, ranking
from kith.people.choices import Ground, RankedFilters
from kith.people.models import Person, Snapshot, moment
from kith.unfollow.queries import queued_people
from kith.web.pages.changes import Option
from kith.web.pages.empty import EmptyState
from kith.web.pages.marks import account_type_of, badges_of, insight_of
from kith.web.pages.people import PersonRow
from kith.web.pages.ranked_query import RankedQuery

ROWS = 50
GROUPS = {
    "category": (
        "Category",
        {
            "critical": "Critical",
            "high-priority": "High Priority",
            "caution": "Caution",
            "safe": "Safe",
        },
    ),
    "badge": (
        "Badge",
        {
            "low-engagement": "Low Engagement",
            "mutual": "Mutual",
            "verified": "Verified",
            "not-enough-data": "Not enough data",
        },
    ),
    "kept": ("Keep list", {"no": "Not kept", "yes": "Kept"}),
}
SWITCHES = {
    "suggested": "Suggested",
    "not_back": "Not following back",
    "inactive": "Inactive 90d+",
    "never": "Never interacted",
    "lost": "Lost me within 30 days",
}
COLUMNS = (
    ("username", "Person"),
    ("score", "Score"),
    ("", "Why"),
    ("followers", "Followers"),
    ("following", "Following"),
    ("ratio", "Ratio"),
    ("since", "Followed since"),
    ("interaction", "Last interaction"),
)
NUMBERS = {"followers", "following", "ratio"}
SORTS = {sort: label for sort, label in COLUMNS if sort} | {"engagement": "Engagement"}
# What stands behind “More filters”: a heading, and its fields as (name, label, what stands in the empty field).
RANGES: tuple[tuple[str, tuple[tuple[str, str, str], ...]], ...] = (
    ("Score", (("score_from", "Score from", "from"), ("score_to", "Score to", "to"))),
    ("Silent for days", (("quiet_from", "Silent for at least so many days", "at least"),)),
    (
        "Their followers",
        (("followers_from", "Followers from", "from"), ("followers_to", "Followers to", "to")),
    ),
    ("Ratio", (("ratio_from", "Ratio from", "from"), ("ratio_to", "Ratio to", "to"))),
    (
        "Followed",
        (
            ("followed_after", "Followed from this day on", "from"),
            ("followed_before", "Followed before this day", "before"),
        ),
    ),
)


@dataclass(frozen=True)
class RankedRow:
    """One person with their score; `why` is the line, the whole explanation stands behind `explanation_url`."""

    person: PersonRow
    score: int | None
    why: str
    explanation_url: str
    badges: tuple[str, ...]
    account_type: str
    ratio: float | None
    last_interaction_at: datetime | None
    knows_interactions: bool
    is_selected: bool
    is_queued: bool
    is_new: bool


@dataclass(frozen=True)
class Choice:
    """One choice of a filter with how many people it leaves."""

    name: str
    value: str
    label: str
    count: int
    url: str
    is_current: bool


@dataclass(frozen=True)
class ChoiceGroup:
    """Choices of which one holds at a time."""

    name: str
    label: str
    choices: list[Choice]


@dataclass(frozen=True)
class RangeField:
    """A field behind “More filters”."""

    name: str
    label: str
    placeholder: str
    is_day: bool
    value: object


@dataclass(frozen=True)
class RangeGroup:
    """The fields under one heading."""

    label: str
    fields: list[RangeField]


@dataclass(frozen=True)
class Column:
    """A heading; where one can sort by it, with the address that does."""

    label: str
    sort: str
    url: str
    is_current: bool
    downwards: bool
    is_number: bool


@dataclass(frozen=True)
class RankedPage:
    """One page of the ranked list."""

    query: RankedQuery
    groups: list[ChoiceGroup]
    ranges: list[RangeGroup]
    ranges_set: int
    columns: list[Column]
    sorts: list[Option]
    turn_url: str
    rows: list[RankedRow]
    count: int
    selected_count: int
    next_url: str | None
    previous_url: str | None
    knows_interactions: bool
    taken_at: datetime | None
    empty: EmptyState | None


def ground_of(connection: Connection, snapshot: Snapshot | None) -> Ground:
    """What the filters are read against, by the latest snapshot."""
    return Ground(
        now=timezone.now(),
        zone=timezone.get_current_timezone(),
        grace_days=preferences_of(connection.user).grace_days,
        knows_both_lists=snapshot is not None and snapshot.mutuals is not None,
        queued=queued_people(connection).order_by().values_list("person_id", flat=True),
    )


def ranked_page(
    connection: Connection | None, query: RankedQuery, selected: list[int]
) -> RankedPage | None:
    """None without an account or a snapshot: the screen then says how to begin."""
    snapshot = queries.latest_snapshot(connection) if connection else None
    if connection is None or snapshot is None:
        return None
    ground = ground_of(connection, snapshot)
    standing = ranking.standing(
        connection, query.filters, ground, sort=query.sort, downwards=query.downwards
    )
    last_page = max(1, -(-standing.count // ROWS))
    number = min(query.page, last_page)
    shown = standing.people[(number - 1) * ROWS : number * ROWS]
    picked = set(selected)
    waiting = queued_people(connection).filter(person__in=shown)
    queued = set(waiting.order_by().values_list("person_id", flat=True))
    rows = [_row(each, ground, picked, queued) for each in ranking.people_in_order(shown)]
    return RankedPage(
        query=query,
        groups=[
            *(_group(query, standing.counts, name) for name in GROUPS),
            ChoiceGroup("only", "Only", _switches(query, standing.counts)),
        ],
        ranges=_ranges(query.filters),
        ranges_set=sum(
            getattr(query.filters, name) is not None for _, of in RANGES for name, *_ in of
        ),
        columns=[_column(query, sort, label) for sort, label in COLUMNS],
        sorts=[
            Option(sort, label, query.url(sort=sort, direction=""), sort == query.sort)
            for sort, label in SORTS.items()
        ],
        turn_url=_sorted_url(query, query.sort, downwards=not query.downwards),
        rows=rows,
        count=standing.count,
        selected_count=len(selected),
        next_url=query.url(page=number + 1) if number < last_page else None,
        previous_url=query.url(page=number - 1 if number > 2 else "") if number > 1 else None,
        knows_interactions=any(row.knows_interactions for row in rows),
        taken_at=snapshot.taken_at,
        empty=None if rows else _empty(query),
    )


def _group(query: RankedQuery, counts: Mapping[str, int], name: str) -> ChoiceGroup:
    label, words = GROUPS[name]
    current = getattr(query.filters, name)
    choices = [
        _choice(query, counts[f"{name}:{value}"], name, value, word, is_current=current == value)
        for value, word in words.items()
    ]
    return ChoiceGroup(name, label, choices)


def _switches(query: RankedQuery, counts: Mapping[str, int]) -> list[Choice]:
    return [
        _choice(query, counts[name], name, "1", word, is_current=getattr(query.filters, name))
        for name, word in SWITCHES.items()
    ]


def _choice(
    query: RankedQuery, count: int, name: str, value: str, label: str, *, is_current: bool
) -> Choice:
    """Choosing what is chosen already takes the filter away."""
    url = query.url(**{name: "" if is_current else value})
    return Choice(name, value, label, count, url, is_current)


def _ranges(filters: RankedFilters) -> list[RangeGroup]:
    return [
        RangeGroup(
            label,
            [
                RangeField(name, long, short, name.startswith("followed"), getattr(filters, name))
                for name, long, short in names
            ],
        )
        for label, names in RANGES
    ]


def _column(query: RankedQuery, sort: str, label: str) -> Column:
    if not sort:
        return Column(label, "", "", is_current=False, downwards=False, is_number=False)
    is_current = sort == query.sort
    first = ranking.SORTS[sort][1]
    url = _sorted_url(query, sort, downwards=not query.downwards if is_current else first)
    return Column(label, sort, url, is_current, query.downwards, sort in NUMBERS)


def _sorted_url(query: RankedQuery, sort: str, *, downwards: bool) -> str:
    direction = "" if downwards == ranking.SORTS[sort][1] else "desc" if downwards else "asc"
    return query.url(sort="" if sort == "score" else sort, direction=direction)


def _row(person: Person, ground: Ground, selected: set[int], queued: set[int]) -> RankedRow:
    insight = insight_of(person)
    since = person.following_since
    return RankedRow(
        person=PersonRow.of(person, both_lists_known=ground.knows_both_lists),
        score=insight.score if insight else None,
        why=insight.why if insight else "Not scored yet",
        explanation_url=reverse("person-explanation", args=[person.pk]) if insight else "",
        badges=badges_of(person),
        account_type=account_type_of(insight),
        ratio=insight.ratio if insight else None,
        last_interaction_at=moment(insight.last_interaction) if insight else None,
        knows_interactions=bool(insight and insight.engagement_gap_days is not None),
        is_selected=person.pk in selected,
        is_queued=person.pk in queued,
        is_new=since is not None and since >= ground.grace_since,
    )


def _empty(query: RankedQuery) -> EmptyState:
    if not query.filters.is_empty:
        return EmptyState(
            "Nobody matches", "Nobody you follow fits all of these filters.", "Show everybody",
            reverse("ranked"),
        )  # fmt: skip
    return EmptyState("Nobody here", "You follow nobody, as far as the latest snapshot tells.")
