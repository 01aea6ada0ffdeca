"""The ranked list: everybody the user follows, the best candidate first, narrowed by filters that combine."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from kith.accounts.models import Connection
from kith.core.scoring import Badge, Category
from kith.people.models import Person

# Somebody who left so lately is still on one's mind.
LOST_WITHIN = timedelta(days=30)
INACTIVE_DAYS = 90

SORTS: dict[str, tuple[str, bool]] = {
    # The field, and whether its first direction is downwards.
    "score": ("insight__score", True),
    "username": ("username", False),
    "followers": ("followers_count", True),
    "following": ("follows_count", True),
    "ratio": ("insight__ratio", True),
    "since": ("following_since", False),
    "interaction": ("insight__last_interaction", False),
}
BADGES = {
    "verified": Badge.VERIFIED,
    "inactive": Badge.INACTIVE,
    "low-engagement": Badge.LOW_ENGAGEMENT,
    "mutual": Badge.MUTUAL,
    "not-enough-data": Badge.NOT_ENOUGH_DATA,
}
CATEGORIES = {
    "critical": Category.CRITICAL,
    "high-priority": Category.HIGH_PRIORITY,
    "caution": Category.CAUTION,
    "safe": Category.SAFE,
}


@dataclass(frozen=True)
class RankedFilters:
    """Which people are wanted. Empty and None mean everybody; days are those of `zone`."""

    search: str = ""
    category: str = ""
    badge: str = ""
    kept: str = ""
    """`yes` or `no`."""
    not_back: bool = False
    lost: bool = False
    inactive: bool = False
    never: bool = False
    suggested: bool = False
    """Without the kept, the verified, those in their grace period, and those in the queue."""
    score_from: int | None = None
    score_to: int | None = None
    followers_from: int | None = None
    followers_to: int | None = None
    ratio_from: float | None = None
    ratio_to: float | None = None
    followed_after: date | None = None
    followed_before: date | None = None

    @property
    def is_empty(self) -> bool:
        return self == RankedFilters()

    def without(self, *names: str) -> RankedFilters:
        defaults = {field.name: field.default for field in fields(self) if field.name in names}
        return replace(self, **defaults)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Ground:
    """What filters are read against: the moment, the zone of days, and the user's grace period."""

    now: datetime
    zone: tzinfo
    grace_days: int
    knows_both_lists: bool


def followed_people(connection: Connection) -> QuerySet[Person]:
    return Person.objects.filter(connection=connection, is_following=True)


def condition(filters: RankedFilters, ground: Ground) -> Q:
    """All filters together."""
    found = Q()
    for part in _parts(filters, ground).values():
        found &= part
    return found


def counts(
    connection: Connection, filters: RankedFilters, ground: Ground
) -> tuple[int, dict[str, int]]:
    """How many the filters leave, and how many each choice would leave beside the other filters, in one query.

    Choices are named `category:critical`, `badge:verified`, `kept:yes`, `not_back`, `lost` and so on.
    """
    wanted: dict[str, Any] = {"all": Count("pk", filter=condition(filters, ground))}
    for name, option in _options(ground).items():
        group = name.partition(":")[0]
        others = condition(filters.without(group), ground)
        wanted[name.replace(":", "__").replace("-", "_")] = Count("pk", filter=others & option)
    found = followed_people(connection).aggregate(**wanted)
    names = {name.replace(":", "__").replace("-", "_"): name for name in _options(ground)}
    return int(found.pop("all")), {names[key]: int(value) for key, value in found.items()}


def ranked(
    connection: Connection,
    filters: RankedFilters,
    ground: Ground,
    *,
    sort: str = "score",
    downwards: bool | None = None,
) -> QuerySet[Person]:
    """The people with their insights, in order; unknown values stand at the end either way."""
    field, first = SORTS[sort]
    value = (
        F(field).desc(nulls_last=True)
        if (first if downwards is None else downwards)
        else F(field).asc(nulls_last=True)
    )
    people = followed_people(connection).filter(condition(filters, ground))
    return people.select_related("insight", "kept").order_by(value, "username")


def _options(ground: Ground) -> dict[str, Q]:
    """Every choice that shows its count."""
    return {
        **{f"category:{slug}": Q(insight__category=value) for slug, value in CATEGORIES.items()},
        **{f"badge:{slug}": _has_badge(bit) for slug, bit in BADGES.items()},
        "kept:yes": Q(kept__isnull=False),
        "kept:no": Q(kept__isnull=True),
        "not_back": _not_back(ground),
        "lost": _lost(ground),
        "inactive": Q(insight__engagement_gap_days__gte=INACTIVE_DAYS),
        "never": _never(),
        "suggested": _suggested(ground),
    }


def _parts(filters: RankedFilters, ground: Ground) -> dict[str, Q]:
    """A condition for each filter that is set."""
    options, found = _options(ground), {}
    if filters.search:
        text = filters.search.lstrip("@").lower()
        found["search"] = Q(username__contains=text) | Q(name__icontains=filters.search)
    for group in ("category", "badge", "kept"):
        option = options.get(f"{group}:{getattr(filters, group)}")
        if option is not None:
            found[group] = option
    for name in ("not_back", "lost", "inactive", "never", "suggested"):
        if getattr(filters, name):
            found[name] = options[name]
    found |= _range("insight__score", "score", filters.score_from, filters.score_to)
    found |= _range("followers_count", "followers", filters.followers_from, filters.followers_to)
    found |= _range("insight__ratio", "ratio", filters.ratio_from, filters.ratio_to)
    if filters.followed_after:
        found["followed_after"] = Q(following_since__gte=_midnight(filters.followed_after, ground))
    if filters.followed_before:
        found["followed_before"] = Q(following_since__lt=_midnight(filters.followed_before, ground))
    return found


def _range(field: str, name: str, least: float | None, most: float | None) -> dict[str, Q]:
    found = {}
    if least is not None:
        found[f"{name}_from"] = Q(**{f"{field}__gte": least})
    if most is not None:
        found[f"{name}_to"] = Q(**{f"{field}__lte": most})
    return found


def _has_badge(bit: int) -> Q:
    """Bits are tested by Django's own expressions, which both databases understand."""
    with_bit = [badges for badges in range(128) if badges & bit]
    return Q(insight__badges__in=with_bit)


def _not_back(ground: Ground) -> Q:
    """Unknown is not "no": while one list is unknown, nobody is said not to follow back."""
    return Q(is_follower=False) if ground.knows_both_lists else Q(pk__in=[])


def _lost(ground: Ground) -> Q:
    return Q(insight__lost_me__gte=int((ground.now - LOST_WITHIN).timestamp()))


def _never() -> Q:
    """Whose interactions would be known, and there are none."""
    return Q(insight__last_interaction__isnull=True, insight__engagement_gap_days__isnull=False)


def _suggested(ground: Ground) -> Q:
    grace = int((ground.now - timedelta(days=ground.grace_days)).timestamp())
    protected = [bits for bits in range(128) if bits & (Badge.VERIFIED | Badge.COUNTS_AS_VERIFIED)]
    return (
        Q(kept__isnull=True)
        & (Q(following_since__isnull=True) | Q(following_since__lt=grace))
        & ~Q(insight__badges__in=protected)
    )


def _midnight(day: date, ground: Ground) -> int:
    return int(datetime.combine(day, time(), tzinfo=ground.zone).astimezone(UTC).timestamp())
