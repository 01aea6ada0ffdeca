"""A plan says how often kith syncs by itself; every account comes back after one interval, give or take."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from kith.accounts.models import Connection, User
from kith.accounts.plans import SELF_HOSTED, plan_of
from kith.accounts.services.scheduling import let_sync_by_itself, plan_next_sync
from tests.factories import make_connection

pytestmark = [pytest.mark.database, pytest.mark.django_db]

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
EARLIEST, LATEST = NOW + timedelta(hours=21.6), NOW + timedelta(hours=26.4)


def test_whoever_runs_kith_has_a_sync_a_day(alice: User) -> None:
    assert plan_of(alice) == SELF_HOSTED
    assert SELF_HOSTED.sync_interval == timedelta(days=1)


def test_a_thousand_accounts_spread_over_a_fifth_of_the_interval() -> None:
    planned = sorted(SELF_HOSTED.next_sync_after(NOW) for _ in range(1_000))
    assert EARLIEST <= planned[0] < planned[-1] <= LATEST
    assert len(set(planned)) > 900
    assert planned[-1] - planned[0] > timedelta(hours=4)


def test_the_next_sync_is_planned_for_a_connected_account_only(alice: User) -> None:
    connection = make_connection(alice, status="connected")
    plan_next_sync(connection, now=NOW)
    connection.refresh_from_db()
    assert connection.next_sync_at
    assert EARLIEST <= connection.next_sync_at <= LATEST
    for status in ("exports_only", "reconnect_needed"):
        Connection.objects.update(status=status, next_sync_at=None)
        plan_next_sync(connection, now=NOW)
        assert Connection.objects.get().next_sync_at is None


def test_only_an_account_that_syncs_by_itself_has_a_time_to_show(alice: User) -> None:
    connection = make_connection(alice, status="connected", next_sync_at=NOW)
    assert connection.automatic_sync_at == NOW
    let_sync_by_itself(connection, on=False)
    connection.refresh_from_db()
    assert connection.automatic_sync_at is None
    let_sync_by_itself(connection, on=True)
    connection.refresh_from_db()
    assert connection.automatic_sync_at == NOW
    connection.status = Connection.Status.RECONNECT_NEEDED
    assert connection.automatic_sync_at is None
