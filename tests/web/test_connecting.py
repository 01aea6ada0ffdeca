"""The trip to Instagram's consent page and back, over the real sandbox."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from kith.accounts.models import AccessToken, Activity, Connection, User
from kith.sync.models import SpentCall, SyncJob
from tests.web.conftest import Browser
from tests.web.instagram import Instagram
from tests.web.ledger import ledger_of, take
from tests.web.reading import notices

pytestmark = [pytest.mark.database, pytest.mark.django_db]

BASIC = "instagram_business_basic"


def nothing_was_connected() -> bool:
    return not (
        AccessToken.objects.exists() or Connection.objects.exists() or SyncJob.objects.exists()
    )


def test_the_button_leads_to_the_consent_page_with_an_unguessable_state(
    browser_of_alice: Client, consent: Instagram
) -> None:
    asked = [browser_of_alice.post("/auth/connect-instagram").url for _ in range(2)]
    queries = [parse_qs(urlsplit(url).query) for url in asked]
    assert asked[0].startswith(f"{consent.sandbox.url}/oauth/authorize?")
    assert queries[0]["redirect_uri"] == ["http://127.0.0.1/auth/instagram/callback"]
    assert queries[0]["state"] != queries[1]["state"]
    assert len(queries[0]["state"][0]) >= 40


def test_saying_yes_connects_the_account_and_queues_its_first_sync(
    browser_of_alice: Client, alice: User, consent: Instagram
) -> None:
    response = consent.connect(browser_of_alice, "tiny.studio")
    assert (response.status_code, response.url) == (302, "/dashboard")
    connection = Connection.objects.get()
    truth = consent.truth_of("tiny.studio")
    assert (connection.user, connection.username) == (alice, "tiny.studio")
    assert connection.status == "connected"
    assert connection.instagram_user_id == truth["user_id"]
    assert connection.app_scoped_id == truth["id"]
    assert connection.followers_count == truth["followers"]
    job = SyncJob.objects.get()
    assert (job.connection, job.kind, job.status) == (connection, "sync", "pending")


def test_the_call_that_asked_whose_token_it_is_counts_in_its_budget(
    browser_of_alice: Client, consent: Instagram
) -> None:
    for calls in (1, 2):
        consent.connect(browser_of_alice, "tiny.studio")
        assert SpentCall.objects.filter(connection=Connection.objects.get()).count() == calls


def test_the_next_page_says_so(browser_of_alice: Client, consent: Instagram) -> None:
    consent.connect(browser_of_alice, "tiny.studio")
    assert "tiny.studio is connected" in notices(browser_of_alice.get("/dashboard"))


def test_the_activity_log_says_from_where(browser_of_alice: Client, consent: Instagram) -> None:
    browser_of_alice.defaults["HTTP_USER_AGENT"] = "an invented browser"
    consent.connect(browser_of_alice, "tiny.studio")
    line = Activity.objects.get()
    assert (line.kind, line.account) == ("instagram_connected", "tiny.studio")
    assert (line.address, line.user_agent) == ("127.0.0.1", "an invented browser")
    assert line.details["how"] == "oauth"


def test_the_token_is_stored_sealed_and_lives_for_sixty_days(
    browser_of_alice: Client, consent: Instagram
) -> None:
    consent.connect(browser_of_alice, "tiny.studio")
    stored = AccessToken.objects.get()
    assert stored.expires_at
    assert timedelta(days=59) < stored.expires_at - timezone.now() <= timedelta(days=60)
    assert stored.unsealed().startswith("IGAA")
    assert stored.unsealed() not in stored.sealed


def test_saying_no_connects_nothing(browser_of_alice: Client, consent: Instagram) -> None:
    response = consent.connect(browser_of_alice, "tiny.studio", decision="deny")
    assert (response.status_code, response.url) == (302, "/settings")
    assert "Nothing was connected" in notices(browser_of_alice.get("/settings"))
    assert nothing_was_connected()


def test_another_refusal_of_instagram_is_told(browser_of_alice: Client, consent: Instagram) -> None:
    consent.control("switch", tester_pending=True)
    response = consent.connect(browser_of_alice, "tiny.studio")
    assert (response.status_code, response.url) == (302, "/settings")
    assert "tester" in notices(browser_of_alice.get("/settings"))
    assert nothing_was_connected()


@pytest.mark.parametrize("state", ["", "forged", "ä\x00"])
def test_a_forged_state_connects_nothing(
    browser_of_alice: Client, consent: Instagram, state: str
) -> None:
    started = browser_of_alice.post("/auth/connect-instagram").url
    code = parse_qs(consent.decide(started, "tiny.studio").split("?")[1])["code"][0]
    response = browser_of_alice.get("/auth/instagram/callback", {"code": code, "state": state})
    assert (response.status_code, response.url) == (302, "/settings")
    assert "does not belong to a connection" in notices(browser_of_alice.get("/settings"))
    assert nothing_was_connected()


def test_a_callback_without_anything_connects_nothing(
    browser_of_alice: Client, consent: Instagram
) -> None:
    response = browser_of_alice.get("/auth/instagram/callback", follow=True)
    assert "does not belong to a connection" in notices(response)
    assert nothing_was_connected()


def test_a_right_state_with_a_forged_code_connects_nothing(
    browser_of_alice: Client, consent: Instagram
) -> None:
    started = browser_of_alice.post("/auth/connect-instagram").url
    state = parse_qs(urlsplit(started).query)["state"][0]
    answer = {"code": "AQforged", "state": state}
    response = browser_of_alice.get("/auth/instagram/callback", answer, follow=True)
    assert notices(response)
    assert nothing_was_connected()


def test_an_answer_works_once(browser_of_alice: Client, consent: Instagram) -> None:
    started = browser_of_alice.post("/auth/connect-instagram").url
    back = consent.decide(started, "tiny.studio")
    assert browser_of_alice.get(back).url == "/dashboard"
    browser_of_alice.get("/dashboard")
    token = AccessToken.objects.get().sealed
    assert browser_of_alice.get(back).url == "/settings"
    assert "was used already" in notices(browser_of_alice.get("/settings"))
    assert AccessToken.objects.get().sealed == token


def test_a_refusal_spends_the_state_as_well(browser_of_alice: Client, consent: Instagram) -> None:
    started = browser_of_alice.post("/auth/connect-instagram").url
    browser_of_alice.get(consent.decide(started, "tiny.studio", decision="deny"))
    assert browser_of_alice.get(consent.decide(started, "tiny.studio")).url == "/settings"
    assert nothing_was_connected()


@pytest.mark.parametrize(("minutes", "goes_on"), [(9, True), (10, False), (600, False)])
def test_an_attempt_lasts_for_ten_minutes(
    browser_of_alice: Client, consent: Instagram, minutes: int, goes_on: bool
) -> None:
    start = timezone.now()
    with time_machine.travel(start, tick=False) as clock:
        started = browser_of_alice.post("/auth/connect-instagram").url
        clock.shift(timedelta(minutes=minutes))
        response = browser_of_alice.get(consent.decide(started, "tiny.studio"))
        page = browser_of_alice.get(response.url)
    assert nothing_was_connected() is not goes_on
    assert ("has expired" in notices(page)) is not goes_on


def test_the_answer_is_taken_in_the_session_that_asked_only(
    signed_in: Browser, alice: User, consent: Instagram
) -> None:
    started = signed_in(alice).post("/auth/connect-instagram").url
    other = signed_in(alice)
    assert other.get(consent.decide(started, "tiny.studio")).url == "/settings"
    assert "in this browser" in notices(other.get("/settings"))
    assert nothing_was_connected()


def test_the_answer_is_taken_from_the_user_who_asked_only(
    signed_in: Browser, alice: User, bob: User, consent: Instagram
) -> None:
    started = signed_in(alice).post("/auth/connect-instagram").url
    victim = signed_in(bob)
    assert victim.get(consent.decide(started, "tiny.studio")).url == "/settings"
    assert nothing_was_connected()


def test_permissions_that_were_unticked_are_remembered(
    browser_of_alice: Client, consent: Instagram
) -> None:
    response = consent.connect(browser_of_alice, "tiny.studio", granted=[BASIC])
    assert response.url == "/dashboard"
    assert AccessToken.objects.get().scopes == BASIC
    assert Activity.objects.get().details["permissions"] == [BASIC]


def test_connecting_again_renews_the_same_connection(
    browser_of_alice: Client, consent: Instagram
) -> None:
    consent.connect(browser_of_alice, "tiny.studio")
    before = AccessToken.objects.get().unsealed()
    Connection.objects.update(status="reconnect_needed")
    assert consent.connect(browser_of_alice, "tiny.studio").url == "/dashboard"
    assert Connection.objects.get().status == "connected"
    assert AccessToken.objects.get().unsealed() != before
    assert SyncJob.objects.count() == 1


def test_an_account_known_from_exports_keeps_its_people_when_it_is_connected(
    browser_of_alice: Client, alice: User, consent: Instagram
) -> None:
    known = Connection.objects.create(user=alice, username="tiny.studio")
    take(known, following=["orla.birch"])
    consent.connect(browser_of_alice, "tiny.studio")
    assert Connection.objects.get().pk == known.pk
    assert known.people.get().username == "orla.birch"


def test_the_new_account_is_the_one_that_is_shown(
    browser_of_alice: Client, alice: User, consent: Instagram
) -> None:
    ledger_of(alice, "aaa.first.by.name")
    consent.connect(browser_of_alice, "tiny.studio")
    assert browser_of_alice.get("/dashboard").context["page"].connection.username == "tiny.studio"


def test_two_users_may_track_the_same_account(
    signed_in: Browser, alice: User, bob: User, consent: Instagram
) -> None:
    for user in (alice, bob):
        assert consent.connect(signed_in(user), "tiny.studio").url == "/dashboard"
    assert set(Connection.objects.values_list("user", flat=True)) == {alice.pk, bob.pk}


@pytest.mark.parametrize("account", ["tiny.studio", "big.harbor"])
def test_a_pasted_token_connects_its_account(
    browser_of_alice: Client, consent: Instagram, account: str
) -> None:
    token = consent.control("token", account=account)["access_token"]
    response = browser_of_alice.post("/settings/token", {"token": f"  {token}\n"})
    assert (response.status_code, response.url) == (302, "/dashboard")
    assert Connection.objects.get().username == account
    stored = AccessToken.objects.get()
    assert stored.unsealed() == token
    assert stored.expires_at is None
    assert SyncJob.objects.get().status == "pending"
    assert Activity.objects.get().details["how"] == "token"


@pytest.mark.parametrize("token", ["", "   ", "two words", "line\nbreak", "tökén", "IGAA\x00"])
def test_rubbish_is_told_from_a_token_without_asking_instagram(
    browser_of_alice: Client, consent: Instagram, token: str
) -> None:
    response = browser_of_alice.post("/settings/token", {"token": token})
    assert response.status_code == 422
    assert "That is not a token" in response.context["page"].token_error
    assert consent.state()["calls"]["total"] == 0
    assert nothing_was_connected()


def test_a_token_that_instagram_refuses_is_not_stored_and_not_shown(
    browser_of_alice: Client, consent: Instagram
) -> None:
    response = browser_of_alice.post("/settings/token", {"token": "IGAAforged0token0of0nobody"})
    assert response.status_code == 422
    assert response.context["page"].token_error
    assert b"IGAAforged" not in response.content
    assert nothing_was_connected()


def test_a_token_that_was_revoked_is_not_stored(
    browser_of_alice: Client, consent: Instagram
) -> None:
    token = consent.control("token", account="tiny.studio")["access_token"]
    consent.control("expire-token", account="tiny.studio", subcode="460")
    assert browser_of_alice.post("/settings/token", {"token": token}).status_code == 422
    assert nothing_was_connected()
