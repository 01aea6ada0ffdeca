"""On a person's page: how the two stand, keeping with a note, and the way to the queue."""

from __future__ import annotations

import pytest
from django.test import Client

from kith.people.models import InteractionDay, KeptPerson, Person
from tests.factories import day
from tests.web.ledger import Ledger
from tests.web.reading import actions, parsed, words

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def url(username: str) -> str:
    return f"/people/{Person.objects.get(username=username).pk}"


def test_the_score_stands_there_with_its_word_and_its_reasons(
    browser_of_alice: Client, ledger: Ledger
) -> None:
    page = words(browser_of_alice.get(url("ines.hollow")))
    assert "How sure this is" in page
    assert "Not enough data" in page
    assert "Nothing is known to have passed between you" in page


def test_of_people_who_are_not_followed_there_is_no_score(
    browser_of_alice: Client, ledger: Ledger
) -> None:
    page = browser_of_alice.get(url("tessa.fern"))
    assert "How sure this is" not in words(page)
    assert "/accounts/ranked/selection" not in actions(page)


def test_contacts_are_counted_by_kind_and_direction(
    browser_of_alice: Client, ledger: Ledger
) -> None:
    InteractionDay.objects.create(
        connection=ledger.connection,
        person=Person.objects.get(username="ines.hollow"),
        username="ines.hollow",
        kind="like",
        direction="given",
        day=day(1).date(),
        from_export=7,
        last_at=int(day(1).timestamp()),
    )
    page = parsed(browser_of_alice.get(url("ines.hollow")))
    rows = page.xpath("//table//tr[td]")
    assert [cell.text_content() for cell in rows[0]][:3] == ["Likes", "7", "–"]


def test_keeping_with_a_note_and_stopping(browser_of_alice: Client, ledger: Ledger) -> None:
    address = url("ines.hollow")
    browser_of_alice.post(f"{address}/keep", {"note": "my sister", "back": address})
    page = browser_of_alice.get(address)
    kept = KeptPerson.objects.get()
    assert "On your keep list" in words(page)
    assert {f"/whitelist/{kept.pk}/note", f"/whitelist/{kept.pk}/remove"} <= actions(page)
    assert "/accounts/ranked/selection" not in actions(page)
    browser_of_alice.post(f"/whitelist/{kept.pk}/remove", {"back": address})
    assert f"{address}/keep" in actions(browser_of_alice.get(address))


def test_the_way_to_the_queue_leads_over_the_review(
    browser_of_alice: Client, ledger: Ledger
) -> None:
    address = url("ines.hollow")
    person = Person.objects.get(username="ines.hollow")
    form = {"action": "review", "person": person.pk}
    assert browser_of_alice.post("/accounts/ranked/selection", form).url == "/unfollows/review"
    browser_of_alice.post("/unfollows/review", {"person": person.pk})
    page = browser_of_alice.get(address)
    assert "Unfollow queue: Waiting" in words(page)
    assert "/accounts/ranked/selection" not in actions(page)
