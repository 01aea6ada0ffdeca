"""The ranked list: filters combine, and every choice shows how many it would leave."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from kith.accounts.models import Connection
from kith.accounts.origin import Origin
from kith.core.scoring import Badge
from kith.people.choices import Ground, RankedFilters
from kith.people.models import Insight, Person
from kith.people.ranking import SORTS, people_in_order, standing
from kith.people.services.keeping import keep
from tests.factories import apply, person

pytestmark = [pytest.mark.django_db, pytest.mark.database]
NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
GROUND = Ground(now=NOW, zone=UTC, grace_days=14, knows_both_lists=True)
LONG_AGO = int(datetime(2024, 1, 1, tzinfo=UTC).timestamp())
LATELY = int((NOW - timedelta(days=5)).timestamp())


@pytest.fixture
def ledger(connection: Connection) -> Connection:
    """Five people with scores of 90, 70, 40, 10 and none."""
    followed = [
        person("ada", 1, since=LONG_AGO, followers_count=100, follows_count=900),
        person("ben", 2, since=LONG_AGO, followers_count=5_000, follows_count=50),
        person("cleo", 3, since=LATELY, followers_count=40, follows_count=40),
        person("dan", 4, since=LONG_AGO, verified=True, followers_count=9, follows_count=9),
        person("eve", 5),
    ]
    apply(connection, followed, [person("cleo", 3), person("dan", 4)])
    for name, fields in {
        "ada": {
            "score": 90,
            "category": "Critical",
            "engagement_gap_days": 200,
            "quiet_days": 200,
            "badges": Badge.INACTIVE,
        },
        "ben": {
            "score": 70,
            "category": "High Priority",
            "engagement_gap_days": 20,
            "quiet_days": 20,
            "last_interaction": LATELY,
            "lost_me": LATELY,
        },
        "cleo": {"score": 40, "category": "Caution", "engagement_gap_days": None},
        "dan": {"score": 10, "category": "Safe"},
        "eve": {"score": None, "category": ""},
    }.items():
        Insight.objects.filter(person__username=name).update(**fields)
    return connection


def names(connection: Connection, **wanted: Any) -> list[str]:
    filters = RankedFilters(**wanted)
    found = standing(connection, filters, GROUND)
    return [each.username for each in people_in_order(found.people)]


def test_everybody_followed_is_there_the_best_candidate_first(ledger: Connection) -> None:
    assert names(ledger) == ["ada", "ben", "cleo", "dan", "eve"]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"search": "@ADA"}, ["ada"]),
        ({"search": "%"}, []),
        ({"search": "_"}, []),
        ({"quiet_from": 20}, ["ada", "ben"]),
        ({"category": "high-priority"}, ["ben"]),
        ({"badge": "verified"}, ["dan"]),
        ({"not_back": True}, ["ada", "ben", "eve"]),
        ({"lost": True}, ["ben"]),
        ({"quiet_from": 90}, ["ada"]),
        ({"never": True}, ["ada"]),
        ({"suggested": True}, ["ada", "ben", "eve"]),
        ({"score_from": 40, "score_to": 70}, ["ben", "cleo"]),
        ({"followers_from": 100}, ["ada", "ben"]),
        ({"ratio_to": 1.0}, ["ben", "cleo", "dan"]),
        ({"followed_before": date(2025, 1, 1)}, ["ada", "ben", "dan"]),
        ({"followed_after": date(2025, 1, 1)}, ["cleo"]),
        ({"inactive": True}, ["ada"]),
        ({"not_back": True, "inactive": True, "score_from": 80}, ["ada"]),
        ({"not_back": True, "badge": "verified"}, []),
    ],
)
def test_filters_combine(ledger: Connection, wanted: dict[str, Any], found: list[str]) -> None:
    assert [name for name in names(ledger, **wanted) if name != "eve" or "eve" in found] == found


def test_kept_people_are_there_but_not_suggested(ledger: Connection) -> None:
    keep(ledger, ["ada"], origin=Origin())
    assert names(ledger, kept="yes") == ["ada"]
    assert "ada" not in names(ledger, kept="no")
    assert "ada" not in names(ledger, suggested=True)
    assert "ada" in names(ledger)


def test_every_choice_counts_what_it_would_leave(ledger: Connection) -> None:
    wanted = RankedFilters(not_back=True, category="critical")
    found = standing(ledger, wanted, GROUND)
    assert found.count == 1
    for choice, count in found.counts.items():
        group, _, value = choice.partition(":")
        changed = {"not_back": True, "category": "critical", group: value or True}
        assert count == len(names(ledger, **changed)), choice


def test_while_a_list_is_unknown_nobody_is_said_not_to_follow_back(ledger: Connection) -> None:
    unsure = Ground(now=NOW, zone=UTC, grace_days=14, knows_both_lists=False)
    assert standing(ledger, RankedFilters(not_back=True), unsure).people == []


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("downwards", [True, False])
def test_whatever_it_is_sorted_by_the_unknown_stands_at_the_end(
    ledger: Connection, sort: str, downwards: bool
) -> None:
    order = standing(ledger, RankedFilters(), GROUND, sort=sort, downwards=downwards).people
    found = list(people_in_order(order))
    assert len(found) == 5
    values = [_value(each, SORTS[sort][0]) for each in found]
    known = [value for value in values if value is not None]
    assert values[: len(known)] == sorted(known, reverse=downwards)


def _value(each: Person, field: str) -> Any:
    table, _, name = field.partition(".")
    return getattr(each.insight if table == "i" else each, name)


def test_whoever_counts_as_verified_is_among_the_verified(ledger: Connection) -> None:
    Insight.objects.filter(person__username="ben").update(badges=Badge.COUNTS_AS_VERIFIED)
    assert names(ledger, badge="verified") == ["ben", "dan"]
