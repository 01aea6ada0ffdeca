"""The filters of the ranked list as conditions of SQL, each written once.

Conditions speak of `p`, a person; `i`, their insight; and `k`, their place on the keep list. The latter two may be
missing, and what is unknown never fits.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any, NamedTuple

from django.db import connection as database
from django.db.models import QuerySet

from kith.core.scoring import Badge, Category

# Somebody who left so lately is still on one's mind.
LOST_WITHIN = timedelta(days=30)
BADGES = {
    "verified": Badge.VERIFIED | Badge.COUNTS_AS_VERIFIED,
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
SWITCHES = ("suggested", "not_back", "lost", "inactive", "never")
GROUPS = ("category", "badge", "kept")


@dataclass(frozen=True)
class RankedFilters:
    """Which people are wanted. Empty and None mean everybody; days are those of the ground's zone."""

    search: str = ""
    category: str = ""
    badge: str = ""
    kept: str = ""
    """`yes` or `no`."""
    not_back: bool = False
    lost: bool = False
    inactive: bool = False
    """Ninety days of known silence or more, as the badge says."""
    never: bool = False
    suggested: bool = False
    """Without the kept, the verified, those in their grace period, and those in the queue."""
    score_from: int | None = None
    score_to: int | None = None
    quiet_from: int | None = None
    """Days of known silence."""
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
    """What filters are read against: the moment, the zone of days, the user's grace period, and who is queued.

    `queued` selects ids of people; nobody is suggested who is in the queue already.
    """

    now: datetime
    zone: tzinfo
    grace_days: int
    knows_both_lists: bool
    queued: QuerySet[Any, int] | None = None

    @property
    def grace_since(self) -> int:
        """Whoever is followed since then, in epoch seconds, is in the grace period."""
        return int((self.now - timedelta(days=self.grace_days)).timestamp())

    def midnight(self, day: date) -> int:
        return int(datetime.combine(day, time(), tzinfo=self.zone).astimezone(UTC).timestamp())


class Condition(NamedTuple):
    """A condition of SQL with its parameters."""

    sql: str
    parameters: tuple[Any, ...] = ()


NOBODY = Condition("FALSE")
IS_KEPT, IS_NOT_KEPT = Condition("k.person_id IS NOT NULL"), Condition("k.person_id IS NULL")


def options(ground: Ground) -> dict[str, Condition]:
    """Every choice that shows its count, as `category:critical`, `badge:verified`, `kept:yes`, `not_back` and so on."""
    lost_since = int((ground.now - LOST_WITHIN).timestamp())
    return {
        **{
            f"category:{slug}": Condition("i.category = %s", (word.value,))
            for slug, word in CATEGORIES.items()
        },
        **{f"badge:{slug}": _has(bit) for slug, bit in BADGES.items()},
        "kept:yes": IS_KEPT,
        "kept:no": IS_NOT_KEPT,
        # Unknown is not "no": while one list is unknown, nobody is said not to follow back.
        "not_back": Condition("NOT p.is_follower") if ground.knows_both_lists else NOBODY,
        "lost": Condition("i.lost_me >= %s", (lost_since,)),
        "inactive": _has(Badge.INACTIVE),
        # Of whom interactions would be known, and there are none.
        "never": Condition("i.last_interaction IS NULL AND i.engagement_gap_days IS NOT NULL"),
        "suggested": _suggested(ground),
    }


def parts(filters: RankedFilters, ground: Ground) -> dict[str, Condition]:
    """A condition for each filter that is set, under its name."""
    known = options(ground)
    found: dict[str, Condition] = {}
    if filters.search:
        found["search"] = _named(filters.search)
    for group in GROUPS:
        option = known.get(f"{group}:{getattr(filters, group)}")
        if option is not None:
            found[group] = option
    found |= {name: known[name] for name in SWITCHES if getattr(filters, name)}
    for name, (sql, as_stored) in RANGES.items():
        value = getattr(filters, name)
        if value is not None:
            found[name] = Condition(sql, (as_stored(value, ground),))
    return found


def _as_it_is(value: float, _: Ground) -> float:
    return value


def _midnight(day: date, ground: Ground) -> int:
    return ground.midnight(day)


RANGES: dict[str, tuple[str, Callable[[Any, Ground], float]]] = {
    "score_from": ("i.score >= %s", _as_it_is),
    "score_to": ("i.score <= %s", _as_it_is),
    "quiet_from": ("i.quiet_days >= %s", _as_it_is),
    "followers_from": ("p.followers_count >= %s", _as_it_is),
    "followers_to": ("p.followers_count <= %s", _as_it_is),
    "ratio_from": ("i.ratio >= %s", _as_it_is),
    "ratio_to": ("i.ratio <= %s", _as_it_is),
    "followed_after": ("p.following_since >= %s", _midnight),
    "followed_before": ("p.following_since < %s", _midnight),
}


def _has(bits: int) -> Condition:
    return Condition("(i.badges & %s) <> 0", (bits,))


def _named(text: str) -> Condition:
    """SQLite's LIKE takes capitals and small letters for the same, PostgreSQL's does not."""
    like = "LIKE" if database.vendor == "sqlite" else "ILIKE"
    escaped = text.lstrip("@").replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    sql = f"(p.username {like} %s ESCAPE '\\' OR p.name {like} %s ESCAPE '\\')"
    return Condition(sql, (f"%{escaped}%", f"%{escaped}%"))


def _suggested(ground: Ground) -> Condition:
    sql = (
        "k.person_id IS NULL AND (p.following_since IS NULL OR p.following_since < %s) "
        "AND (COALESCE(i.badges, 0) & %s) = 0"
    )
    parameters: tuple[Any, ...] = (ground.grace_since, Badge.VERIFIED | Badge.COUNTS_AS_VERIFIED)
    if ground.queued is not None:
        queued, its_own = ground.queued.query.sql_with_params()
        sql, parameters = f"{sql} AND p.id NOT IN ({queued})", (*parameters, *its_own)
    return Condition(sql, parameters)
