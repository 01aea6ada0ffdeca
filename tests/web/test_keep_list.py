"""The keep list as a page: adding from everywhere, notes, files."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from kith.accounts.models import User
from kith.people.models import KeptPerson, Person
from tests.web.conftest import Browser
from tests.web.ledger import Ledger, connect
from tests.web.reading import actions, notices, words

pytestmark = [pytest.mark.database, pytest.mark.django_db]
URL = "/whitelist"


def kept() -> dict[str, str]:
    return dict(KeptPerson.objects.values_list("username", "note"))


def test_an_empty_list_says_what_it_is_for(browser_of_alice: Client, ledger: Ledger) -> None:
    assert "Nobody is kept yet" in words(browser_of_alice.get(URL))


def test_names_are_added_as_people_type_them(browser_of_alice: Client, ledger: Ledger) -> None:
    browser_of_alice.post(URL, {"usernames": "@Orla.Birch, not.met", "note": "friends"})
    assert kept() == {"orla.birch": "friends", "not.met": "friends"}
    page = browser_of_alice.get(URL)
    assert "2 people added" in notices(page)
    assert "not met yet" in words(page)


@pytest.mark.parametrize("typed", ["", "no such name!", "orla.birch *"])
def test_what_cannot_be_a_name_is_refused_and_nobody_is_added(
    browser_of_alice: Client, ledger: Ledger, typed: str
) -> None:
    browser_of_alice.post(URL, {"usernames": typed})
    assert kept() == {}
    assert "Nobody was added" in notices(browser_of_alice.get(URL))


def test_a_person_is_kept_from_their_own_page_and_taken_off(
    browser_of_alice: Client, ledger: Ledger
) -> None:
    orla = Person.objects.get(username="orla.birch")
    back = f"/people/{orla.pk}"
    answer = browser_of_alice.post(f"/people/{orla.pk}/keep", {"note": "n", "back": back})
    assert answer.url == back
    row = KeptPerson.objects.get()
    browser_of_alice.post(f"{URL}/{row.pk}/note", {"note": "my sister"})
    assert kept() == {"orla.birch": "my sister"}
    browser_of_alice.post(f"{URL}/{row.pk}/remove")
    assert kept() == {}


def test_a_file_adds_people_and_names_the_lines_it_could_not_read(
    browser_of_alice: Client, ledger: Ledger
) -> None:
    file = SimpleUploadedFile("keep.csv", b"username,note\norla.birch,friend\nno name!,x\n")
    browser_of_alice.post(f"{URL}/import", {"file": file})
    assert kept() == {"orla.birch": "friend"}
    said = notices(browser_of_alice.get(URL))
    assert "1 person added" in said
    assert "left out: 3" in said


@pytest.mark.parametrize("content", [b"\x00\xff\x00", b'"' + b"a" * 200_000])
def test_a_file_that_is_none_adds_nobody(
    browser_of_alice: Client, ledger: Ledger, content: bytes
) -> None:
    browser_of_alice.post(f"{URL}/import", {"file": SimpleUploadedFile("keep.csv", content)})
    assert kept() == {}
    assert notices(browser_of_alice.get(URL))


def test_the_list_can_be_taken_home_and_brought_back(
    browser_of_alice: Client, ledger: Ledger
) -> None:
    browser_of_alice.post(URL, {"usernames": "orla.birch", "note": "=1+1"})
    content = b"".join(browser_of_alice.get(f"{URL}.csv"))
    assert b"'=1+1" in content
    KeptPerson.objects.all().delete()
    browser_of_alice.post(f"{URL}/import", {"file": SimpleUploadedFile("k.csv", content)})
    assert kept() == {"orla.birch": "=1+1"}


def test_search_looks_at_names_and_notes(browser_of_alice: Client, ledger: Ledger) -> None:
    browser_of_alice.post(URL, {"usernames": "orla.birch", "note": "my sister"})
    browser_of_alice.post(URL, {"usernames": "ines.hollow"})
    assert "ines.hollow" not in words(browser_of_alice.get(f"{URL}?search=sister"))
    assert "Nobody matches" in words(browser_of_alice.get(f"{URL}?search=xyz"))


def test_strangers_see_and_change_nothing(
    signed_in: Browser, charlie: User, browser_of_alice: Client, ledger: Ledger
) -> None:
    browser_of_alice.post(URL, {"usernames": "orla.birch"})
    row, stranger = KeptPerson.objects.get(), signed_in(charlie)
    assert "orla.birch" not in words(stranger.get(URL))
    assert stranger.post(f"{URL}/{row.pk}/remove").status_code == 404
    assert stranger.post(f"{URL}/{row.pk}/note", {"note": "x"}).status_code == 404
    assert kept() == {"orla.birch": ""}


def test_a_page_behind_the_last_shows_the_last(browser_of_alice: Client, ledger: Ledger) -> None:
    browser_of_alice.post(URL, {"usernames": "orla.birch"})
    page = words(browser_of_alice.get(f"{URL}?page=2"))
    assert "orla.birch" in page
    assert "Nobody is kept yet" not in page


def test_more_names_than_a_list_holds_are_refused(browser_of_alice: Client, ledger: Ledger) -> None:
    names = " ".join(f"ada.{number}" for number in range(10_001))
    browser_of_alice.post(URL, {"usernames": names})
    assert kept() == {}
    assert "10,000 names" in notices(browser_of_alice.get(URL))


@pytest.mark.parametrize(
    "content", [b"", b"username,note\n", b"\x89PNG\r\n\x00\x00\n", b"no name!,x\n"]
)
def test_a_file_that_names_nobody_is_said_to_do_so(
    browser_of_alice: Client, ledger: Ledger, content: bytes
) -> None:
    file = SimpleUploadedFile("keep.csv", content)
    told = notices(browser_of_alice.post(f"{URL}/import", {"file": file}, follow=True))
    assert "This file names nobody" in told
    assert "already" not in told


def test_one_line_that_cannot_be_read_is_one_line(browser_of_alice: Client, ledger: Ledger) -> None:
    file = SimpleUploadedFile("keep.csv", b"username,note\norla.birch,friend\nno name!,x\n")
    told = notices(browser_of_alice.post(f"{URL}/import", {"file": file}, follow=True))
    assert "1 line holds no user name and was left out: 3." in told


def keep_everybody_on_the_ranked_list(browser: Client) -> str:
    """Answers with the address that shows those who were added by it."""
    form, asked = {"action": "all"}, {"HTTP_ACCEPT": "application/json"}
    browser.post("/accounts/ranked/selection", form, **asked)
    told = browser.post("/accounts/ranked/selection", {"action": "keep"}, **asked).json()
    return str(told["url"])


def test_many_who_were_kept_by_mistake_are_taken_off_at_once(
    browser_of_alice: Client, ledger: Ledger
) -> None:
    browser_of_alice.post(URL, {"usernames": "not.met", "note": "friends"})
    shown = keep_everybody_on_the_ranked_list(browser_of_alice)
    page = browser_of_alice.get(shown)
    assert "Only those added last" in notices(page)
    assert "not.met" not in words(page)
    assert f"{URL}/clear" in actions(page)
    answer = browser_of_alice.post(
        f"{URL}/clear", dict(parse_qsl(urlsplit(shown).query)), follow=True
    )
    assert "2 people are not kept any more" in notices(answer)
    assert kept() == {"not.met": "friends"}


def test_whoever_a_search_finds_is_taken_off_alone(
    browser_of_alice: Client, ledger: Ledger
) -> None:
    browser_of_alice.post(URL, {"usernames": "ada ben"})
    browser_of_alice.post(f"{URL}/clear", {"search": "ada"})
    assert set(kept()) == {"ben"}
    browser_of_alice.post(f"{URL}/clear", {"since": "9" * 30, "search": "\x00"})
    assert kept() == {}


def test_nobody_clears_the_list_of_somebody_else(
    signed_in: Browser, bob: User, browser_of_alice: Client, ledger: Ledger
) -> None:
    browser_of_alice.post(URL, {"usernames": "ada"})
    connect(bob, "bob.bakes")
    signed_in(bob).post(f"{URL}/clear")
    assert set(kept()) == {"ada"}
