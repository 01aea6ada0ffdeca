"""Every screen on a phone, in both themes, and by keyboard alone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from kith.accounts.models import User
from kith.accounts.origin import Origin
from kith.people.models import Person
from kith.people.services.keeping import keep_all
from kith.sync.models import SyncJob
from kith.unfollow.services import approving
from tests.factories import person
from tests.journeys.conftest import SignIn
from tests.web.ledger import Ledger, connect, held_job, job_of, take

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]

LONG = "w" * 30
FOR_EVERYBODY = ("/", "/accounts/login/", "/accounts/password/reset/", "/nothing/here")


@pytest.fixture
def crowded(alice: User) -> SyncJob:
    """An account with everything at once: long names, no names, a held job, several accounts."""
    connect(alice, "z" * 30)
    connection = connect(alice, "alice.paints")
    crowd = [
        person(
            f"{LONG[: number % 30 + 1]}{number}", name="A very long name 🌿 بتولا " * (number % 4)
        )
        for number in range(60)
    ]
    take(connection, following=crowd[:40], followers=crowd[20:])
    take(connection, following=crowd[:30], followers=crowd[25:])
    failed = job_of(connection, SyncJob.Status.FAILED, SyncJob.Kind.IMPORT)
    SyncJob.objects.filter(pk=failed.pk).update(
        error=f"connections/followers_and_following/{'followers_1' * 8}.json could not be read."
    )
    followed = list(connection.people.filter(is_following=True).values_list("pk", flat=True))
    approving.approve(connection, followed[:9], origin=Origin())
    keep_all(connection, followed[9:15], origin=Origin())
    return held_job(connect(alice, "alice.waits"))


def urls(job: SyncJob) -> Iterator[str]:
    someone = Person.objects.filter(username__startswith=LONG[:29]).first()
    assert someone
    yield from ("/dashboard", "/changes", "/history", "/activity", "/imports", "/settings")
    yield from ("/lists/following", "/lists/followers?search=nobody", "/accounts/2fa/")
    yield from ("/accounts/ranked", "/unfollows/review", "/unfollows/queue", "/unfollows/guided")
    yield from ("/whitelist", "/settings/scores")
    yield from (f"/people/{someone.pk}", f"/jobs/{job.pk}", f"/jobs/{job.pk - 1}")


def widths(page: Page) -> tuple[int, int]:
    found = page.evaluate(
        "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
    )
    return found[0], found[1]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_screen_scrolls_sideways_on_a_phone(
    phone: Page, site: str, sign_in: SignIn, crowded: SyncJob, scheme: str
) -> None:
    phone.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    for url in FOR_EVERYBODY:
        phone.goto(f"{site}{url}")
        assert widths(phone) == (375, 375), url
    sign_in(phone)
    for url in urls(crowded):
        phone.goto(f"{site}{url}")
        assert widths(phone) == (375, 375), url


def test_the_menu_of_a_phone_leads_everywhere(
    phone: Page, site: str, sign_in: SignIn, ledger: Ledger
) -> None:
    sign_in(phone).goto(f"{site}/settings")
    for name, url in {
        "Lists": "/lists/following",
        "Changes": "/changes",
        "Imports": "/imports",
        "Activity": "/activity",
        "Settings": "/settings",
        "Dashboard": "/dashboard",
    }.items():
        phone.get_by_role("button", name="Menu").click()
        phone.get_by_role("navigation", name="Main").get_by_role("link", name=name).click()
        expect(phone).to_have_url(f"{site}{url}")


def background(page: Page) -> str:
    return str(page.evaluate("getComputedStyle(document.body).backgroundColor"))


def test_the_theme_follows_the_system_until_it_is_chosen(
    page: Page, site: str, sign_in: SignIn, ledger: Ledger
) -> None:
    page.emulate_media(color_scheme="light")
    sign_in(page).goto(f"{site}/dashboard")
    light = background(page)
    page.emulate_media(color_scheme="dark")
    dark = background(page)
    assert light != dark
    page.get_by_role("button", name="alice@kith.example").click()
    page.get_by_role("button", name="Light").click()
    assert background(page) == light
    page.goto(f"{site}/changes")
    assert background(page) == light
    page.get_by_role("button", name="alice@kith.example").click()
    page.get_by_role("button", name="Auto").click()
    assert background(page) == dark


def focus(page: Page) -> str:
    """The words of what has the focus."""
    script = "document.activeElement.textContent.trim() || document.activeElement.name || ''"
    return str(page.evaluate(script))


def tab_to(page: Page, words: str) -> None:
    """Presses Tab until something with these words has the focus; each stop must be visible as such."""
    for _ in range(40):
        page.keyboard.press("Tab")
        if focus(page) == words:
            outline = page.evaluate(
                "(s => s.outlineStyle !== 'none' || s.boxShadow !== 'none')"
                "(getComputedStyle(document.activeElement))"
            )
            assert outline, f"{words} has the focus and does not show it"
            return
    raise AssertionError(f"{words} cannot be reached")


def test_the_first_stop_skips_to_the_content(
    page: Page, site: str, sign_in: SignIn, ledger: Ledger
) -> None:
    sign_in(page).goto(f"{site}/dashboard")
    page.keyboard.press("Tab")
    assert focus(page) == "Skip to content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"


def test_a_sync_can_be_started_by_keyboard(
    page: Page, site: str, sign_in: SignIn, ledger: Ledger
) -> None:
    sign_in(page).goto(f"{site}/dashboard")
    tab_to(page, "Sync now")
    page.keyboard.press("Enter")
    expect(page.get_by_role("progressbar").first).to_be_visible()
    assert SyncJob.objects.filter(status="pending").count() == 1


def test_an_account_can_be_connected_by_keyboard(
    page: Page, site: str, sign_in: SignIn, instagram: object
) -> None:
    sign_in(page).goto(f"{site}/dashboard")
    tab_to(page, "Connect Instagram")
    page.keyboard.press("Enter")
    page.wait_for_url("**/oauth/authorize?*")


def test_a_file_can_be_chosen_by_keyboard(page: Page, site: str, sign_in: SignIn) -> None:
    sign_in(page).goto(f"{site}/imports")
    tab_to(page, "files")


def test_escape_closes_the_menus(page: Page, site: str, sign_in: SignIn, ledger: Ledger) -> None:
    sign_in(page).goto(f"{site}/dashboard")
    page.get_by_role("button", name="Switch account").click()
    menu = page.get_by_role("link", name="Add or manage accounts")
    expect(menu).to_be_visible()
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()


def test_a_search_shows_its_results_while_it_is_typed(
    page: Page, site: str, sign_in: SignIn, ledger: Ledger
) -> None:
    sign_in(page).goto(f"{site}/lists/following")
    expect(page.locator("table a.username")).to_have_count(2)
    page.get_by_label("Search by name").press_sequentially("orla")
    expect(page.locator("table a.username")).to_have_text(["orla.birch"])
    expect(page).to_have_url(
        f"{site}/lists/following?search=orla&verified=&sort=username&direction=asc"
    )
    page.go_back()
    expect(page.locator("table a.username")).to_have_count(2)


def test_a_list_is_sorted_and_turned_round_in_place(
    page: Page, site: str, sign_in: SignIn, ledger: Ledger
) -> None:
    sign_in(page).goto(f"{site}/lists/following")
    expect(page.locator("table a.username")).to_have_text(["ines.hollow", "orla.birch"])
    page.get_by_role("link", name="Ascending; sort descending").click()
    expect(page.locator("table a.username")).to_have_text(["orla.birch", "ines.hollow"])
    page.get_by_label("Sort by").select_option("audience")
    expect(page.get_by_label("Sort by")).to_have_value("audience")


def test_times_are_those_of_the_browser_unless_a_zone_is_chosen(
    page: Page, site: str, sign_in: SignIn, ledger: Ledger
) -> None:
    sign_in(page).goto(f"{site}/changes")
    cookies = {cookie["name"]: cookie["value"] for cookie in page.context.cookies()}
    assert cookies["time-zone"] == "UTC"
