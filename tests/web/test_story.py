"""A person's page tells their whole story: how kith met them, every change, former names, since when."""

from __future__ import annotations

import pytest
from django.test import Client

from kith.accounts.models import Connection, User
from kith.people.models import Change, Person, Snapshot
from tests.factories import apply, day, known_person, person
from tests.web.ledger import Ledger, connect, job_of, take
from tests.web.reading import link, names, parsed, words

pytestmark = [pytest.mark.database, pytest.mark.django_db]


@pytest.fixture
def connection(alice: User) -> Connection:
    return connect(alice, "alice.paints")


def page_of(connection: Connection, username: str) -> str:
    return f"/people/{known_person(connection, username).pk}"


def story(browser: Client, url: str) -> list[str]:
    lines = parsed(browser.get(url)).xpath("//main//ol[@class='story']/li")
    return [" ".join(line.text_content().split()) for line in lines]


def facts(browser: Client, url: str) -> dict[str, list[str]]:
    return {
        fact.findtext("dt"): [told.text_content().strip() for told in fact.findall("dd")]
        for fact in parsed(browser.get(url)).xpath("//main//dl/div")
    }


def test_the_story_ends_with_how_kith_met_them(browser_of_alice: Client, ledger: Ledger) -> None:
    told = story(browser_of_alice, page_of(ledger.connection, "milo.crane"))
    assert told == [
        "No longer follows you 1 Mar 12:00 – 2 Mar 12:05",
        "First seen in a sync with Instagram 1 Mar, 12:00–12:05",
    ]
    links = parsed(browser_of_alice.get(page_of(ledger.connection, "milo.crane"))).xpath(
        "//main//ol//a/@href"
    )
    assert links == [f"/jobs/{ledger.first.pk}"]


def test_whom_an_export_told_of_first_is_said_to_come_from_it(
    browser_of_alice: Client, connection: Connection
) -> None:
    apply(connection, [], [person("orla.birch")], source="export")
    job_of(connection, snapshot=Snapshot.objects.get())
    assert story(browser_of_alice, page_of(connection, "orla.birch")) == [
        "First seen in an export 1 Mar, 12:00–12:05"
    ]


def test_what_kith_did_not_keep_is_not_invented(
    browser_of_alice: Client, connection: Connection
) -> None:
    take(connection, followers=["orla.birch"])
    Snapshot.objects.update(newest_person_before=None)
    url = page_of(connection, "orla.birch")
    assert story(browser_of_alice, url) == []
    assert "Nothing has changed" in words(browser_of_alice.get(url))


def test_former_names_are_told_and_lead_to_the_person(
    browser_of_alice: Client, connection: Connection
) -> None:
    for name in ("orla", "orla.b", "orla.birch"):
        take(connection, followers=[person(name, 1), person("ines.hollow", 2)])
    url = page_of(connection, "orla.birch")
    assert facts(browser_of_alice, url)["Formerly"] == ["orla.b, orla"]
    assert "orla.b → orla.birch: Changed their name" in words(browser_of_alice.get(url))
    search = browser_of_alice.get("/lists/followers", {"search": "orla.b"})
    assert names(search) == ["orla.birch"]
    Person.objects.filter(username="orla.birch").update(username="somebody.else")
    assert names(browser_of_alice.get("/lists/followers", {"search": "ORLA.B"})) == [
        "somebody.else"
    ]


@pytest.mark.parametrize(("is_exact", "told"), [(True, "to the second"), (False, "to the minute")])
def test_since_when_is_told_with_its_exactness(
    browser_of_alice: Client, connection: Connection, is_exact: bool, told: str
) -> None:
    since = int(day(1).timestamp()) - 90 * 86_400
    take(connection, followers=[person("orla.birch", since=since, since_is_exact=is_exact)])
    url = page_of(connection, "orla.birch")
    assert facts(browser_of_alice, url)["Follows you since"] == ["1 Dec 2025", told]
    take(connection, following=["ines.hollow"])
    assert facts(browser_of_alice, url)["Followed you since"] == ["1 Dec 2025", told]


def test_who_left_and_came_back_has_all_of_it_in_the_story(
    browser_of_alice: Client, connection: Connection
) -> None:
    take(connection, following=["orla.birch"], followers=["orla.birch"])
    take(connection, following=["ines.hollow"])
    url = page_of(connection, "orla.birch")
    assert "Gone since" in words(browser_of_alice.get(url))
    take(connection, following=["orla.birch", "ines.hollow"], followers=["orla.birch"])
    assert "Gone since" not in words(browser_of_alice.get(url))
    assert [line.split(" ")[0] for line in story(browser_of_alice, url)] == ["Is", "Left", "First"]


def test_a_long_story_is_paged_and_loses_nothing(
    browser_of_alice: Client, connection: Connection
) -> None:
    take(connection, followers=["orla.birch"])
    someone = known_person(connection, "orla.birch")
    url: str | None = f"/people/{someone.pk}"
    snapshots = Snapshot.objects.bulk_create(
        Snapshot(connection=connection, source="api", taken_at=day(2)) for _ in range(430)
    )
    Change.objects.bulk_create(
        Change(
            connection=connection,
            snapshot=snapshot,
            person=someone,
            kind=Change.Kind.NEW_FOLLOWER,
            username=f"name{number:03}",
            before=day(2),
        )
        for number, snapshot in enumerate(snapshots)
    )
    told: list[str] = []
    pages = 0
    while url:
        assert bool(told) == bool(pages)
        response = browser_of_alice.get(url)
        told += [line.username for line in response.context["page"].story]
        url, pages = link(response, "next"), pages + 1
        assert bool(response.context["page"].first_seen) == (url is None)
    assert told == [f"name{number:03}" for number in reversed(range(430))]
    assert pages == 3
