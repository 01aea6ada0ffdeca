"""The whole way over HTTP: an account is connected, the sandbox delivers to the website, what happened is counted."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from kith.accounts.models import AccessToken, Connection, User
from kith.core.records import InteractionKind
from kith.people.models import InteractionDay, Person
from tests.web.conftest import Browser
from tests.web.instagram import Instagram
from tests.web.working import work_off_jobs

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]

ACCOUNT = "tiny.studio"
TOKEN = "a-verify-token"


@pytest.fixture
def site(live_server: LiveServer, settings: Settings) -> str:
    settings.INSTAGRAM_WEBHOOK_TOKEN = TOKEN
    return live_server.url.replace("localhost", "127.0.0.1")


@pytest.fixture
def connected(browser_of_alice: Client, consent: Instagram, site: str) -> Connection:
    """tiny.studio, connected and synced, with its webhook registered at the sandbox."""
    consent.control("webhook", url=f"{site}/webhooks/instagram", verify_token=TOKEN)
    consent.connect(browser_of_alice, ACCOUNT)
    work_off_jobs()
    return Connection.objects.get()


def deliver(consent: Instagram, **fields: Any) -> list[int]:
    return list(consent.control("deliver", account=ACCOUNT, **fields)["statuses"])


def received(kind: InteractionKind, name: str) -> int:
    days = InteractionDay.objects.filter(kind=kind, direction="received", username=name)
    return sum(days.values_list("from_api", flat=True))


def comment(consent: Instagram, name: str) -> None:
    consent.control("comment", account=ACCOUNT, username=name)


def test_connecting_subscribes_and_disconnecting_ends_it(
    browser_of_alice: Client, consent: Instagram, connected: Connection
) -> None:
    assert consent.truth_of(ACCOUNT)["subscribed"] == ["comments", "live_comments", "mentions"]
    browser_of_alice.post(f"/connections/{connected.pk}/disconnect")
    assert consent.truth_of(ACCOUNT)["subscribed"] == []


def test_forgetting_an_account_ends_its_deliveries(
    browser_of_alice: Client, consent: Instagram, connected: Connection
) -> None:
    browser_of_alice.post(f"/connections/{connected.pk}/forget")
    assert consent.truth_of(ACCOUNT)["subscribed"] == []


def test_an_account_is_connected_even_if_deliveries_are_refused(
    browser_of_alice: Client, consent: Instagram, site: str
) -> None:
    consent.control("fail", fault="code-10", path="subscribed_apps")
    assert consent.connect(browser_of_alice, ACCOUNT).url == "/dashboard"
    assert Connection.objects.get().status == "connected"


@pytest.mark.parametrize("shape", ["changes", "flat"])
@pytest.mark.parametrize("how", [{}, {"wrapped": True}, {"times": 3, "reordered": True}])
def test_comments_are_counted_however_they_come(
    consent: Instagram, connected: Connection, shape: str, how: dict[str, Any]
) -> None:
    for _ in range(3):
        comment(consent, "new.guest")
    comment(consent, ACCOUNT)
    assert deliver(consent, count=4, shape=shape, **how) == [200]
    assert deliver(consent, count=4, shape=shape, **how) == [200]
    assert received(InteractionKind.COMMENT, "new.guest") == 3
    assert not InteractionDay.objects.filter(username=ACCOUNT).exists()


def test_what_was_delivered_and_then_polled_counts_once(
    browser_of_alice: Client, consent: Instagram, connected: Connection
) -> None:
    comment(consent, "new.guest")
    deliver(consent)
    comment(consent, "new.guest")
    browser_of_alice.post("/dashboard/sync")
    work_off_jobs()
    deliver(consent, count=5)
    assert received(InteractionKind.COMMENT, "new.guest") == 2


def test_messages_of_people_who_are_known_by_id_are_theirs(
    consent: Instagram, connected: Connection
) -> None:
    AccessToken.objects.all().delete()
    known = Person.objects.filter(connection=connected).first()
    assert known
    consent.control("subscribe", account=ACCOUNT, fields="messages,message_reactions")
    assert deliver(consent, field="messages", username=known.username, count=2) == [200]
    assert deliver(consent, field="messages", username=known.username, echo=True) == [200]
    assert deliver(consent, field="message_reactions", username=known.username) == [200]
    assert deliver(consent, field="messages") == [200]
    inbox = InteractionDay.objects.exclude(kind="comment").order_by("kind", "direction")
    assert list(inbox.values_list("kind", "direction", "from_api", "person")) == [
        ("like", "received", 1, known.pk),
        ("message", "given", 1, known.pk),
        ("message", "received", 2, known.pk),
    ]


def test_mentions_tell_of_nobody_and_are_kept_out(
    consent: Instagram, connected: Connection
) -> None:
    assert deliver(consent, field="mentions") == [200]
    assert not InteractionDay.objects.filter(kind="mention").exists()


@pytest.mark.parametrize("signature", ["wrong", "missing"])
def test_a_wrong_signature_is_refused_as_often_as_it_comes(
    consent: Instagram, connected: Connection, signature: str
) -> None:
    comment(consent, "new.guest")
    assert deliver(consent, signature=signature) == [403] * 3
    assert received(InteractionKind.COMMENT, "new.guest") == 0


def test_the_dashboards_test_event_is_taken(consent: Instagram, connected: Connection) -> None:
    before = InteractionDay.objects.count()
    assert deliver(consent, test=True) == [200]
    assert InteractionDay.objects.count() == before


def test_two_users_hear_of_the_same_comment(
    consent: Instagram, connected: Connection, signed_in: Browser, bob: User
) -> None:
    consent.connect(signed_in(bob), ACCOUNT)
    comment(consent, "new.guest")
    deliver(consent)
    assert received(InteractionKind.COMMENT, "new.guest") == 2


def test_a_removed_app_and_a_deletion_over_http(consent: Instagram, connected: Connection) -> None:
    told = consent.control("call-back", account=ACCOUNT, kind="deauthorize")
    assert told["status"] == 200
    connected.refresh_from_db()
    assert connected.status == "reconnect_needed"
    assert not AccessToken.objects.exists()
    told = consent.control("call-back", account=ACCOUNT, kind="data-deletion")
    assert told["confirmed"]
    assert not Connection.objects.exists()
    forged = consent.control("call-back", account=ACCOUNT, kind="deauthorize", signature="wrong")
    assert forged["status"] == 400
