"""Tokens are renewed by themselves, each by one worker, and whoever has to act is told in time."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from kith.accounts.instagram import client_with, instagram_config
from kith.accounts.models import AccessToken, Activity, Connection, User
from kith.accounts.services.connecting import disconnect
from kith.accounts.services.tokens import opened_token, store_token
from kith.core.instagram import InstagramClient, Token
from kith.sync.budget import ConnectionBudget
from kith.sync.models import SpentCall
from kith.sync.renewal import renew_due_tokens
from kith.sync.schedule import keep_schedule
from tests.contract.visitor import Visitor
from tests.factories import make_connection
from tests.sync.steps import ORIGIN, an_hour_passes, connect
from tests.sync.threads import at_once

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def days_pass(visitor: Visitor, days: int) -> None:
    """At Instagram and here: what is stored moves into the past."""
    visitor.control("advance", days=days, quiet=True)
    for stored in AccessToken.objects.all():
        stored.issued_at -= days * DAY
        stored.expires_at = stored.expires_at and stored.expires_at - days * DAY
        stored.refresh_at = stored.refresh_at and stored.refresh_at - days * DAY
        stored.save()


def refreshes(visitor: Visitor) -> int:
    return sum(call["path"] == "/refresh_access_token" for call in visitor.calls())


def patient(connection: Connection) -> InstagramClient:
    """The account's client, which notes pauses between tries instead of sleeping."""
    token = opened_token(AccessToken.objects.get(connection=connection))
    budget = ConnectionBudget(connection.pk)
    return InstagramClient(instagram_config(), token, budget=budget, sleep=lambda _: None)


def renew(**how: object) -> int:
    return renew_due_tokens(open_client=patient, **how)  # type: ignore[arg-type]


def told() -> list[str]:
    kinds = Activity.objects.filter(kind__startswith="token_").order_by("id")
    return [kind.removeprefix("token_") for kind in kinds.values_list("kind", flat=True)]


def paste(connection: Connection, visitor: Visitor) -> AccessToken:
    """A token from the app's dashboard: nobody tells when it ends."""
    made = visitor.control("token", account=connection.username)
    return store_token(connection, Token(value=made["access_token"], issued_at=timezone.now()))


def test_a_token_is_renewed_ten_days_into_its_sixty(
    connection: Connection, visitor: Visitor
) -> None:
    before = connection.token
    days_pass(visitor, 9)
    assert renew_due_tokens() == 0
    days_pass(visitor, 2)
    spent = SpentCall.objects.count()
    assert renew_due_tokens() == 1
    after = AccessToken.objects.get()
    assert after.unsealed() != before.unsealed()
    assert after.expires_at
    assert after.expires_at - timezone.now() > 59 * DAY
    assert (after.scopes, after.refresh_error) == (before.scopes, "")
    assert SpentCall.objects.count() == spent + 1
    assert told() == ["refreshed"]
    with client_with(opened_token(after)) as client:
        assert client.own_account().username == "tiny.studio"


def test_renewing_twice_asks_once(connection: Connection, visitor: Visitor) -> None:
    days_pass(visitor, 11)
    assert [renew_due_tokens(), renew_due_tokens()] == [1, 0]
    assert refreshes(visitor) == 1
    refresh_at = AccessToken.objects.get().refresh_at
    assert refresh_at
    assert 9 * DAY < refresh_at - timezone.now() < 12 * DAY


def test_of_four_workers_at_once_one_asks(connection: Connection, visitor: Visitor) -> None:
    days_pass(visitor, 11)
    assert sorted(at_once(4, renew_due_tokens)) == [0, 0, 0, 1]
    assert refreshes(visitor) == 1
    assert told() == ["refreshed"]


def test_a_pasted_token_is_renewed_once_it_is_a_day_old(
    connection: Connection, visitor: Visitor
) -> None:
    stored = paste(connection, visitor)
    assert stored.refresh_at
    assert DAY <= stored.refresh_at - stored.issued_at <= 2 * DAY
    assert renew_due_tokens() == 0
    days_pass(visitor, 2)
    assert renew_due_tokens() == 1
    expires_at = AccessToken.objects.get().expires_at
    assert expires_at
    assert expires_at - timezone.now() > 59 * DAY


def test_a_worker_that_died_while_asking_costs_an_hour(
    connection: Connection, visitor: Visitor
) -> None:
    days_pass(visitor, 11)

    def die(_: Connection) -> InstagramClient:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        renew_due_tokens(open_client=die)
    assert renew_due_tokens() == 0
    assert renew_due_tokens(now=timezone.now() + HOUR) == 1


def test_a_refusal_is_remembered_told_once_and_tried_again_a_day_later(
    connection: Connection, visitor: Visitor
) -> None:
    paste(connection, visitor)
    for day in (2, 3):
        # kith believes the token old enough, Instagram does not.
        AccessToken.objects.update(refresh_at=timezone.now() + (day - 1) * DAY)
        assert renew_due_tokens(now=timezone.now() + day * DAY) == 0
        stored = AccessToken.objects.get()
        assert "not renewed" in stored.refresh_error
        assert stored.refresh_at
        assert abs(stored.refresh_at - timezone.now() - (day + 1) * DAY) < HOUR
    assert told() == ["refresh_failed"]
    assert Connection.objects.get().status == "connected"
    days_pass(visitor, 4)
    assert renew_due_tokens() == 1
    assert AccessToken.objects.get().refresh_error == ""
    assert told() == ["refresh_failed", "refreshed"]


def test_a_dead_token_asks_for_connecting_again_and_is_left_alone(
    connection: Connection, alice: User, visitor: Visitor
) -> None:
    days_pass(visitor, 11)
    visitor.control("expire-token", account="tiny.studio")
    for day in range(3):
        assert renew_due_tokens(now=timezone.now() + day * DAY) == 0
    assert refreshes(visitor) == 1
    assert Connection.objects.get().status == "reconnect_needed"
    assert Activity.objects.filter(kind="reconnect_needed").count() == 1
    connect(alice, visitor)
    days_pass(visitor, 11)
    assert renew_due_tokens() == 1


def test_a_token_that_dies_while_the_account_is_connected_anew_harms_nothing(
    connection: Connection, alice: User, visitor: Visitor
) -> None:
    days_pass(visitor, 11)

    def connected_anew_meanwhile(which: Connection) -> InstagramClient:
        client = patient(which)
        visitor.control("expire-token", account="tiny.studio")
        connect(alice, visitor)
        return client

    assert renew_due_tokens(open_client=connected_anew_meanwhile) == 0
    assert Connection.objects.get().status == "connected"


@pytest.mark.parametrize("leave", ["connect", "disconnect"])
def test_a_newer_token_is_not_replaced_and_a_forgotten_one_not_brought_back(
    connection: Connection, alice: User, visitor: Visitor, leave: str
) -> None:
    days_pass(visitor, 11)

    def left_meanwhile(which: Connection) -> InstagramClient:
        client = patient(which)
        if leave == "connect":
            connect(alice, visitor)
        else:
            disconnect(which, origin=ORIGIN)
        return client

    assert renew_due_tokens(open_client=left_meanwhile) == 0
    assert AccessToken.objects.count() == (leave == "connect")
    assert told() == []
    if leave == "connect":
        assert timezone.now() - AccessToken.objects.get().issued_at < HOUR


def test_trouble_on_the_way_is_met_once_and_tried_again_in_an_hour(
    connection: Connection, alice: User, visitor: Visitor
) -> None:
    other = connect(alice, visitor, "marlow.pine")
    days_pass(visitor, 11)
    visitor.fail("drop-connection", times=3, path="/refresh_access_token")
    now = timezone.now()
    assert renew(now=now) == 0
    assert refreshes(visitor) == 3
    assert told() == []
    assert renew(now=now) == 1
    assert renew(now=now) == 0
    assert renew(now=now + HOUR) == 1
    assert {stored.connection_id for stored in AccessToken.objects.filter(refresh_error="")} == {
        connection.pk,
        other.pk,
    }


def test_a_spent_budget_is_waited_for(
    connection: Connection, visitor: Visitor, settings: Settings
) -> None:
    settings.INSTAGRAM_CALLS_PER_HOUR = 1
    days_pass(visitor, 11)
    ConnectionBudget(connection.pk).spend()
    assert renew() == 0
    assert refreshes(visitor) == 0
    stored = AccessToken.objects.get()
    assert stored.refresh_at
    assert timedelta() < stored.refresh_at - timezone.now() <= HOUR
    assert stored.refresh_error == ""
    an_hour_passes()
    assert renew(now=timezone.now() + HOUR) == 1


def test_whoever_has_to_act_is_told_once_ten_days_before_the_end(
    connection: Connection, visitor: Visitor
) -> None:
    visitor.fail("code-2", times=9, path="/refresh_access_token")
    now = timezone.now()

    def on_day(day: int) -> list[str]:
        AccessToken.objects.update(refresh_at=now)
        renew(now=now + day * DAY)
        return told()

    assert on_day(49) == []
    assert on_day(51) == ["refresh_failed"]
    assert on_day(52) == ["refresh_failed"]
    reason = Activity.objects.get(kind="token_refresh_failed").details["reason"]
    assert f"It ends on {now + 60 * DAY:%d %B %Y}" in reason
    assert "connect the account again" in reason


def test_a_key_that_is_gone_is_said(connection: Connection, settings: Settings) -> None:
    settings.ENCRYPTION_KEYS = [bytes(range(32))]
    assert renew_due_tokens(now=timezone.now() + 12 * DAY) == 0
    assert "ENCRYPTION_KEY" in AccessToken.objects.get().refresh_error
    assert told() == ["refresh_failed"]


def test_a_token_of_before_is_given_a_time(connection: Connection, visitor: Visitor) -> None:
    AccessToken.objects.update(refresh_at=None)
    assert renew_due_tokens() == 0
    stored = AccessToken.objects.get()
    assert stored.refresh_at
    assert 9 * DAY < stored.refresh_at - stored.issued_at < 12 * DAY
    assert refreshes(visitor) == 0


@pytest.mark.parametrize("status", ["exports_only", "reconnect_needed"])
def test_only_connected_accounts_are_asked_about(
    connection: Connection, visitor: Visitor, status: str
) -> None:
    Connection.objects.update(status=status)
    assert renew_due_tokens(now=timezone.now() + 30 * DAY) == 0
    assert refreshes(visitor) == 0


def test_a_tick_leaves_some_for_the_next(
    connection: Connection, alice: User, visitor: Visitor
) -> None:
    connect(alice, visitor, "marlow.pine")
    days_pass(visitor, 11)
    assert [renew_due_tokens(most=1) for _ in range(3)] == [1, 1, 0]


def test_the_schedule_renews(connection: Connection, visitor: Visitor) -> None:
    days_pass(visitor, 11)
    keep_schedule()
    assert told() == ["refreshed"]


def test_one_bad_part_of_the_schedule_does_not_keep_the_others_waiting(
    connection: Connection, visitor: Visitor, alice: User
) -> None:
    days_pass(visitor, 11)
    broken = make_connection(alice, "alice.broken", status="connected")
    stored = store_token(broken, opened_token(connection.token))
    AccessToken.objects.filter(pk=stored.pk).update(sealed="garbage", refresh_at=timezone.now())
    keep_schedule()
    assert told() == ["refreshed", "refresh_failed"]
