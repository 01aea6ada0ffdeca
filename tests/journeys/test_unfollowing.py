"""From the ranked list to an unfollow that the next export verifies: by keyboard alone, and without script."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from kith.unfollow.models import Unfollow
from tests.core.exports import corpus
from tests.journeys.conftest import SignIn

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]

NOT_BACK = [name for name in corpus.FOLLOWING if name not in corpus.FOLLOWERS]


def write_export(folder: Path, *, days_ago: int, following: tuple[str, ...]) -> Path:
    """An export as Instagram would have made it so long ago."""
    day = (timezone.now() - timedelta(days=days_ago)).date()
    since = {name: corpus.since(place) for place, name in enumerate(corpus.FOLLOWING)}
    followed = [corpus.as_title(name, since[name]) for name in following]
    files = {
        f"{corpus.LISTS}/following.json": corpus.following(followed),
        f"{corpus.LISTS}/followers_1.json": corpus.values(corpus.FOLLOWERS),
    }
    return corpus.write_zip(folder / f"instagram-{corpus.OWNER}-{day}-AbCd1234.zip", files)


def bring(page: Page, site: str, export: Path) -> None:
    """Imports an export and waits until it is read."""
    page.goto(f"{site}/imports")
    page.locator("input[type=file]").first.set_input_files(export)
    expect(page.get_by_text("Done", exact=True).first).to_be_visible(timeout=20_000)


def press(page: Page, key: str) -> None:
    """Presses a key once the page listens to keys."""
    page.wait_for_load_state("load")
    page.keyboard.press(key)


def test_by_keyboard_from_the_filter_to_an_unfollow_that_the_next_export_verifies(
    page: Page, site: str, worker: None, sign_in: SignIn, tmp_path: Path
) -> None:
    sign_in(page)
    bring(page, site, write_export(tmp_path, days_ago=5, following=corpus.FOLLOWING))
    page.goto(f"{site}/accounts/ranked")
    not_back = page.get_by_role("link", name=re.compile("Not following back"))
    not_back.focus()
    press(page, "Enter")
    expect(page).to_have_url(f"{site}/accounts/ranked?not_back=1")
    expect(page.locator("a.username")).to_have_count(len(NOT_BACK))
    expect(not_back).to_be_focused()
    page.get_by_role("button", name="Select all 3").focus()
    press(page, "Enter")
    expect(page.locator("[data-selected]")).to_have_text("3")
    expect(page.locator("[data-pick]:checked")).to_have_count(3)
    press(page, "u")
    expect(page).to_have_url(f"{site}/unfollows/review")
    expect(page.get_by_role("heading", name="3 to unfollow")).to_be_visible()
    page.get_by_role("button", name="Approve").focus()
    press(page, "Enter")
    expect(page.get_by_text("3 people are in the queue now.")).to_be_visible()
    page.get_by_role("link", name="Start, one by one").focus()
    press(page, "Enter")
    name = page.locator("#guided-name")
    first = name.inner_text()
    press(page, "s")
    expect(name).not_to_have_text(first)
    second = name.inner_text()
    press(page, "d")
    expect(page.locator(".guided-counters")).to_contain_text("2 waiting")
    third = name.inner_text()
    press(page, "d")
    expect(page.locator(".guided-counters")).to_contain_text("1 waiting")
    press(page, "z")
    expect(page.locator(".guided-counters")).to_contain_text("2 waiting")
    expect(name).to_have_text(third)
    press(page, "d")
    expect(page.locator(".guided-counters")).to_contain_text("2 done today")
    assert {first, second, third} == set(NOT_BACK)
    # Three days pass; one of the two was not unfollowed on Instagram after all.
    Unfollow.objects.update(done_at=timezone.now() - timedelta(days=3))
    still = tuple(each for each in corpus.FOLLOWING if each != second)
    bring(page, site, write_export(tmp_path, days_ago=0, following=still))
    page.goto(f"{site}/unfollows/queue?status=verified")
    expect(page.locator(".queue a.username")).to_have_text([second])
    page.goto(f"{site}/unfollows/guided")
    expect(page.locator(".notice-warning")).to_contain_text("still followed")
    page.get_by_role("link", name="Look at them").click()
    expect(page.locator(".queue a.username")).to_have_text([third])
    page.get_by_role("button", name=f"Put back {third}").click()
    page.goto(f"{site}/unfollows/queue")
    expect(page.locator(".queue a.username")).to_have_text([first, third])


@pytest.fixture
def plain(browser: Browser) -> Iterator[Page]:
    """A browser that runs no scripts."""
    context = browser.new_context(java_script_enabled=False, locale="en-GB")
    yield context.new_page()
    context.close()


def test_without_script_people_are_selected_reviewed_and_approved(
    plain: Page, page: Page, site: str, worker: None, sign_in: SignIn, tmp_path: Path
) -> None:
    sign_in(page)
    bring(page, site, write_export(tmp_path, days_ago=5, following=corpus.FOLLOWING))
    sign_in(plain).goto(f"{site}/accounts/ranked")
    plain.get_by_label("Search by name").fill("wren")
    plain.get_by_role("button", name="Search", exact=True).click()
    expect(plain.locator("a.username")).to_have_text(["cleo_wren"])
    plain.get_by_label("Select cleo_wren").check()
    plain.get_by_role("button", name="Remember what is ticked").click()
    plain.get_by_role("link", name="Clear filters").click()
    expect(plain.locator("[data-selected]")).to_have_text("1")
    plain.get_by_label("Select elk_owl").check()
    plain.get_by_role("button", name=re.compile("Review")).click()
    expect(plain.locator(".review .username")).to_have_text(["cleo_wren", "elk_owl"])
    plain.locator("#content").get_by_role("checkbox").first.uncheck()
    plain.get_by_role("button", name="Approve").click()
    expect(plain.locator(".queue a.username")).to_have_count(1)
    assert Unfollow.objects.get().status == Unfollow.Status.PENDING
