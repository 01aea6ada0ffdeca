"""Four sliders that always sum to 100, by keyboard, with a preview on the user's own people."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from kith.accounts.models import User
from kith.accounts.queries import preferences_of
from tests.factories import person
from tests.journeys.conftest import SignIn
from tests.web.ledger import connect, take

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]


@pytest.fixture
def weights(page: Page, site: str, sign_in: SignIn, alice: User) -> Page:
    """The settings of the scores, of somebody who follows a few very different people."""
    people = [
        person(f"crowd.{n}", n + 1, since=1_500_000_000, followers_count=10**n, follows_count=3_000)
        for n in range(7)
    ]
    take(connect(alice, "alice.paints"), following=people, followers=people[:2])
    sign_in(page).goto(f"{site}/settings/scores")
    return page


def values(page: Page) -> list[int]:
    return [int(field.input_value()) for field in page.locator("[data-weight]").all()]


def test_whatever_is_moved_the_weights_sum_to_100(weights: Page) -> None:
    for name, key, times in (
        ("Inactivity", "ArrowRight", 3),
        ("Ratio", "End", 1),
        ("Age", "PageUp", 2),
        ("Lack of engagement", "Home", 1),
        ("Ratio", "ArrowLeft", 7),
    ):
        slider = weights.get_by_role("slider", name=name, exact=True)
        slider.focus()
        for _ in range(times):
            weights.keyboard.press(key)
            assert sum(values(weights)) == 100
        assert (
            slider.input_value()
            == weights.get_by_role("spinbutton", name=name, exact=True).input_value()
        )


def test_what_one_gains_the_others_lose_in_proportion(weights: Page) -> None:
    weights.get_by_role("spinbutton", name="Ratio").fill("32")
    weights.keyboard.press("Tab")
    assert values(weights) == [32, 28, 32, 8]


def test_the_preview_follows_and_nothing_is_stored_until_it_is_saved(
    weights: Page, alice: User
) -> None:
    weights.get_by_role("slider", name="Ratio").focus()
    weights.keyboard.press("End")
    expect(weights.locator("[data-weights-preview]")).to_contain_text("Who would move farthest")
    expect(weights.locator("[data-weights-preview]")).to_contain_text("would change their category")
    assert preferences_of(alice).weight_ratio == 15
    weights.get_by_role("button", name="Save").first.click()
    expect(weights.get_by_text("The weights were saved")).to_be_visible()
    assert preferences_of(alice).weight_ratio == 100
    weights.get_by_role("button", name="Back to what kith comes with").click()
    expect(weights.get_by_text("The weights are those that kith comes with.")).to_be_visible()
    assert values(weights) == [40, 35, 15, 10]
