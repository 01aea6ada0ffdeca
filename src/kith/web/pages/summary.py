"""The dashboard's summary of scores and contact. Behind every number stands the ranked list with the filter for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from kith.accounts.models import Connection
from kith.people.choices import CATEGORIES
from kith.people.models import Insight, moment
from kith.people.summary import InsightSummary, insight_summary
from kith.web.pages.marks import ScoreMark
from kith.web.templatetags.kith_text import number


@dataclass(frozen=True)
class SummaryFigure:
    """A number with the people behind it; None: unknown."""

    label: str
    value: int | None
    hint: str
    url: str


@dataclass(frozen=True)
class CategoryCount:
    """How many stand in a category."""

    mark: ScoreMark
    count: int
    url: str


@dataclass(frozen=True)
class NamedPerson:
    """Somebody at either end, with the engagement of 0 to 100 and the last contact."""

    username: str
    url: str
    engagement: int
    last_at: datetime | None


@dataclass(frozen=True)
class SummaryPart:
    """How things stand with everybody followed."""

    figures: list[SummaryFigure]
    categories: list[CategoryCount]
    without_score: int
    most_active: list[NamedPerson]
    least_engaged: list[NamedPerson]
    most_active_url: str
    least_engaged_url: str


def summary_part(connection: Connection) -> SummaryPart | None:
    """None while nobody is scored."""
    found = insight_summary(connection)
    if not found.people:
        return None
    ranked = reverse("ranked")
    return SummaryPart(
        figures=[_average(found), *_dormant(found)],
        categories=[
            CategoryCount(
                ScoreMark(None, category.value, slug),
                found.by_category[category],
                f"{ranked}?category={slug}",
            )
            for slug, category in CATEGORIES.items()
        ],
        without_score=found.without_score,
        most_active=[_named(each) for each in found.most_active],
        least_engaged=[_named(each) for each in found.least_engaged],
        most_active_url=f"{ranked}?sort=engagement&direction=desc",
        least_engaged_url=f"{ranked}?sort=engagement",
    )


def _average(found: InsightSummary) -> SummaryFigure:
    url = reverse("ranked")
    if found.spread is None:
        return SummaryFigure("Average score", None, "Too little is known for scores.", url)
    hint = f"Half are between {found.spread.lower} and {found.spread.upper}"
    url = f"{url}?score_from={found.spread.lower}&score_to={found.spread.upper}"
    return SummaryFigure("Average score", round(found.spread.average), hint, url)


def _dormant(found: InsightSummary) -> list[SummaryFigure]:
    unknown = "Unknown: too little is known of contacts"
    filters = {30: "quiet_from=30", 90: "inactive=1"}
    return [
        SummaryFigure(
            f"Silent for {days} days",
            count,
            unknown if count is None else f"of {number(found.people)} whom you follow",
            f"{reverse('ranked')}?{filters[days]}",
        )
        for days, count in found.dormant.items()
    ]


def _named(insight: Insight) -> NamedPerson:
    return NamedPerson(
        username=insight.person.username,
        url=reverse("person", args=[insight.person_id]),
        engagement=insight.engagement_score or 0,
        last_at=moment(insight.last_interaction),
    )
