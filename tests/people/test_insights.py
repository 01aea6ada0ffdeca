"""Insights follow the ledger, the interactions and the user's weights; what is unknown stays unknown."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from kith.accounts.models import Connection
from kith.accounts.services.preferences import set_suggestions, set_weights
from kith.core.scoring import Badge
from kith.people.coverage import coverage_of
from kith.people.models import (
    Insight,
    InteractionDay,
    KnownPeriod,
    Snapshot,
    computed_insight,
)
from kith.people.services.insights import recompute_insights
from kith.people.services.undoing import undo_snapshot
from tests.factories import apply, day, known_person, people, person

pytestmark = [pytest.mark.django_db, pytest.mark.database]
YEARS_AGO = int(datetime(2022, 1, 1, tzinfo=UTC).timestamp())
NOW = day(3)


def insight(connection: Connection, name: str) -> Insight:
    return Insight.objects.get(person=known_person(connection, name))


def knows_all_interactions(connection: Connection, until: datetime = NOW) -> None:
    for kind, direction in (
        ("like", "given"),
        ("comment", "given"),
        ("message", "given"),
        ("message", "received"),
    ):
        KnownPeriod.objects.create(
            connection=connection,
            kind=kind,
            direction=direction,
            since=YEARS_AGO,
            until=int(until.timestamp()),
        )


def interacted(connection: Connection, name: str, on: date, count: int = 5, **told: str) -> None:
    InteractionDay.objects.create(
        connection=connection,
        person=known_person(connection, name),
        username=name,
        kind=told.get("kind", "message"),
        direction=told.get("direction", "given"),
        day=on,
        from_export=count,
        last_at=int(datetime(on.year, on.month, on.day, 12, tzinfo=UTC).timestamp()),
    )


def test_every_snapshot_scores_everybody_who_is_followed(connection: Connection) -> None:
    apply(connection, people("ada", "ben"), people("ada", "zoe"))
    assert {row.person.username for row in Insight.objects.all()} == {"ada", "ben"}
    apply(connection, people("ada", "cleo"), people("ada", "zoe"))
    assert {row.person.username for row in Insight.objects.all()} == {"ada", "cleo"}


def test_computing_twice_gives_the_same(connection: Connection) -> None:
    apply(connection, people("ada", "ben", since=YEARS_AGO), people("ada"))
    recompute_insights(connection, NOW)
    before = list(Insight.objects.order_by("pk").values())
    assert recompute_insights(connection, NOW) == 2
    assert list(Insight.objects.order_by("pk").values()) == before


def test_without_interaction_data_nobody_is_called_inactive(connection: Connection) -> None:
    apply(connection, people("ada", since=YEARS_AGO), [])
    recompute_insights(connection, NOW)
    found = insight(connection, "ada")
    assert found.engagement_gap_days is None
    assert not found.badges & Badge.INACTIVE
    assert found.badges & Badge.NOT_ENOUGH_DATA


def test_while_followers_are_unknown_nobody_is_said_not_to_follow_back(
    connection: Connection,
) -> None:
    apply(connection, people("ada", since=YEARS_AGO), None)
    recompute_insights(connection, NOW)
    assert computed_insight(insight(connection, "ada")).evidence.is_follower is None


def test_somebody_one_writes_to_scores_lower_than_somebody_silent(connection: Connection) -> None:
    apply(connection, people("ada", "ben", since=YEARS_AGO), [])
    knows_all_interactions(connection)
    interacted(connection, "ada", NOW.date() - timedelta(days=2))
    recompute_insights(connection, NOW)
    ada, ben = insight(connection, "ada"), insight(connection, "ben")
    assert ada.score is not None
    assert ben.score is not None
    assert ada.score < ben.score
    assert ada.engagement_gap_days == 2
    assert ada.last_interaction
    assert ben.badges & Badge.INACTIVE


def test_of_two_sources_that_tell_of_a_day_the_fuller_one_counts(connection: Connection) -> None:
    apply(connection, people("ada", since=YEARS_AGO), [])
    knows_all_interactions(connection)
    interacted(connection, "ada", NOW.date() - timedelta(days=2), count=3)
    InteractionDay.objects.update(from_api=4)
    recompute_insights(connection, NOW)
    assert computed_insight(insight(connection, "ada")).evidence.given == 4


def test_the_users_weights_decide(connection: Connection) -> None:
    apply(connection, [person("ada", 1, followers_count=10, follows_count=5_000)], [])
    set_weights(connection.user, inactivity=0, engagement=0, ratio=100, age=0)
    recompute_insights(connection, NOW)
    found = insight(connection, "ada")
    assert found.score == computed_insight(found).factors.ratio


def test_a_threshold_of_followers_stands_in_for_the_badge_when_set(connection: Connection) -> None:
    apply(connection, [person("ada", 1, followers_count=500_000, follows_count=10)], [])
    assert not insight(connection, "ada").badges & Badge.COUNTS_AS_VERIFIED
    set_suggestions(connection.user, grace_days=14, verified_from_followers=100_000)
    recompute_insights(connection, NOW)
    assert insight(connection, "ada").badges & Badge.COUNTS_AS_VERIFIED


def test_an_insight_remembers_who_left_lately(connection: Connection) -> None:
    apply(connection, people("ada", "ben"), people("ada", "ben"))
    apply(connection, people("ada", "ben"), people("ben"))
    recompute_insights(connection, NOW)
    assert insight(connection, "ada").lost_me
    assert insight(connection, "ben").lost_me is None
    recompute_insights(connection, NOW + timedelta(days=90))
    assert insight(connection, "ada").lost_me is None


def test_undoing_an_import_brings_the_insights_before_it_back(connection: Connection) -> None:
    apply(connection, people("ada"), [], source="export")
    apply(connection, people("ada", "ben"), [], source="export")
    undo_snapshot(Snapshot.objects.latest("pk").pk)
    assert [row.person.username for row in Insight.objects.all()] == ["ada"]


def test_across_a_gap_only_what_comes_after_it_is_known(connection: Connection) -> None:
    for since, until in ((100, 200), (150, 300), (400, 500)):
        apply(connection, people("ada"), [], source="export")
        KnownPeriod.objects.create(
            connection=connection,
            snapshot=Snapshot.objects.latest("pk"),
            kind="like",
            direction="given",
            since=since,
            until=until,
        )
    assert [tuple(period) for period in coverage_of(connection).values()] == [(400, 500)]
    undo_snapshot(Snapshot.objects.latest("pk").pk)
    assert [tuple(period) for period in coverage_of(connection).values()] == [(100, 300)]
