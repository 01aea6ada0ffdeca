"""The ranked list as a page: filters in the address, a selection that survives paging, files."""

from __future__ import annotations

import io
import zipfile

import pytest
from django.test import Client

from kith.accounts.models import User
from kith.people.models import Insight, KeptPerson, Person
from tests.factories import person
from tests.web.conftest import Browser
from tests.web.ledger import Ledger, connect, take
from tests.web.reading import link, names, notices, parsed, words

pytestmark = [pytest.mark.database, pytest.mark.django_db]
URL = "/accounts/ranked"


@pytest.fixture
def crowd(alice: User) -> Ledger:
    """Somebody who follows 120 people, of whom crowd.000 and crowd.001 follow back."""
    connection = connect(alice, "alice.paints")
    people = [
        person(f"crowd.{n:03}", n + 1, followers_count=100 + n, follows_count=500)
        for n in range(120)
    ]
    take(connection, following=people, followers=people[:2])
    return Ledger(alice, connection, None, None)  # type: ignore[arg-type]


def ids(*usernames: str) -> list[int]:
    return list(Person.objects.filter(username__in=usernames).values_list("pk", flat=True))


def selected_count(browser: Client) -> str:
    return str(parsed(browser.get(URL)).xpath("string(//*[@data-selected])"))


def test_before_the_first_snapshot_the_page_says_how_to_begin(browser_of_alice: Client) -> None:
    assert "No snapshot yet" in words(browser_of_alice.get(URL))


def test_everybody_followed_is_ranked_and_paged(browser_of_alice: Client, crowd: Ledger) -> None:
    first = browser_of_alice.get(URL)
    assert len(names(first)) == 50
    second = browser_of_alice.get(str(link(first, "next")))
    third = browser_of_alice.get(str(link(second, "next")))
    assert len(names(third)) == 20
    assert link(third, "next") is None
    everybody = {*names(first), *names(second), *names(third)}
    assert len(everybody) == 120


def test_filters_live_in_the_address_and_show_their_counts(
    browser_of_alice: Client, crowd: Ledger
) -> None:
    page = browser_of_alice.get(f"{URL}?not_back=1&followers_from=200")
    assert "20 people" in words(page)
    assert "Not following back 20" in words(page)
    assert "Mutual 0" in words(page)
    assert names(browser_of_alice.get(f"{URL}?search=crowd.007")) == ["crowd.007"]


def test_addresses_that_make_no_sense_show_everybody(
    browser_of_alice: Client, crowd: Ledger
) -> None:
    for query in (
        "badge=inactive",
        "quiet_from=x",
        "category=x",
        "score_from=-1",
        "ratio_to=nan",
        "followed_after=today",
        "sort=x",
        "page=x",
        "page=99999999",
        "search=%00",
    ):
        assert browser_of_alice.get(f"{URL}?{query}").status_code == 200, query


def test_nobody_matching_offers_the_way_back(browser_of_alice: Client, crowd: Ledger) -> None:
    assert "Nobody matches" in words(browser_of_alice.get(f"{URL}?search=nobody.at.all"))


def test_a_score_of_nothing_can_be_asked_for(browser_of_alice: Client, crowd: Ledger) -> None:
    page = parsed(browser_of_alice.get(f"{URL}?score_to=0"))
    assert page.xpath("//input[@name='query']/@value | //a[@rel='next']/@href") == []
    assert "score_to=0" in page.xpath("string(//a[@id='chip-kept-no']/@href)")


def test_the_explanation_stands_behind_the_line(browser_of_alice: Client, crowd: Ledger) -> None:
    url = parsed(browser_of_alice.get(URL)).xpath("//@data-explain")[0]
    part = browser_of_alice.get(url)
    assert b"<html" not in part.content
    assert "How sure this is" in part.content.decode()
    Insight.objects.all().delete()
    assert browser_of_alice.get(url).status_code == 404


def test_htmx_gets_the_results_alone(browser_of_alice: Client, crowd: Ledger) -> None:
    part = browser_of_alice.get(URL, headers={"HX-Request": "true"})
    assert b"<html" not in part.content
    assert b"data-ranked" in part.content


def test_the_selection_survives_paging_and_can_take_all_results(
    browser_of_alice: Client, crowd: Ledger
) -> None:
    picked, other = ids("crowd.005")[0], ids("crowd.006")[0]
    form = {"action": "tick", "shown": [picked, other], "person": [picked]}
    answer = browser_of_alice.post(f"{URL}/selection", form, headers={"accept": "application/json"})
    assert answer.json() == {"selected": 1}
    assert selected_count(browser_of_alice) == "1"
    browser_of_alice.post(f"{URL}/selection", {"action": "all", "query": "followers_from=200"})
    assert selected_count(browser_of_alice) == "21"
    browser_of_alice.post(f"{URL}/selection", {"action": "tick", "shown": [picked]})
    assert selected_count(browser_of_alice) == "20"
    browser_of_alice.post(f"{URL}/selection", {"action": "none"})
    assert selected_count(browser_of_alice) == "0"


def test_without_script_the_same_form_leads_back_to_the_same_filters(
    browser_of_alice: Client, crowd: Ledger
) -> None:
    answer = browser_of_alice.post(
        f"{URL}/selection", {"action": "tick", "query": "not_back=1&search=crowd"}
    )
    assert (answer.status_code, answer.url) == (302, f"{URL}?not_back=1&search=crowd")


def test_people_of_others_cannot_be_kept_through_the_selection(
    signed_in: Browser, bob: User, crowd: Ledger
) -> None:
    connect(bob, "bob.builds")
    browser = signed_in(bob)
    form = {"action": "keep", "person": ids("crowd.005")}
    browser.post(f"{URL}/selection", form)
    assert not KeptPerson.objects.exists()


def test_everybody_picked_can_be_kept_at_once(browser_of_alice: Client, crowd: Ledger) -> None:
    browser_of_alice.post(
        f"{URL}/selection", {"action": "keep", "person": ids("crowd.005", "crowd.006")}
    )
    assert KeptPerson.objects.count() == 2
    page = browser_of_alice.get(URL)
    assert "2 people added to the keep list" in notices(page)
    [shown, *_] = parsed(page).xpath("//main//*[contains(@class, 'notice')]//a/@href")
    assert shown == f"/whitelist?since={KeptPerson.objects.earliest('pk').pk}"
    assert selected_count(browser_of_alice) == "0"


def test_a_script_is_told_what_keeping_did(browser_of_alice: Client, crowd: Ledger) -> None:
    form = {"action": "keep", "person": ids("crowd.005")}
    answer = browser_of_alice.post(f"{URL}/selection", form, headers={"accept": "application/json"})
    assert answer.json() == {
        "selected": 0,
        "message": "1 person added to the keep list.",
        "url": f"/whitelist?since={KeptPerson.objects.get().pk}",
    }


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_file_holds_what_the_filters_leave(
    browser_of_alice: Client, crowd: Ledger, kind: str
) -> None:
    answer = browser_of_alice.get(f"{URL}.{kind}?search=crowd.00")
    content = b"".join(answer)
    if kind == "csv":
        lines = content.decode("utf-8-sig").splitlines()
        assert lines[0].startswith("username,")
    else:
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            lines = book.read("xl/worksheets/sheet1.xml").decode().split("<row ")[1:]
    assert len(lines) == 11


def test_a_name_that_looks_like_a_formula_is_text_in_a_sheet(
    browser_of_alice: Client, alice: User
) -> None:
    connection = connect(alice, "alice.paints")
    take(connection, following=[person("eve", 1, name="=1+1")], followers=[])
    content = b"".join(browser_of_alice.get("/lists/following.xlsx"))
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert b"'=1+1" in b"".join(browser_of_alice.get("/lists/following.csv"))


def test_a_tab_of_another_account_selects_nobody(
    browser_of_alice: Client, alice: User, crowd: Ledger
) -> None:
    other = connect(alice, "zoe.sings")
    take(other, following=["orla.birch"])
    browser_of_alice.post(f"/connections/{other.pk}/choose")
    form = {"action": "tick", "person": ids("crowd.005", "orla.birch")}
    answer = browser_of_alice.post(f"{URL}/selection", form, headers={"accept": "application/json"})
    assert answer.json() == {"selected": 1}


@pytest.mark.parametrize(
    "asked", ["score_from=" + "9" * 30, "ratio_from=1e400", "followers_from=" + "9" * 5_000]
)
def test_a_number_beyond_all_others_leaves_nobody(
    browser_of_alice: Client, crowd: Ledger, asked: str
) -> None:
    page = words(browser_of_alice.get(f"{URL}?{asked}"))
    assert "Nobody matches" in page
