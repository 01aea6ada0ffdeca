"""Somebody connects their account and sees their people."""

from __future__ import annotations

import re

import httpx2
import pytest
from allauth.account.models import EmailAddress
from playwright.sync_api import Page, expect

from kith.accounts.models import User
from kith_sandbox.server import RunningSandbox
from tests.journeys.conftest import SignIn

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]

PASSWORD = "otters-sleep-holding-hands"


def truth_of(instagram: RunningSandbox, account: str) -> dict[str, int]:
    accounts = httpx2.get(f"{instagram.url}/sandbox/state").json()["accounts"]
    [found] = [each for each in accounts if each["username"] == account]
    return dict(found)


def happen(instagram: RunningSandbox, kind: str, **fields: str) -> None:
    what = {"account": "tiny.studio", "kind": kind, **fields}
    answer = httpx2.post(f"{instagram.url}/sandbox/happen", json=what)
    assert answer.status_code == 200, answer.text


def figures(page: Page) -> dict[str, int]:
    """The numbers of the dashboard by their labels."""
    found = {}
    for figure in page.locator("[aria-label=Figures] a.figure").all():
        label = figure.locator(".figure-label").inner_text()
        found[label] = int(re.sub(r"\D", "", figure.locator(".figure-value").inner_text()))
    return found


def connect(page: Page, account: str, decision: str) -> None:
    """From kith's button through Instagram's two pages."""
    page.get_by_role("button", name="Connect Instagram").click()
    expect(page).to_have_url(re.compile(r"/oauth/authorize\?"))
    page.get_by_text(account).first.click()
    if (
        log_in := page.get_by_role("button", name=re.compile("log in|continue", re.IGNORECASE))
    ).count():
        log_in.click()
    page.get_by_role("button", name=re.compile(decision, re.IGNORECASE)).click()


def test_from_signing_in_to_the_numbers_of_instagram(
    page: Page, site: str, worker: None, alice: User, instagram: RunningSandbox
) -> None:
    alice.set_password(PASSWORD)
    alice.save()
    EmailAddress.objects.create(user=alice, email=alice.email, verified=True, primary=True)
    page.goto(site)
    page.get_by_role("link", name="Sign in").first.click()
    page.get_by_label("Email").fill(alice.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page).to_have_url(f"{site}/dashboard")
    connect(page, "marlow.pine", "allow")
    # Instagram ends its address with `#_`, and browsers keep that over a redirect.
    expect(page).to_have_url(re.compile(r"/dashboard(#_)?$"))
    expect(page.get_by_role("heading", level=1)).to_have_text("marlow.pine")
    expect(page.locator("a.figure").first).to_be_visible(timeout=30_000)
    truth = truth_of(instagram, "marlow.pine")
    assert figures(page) == {
        "Following": truth["following"],
        "Followers": truth["followers"],
        "Mutuals": truth["mutuals"],
        "Not following back": truth["not_following_back"],
        "Fans": truth["fans"],
        "New followers": 0,
        "Lost followers": 0,
    }
    assert (truth["following"], truth["followers"]) == (2847, 1234)


def test_saying_no_leads_back_with_a_clear_word(
    page: Page, site: str, sign_in: SignIn, instagram: RunningSandbox
) -> None:
    sign_in(page).goto(f"{site}/dashboard")
    connect(page, "tiny.studio", "deny|not now|cancel")
    expect(page).to_have_url(f"{site}/settings")
    expect(page.get_by_role("alert")).to_contain_text("Nothing was connected")
    page.goto(f"{site}/dashboard")
    expect(page.get_by_role("button", name="Connect Instagram")).to_be_visible()


def test_sync_now_shows_who_came_and_who_left(
    page: Page, site: str, worker: None, sign_in: SignIn, instagram: RunningSandbox
) -> None:
    sign_in(page).goto(f"{site}/dashboard")
    connect(page, "tiny.studio", "allow")
    expect(page.locator("a.figure").first).to_be_visible(timeout=30_000)
    before = figures(page)
    happen(instagram, "follows_me", username="tessa.fern")
    happen(instagram, "follow", username="milo.crane")
    page.get_by_role("button", name="Sync now").click()
    expect(page.get_by_text("tessa.fern")).to_be_visible(timeout=30_000)
    after = figures(page)
    assert after["Followers"] == before["Followers"] + 1
    assert after["Following"] == before["Following"] + 1
    assert after["New followers"] == 1
    expect(page.get_by_text("milo.crane")).to_be_visible()
    page.locator("a.figure", has_text="New followers").click()
    expect(page.locator("table a.username")).to_have_text(["tessa.fern"])


def test_a_sync_that_fails_says_what_to_do(
    page: Page, site: str, worker: None, sign_in: SignIn, instagram: RunningSandbox
) -> None:
    sign_in(page).goto(f"{site}/dashboard")
    connect(page, "tiny.studio", "allow")
    expect(page.locator("a.figure").first).to_be_visible(timeout=30_000)
    httpx2.post(f"{instagram.url}/sandbox/expire-token", json={"account": "tiny.studio"})
    page.get_by_role("button", name="Sync now").click()
    expect(page.get_by_role("button", name="Connect again")).to_be_visible(timeout=30_000)
    expect(page.locator("a.figure").first).to_be_visible()
