"""Lists of people: search, sorting, filters, and paging that shows everybody exactly once."""

from __future__ import annotations

from itertools import pairwise

import pytest
from django.test import Client

from kith.accounts.models import Connection, User
from kith.people.models import Person
from kith.web.pages.lists import ListQuery, filtered
from tests.factories import people, person
from tests.web.ledger import Ledger, connect, take
from tests.web.reading import link, names, parsed, words

pytestmark = [pytest.mark.database, pytest.mark.django_db]

LISTS = {
    "following": {"orla.birch", "ines.hollow"},
    "followers": {"orla.birch", "tessa.fern"},
    "mutuals": {"orla.birch"},
    "not-following-back": {"ines.hollow"},
    "fans": {"tessa.fern"},
    "new-followers": {"tessa.fern"},
    "lost-followers": {"milo.crane"},
}
COLUMNS = {
    "followed": "following_since",
    "follower": "follower_since",
    "audience": "followers_count",
}
CROWD = 130


@pytest.fixture
def crowd(alice: User) -> Connection:
    """Mutuals whose times and counts are often equal and often unknown."""
    connection = connect(alice, "alice.paints")
    mutuals = [
        person(
            f"crowd.{number:03}",
            since=None if number % 5 == 0 else 1_700_000_000 + number % 3,
            followers_count=None if number % 4 == 0 else number % 7,
            verified=(True, False, None)[number % 3],
        )
        for number in range(CROWD)
    ]
    take(connection, following=mutuals, followers=mutuals)
    return connection


def walk(browser: Client, url: str, rel: str = "next") -> list[list[str]]:
    """The names on every page from `url` on, and the address of the last page."""
    pages = []
    address: str | None = url
    while address:
        response = browser.get(address)
        pages.append(names(response))
        assert 0 < len(pages[-1]) <= 50
        address = link(response, rel)
    return pages


def last_page(browser: Client, url: str) -> str:
    while following := link(browser.get(url), "next"):
        url = following
    return url


@pytest.mark.parametrize(("slug", "expected"), LISTS.items())
def test_a_list_has_the_right_people(
    browser_of_alice: Client, ledger: Ledger, slug: str, expected: set[str]
) -> None:
    response = browser_of_alice.get(f"/lists/{slug}")
    assert set(names(response)) == expected
    page = response.context["page"]
    assert page.count == len(expected)
    assert [tab.slug for tab in page.tabs if tab.is_current] == [slug]
    assert {tab.slug: tab.count for tab in page.tabs} == {
        name: len(found) for name, found in LISTS.items()
    }


@pytest.mark.parametrize("direction", ["asc", "desc"])
@pytest.mark.parametrize("sort", ["username", *COLUMNS])
def test_paging_shows_everybody_once_in_order_and_the_same_way_back(
    browser_of_alice: Client, crowd: Connection, sort: str, direction: str
) -> None:
    url = f"/lists/following?sort={sort}&direction={direction}"
    there = walk(browser_of_alice, url)
    told = [name for page in there for name in page]
    assert [len(page) for page in there] == [50, 50, 30]
    assert len(set(told)) == CROWD
    assert in_order(crowd, told, sort, descending=direction == "desc")
    back = walk(browser_of_alice, last_page(browser_of_alice, url), "prev")
    assert [name for page in reversed(back) for name in page] == told


def in_order(connection: Connection, told: list[str], sort: str, *, descending: bool) -> bool:
    """Sorted, with those of whom the value is not known at the end whichever way it goes."""
    if sort == "username":
        return told == sorted(told, reverse=descending)
    known = dict(connection.people.values_list("username", COLUMNS[sort]))
    values = [known[name] for name in told]
    first_unknown = values.index(None)
    is_sorted = all(
        (a >= b) if descending else (a <= b) for a, b in pairwise(values[:first_unknown])
    )
    return is_sorted and set(values[first_unknown:]) == {None}


@pytest.mark.parametrize("sort", COLUMNS)
def test_a_column_that_nobody_has_still_shows_everybody_once(
    browser_of_alice: Client, alice: User, sort: str
) -> None:
    crowd = [f"crowd.{number:03}" for number in range(CROWD)]
    take(connect(alice, "alice.paints"), following=crowd, followers=crowd)
    pages = walk(browser_of_alice, f"/lists/mutuals?sort={sort}")
    assert sorted(name for page in pages for name in page) == crowd


def test_paging_goes_on_where_it_was_when_people_come_and_go_in_between(
    browser_of_alice: Client, crowd: Connection
) -> None:
    first = browser_of_alice.get("/lists/following")
    shown = names(first)
    Person.objects.filter(username__in=shown[10:20]).delete()
    Person.objects.create(
        connection=crowd, username="aaron.early", is_following=True, is_follower=True
    )
    assert names(browser_of_alice.get(link(first, "next")))[0] == "crowd.050"


def test_paging_keeps_search_filter_and_order(browser_of_alice: Client, alice: User) -> None:
    crowd = people(*(f"crowd.{number:03}" for number in range(120)), verified=True)
    others = people(*(f"other.{number:03}" for number in range(60)), verified=True)
    take(connect(alice, "alice.paints"), following=[*crowd, *others])
    url = "/lists/following?search=crowd&verified=yes&sort=username&direction=desc"
    told = [name for page in walk(browser_of_alice, url) for name in page]
    assert told == [f"crowd.{number:03}" for number in reversed(range(120))]


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("orla", {"orla.birch"}),
        ("ORLA.B", {"orla.birch"}),
        ("@orla", {"orla.birch"}),
        ("  birch ", {"orla.birch"}),
        ("%", set()),
        ("_", set()),
        ("'; drop table people_person; --", set()),
        ("", {"orla.birch", "ines.hollow"}),
    ],
)
def test_search_looks_for_a_part_of_the_name(
    browser_of_alice: Client, ledger: Ledger, search: str, found: set[str]
) -> None:
    response = browser_of_alice.get("/lists/following", {"search": search})
    assert set(names(response)) == found
    assert response.context["page"].count == len(found)


def test_search_finds_the_shown_name_as_well(browser_of_alice: Client, alice: User) -> None:
    nadia = person("nd.1984", name="Nadia Sørensen 🌿")
    take(connect(alice, "alice.paints"), following=[nadia, "orla.birch"])
    for search in ("nadia", "Sørensen", "🌿"):
        assert names(browser_of_alice.get("/lists/following", {"search": search})) == ["nd.1984"]


def test_a_search_without_a_hit_offers_everybody(browser_of_alice: Client, ledger: Ledger) -> None:
    response = browser_of_alice.get("/lists/following", {"search": "nobody"})
    assert "Nobody matches" in words(response)
    assert parsed(response).xpath("//main//a[@href='/lists/following' and text()='Show everybody']")


@pytest.mark.parametrize(("wanted", "remainders"), [("yes", {0}), ("no", {1, 2}), ("", {0, 1, 2})])
def test_the_verified_are_told_from_the_others(
    browser_of_alice: Client, crowd: Connection, wanted: str, remainders: set[int]
) -> None:
    pages = walk(browser_of_alice, f"/lists/following?verified={wanted}")
    told = {int(name.removeprefix("crowd.")) for page in pages for name in page}
    assert told == {number for number in range(CROWD) if number % 3 in remainders}


@pytest.mark.parametrize(
    "query",
    [
        "sort=password",
        "direction=sideways",
        "verified=perhaps",
        "after=rubbish",
        "after=|",
        "after=x|-1",
        "after=|9" + "9" * 30,
        "sort=audience&after=9" + "9" * 30 + "|1&direction=desc",
        "sort=audience&after=" + "9" * 5_000 + "|1&direction=desc",
        "before=%F0%9F%8C%BF|999999",
        "search=%00",
        "search=%00orla",
        "after=%00|0",
        "search=" + "x" * 9_000,
    ],
)
def test_an_address_that_makes_no_sense_is_no_error(
    browser_of_alice: Client, ledger: Ledger, query: str
) -> None:
    assert browser_of_alice.get(f"/lists/following?{query}").status_code == 200


def test_a_list_that_does_not_exist_is_404(browser_of_alice: Client, ledger: Ledger) -> None:
    for url in ("/lists/enemies", "/lists/enemies.csv", "/lists/Following"):
        assert browser_of_alice.get(url).status_code == 404


def test_htmx_gets_the_results_alone(browser_of_alice: Client, ledger: Ledger) -> None:
    partial = browser_of_alice.get("/lists/following", headers={"hx-request": "true"})
    assert b"<html" not in partial.content
    assert names(partial) == names(browser_of_alice.get("/lists/following"))


def test_going_back_in_the_browsers_history_gets_the_whole_page(
    browser_of_alice: Client, ledger: Ledger
) -> None:
    headers = {"hx-request": "true", "hx-history-restore-request": "true"}
    assert b"<html" in browser_of_alice.get("/lists/following", headers=headers).content


def test_a_list_says_why_it_may_lack_people(browser_of_alice: Client, crowd: Connection) -> None:
    reason = "Instagram's pages went round in a circle."
    crowd.snapshots.update(followers_state="partial", followers_reason=reason)
    assert reason in words(browser_of_alice.get("/lists/followers"))
    assert reason not in words(browser_of_alice.get("/lists/following"))


def test_without_an_account_a_list_says_what_to_do(browser_of_alice: Client) -> None:
    for slug in LISTS:
        assert "No account yet" in words(browser_of_alice.get(f"/lists/{slug}"))


def test_an_account_of_exports_is_sent_to_the_imports(
    browser_of_alice: Client, alice: User
) -> None:
    Connection.objects.create(user=alice, username="alice.paints")
    page = parsed(browser_of_alice.get("/lists/following"))
    assert page.xpath("//main//a[@href='/imports']")


@pytest.mark.parametrize(("search", "found"), [("crowd.00", 10), ("@CROWD.129", 1), ("rowd", 0)])
def test_a_list_that_is_too_long_to_read_through_is_searched_by_the_beginning_of_names(
    crowd: Connection, search: str, found: int
) -> None:
    query = ListQuery(search=search)
    assert filtered(crowd, crowd.people.all(), query, length=1_000_000).count() == found


def test_whoever_is_on_a_list_can_be_kept_from_there(
    browser_of_alice: Client, ledger: Ledger
) -> None:
    url = "/lists/following?sort=audience"
    page = parsed(browser_of_alice.get(url))
    [button] = page.xpath("//button[@aria-label='Keep ines.hollow']")
    [back] = page.xpath(f"//form[@id='{button.get('form')}']//input[@name='back']/@value")
    answer = browser_of_alice.post(button.get("formaction"), {"back": back})
    assert answer.url == url
    page = parsed(browser_of_alice.get(url))
    assert not page.xpath("//button[@aria-label='Keep ines.hollow']")
    [row] = page.xpath("//tbody/tr[.//a[text()='ines.hollow']]")
    assert "kept" in row.text_content()
    assert page.xpath("//button[@aria-label='Keep orla.birch']")
