"""The dashboard: figures with their changes, what is unknown, the next step when there is nothing."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from kith.accounts.models import Connection, User
from kith.accounts.services.tokens import store_token
from kith.core.instagram import Token
from kith.sync.models import SyncJob
from kith.unfollow.models import Unfollow
from kith.unfollow.services import approving, queueing
from tests.factories import apply, person
from tests.sync.steps import ORIGIN
from tests.web.conftest import Browser
from tests.web.ledger import Ledger, connect, held_job, job_of, take
from tests.web.reading import actions, names, notices, parsed, words

pytestmark = [pytest.mark.database, pytest.mark.django_db]
FIGURES = "//section[@aria-label='Figures']/a"
SUMMARY = "//section[@aria-labelledby='summary-title']"


def figures(browser: Client) -> dict[str, tuple[str, str]]:
    """Each figure's number and what is said of its change."""
    found = {}
    for figure in parsed(browser.get("/dashboard")).xpath(FIGURES):
        label, value, change = (" ".join(part.text_content().split()) for part in figure)
        found[label] = (value, change)
    return found


def test_the_figures_are_those_of_the_latest_snapshot(
    browser_of_alice: Client, ledger: Ledger
) -> None:
    take(
        ledger.connection,
        following=["orla.birch"],
        followers=["orla.birch", "tessa.fern", "sten.marsh", "uma.reed"],
        on=32,
    )
    found = figures(browser_of_alice)
    assert {label: value for label, (value, _) in found.items()} == {
        "Following": "1",
        "Followers": "4",
        "Mutuals": "1",
        "Not following back": "0",
        "Fans": "3",
        "New followers": "2",
        "Lost followers": "0",
    }
    assert found["Following"][1] == "−1 since last time"
    assert found["Followers"][1] == "+2 since last time"
    assert found["Mutuals"][1] == "no change"


def test_every_figure_leads_to_the_people_behind_it(
    browser_of_alice: Client, ledger: Ledger
) -> None:
    page = parsed(browser_of_alice.get("/dashboard"))
    for figure in page.xpath(FIGURES):
        value = figure.xpath("string(*[contains(@class, 'figure-value')])")
        people = browser_of_alice.get(figure.get("href")).context["page"]
        assert people.count == len(people.rows) == int(value)


def test_the_first_snapshot_has_no_changes_to_tell(browser_of_alice: Client, alice: User) -> None:
    take(connect(alice, "alice.paints"), following=["orla.birch"], followers=["orla.birch"])
    page = browser_of_alice.get("/dashboard").context["page"]
    assert [figure.change for figure in page.figures] == [None] * 7
    assert page.changes == []


def test_a_list_that_was_never_read_is_unknown_and_not_zero(
    browser_of_alice: Client, alice: User
) -> None:
    apply(connect(alice, "alice.paints"), [person("orla.birch")], None)
    found = figures(browser_of_alice)
    assert found["Following"][0] == "1"
    for label in ("Followers", "Mutuals", "Not following back", "Fans"):
        assert found[label][0] == "–"
    assert "not complete" in notices(browser_of_alice.get("/dashboard"))


def test_the_latest_changes_come_first(browser_of_alice: Client, ledger: Ledger) -> None:
    changes = browser_of_alice.get("/dashboard").context["page"].changes
    assert {(change.kind, change.username) for change in changes} == {
        ("lost_follower", "milo.crane"),
        ("new_follower", "tessa.fern"),
    }
    take(ledger.connection, following=["orla.birch"], on=32)
    changes = browser_of_alice.get("/dashboard").context["page"].changes
    assert changes[-1].username in {"milo.crane", "tessa.fern"}


def test_the_growth_is_told_from_the_oldest_to_the_newest(
    browser_of_alice: Client, ledger: Ledger
) -> None:
    [script] = parsed(browser_of_alice.get("/dashboard")).xpath("//script[@id='growth-data']")
    assert json.loads(script.text) == [
        {"at": "2026-03-01T12:05:00+00:00", "followers": 2, "following": 2},
        {"at": "2026-03-02T12:05:00+00:00", "followers": 2, "following": 2},
    ]


def test_without_an_account_there_are_two_ways_to_begin(browser_of_alice: Client) -> None:
    response = browser_of_alice.get("/dashboard")
    assert "/auth/connect-instagram" in actions(response)
    assert parsed(response).xpath("//main//a[@href='/imports']")


def test_without_a_snapshot_the_next_step_is_offered(browser_of_alice: Client, alice: User) -> None:
    connect(alice, "alice.paints")
    response = browser_of_alice.get("/dashboard")
    assert "/dashboard/sync" in actions(response)
    assert parsed(response).xpath("//main//a[@href='/imports']")


def test_a_connection_by_exports_has_no_sync_button(browser_of_alice: Client, alice: User) -> None:
    Connection.objects.create(user=alice, username="alice.paints")
    assert "/dashboard/sync" not in actions(browser_of_alice.get("/dashboard"))


def test_an_account_whose_token_died_asks_to_be_connected_again(
    browser_of_alice: Client, ledger: Ledger
) -> None:
    Connection.objects.update(status="reconnect_needed")
    response = browser_of_alice.get("/dashboard")
    assert "Everything known so far stays" in notices(response)
    assert "/auth/connect-instagram" in actions(response)
    assert figures(browser_of_alice)["Followers"][0] == "2"


@pytest.mark.parametrize(
    ("count", "sentence"),
    [(2, "how many follow you, but not who"), (5, "3 more followers"), (0, "2 fewer followers")],
)
def test_an_api_without_lists_says_when_a_new_export_is_worth_fetching(
    browser_of_alice: Client, ledger: Ledger, count: int, sentence: str
) -> None:
    Connection.objects.update(lists_offered=False, followers_count=count)
    assert sentence in notices(browser_of_alice.get("/dashboard"))


@pytest.mark.parametrize("status", SyncJob.ACTIVE)
def test_a_job_under_way_shows_its_progress_and_can_be_cancelled(
    browser_of_alice: Client, ledger: Ledger, status: SyncJob.Status
) -> None:
    job = job_of(ledger.connection, status)
    SyncJob.objects.filter(pk=job.pk).update(processed=300, total=1200)
    response = browser_of_alice.get("/dashboard")
    [bar] = parsed(response).xpath("//div[@data-job-place]//progress")
    assert bar.get("value") == "25"
    assert "/dashboard/sync-cancel" in actions(response)


def test_a_failed_job_says_why(browser_of_alice: Client, ledger: Ledger) -> None:
    job = job_of(ledger.connection, SyncJob.Status.FAILED)
    SyncJob.objects.filter(pk=job.pk).update(error="Instagram did not answer. Try again later.")
    assert "Instagram did not answer. Try again later." in words(browser_of_alice.get("/dashboard"))


def test_a_held_job_leads_to_its_question(browser_of_alice: Client, ledger: Ledger) -> None:
    job = held_job(ledger.connection)
    page = parsed(browser_of_alice.get("/dashboard"))
    assert page.xpath(f"//main//a[@href='/jobs/{job.pk}']")


def test_a_held_snapshot_asks_while_later_jobs_come_and_go(
    browser_of_alice: Client, ledger: Ledger
) -> None:
    """A daily sync that reads counts alone answers nothing."""
    held = held_job(ledger.connection)
    job_of(ledger.connection, SyncJob.Status.COMPLETED)
    page = browser_of_alice.get("/dashboard")
    assert parsed(page).xpath(f"//main//a[@href='/jobs/{held.pk}']")
    assert "A doubtful snapshot waits for your answer." in words(page)
    SyncJob.objects.filter(pk=held.pk).update(status=SyncJob.Status.CANCELLED)
    assert "waits for your answer" not in words(browser_of_alice.get("/dashboard"))


def test_the_front_page_leads_signed_in_people_to_their_dashboard(
    browser_of_alice: Client,
) -> None:
    assert browser_of_alice.get("/").url == "/dashboard"


def test_each_user_sees_their_own_figures(signed_in: Browser, bob: User, ledger: Ledger) -> None:
    assert figures(signed_in(bob)) == {}


def test_the_dashboard_says_when_the_account_is_synced_next(
    browser_of_alice: Client, ledger: Ledger
) -> None:
    Connection.objects.update(next_sync_at=timezone.now() + timedelta(days=1))
    assert "next sync tomorrow about" in words(browser_of_alice.get("/dashboard"))
    Connection.objects.update(syncs_by_itself=False)
    assert "next sync" not in words(browser_of_alice.get("/dashboard"))


def test_a_key_that_ends_soon_is_told_with_its_day_and_what_to_do(
    browser_of_alice: Client, ledger: Ledger
) -> None:
    now = timezone.now()
    token = Token(value="IGAAinvented", issued_at=now, expires_at=now + timedelta(days=11))
    stored = store_token(ledger.connection, token)
    for url in ("/dashboard", "/settings"):
        assert "Connect again" not in words(browser_of_alice.get(url))
    stored.expires_at, stored.refresh_error = now + timedelta(days=9), "Instagram is silent."
    stored.save()
    day = f"{stored.expires_at.day} {stored.expires_at:%B %Y}"
    for url in ("/dashboard", "/settings"):
        page = browser_of_alice.get(url)
        said = notices(page)
        assert f"key to alice.paints ends on {day} and could not be renewed" in said
        assert "Instagram is silent." in said
        assert "/auth/connect-instagram" in actions(page)
    Connection.objects.update(status="exports_only")
    assert "ends on" not in words(browser_of_alice.get("/dashboard"))


def test_a_queue_that_instagram_stopped_is_told_with_its_end(
    browser_of_alice: Client, ledger: Ledger
) -> None:
    someone = ledger.connection.people.get(username="ines.hollow")
    approving.approve(ledger.connection, [someone.pk], origin=ORIGIN)
    queueing.pause(ledger.connection, origin=ORIGIN)
    assert "queue" not in notices(browser_of_alice.get("/dashboard"))
    queueing.resume(ledger.connection, origin=ORIGIN)
    until = timezone.now() + timedelta(hours=3)
    queueing.rest(ledger.connection, reason="Blocked for now.", until=until, origin=ORIGIN)
    told = notices(browser_of_alice.get("/dashboard"))
    assert "unfollow queue is paused until" in told
    assert "goes on by itself. Blocked for now." in told
    queueing.clear(ledger.connection, origin=ORIGIN)
    assert "Blocked" not in notices(browser_of_alice.get("/dashboard"))


def test_whoever_is_still_followed_is_told(browser_of_alice: Client, ledger: Ledger) -> None:
    someone = ledger.connection.people.get(username="ines.hollow")
    approving.approve(ledger.connection, [someone.pk], origin=ORIGIN)
    Unfollow.objects.update(status=Unfollow.Status.STILL_FOLLOWED)
    page = browser_of_alice.get("/dashboard")
    assert "1 person whom you marked as unfollowed is still followed" in notices(page)
    assert parsed(page).xpath("//a[@href='/unfollows/queue?status=still_followed']")


def test_behind_every_number_of_the_summary_stand_so_many_people(
    browser_of_alice: Client, ledger: Ledger
) -> None:
    scored = ledger.connection.insights
    scored.filter(person__username="orla.birch").update(
        score=90, category="Critical", quiet_days=200, engagement_score=4, badges=2
    )
    scored.filter(person__username="ines.hollow").update(
        score=30, category="Caution", quiet_days=40, engagement_score=0
    )
    page = parsed(browser_of_alice.get("/dashboard"))
    told = {}
    for link in page.xpath(
        f"{SUMMARY}//a[@class='figure'] | {SUMMARY}//ul[contains(@class, 'chips')]//a"
    ):
        people = browser_of_alice.get(link.get("href")).context["page"]
        told[" ".join(link.text_content().split())] = people.count
    assert told == {
        "Average score60Half are between 30 and 90": 2,
        "Silent for 30 days2of 2 whom you follow": 2,
        "Silent for 90 days1of 2 whom you follow": 1,
        "Critical 1": 1,
        "High Priority 0": 0,
        "Caution 1": 1,
        "Safe 0": 0,
    }
    assert names(browser_of_alice.get("/accounts/ranked?sort=engagement")) == [
        "ines.hollow",
        "orla.birch",
    ]


def test_in_the_summary_too_unknown_is_not_zero(browser_of_alice: Client, ledger: Ledger) -> None:
    page = browser_of_alice.get("/dashboard")
    assert "Silent for 30 days–Unknown" in " ".join(
        parsed(page).xpath(f"string({SUMMARY}//a[2])").split()
    )
    assert "Most active" not in words(page)
