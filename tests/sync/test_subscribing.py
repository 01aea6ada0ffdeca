"""Deliveries are asked for and ended where they can be; where not, nothing else is harmed."""

from __future__ import annotations

import pytest
from django.utils import timezone
from pytest_django import Settings

from kith.accounts.models import AccessToken, Connection, User
from kith.accounts.services.tokens import store_token
from kith.core.instagram import Token
from kith.sync.models import SpentCall
from kith.sync.services.subscribing import subscribe, unsubscribe
from tests.contract.visitor import Visitor
from tests.factories import make_connection, make_user
from tests.sync.steps import BASIC, MANAGE_COMMENTS, connect

pytestmark = [pytest.mark.database, pytest.mark.django_db]

ACCOUNT = "tiny.studio"
COMMENTS = ["comments", "live_comments", "mentions"]


@pytest.fixture(autouse=True)
def webhooks_are_on(settings: Settings) -> None:
    settings.INSTAGRAM_WEBHOOK_TOKEN = "a-verify-token"


@pytest.fixture
def talker(alice: User, visitor: Visitor) -> Connection:
    """tiny.studio, connected with the permission to read comments."""
    return connect(alice, visitor, ACCOUNT, (BASIC, MANAGE_COMMENTS))


def subscribed(visitor: Visitor) -> list[str]:
    accounts = visitor.seen("state")["accounts"]
    [names] = [each["subscribed"] for each in accounts if each["username"] == ACCOUNT]
    return list(names)


def asked(visitor: Visitor) -> int:
    return sum(call["path"].endswith("/subscribed_apps") for call in visitor.calls())


def test_what_the_token_permits_is_subscribed_to(talker: Connection, visitor: Visitor) -> None:
    spent = SpentCall.objects.count()
    assert [subscribe(talker), subscribe(talker)] == [True, True]
    assert subscribed(visitor) == COMMENTS
    assert SpentCall.objects.count() == spent + 2


def test_messages_are_subscribed_to_where_they_are_permitted(
    talker: Connection, visitor: Visitor
) -> None:
    made = visitor.control("token", account=ACCOUNT)
    scopes = (BASIC, MANAGE_COMMENTS, "instagram_business_manage_messages")
    store_token(talker, Token(value=made["access_token"], issued_at=timezone.now(), scopes=scopes))
    assert subscribe(talker)
    assert subscribed(visitor) == [*COMMENTS, "messages", "message_reactions"]


def test_of_a_pasted_token_nobody_tells_what_it_permits(
    talker: Connection, visitor: Visitor
) -> None:
    AccessToken.objects.update(scopes="")
    assert subscribe(talker)
    assert subscribed(visitor) == COMMENTS


def test_without_a_permission_nothing_is_asked(connection: Connection, visitor: Visitor) -> None:
    assert not subscribe(connection)
    assert asked(visitor) == 0


def test_while_webhooks_are_off_nothing_is_asked(
    talker: Connection, visitor: Visitor, settings: Settings
) -> None:
    settings.INSTAGRAM_WEBHOOK_TOKEN = ""
    assert [subscribe(talker), unsubscribe(talker)] == [False, False]
    assert asked(visitor) == 0


@pytest.mark.parametrize("fault", ["code-10", "190-463", "http-500-html", "not-json", "code-4"])
def test_a_refusal_is_no_failure(talker: Connection, visitor: Visitor, fault: str) -> None:
    visitor.fail(fault, path="subscribed_apps", times=2)
    assert [subscribe(talker), unsubscribe(talker)] == [False, False]
    talker.refresh_from_db()
    assert talker.status == "connected"


def test_a_spent_budget_or_a_missing_token_is_no_failure_either(
    talker: Connection, settings: Settings
) -> None:
    settings.INSTAGRAM_CALLS_PER_HOUR = 1
    SpentCall.objects.create(connection=talker, at=timezone.now())
    assert not subscribe(talker)
    AccessToken.objects.all().delete()
    assert [subscribe(talker), unsubscribe(talker)] == [False, False]


def test_deliveries_end_when_nobody_wants_them_any_more(
    talker: Connection, visitor: Visitor
) -> None:
    subscribe(talker)
    bob = make_connection(
        make_user("bob"), ACCOUNT, status="connected", instagram_user_id=talker.instagram_user_id
    )
    assert not unsubscribe(talker)
    assert subscribed(visitor) == COMMENTS
    bob.delete()
    assert unsubscribe(talker)
    assert subscribed(visitor) == []
