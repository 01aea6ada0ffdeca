"""Insights are computed anew when a day has passed or somebody has interacted, each account once."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from kith.accounts.models import Connection
from kith.people.models import Insight, SeenEvent
from kith.people.services.events import SEEN_FOR, record_events
from kith.people.services.insights import recompute_insights
from kith.people.services.recomputing import PAUSE, STALE_AFTER, recompute_due_insights
from tests.factories import apply, known_person, make_connection, people
from tests.people.test_events import event
from tests.sync.threads import at_once

pytestmark = [pytest.mark.django_db, pytest.mark.database]
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def now() -> datetime:
    return timezone.now()


def scored(connection: Connection, at: datetime) -> Connection:
    """Ada and Ben are followed, and were scored at a moment."""
    apply(connection, people("ada", "ben"), [])
    recompute_insights(connection, at)
    return connection


def computed_at(connection: Connection) -> datetime:
    return Insight.objects.filter(connection=connection).latest("computed_at").computed_at


def comment(connection: Connection, at: datetime, name: str = "ada") -> None:
    record_events(connection, [event(f"comment:{at}", name, at=int(at.timestamp()))])


def test_insights_are_a_day_old_at_most(connection: Connection, now: datetime) -> None:
    scored(connection, now)
    assert recompute_due_insights(now=now + STALE_AFTER - MINUTE) == 0
    later = now + STALE_AFTER + MINUTE
    assert [recompute_due_insights(now=later), recompute_due_insights(now=later)] == [1, 0]
    assert computed_at(connection) == later


def test_what_has_happened_since_is_in_them_soon(connection: Connection, now: datetime) -> None:
    scored(connection, now - HOUR)
    assert recompute_due_insights(now=now) == 0
    comment(connection, now - 5 * MINUTE)
    assert [recompute_due_insights(now=now), recompute_due_insights(now=now)] == [1, 0]
    insight = Insight.objects.get(person=known_person(connection, "ada"))
    assert insight.last_interaction == int((now - 5 * MINUTE).timestamp())
    assert recompute_due_insights(now=now + 2 * HOUR) <= 1
    assert recompute_due_insights(now=now + 4 * HOUR) == 0


def test_what_is_told_a_little_late_is_not_overlooked(
    connection: Connection, now: datetime
) -> None:
    scored(connection, now - HOUR)
    comment(connection, now - HOUR - 5 * MINUTE)
    assert recompute_due_insights(now=now) == 1


def test_a_busy_account_is_not_computed_all_the_time(connection: Connection, now: datetime) -> None:
    scored(connection, now)
    comment(connection, now)
    assert recompute_due_insights(now=now + PAUSE - MINUTE) == 0
    assert recompute_due_insights(now=now + PAUSE + MINUTE) == 1


def test_accounts_from_before_there_were_insights_get_theirs(
    connection: Connection, now: datetime
) -> None:
    make_connection(username="alice.follows.nobody")
    scored(connection, now)
    Insight.objects.all().delete()
    assert [recompute_due_insights(now=now), recompute_due_insights(now=now)] == [1, 0]
    assert Insight.objects.count() == 2


def test_a_tick_does_a_few_and_the_oldest_first(connection: Connection, now: datetime) -> None:
    scored(connection, now - 3 * STALE_AFTER)
    other = scored(make_connection(username="alice.bakes"), now - 2 * STALE_AFTER)
    assert recompute_due_insights(now=now, most=1) == 1
    assert (computed_at(connection), computed_at(other)) == (now, now - 2 * STALE_AFTER)
    assert [recompute_due_insights(now=now, most=1) for _ in range(2)] == [1, 0]


@pytest.mark.django_db(transaction=True)
def test_of_four_ticks_at_once_each_account_is_done_by_one(now: datetime) -> None:
    for name in ("one", "two", "three"):
        scored(make_connection(username=name), now - 2 * STALE_AFTER)
    done = at_once(4, lambda: recompute_due_insights(now=now))
    assert sum(done) == 3
    assert Insight.objects.filter(computed_at=now).count() == 6


def test_old_keys_are_swept_on_the_way(connection: Connection, now: datetime) -> None:
    scored(connection, now - 2 * STALE_AFTER)
    record_events(connection, [event("message:1")])
    SeenEvent.objects.update(seen_at=now - 2 * SEEN_FOR)
    recompute_due_insights(now=now)
    assert not SeenEvent.objects.exists()
