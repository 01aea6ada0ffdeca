"""The budget of calls is exact over all threads, and listens to Instagram's own count."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db.models import F
from django.utils import timezone
from pytest_django import Settings

from kith.accounts.instagram import client_for
from kith.accounts.models import Connection, User
from kith.core.instagram import RateLimited, RateUsage
from kith.sync.budget import (
    ACCOUNT_LIMIT,
    APP_LIMIT,
    PAUSE_AT_LIMIT,
    WINDOW,
    BudgetSpent,
    ConnectionBudget,
    calls_left,
    halt_of,
)
from kith.sync.models import Pause, SpentCall, SyncJob
from kith.sync.pauses import pause_calls, pause_writes, writes_paused_until
from tests.contract.visitor import Visitor
from tests.factories import make_connection
from tests.sync.steps import an_hour_passes
from tests.sync.threads import at_once

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def spender(alice: User, settings: Settings) -> Connection:
    """An account with ten calls an hour."""
    settings.INSTAGRAM_CALLS_PER_HOUR = 10
    return make_connection(alice)


def budget_of(connection: Connection) -> ConnectionBudget:
    return ConnectionBudget(connection.pk)


def test_two_threads_make_ten_calls_and_never_an_eleventh(
    connection: Connection, visitor: Visitor, settings: Settings
) -> None:
    settings.INSTAGRAM_CALLS_PER_HOUR = 10
    before = len(visitor.calls())

    def call_on() -> int:
        made = 0
        with client_for(connection, budget=ConnectionBudget(connection.pk)) as client:
            try:
                while True:
                    client.own_account()
                    made += 1
            except BudgetSpent:
                return made

    assert sum(at_once(2, call_on)) == 10
    assert len(visitor.calls()) - before == 10


def test_the_window_slides(spender: Connection) -> None:
    budget = ConnectionBudget(spender.pk)
    for _ in range(10):
        budget.spend()
    oldest = SpentCall.objects.earliest("at").at
    with pytest.raises(BudgetSpent) as spent:
        budget.spend()
    assert spent.value.resume_at == oldest + timedelta(hours=1)
    an_hour_passes()
    budget.spend()
    assert calls_left(spender.pk, timezone.now()) == 9


def test_every_connection_has_a_budget_of_its_own(spender: Connection, alice: User) -> None:
    other = make_connection(alice, "alice.bakes")
    for connection in (spender, other):
        for _ in range(10):
            ConnectionBudget(connection.pk).spend()
    with pytest.raises(BudgetSpent):
        ConnectionBudget(other.pk).spend()


def test_a_smaller_budget_holds_at_once(spender: Connection, settings: Settings) -> None:
    for _ in range(8):
        ConnectionBudget(spender.pk).spend()
    settings.INSTAGRAM_CALLS_PER_HOUR = 5
    with pytest.raises(BudgetSpent):
        ConnectionBudget(spender.pk).spend()


def test_what_has_left_the_hour_is_deleted(spender: Connection) -> None:
    for _ in range(2):
        ConnectionBudget(spender.pk).spend()
    an_hour_passes()
    ConnectionBudget(spender.pk).spend()
    assert SpentCall.objects.count() == 1


@pytest.mark.parametrize("ahead", [timedelta(minutes=20), timedelta(days=400)])
def test_a_clock_that_is_put_back_sets_no_call_free_and_none_aside_for_long(
    spender: Connection, ahead: timedelta
) -> None:
    before, during = budget_of(spender), budget_of(spender)
    for _ in range(6):
        before.spend()
    during.spend()
    SpentCall.objects.update(at=F("at") + ahead)
    for _ in range(3):
        during.spend()
    for budget in (during, budget_of(spender)):
        with pytest.raises(BudgetSpent) as spent:
            budget.spend()
    assert spent.value.resume_at <= timezone.now() + WINDOW
    assert SpentCall.objects.count() == 10
    an_hour_passes()
    for _ in range(10):
        before.spend()
    with pytest.raises(BudgetSpent):
        during.spend()


def test_a_call_that_is_free_in_a_moment_is_waited_for_here(
    spender: Connection, settings: Settings
) -> None:
    settings.INSTAGRAM_CALLS_PER_HOUR = 1
    pauses: list[float] = []

    def sleep(seconds: float) -> None:
        pauses.append(seconds)
        SpentCall.objects.update(at=timezone.now() - WINDOW)

    budget = ConnectionBudget(spender.pk, sleep=sleep)
    budget.spend()
    SpentCall.objects.update(at=timezone.now() - WINDOW + timedelta(seconds=1.5))
    budget.spend()
    [pause] = pauses
    assert 1 < pause <= 1.5
    assert SpentCall.objects.filter(at__gt=timezone.now() - WINDOW).count() == 1


@pytest.mark.parametrize(
    ("percent", "goes_on"), [(None, True), (94, True), (95, False), (120, False)]
)
def test_instagrams_own_count_is_believed(
    spender: Connection, percent: int | None, goes_on: bool
) -> None:
    budget = ConnectionBudget(spender.pk)
    budget.observe(RateUsage(percent=percent))
    if goes_on:
        budget.spend()
        return
    with pytest.raises(BudgetSpent) as spent:
        budget.spend()
    assert timezone.now() < spent.value.resume_at <= timezone.now() + PAUSE_AT_LIMIT
    assert str(spent.value) == ACCOUNT_LIMIT
    assert not SpentCall.objects.exists()


@pytest.mark.parametrize(
    ("percents", "goes_on"),
    [((70, 74), True), ((60, 72), True), ((60, 80), True), ((60, 81), False), ((40, 75), False)],
)
def test_near_the_limit_a_step_that_would_go_beyond_it_is_not_made(
    spender: Connection, percents: tuple[int, int], goes_on: bool
) -> None:
    budget = ConnectionBudget(spender.pk)
    for percent in percents:
        budget.observe(RateUsage(percent=percent, account_percent=percent, app_percent=3))
    assert (halt_of(spender.pk, timezone.now()) is None) is goes_on


@pytest.mark.parametrize("percent", [100, 40, None])
def test_the_time_that_instagram_names_is_waited_for(
    spender: Connection, percent: int | None
) -> None:
    """Whatever it counts: an account is throttled for its calls, or for the work they make."""
    budget, later = ConnectionBudget(spender.pk), timezone.now() + timedelta(minutes=42)
    budget.observe(RateUsage(percent=percent, account_percent=percent, regain_at=later))
    with pytest.raises(BudgetSpent) as spent:
        budget.spend()
    assert spent.value.resume_at == later


def test_a_pause_holds_for_every_worker_and_outlives_them(
    connection: Connection, visitor: Visitor
) -> None:
    visitor.fail("http-429", path="/me", seconds=600)
    with pytest.raises(RateLimited), client_for(connection, budget=budget_of(connection)) as client:
        client.own_account()
    before = len(visitor.calls())
    with (
        pytest.raises(BudgetSpent) as spent,
        client_for(connection, budget=budget_of(connection)) as client,
    ):
        client.own_account()
    assert len(visitor.calls()) == before
    minutes = (spent.value.resume_at - timezone.now()).total_seconds() / 60
    assert 9 < minutes <= 10


def test_a_limit_of_one_account_leaves_others_alone(spender: Connection, alice: User) -> None:
    other = make_connection(alice, "alice.bakes")
    ConnectionBudget(spender.pk).observe(RateUsage(percent=97, account_percent=97, app_percent=12))
    ConnectionBudget(other.pk).spend()
    with pytest.raises(BudgetSpent):
        ConnectionBudget(spender.pk).spend()


@pytest.mark.parametrize("app_percent", [95, 100])
def test_a_limit_of_the_app_stops_every_account(
    spender: Connection, alice: User, app_percent: int
) -> None:
    other = make_connection(alice, "alice.bakes")
    usage = RateUsage(percent=app_percent, account_percent=2, app_percent=app_percent)
    ConnectionBudget(spender.pk).observe(usage)
    for connection in (spender, other):
        with pytest.raises(BudgetSpent) as spent:
            ConnectionBudget(connection.pk).spend()
        assert str(spent.value) == APP_LIMIT


def test_of_two_pauses_the_later_holds(spender: Connection) -> None:
    now = timezone.now()
    for minutes in (20, 40, 10):
        pause_calls(now + timedelta(minutes=minutes), f"{minutes}", connection_id=spender.pk)
    pause_calls(now + timedelta(minutes=30), "all", connection_id=None)
    assert halt_of(spender.pk, now) == (now + timedelta(minutes=40), "40")
    assert Pause.objects.count() == 2


def test_sixteen_workers_that_pause_at_once_make_one_pause(spender: Connection) -> None:
    later = timezone.now() + timedelta(hours=1)
    at_once(16, lambda: pause_calls(later, "refused", connection_id=spender.pk))
    at_once(16, lambda: pause_calls(later, "refused", connection_id=None))
    assert list(Pause.objects.order_by("pk").values_list("connection", "until")) == [
        (spender.pk, later),
        (None, later),
    ]


def test_a_pause_of_writes_lets_reading_go_on(spender: Connection) -> None:
    assert writes_paused_until(spender) is None
    tomorrow = timezone.now() + timedelta(days=1)
    pause_writes(spender.pk, tomorrow, "blocked")
    ConnectionBudget(spender.pk).spend()
    assert writes_paused_until(spender) == tomorrow


def test_a_pause_of_every_call_is_one_of_writes_too(spender: Connection) -> None:
    later = timezone.now() + timedelta(minutes=5)
    pause_calls(later, "refused", connection_id=None)
    assert writes_paused_until(spender) == later


def test_jobs_that_wait_are_put_off_by_a_longer_pause(spender: Connection, alice: User) -> None:
    other = make_connection(alice, "alice.bakes")
    now = timezone.now()
    waiting = [
        SyncJob.objects.create(
            connection=connection, kind="sync", status="waiting", resume_at=now, message="spent"
        )
        for connection in (spender, other)
    ]

    def times() -> list[datetime | None]:
        return [SyncJob.objects.get(pk=job.pk).resume_at for job in waiting]

    later, much_later = now + timedelta(minutes=5), now + timedelta(minutes=50)
    pause_calls(later, "refused", connection_id=spender.pk)
    assert times() == [later, now]
    pause_calls(much_later, "all refused", connection_id=None)
    assert times() == [much_later, much_later]
    pause_calls(later, "refused", connection_id=spender.pk)
    assert times() == [much_later, much_later]
