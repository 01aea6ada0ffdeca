"""The settings of scores: weights are saved whole or not at all, and everybody is scored anew."""

from __future__ import annotations

import pytest
from django.test import Client

from kith.accounts.models import User
from kith.accounts.queries import preferences_of
from kith.people.models import Insight
from tests.web.conftest import Browser
from tests.web.ledger import Ledger
from tests.web.reading import notices, words

pytestmark = [pytest.mark.database, pytest.mark.django_db]
URL = "/settings/scores"
RATIO = {"inactivity": "0", "engagement": "0", "ratio": "100", "age": "0"}
WRONG = {"inactivity": "40", "engagement": "40", "ratio": "40", "age": "40"}


def test_the_page_shows_the_weights_and_the_users_own_people(
    browser_of_alice: Client, ledger: Ledger
) -> None:
    assert "Lack of engagement" in words(browser_of_alice.get(URL))
    assert "category" in words(browser_of_alice.get(URL, RATIO))
    assert browser_of_alice.get(URL, WRONG).status_code == 422


def test_saving_scores_everybody_anew(
    browser_of_alice: Client, alice: User, ledger: Ledger
) -> None:
    before = Insight.objects.latest("computed_at").computed_at
    assert browser_of_alice.post(URL, RATIO).url == URL
    assert preferences_of(alice).weight_ratio == 100
    assert Insight.objects.latest("computed_at").computed_at > before
    browser_of_alice.post(f"{URL}/reset")
    assert preferences_of(alice).weight_inactivity == 40


@pytest.mark.parametrize("form", [WRONG, {}, {**RATIO, "age": "-1"}, {**RATIO, "age": "x"}])
def test_what_does_not_sum_to_100_is_refused_with_the_reason(
    browser_of_alice: Client, alice: User, ledger: Ledger, form: dict[str, str]
) -> None:
    answer = browser_of_alice.post(URL, form)
    assert answer.status_code == 422
    assert "sum to 100" in words(answer)
    assert preferences_of(alice).weight_inactivity == 40


def test_the_preview_stores_nothing(browser_of_alice: Client, alice: User, ledger: Ledger) -> None:
    answer = browser_of_alice.get(f"{URL}/preview", RATIO)
    assert answer.status_code == 200
    assert b"<html" not in answer.content
    assert preferences_of(alice).weight_ratio == 15
    assert browser_of_alice.get(f"{URL}/preview", WRONG).status_code == 422


def test_without_a_snapshot_there_is_no_preview(browser_of_alice: Client) -> None:
    assert "once a snapshot of them is there" in words(browser_of_alice.get(URL))
    assert browser_of_alice.get(f"{URL}/preview", RATIO).status_code == 200


def test_grace_period_threshold_and_messages(
    browser_of_alice: Client, alice: User, ledger: Ledger
) -> None:
    form = {
        "grace_days": "30",
        "verified_from_followers": "100000",
        "leaves_messages_out": "1",
    }
    browser_of_alice.post(f"{URL}/suggestions", form)
    found = preferences_of(alice)
    assert (found.grace_days, found.verified_from_followers) == (30, 100_000)
    assert found.leaves_messages_out
    browser_of_alice.post(f"{URL}/suggestions", {"grace_days": "14"})
    found = preferences_of(alice)
    assert (found.verified_from_followers, found.leaves_messages_out) == (None, False)
    browser_of_alice.post(f"{URL}/suggestions", {"grace_days": "x"})
    assert "grace period" in notices(browser_of_alice.get(URL))
    assert preferences_of(alice).grace_days == 14


def test_the_settings_of_others_stay_theirs(
    signed_in: Browser, alice: User, charlie: User, ledger: Ledger
) -> None:
    signed_in(charlie).post(URL, RATIO)
    assert preferences_of(alice).weight_ratio == 15
