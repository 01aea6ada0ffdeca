"""Several accounts of one user, leaving them, and the time zone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from kith.accounts.models import AccessToken, Activity, Connection, User
from kith.people.models import Change, Person, Snapshot
from kith.sync.models import SyncJob
from tests.web.conftest import Browser
from tests.web.instagram import Instagram
from tests.web.ledger import BOBS_PEOPLE, Ledger, connect, job_of, ledger_of
from tests.web.reading import actions, notices, parsed, words

pytestmark = [pytest.mark.database, pytest.mark.django_db]


@pytest.fixture
def second(alice: User, ledger: Ledger) -> Ledger:
    """Another account of Alice's; by name it comes after the first."""
    return ledger_of(alice, "alice.sculpts", BOBS_PEOPLE)


def shown(browser: Client) -> str:
    """The account at the head of the dashboard."""
    return str(parsed(browser.get("/dashboard")).xpath("string(//main//h1)"))


def test_the_first_account_by_name_is_shown_until_another_is_chosen(
    browser_of_alice: Client, second: Ledger
) -> None:
    assert shown(browser_of_alice) == "alice.paints"
    response = browser_of_alice.post(f"/connections/{second.connection.pk}/choose")
    assert (response.status_code, response.url) == (302, "/dashboard")
    assert shown(browser_of_alice) == "alice.sculpts"


def test_every_page_shows_the_chosen_account(browser_of_alice: Client, second: Ledger) -> None:
    browser_of_alice.post(f"/connections/{second.connection.pk}/choose")
    for url in ("/lists/followers", "/changes", "/dashboard"):
        text = words(browser_of_alice.get(url))
        assert "emil.dray" in text
        assert "tessa.fern" not in text
    assert browser_of_alice.get("/dashboard/sync-status").json()["jobId"] == second.second.pk


def test_the_choice_belongs_to_the_session(signed_in: Browser, alice: User, second: Ledger) -> None:
    signed_in(alice).post(f"/connections/{second.connection.pk}/choose")
    assert shown(signed_in(alice)) == "alice.paints"


def test_when_the_chosen_account_is_forgotten_another_is_shown(
    browser_of_alice: Client, second: Ledger
) -> None:
    browser_of_alice.post(f"/connections/{second.connection.pk}/choose")
    browser_of_alice.post(f"/connections/{second.connection.pk}/forget")
    assert shown(browser_of_alice) == "alice.paints"


def test_disconnecting_forgets_the_token_and_keeps_the_people(
    browser_of_alice: Client, consent: Instagram
) -> None:
    consent.connect(browser_of_alice, "tiny.studio")
    connection = Connection.objects.get()
    Person.objects.create(
        connection=connection, username="orla.birch", is_following=True, is_follower=False
    )
    response = browser_of_alice.post(f"/connections/{connection.pk}/disconnect")
    assert (response.status_code, response.url) == (302, "/settings")
    assert "people stay" in notices(browser_of_alice.get("/settings"))
    assert not AccessToken.objects.exists()
    assert Connection.objects.get().status == "exports_only"
    assert connection.people.count() == 1
    assert SyncJob.objects.get().status == "cancelled"
    assert Activity.objects.first().kind == "instagram_disconnected"


def test_disconnecting_asks_a_running_job_to_stop(browser_of_alice: Client, ledger: Ledger) -> None:
    job = job_of(ledger.connection, SyncJob.Status.IN_PROGRESS)
    browser_of_alice.post(f"/connections/{ledger.connection.pk}/disconnect")
    assert SyncJob.objects.get(pk=job.pk).cancel_requested


def test_forgetting_deletes_everything_about_the_account_and_nothing_else(
    browser_of_alice: Client, bob: User, ledger: Ledger, second: Ledger
) -> None:
    others = ledger_of(bob, "bob.bakes", BOBS_PEOPLE)
    response = browser_of_alice.post(f"/connections/{ledger.connection.pk}/forget")
    assert (response.status_code, response.url) == (302, "/settings")
    left = {second.connection.pk, others.connection.pk}
    for model in (Person, Change, Snapshot, SyncJob):
        assert set(model.objects.values_list("connection", flat=True)) == left
    assert set(Connection.objects.values_list("pk", flat=True)) == left


def test_the_activity_log_keeps_one_line_about_a_forgotten_account(
    browser_of_alice: Client, ledger: Ledger
) -> None:
    browser_of_alice.post(f"/connections/{ledger.connection.pk}/forget")
    line = Activity.objects.get()
    assert (line.kind, line.details) == ("connection_forgotten", {"account": "alice.paints"})
    assert "alice.paints" in words(browser_of_alice.get("/activity"))


def test_the_settings_list_every_account_with_its_state(
    browser_of_alice: Client, alice: User, ledger: Ledger
) -> None:
    Connection.objects.create(user=alice, username="exports.alone")
    Connection.objects.filter(pk=ledger.connection.pk).update(status="reconnect_needed")
    text = words(browser_of_alice.get("/settings"))
    assert "alice.paints reconnect needed" in text
    assert "exports.alone by export" in text


def test_the_settings_name_the_instagram_in_use_and_the_redirect_address(
    browser_of_alice: Client, consent: Instagram
) -> None:
    text = words(browser_of_alice.get("/settings"))
    assert consent.sandbox.url.removeprefix("http://") in text
    assert "http://127.0.0.1/auth/instagram/callback" in text


def test_the_time_zone_is_kept_and_used(
    browser_of_alice: Client, alice: User, ledger: Ledger
) -> None:
    response = browser_of_alice.post("/settings/time-zone", {"time_zone": "Asia/Tokyo"})
    assert (response.status_code, response.url) == (302, "/settings")
    alice.refresh_from_db()
    assert alice.time_zone == "Asia/Tokyo"
    assert titles_on(browser_of_alice, "/changes") == {
        "Between Sunday 1 March 2026, 21:00 JST and Monday 2 March 2026, 21:05 JST"
    }


def test_without_a_choice_the_browsers_zone_is_used(
    browser_of_alice: Client, ledger: Ledger
) -> None:
    browser_of_alice.cookies["time-zone"] = "America%2FNew_York"
    assert titles_on(browser_of_alice, "/changes") == {
        "Between Sunday 1 March 2026, 07:00 EST and Monday 2 March 2026, 07:05 EST"
    }


@pytest.mark.parametrize(
    "cookie", ["", "Nowhere%2FCity", "..%2F..%2Fetc%2Fpasswd", "%00", "a" * 999]
)
def test_a_zone_that_does_not_exist_is_utc(
    browser_of_alice: Client, ledger: Ledger, cookie: str
) -> None:
    browser_of_alice.cookies["time-zone"] = cookie
    assert titles_on(browser_of_alice, "/changes") == {
        "Between Sunday 1 March 2026, 12:00 UTC and Monday 2 March 2026, 12:05 UTC"
    }


def test_an_empty_zone_means_as_the_browser_says(browser_of_alice: Client, alice: User) -> None:
    User.objects.update(time_zone="Asia/Tokyo")
    browser_of_alice.post("/settings/time-zone", {"time_zone": ""})
    alice.refresh_from_db()
    assert alice.time_zone == ""


def test_a_zone_that_does_not_exist_is_refused(browser_of_alice: Client, alice: User) -> None:
    response = browser_of_alice.post(
        "/settings/time-zone", {"time_zone": "Nowhere/City"}, follow=True
    )
    assert "There is no such time zone" in notices(response)
    alice.refresh_from_db()
    assert alice.time_zone == ""


def test_the_choice_of_zones_shows_the_one_in_use(browser_of_alice: Client, alice: User) -> None:
    def chosen() -> list[str]:
        page = parsed(browser_of_alice.get("/settings"))
        return list(page.xpath("//select[@name='time_zone']/option[@selected]/@value"))

    assert chosen() == [""]
    User.objects.update(time_zone="Europe/Berlin")
    assert chosen() == ["Europe/Berlin"]


def test_an_account_that_was_never_synced_says_how_it_stands(
    browser_of_alice: Client, alice: User
) -> None:
    connect(alice, "alice.paints")
    assert "connected" in words(browser_of_alice.get("/dashboard"))


def test_an_account_can_be_synced_by_itself_or_only_when_asked(
    browser_of_alice: Client, ledger: Ledger
) -> None:
    Connection.objects.update(next_sync_at=timezone.now() + timedelta(days=1))
    url = f"/connections/{ledger.connection.pk}/automatic"
    page = browser_of_alice.get("/settings")
    assert url in actions(page)
    assert "next sync tomorrow about" in words(page)
    assert "Sync only when asked" in words(page)
    response = browser_of_alice.post(url, {"on": "0"}, follow=True)
    assert "alice.paints is synced only when you ask for it" in notices(response)
    assert "synced only when you ask" in words(response)
    assert "next sync" not in words(response)
    assert not Connection.objects.get().syncs_by_itself
    response = browser_of_alice.post(url, {"on": "1"}, follow=True)
    assert "alice.paints is synced by itself" in notices(response)
    assert Connection.objects.get().syncs_by_itself


def test_switching_the_schedule_needs_the_form_of_the_page(alice: User, ledger: Ledger) -> None:
    browser = Client(SERVER_NAME="127.0.0.1", enforce_csrf_checks=True)
    browser.force_login(alice)
    url = f"/connections/{ledger.connection.pk}/automatic"
    assert browser.post(url, {"on": "0"}).status_code == 403
    assert Connection.objects.get().syncs_by_itself


def titles_on(browser: Client, url: str) -> set[str]:
    """The exact times behind the words on a page."""
    return set(parsed(browser.get(url)).xpath("//main//time/@title"))
