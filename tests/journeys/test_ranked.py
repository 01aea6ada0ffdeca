"""The ranked list in a browser: by keyboard, over pages, explained on hover, focus and a tap."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from kith.accounts.models import Connection, User
from kith.people.models import KeptPerson
from tests.factories import person
from tests.journeys.conftest import SignIn
from tests.web.ledger import connect, take

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]


@pytest.fixture
def crowd(alice: User) -> Connection:
    """Sixty people who are followed, with names and numbers of every length."""
    connection = connect(alice, "alice.paints")
    people = [
        person(
            f"crowd.{n:02}{'w' * (n % 3 * 9)}", n + 1, name="A very long name 🌿 بتولا " * (n % 4),
            followers_count=10**(n % 8), follows_count=100 * n,
        )
        for n in range(60)
    ]  # fmt: skip
    take(connection, following=people, followers=people[:9])
    return connection


@pytest.fixture
def ranked(page: Page, site: str, sign_in: SignIn, crowd: Connection) -> Page:
    """The ranked list, sorted by name."""
    sign_in(page).goto(f"{site}/accounts/ranked?sort=username")
    return page


def ticked(page: Page) -> Locator:
    return page.locator("[data-pick]:checked")


def count(page: Page) -> Locator:
    return page.locator("[data-selected]")


def test_people_are_selected_by_keyboard_one_by_one_and_up_to_here(ranked: Page) -> None:
    for key in ("j", "j", "k", "x"):
        ranked.keyboard.press(key)
    expect(ranked.locator("tr.is-current a.username")).to_have_text("crowd.00")
    expect(count(ranked)).to_have_text("1")
    for key in ("j", "j", "j", "Shift+X"):
        ranked.keyboard.press(key)
    expect(count(ranked)).to_have_text("4")
    expect(ticked(ranked)).to_have_count(4)
    ranked.keyboard.press("x")
    expect(count(ranked)).to_have_text("3")


def test_a_range_is_selected_by_mouse_as_well(ranked: Page) -> None:
    ranked.locator("[data-pick]").nth(2).click()
    ranked.locator("[data-pick]").nth(7).click(modifiers=["Shift"])
    expect(count(ranked)).to_have_text("6")
    ranked.locator("[data-pick-page]").check()
    expect(count(ranked)).to_have_text("50")


def test_the_selection_survives_paging_and_reloading(ranked: Page) -> None:
    ranked.locator("[data-pick]").nth(2).click()
    expect(count(ranked)).to_have_text("1")
    ranked.get_by_role("link", name="Next").click()
    expect(ranked.locator("a.username")).to_have_count(10)
    expect(ranked.locator("#results")).to_be_focused()
    ranked.locator("[data-pick]").first.click()
    expect(count(ranked)).to_have_text("2")
    ranked.get_by_role("link", name="Previous").click()
    expect(ranked.locator("a.username")).to_have_count(50)
    expect(ticked(ranked)).to_have_count(1)
    ranked.reload()
    expect(count(ranked)).to_have_text("2")
    ranked.get_by_role("button", name="Clear", exact=True).click()
    expect(count(ranked)).to_have_text("0")
    expect(ticked(ranked)).to_have_count(0)
    expect(ranked.get_by_role("button", name=re.compile("Review"))).to_be_hidden()


@pytest.fixture
def slow(ranked: Page) -> list[Route]:
    """The first call that tells the server what is ticked: it waits until it is let go."""
    held: list[Route] = []
    with ranked.expect_request("**/accounts/ranked/selection"):
        ranked.route("**/accounts/ranked/selection", lambda route: _first(route, held))
        ranked.locator("[data-pick]").nth(20).click()
    return held


def _first(route: Route, held: list[Route]) -> None:
    if held:
        route.continue_()
    else:
        held.append(route)


def test_what_is_ticked_while_a_tick_is_on_its_way_survives_a_new_order(
    ranked: Page, slow: list[Route]
) -> None:
    ranked.locator("[data-pick]").nth(29).click()
    ranked.locator("#by-followers").click()
    slow[0].continue_()
    expect(ranked).to_have_url(re.compile("sort=followers"))
    expect(count(ranked)).to_have_text("2")
    expect(ticked(ranked)).to_have_count(2)


def test_what_is_ticked_right_before_the_page_is_left_is_selected(
    ranked: Page, slow: list[Route], site: str
) -> None:
    ranked.locator("[data-pick]").nth(1).click()
    ranked.locator("a.username").nth(2).click()
    expect(ranked).to_have_url(re.compile("/people/"))
    ranked.goto(f"{site}/accounts/ranked")
    expect(count(ranked)).to_have_text("2")


def test_w_keeps_the_person_at_hand_and_leads_to_the_keep_list(ranked: Page) -> None:
    ranked.keyboard.press("j")
    ranked.keyboard.press("j")
    ranked.keyboard.press("w")
    expect(ranked.get_by_text("1 person added to the keep list.").first).to_be_visible()
    expect(ranked.locator("tr.is-current .badges")).to_contain_text("Kept")
    assert KeptPerson.objects.get().username.startswith("crowd.01")
    ranked.get_by_role("link", name="Show them").click()
    expect(ranked).to_have_url(re.compile(r"/whitelist\?since=\d+$"))


def test_slash_searches_and_letters_typed_there_are_letters(ranked: Page, site: str) -> None:
    ranked.keyboard.press("/")
    expect(ranked.get_by_label("Search by name")).to_be_focused()
    ranked.keyboard.type("crowd.3jk")
    expect(ranked.get_by_role("heading", name="Nobody matches")).to_be_visible()
    for _ in range(2):
        ranked.keyboard.press("Backspace")
    expect(ranked.locator("a.username")).to_have_count(10)
    expect(ranked).to_have_url(f"{site}/accounts/ranked?search=crowd.3&sort=username")
    ranked.go_back()
    expect(ranked.locator("a.username")).not_to_have_count(10)


def test_a_question_mark_shows_the_keys_and_escape_hides_them(ranked: Page) -> None:
    ranked.keyboard.press("?")
    keys = ranked.locator("#keys-help")
    expect(keys).to_be_visible()
    ranked.keyboard.press("Escape")
    expect(keys).to_be_hidden()


def test_sorting_keeps_the_focus_and_the_filters(ranked: Page, site: str) -> None:
    ranked.get_by_role("link", name=re.compile("Mutual")).click()
    expect(ranked.locator("a.username")).to_have_count(9)
    ranked.get_by_label("Sort by").focus()
    ranked.get_by_label("Sort by").select_option("followers")
    expect(ranked).to_have_url(f"{site}/accounts/ranked?badge=mutual&sort=followers")
    expect(ranked.get_by_label("Sort by")).to_be_focused()
    column = ranked.get_by_role("columnheader", name="Followers", exact=True)
    expect(column).to_have_attribute("aria-sort", "descending")
    ranked.get_by_label("Highest first; turn round").click()
    expect(column).to_have_attribute("aria-sort", "ascending")


def test_more_filters_narrow_in_place(ranked: Page, site: str) -> None:
    ranked.get_by_text("More filters").click()
    ranked.get_by_label("Followers from").fill("1000000")
    ranked.keyboard.press("Tab")
    expect(ranked).to_have_url(f"{site}/accounts/ranked?followers_from=1000000&sort=username")
    expect(ranked.locator("a.username")).to_have_count(14)


def test_the_explanation_opens_on_hover_stays_under_the_pointer_and_closes_with_escape(
    ranked: Page,
) -> None:
    line, explained = ranked.locator(".why").first, ranked.locator("#explained")
    line.hover()
    expect(explained).to_contain_text("How sure this is")
    explained.hover()
    expect(explained).to_be_visible()
    ranked.keyboard.press("Escape")
    expect(explained).to_be_hidden()


def test_the_explanation_opens_on_focus_and_leads_to_the_person(ranked: Page) -> None:
    line, explained = ranked.locator(".why").first, ranked.locator("#explained")
    line.focus()
    expect(explained).to_contain_text("How sure this is")
    expect(line).to_have_attribute("aria-describedby", "explained")
    ranked.keyboard.press("Escape")
    expect(explained).to_be_hidden()
    ranked.keyboard.press("Enter")
    expect(ranked).to_have_url(re.compile(r"/people/\d+#score-title$"))


def test_a_tap_opens_the_explanation_and_another_closes_it(
    phone: Page, site: str, sign_in: SignIn, crowd: Connection
) -> None:
    sign_in(phone).goto(f"{site}/accounts/ranked")
    line, explained = phone.locator(".why").first, phone.locator("#explained")
    line.tap()
    expect(explained).to_contain_text("How sure this is")
    line.tap()
    expect(explained).to_be_hidden()
    line.tap()
    expect(explained).to_be_visible()
    phone.get_by_role("heading", name="Ranked").tap()
    expect(explained).to_be_hidden()


@pytest.mark.parametrize("width", [1280, 1024, 800])
def test_the_list_never_scrolls_sideways(ranked: Page, width: int) -> None:
    ranked.set_viewport_size({"width": width, "height": 800})
    ranked.locator("[data-pick]").nth(2).click()
    ranked.locator(".why").nth(1).hover()
    expect(ranked.locator("#explained")).to_be_visible()
    assert ranked.evaluate("document.documentElement.scrollWidth") == width
