"""The ranked list: what the address asks for, the choices with their counts, and one page of people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from kith.accounts.models import Connection
from kith.accounts.queries import preferences_of
from kith.core.scoring import Badge, Explanation, badge_labels, explain
from kith.people import queries, ranking
from kith.people.choices import Ground, RankedFilters
from kith.people.models import Insight, Person, computed_insight, moment
from kith.unfollow.queries import queued_people
from kith.web.pages.changes import Option
from kith.web.pages.empty import EmptyState, nothing_known
from kith.web.pages.people import PersonRow

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
    "lost": "Lost me within 30 days",
    "inactive": "Inactive 90d+",
    "never": "Never interacted",
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
_NUMBERS = {"score_from", "score_to", "quiet_from", "followers_from", "followers_to"}
_RATIOS = {"ratio_from", "ratio_to"}
_DAYS = {"followed_after", "followed_before"}


@dataclass(frozen=True)
class RankedQuery:
    """What the address asks for. Unknown values count as not given."""

    filters: RankedFilters = field(default_factory=RankedFilters)
    sort: str = "score"
    downwards: bool = True
    page: int = 1

    @classmethod
    def from_address(cls, query: QueryDict) -> RankedQuery:
        sort = query.get("sort", "score")
        sort = sort if sort in ranking.SORTS else "score"
        direction = query.get("direction", "")
        first = ranking.SORTS[sort][1]
        number = query.get("page", "1")
        return cls(
            filters=_filters(query),
            sort=sort,
            downwards={"asc": False, "desc": True}.get(direction, first),
            page=max(1, int(number)) if number.isdecimal() and len(number) < 6 else 1,
        )

    def parameters(self, **changed: object) -> dict[str, str]:
        """The address as a dictionary, defaults left out; paging starts anew unless it is what changed."""
        wanted: dict[str, object] = {
            each.name: getattr(self.filters, each.name) for each in fields(self.filters)
        }
        if self.sort != "score":
            wanted["sort"] = self.sort
        if self.downwards != ranking.SORTS[self.sort][1]:
            wanted["direction"] = "desc" if self.downwards else "asc"
        wanted |= changed
        return {
            name: _said(value) for name, value in wanted.items() if value not in (None, "", False)
        }

    @property
    def parameters_text(self) -> str:
        return urlencode(self.parameters())

    def url(self, **changed: object) -> str:
        query = urlencode(self.parameters(**changed))
        return f"{reverse('ranked')}{'?' if query else ''}{query}"


def _said(value: object) -> str:
    return "1" if value is True else str(value)


def _filters(query: QueryDict) -> RankedFilters:
    found: dict[str, Any] = {
        "search": query.get("search", "").replace("\x00", "").strip()[:100],
        **{name: query.get(name) == "1" for name in SWITCHES},
        **{name: query[name] for name in GROUPS if query.get(name) in GROUPS[name][1]},
        **{name: _whole(query.get(name, "")) for name in _NUMBERS},
        **{name: _decimal(query.get(name, "")) for name in _RATIOS},
        **{name: _day(query.get(name, "")) for name in _DAYS},
    }
    return RankedFilters(**found)


def _whole(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 16 else None


def _decimal(text: str) -> float | None:
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        return None
    return number if 0 <= number < 1e9 else None


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 1990 < day.year < 2200 else None


@dataclass(frozen=True)
class RankedRow:
    """One person with their score in number, colour and word, and what explains it."""

    person: PersonRow
    score: int | None
    category: str
    tone: str
    why: str
    explanation: Explanation | None
    badges: tuple[str, ...]
    account_type: str
    ratio: float | None
    last_interaction_at: datetime | None
    knows_interactions: bool
    is_selected: bool
    is_kept: bool
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
class Column:
    """A heading; where one can sort by it, with the address that does."""

    label: str
    sort: str
    url: str
    is_current: bool
    downwards: bool


@dataclass(frozen=True)
class RankedPage:
    """One page of the ranked list."""

    query: RankedQuery
    groups: list[ChoiceGroup]
    switches: list[Choice]
    columns: list[Column]
    sorts: list[Option]
    rows: list[RankedRow]
    count: int
    selected_count: int
    next_url: str | None
    previous_url: str | None
    first: int
    grace_days: int
    knows_interactions: bool
    taken_at: datetime | None
    empty: EmptyState | None
    csv_url: str
    xlsx_url: str


def ground_of(connection: Connection, now: datetime | None = None) -> Ground:
    """What the filters are read against."""
    return Ground(
        now=now or timezone.now(),
        zone=timezone.get_current_timezone(),
        grace_days=preferences_of(connection.user).grace_days,
        knows_both_lists=queries.are_both_lists_known(connection),
        queued=queued_people(connection).order_by().values_list("person_id", flat=True),
    )


def ranked_page(
    connection: Connection | None, query: RankedQuery, selected: list[int]
) -> RankedPage | None:
    """None without an account or a snapshot: the screen then says how to begin."""
    snapshot = queries.latest_snapshot(connection) if connection else None
    if connection is None or snapshot is None:
        return None
    ground = ground_of(connection)
    found = ranking.standing(
        connection, query.filters, ground, sort=query.sort, downwards=query.downwards
    )
    count, counts = found.count, found.counts
    last_page = max(1, -(-count // ROWS))
    number = min(query.page, last_page)
    shown = found.people[(number - 1) * ROWS : number * ROWS]
    waiting = queued_people(connection).filter(person__in=shown)
    queued = set(waiting.order_by().values_list("person_id", flat=True))
    picked = set(selected)
    rows = [_row(each, ground, picked, queued) for each in ranking.people_in_order(shown)]
    return RankedPage(
        query=query,
        groups=_groups(query, counts),
        switches=[
            _choice(query, counts, name, "1", label, bool(getattr(query.filters, name)))
            for name, label in SWITCHES.items()
        ],
        columns=[_column(query, sort, label) for sort, label in COLUMNS],
        sorts=[
            Option(sort, label, query.url(sort=sort), sort == query.sort)
            for sort, label in COLUMNS
            if sort
        ],
        rows=rows,
        count=count,
        selected_count=len(selected),
        next_url=query.url(page=number + 1) if number < last_page else None,
        previous_url=query.url(page=number - 1 if number > 2 else "") if number > 1 else None,
        first=(number - 1) * ROWS + 1,
        grace_days=ground.grace_days,
        knows_interactions=any(row.knows_interactions for row in rows),
        taken_at=snapshot.taken_at,
        empty=None if rows else _empty(connection, query),
        csv_url=_file_url(query, "csv"),
        xlsx_url=_file_url(query, "xlsx"),
    )


def _file_url(query: RankedQuery, kind: str) -> str:
    asked = urlencode(query.parameters())
    return f"{reverse('ranked-file', args=[kind])}{'?' if asked else ''}{asked}"


def _groups(query: RankedQuery, counts: Mapping[str, int]) -> list[ChoiceGroup]:
    return [
        ChoiceGroup(
            name,
            label,
            [
                _choice(
                    query,
                    {name: counts[f"{name}:{value}"]},
                    name,
                    value,
                    word,
                    getattr(query.filters, name) == value,
                )
                for value, word in choices.items()
            ],
        )
        for name, (label, choices) in GROUPS.items()
    ]


def _choice(
    query: RankedQuery,
    counts: Mapping[str, int],
    name: str,
    value: str,
    label: str,
    is_current: bool,
) -> Choice:
    """Choosing what is chosen already takes the filter away."""
    url = query.url(**{name: "" if is_current else value})
    return Choice(name, value, label, counts[name], url, is_current)


def _column(query: RankedQuery, sort: str, label: str) -> Column:
    if not sort:
        return Column(label, "", "", is_current=False, downwards=False)
    is_current = sort == query.sort
    downwards = query.downwards if is_current else ranking.SORTS[sort][1]
    wanted = not downwards if is_current else downwards
    direction = "" if wanted == ranking.SORTS[sort][1] else ("desc" if wanted else "asc")
    return Column(label, sort, query.url(sort=sort, direction=direction), is_current, downwards)


def _row(person: Person, ground: Ground, selected: set[int], queued: set[int]) -> RankedRow:
    insight: Insight | None = getattr(person, "insight", None)
    explanation = explain(computed_insight(insight)) if insight else None
    bits = (insight.badges if insight else 0) & ~Badge.KEPT
    is_kept = getattr(person, "kept", None) is not None
    grace = ground.now.astimezone(UTC) - timedelta(days=ground.grace_days)
    since = person.following_since_at
    return RankedRow(
        person=PersonRow.of(person, both_lists_known=ground.knows_both_lists),
        score=insight.score if insight else None,
        category=insight.category if insight else "",
        tone=insight.category.lower().replace(" ", "-")
        if insight and insight.category
        else "unknown",
        why=insight.why if insight else "Not scored yet",
        explanation=explanation,
        badges=badge_labels(bits | (Badge.KEPT if is_kept else 0)),
        account_type=_account_type(insight),
        ratio=insight.ratio if insight else None,
        last_interaction_at=moment(insight.last_interaction) if insight else None,
        knows_interactions=bool(insight and insight.engagement_gap_days is not None),
        is_selected=person.pk in selected,
        is_kept=is_kept,
        is_queued=person.pk in queued,
        is_new=since is not None and since > grace,
    )


def _account_type(insight: Insight | None) -> str:
    """A guess is said to be one; that somebody is probably a private person need not be said."""
    if insight is None or insight.account_type in {"", "personal"}:
        return ""
    return f"{insight.account_type} (by size)" if insight.is_type_inferred else insight.account_type


def _empty(connection: Connection, query: RankedQuery) -> EmptyState:
    if not query.filters.is_empty:
        return EmptyState(
            "Nobody matches", "Nobody you follow fits all of these filters.", "Show everybody",
            reverse("ranked"),
        )  # fmt: skip
    if queries.latest_snapshot(connection) is None:
        return nothing_known(connection)
    return EmptyState("Nobody here", "You follow nobody, as far as the latest snapshot tells.")
