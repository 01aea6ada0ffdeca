"""The budget of calls is exact over all threads, and listens to Instagram's own count."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from kith.accounts.instagram import client_for
from kith.accounts.models import Connection, User
from kith.core.instagram import RateUsage
from kith.sync.budget import PAUSE_AT_LIMIT, BudgetSpent, ConnectionBudget
from kith.sync.models import SpentCall
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
    assert SpentCall.objects.count() == 1


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
    assert not SpentCall.objects.exists()


def test_the_time_that_instagram_names_is_waited_for(spender: Connection) -> None:
    budget, later = ConnectionBudget(spender.pk), timezone.now() + timedelta(minutes=42)
    budget.observe(RateUsage(percent=100, regain_at=later))
    with pytest.raises(BudgetSpent) as spent:
        budget.spend()
    assert spent.value.resume_at == later
