"""How things stand with everybody whom a connection follows, in a few numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from django.db.models import Count, Q

from kith.accounts.models import Connection
from kith.core.scoring import Category, category_of
from kith.people.models import Insight

DORMANT_DAYS = (30, 90)
NAMED = 3


@dataclass(frozen=True)
class Spread:
    """The average of the scores, and between which two the middle half of them lies."""

    average: float
    lower: int
    upper: int


@dataclass(frozen=True)
class InsightSummary:
    """`dormant` counts people by days of known silence: None while too little is known for silence to mean anything.

    `most_active` and `least_engaged` are the first few, people who were in contact in the last half year at all and
    people with the longest silence going first.
    """

    people: int
    by_category: Mapping[Category, int]
    without_score: int
    spread: Spread | None
    dormant: Mapping[int, int | None]
    most_active: list[Insight]
    least_engaged: list[Insight]


def insight_summary(connection: Connection) -> InsightSummary:
    """Three queries, of which the first counts everybody once."""
    insights = Insight.objects.filter(connection=connection)
    rows: list[Any] = list(
        insights.values("score")
        .annotate(
            people=Count("pk"),
            known=Count("quiet_days"),
            **{
                f"dormant_{days}": Count("pk", filter=Q(quiet_days__gte=days))
                for days in DORMANT_DAYS
            },
        )
        .order_by("score")
    )
    counts = {row["score"]: row["people"] for row in rows if row["score"] is not None}
    people = sum(row["people"] for row in rows)
    is_silence_known = any(row["known"] for row in rows)
    known = insights.filter(quiet_days__isnull=False).select_related("person")
    return InsightSummary(
        people=people,
        by_category=_by_category(counts),
        without_score=people - sum(counts.values()),
        spread=_spread(counts),
        dormant={
            days: sum(row[f"dormant_{days}"] for row in rows) if is_silence_known else None
            for days in DORMANT_DAYS
        },
        most_active=list(
            known.filter(engagement_score__gt=0).order_by("-engagement_score", "pk")[:NAMED]
        ),
        least_engaged=list(known.order_by("engagement_score", "-quiet_days", "pk")[:NAMED]),
    )


def _by_category(counts: Mapping[int, int]) -> dict[Category, int]:
    found: Counter[Category | None] = Counter()
    for score, people in counts.items():
        found[category_of(score)] += people
    return {category: found[category] for category in reversed(Category)}


def _spread(counts: Mapping[int, int]) -> Spread | None:
    """`counts` in the order of the scores."""
    total = sum(counts.values())
    if not total:
        return None
    average = sum(score * people for score, people in counts.items()) / total
    return Spread(average, _at(counts, total / 4), _at(counts, total * 3 / 4))


def _at(counts: Mapping[int, int], place: float) -> int:
    """The score of whoever stands at that place."""
    reached = accumulate(counts.values())
    return next(score for score, passed in zip(counts, reached, strict=True) if passed >= place)
