"""How things stand with everybody followed: counted over those who are scored, and unknown is not zero."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from kith.accounts.models import Connection
from kith.core.scoring import Category
from kith.people.models import Insight, InteractionDay, KnownPeriod
from kith.people.services.insights import recompute_insights
from kith.people.summary import Spread, insight_summary
from tests.factories import apply, day, known_person, people

pytestmark = [pytest.mark.django_db, pytest.mark.database]
YEARS_AGO = int(datetime(2022, 1, 1, tzinfo=UTC).timestamp())
NOW = day(3)


def score(name: str, value: int | None) -> None:
    Insight.objects.filter(person__username=name).update(score=value)


def test_without_anybody_nothing_is_known(connection: Connection) -> None:
    found = insight_summary(connection)
    assert (found.people, found.spread) == (0, None)
    assert found.dormant == {30: None, 90: None}


def test_scores_are_averaged_spread_and_counted_by_category(connection: Connection) -> None:
    names = ["ada", "ben", "cleo", "dan", "eve"]
    apply(connection, people(*names), [])
    for name, value in zip(names, (10, 20, 40, 90, None), strict=True):
        score(name, value)
    found = insight_summary(connection)
    assert found.spread == Spread(average=40.0, lower=10, upper=40)
    assert found.without_score == 1
    assert found.by_category == {
        Category.CRITICAL: 1,
        Category.HIGH_PRIORITY: 0,
        Category.CAUTION: 1,
        Category.SAFE: 2,
    }


def test_while_silence_means_nothing_nobody_is_called_silent(connection: Connection) -> None:
    apply(connection, people("ada", since=YEARS_AGO), [])
    recompute_insights(connection, NOW)
    found = insight_summary(connection)
    assert found.dormant == {30: None, 90: None}
    assert found.least_engaged == []


def test_silence_is_counted_in_days_that_the_data_cover(connection: Connection) -> None:
    apply(connection, people("ada", "ben", "cleo", since=YEARS_AGO), [])
    for kind, direction in (("like", "given"), ("message", "given"), ("message", "received")):
        KnownPeriod.objects.create(
            connection=connection, kind=kind, direction=direction,
            since=YEARS_AGO, until=int(NOW.timestamp()),
        )  # fmt: skip
    for name, ago in (("ada", 2), ("ben", 50)):
        at = NOW - timedelta(days=ago)
        InteractionDay.objects.create(
            connection=connection, person=known_person(connection, name), username=name, kind="message",
            direction="given", day=at.date(), from_export=9, last_at=int(at.timestamp()),
        )  # fmt: skip
    recompute_insights(connection, NOW)
    found = insight_summary(connection)
    assert found.dormant == {30: 2, 90: 1}
    assert [each.person.username for each in found.most_active] == ["ada", "ben"]
    assert [each.person.username for each in found.least_engaged] == ["cleo", "ben", "ada"]


def test_it_asks_three_times(connection: Connection, django_assert_num_queries: object) -> None:
    apply(connection, people("ada", "ben"), [])
    with django_assert_num_queries(3):  # type: ignore[operator]
        insight_summary(connection)
