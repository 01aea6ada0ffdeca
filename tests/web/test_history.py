"""Changes of the people, one person's story, and the user's activity."""

from __future__ import annotations

from ipaddress import ip_network

import pytest
from django.test import Client
from pytest_django import Settings as DjangoSettings

from kith.accounts.models import Activity, User
from kith.accounts.origin import Origin
from kith.accounts.services.recording import record_activity
from kith.people.models import Change, Person
from tests.web.ledger import Ledger, connect, take
from tests.web.reading import link, parsed, words

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def all_pages(browser: Client, url: str) -> list[str]:
    """The text of every row, over all pages."""
    rows: list[str] = []
    address: str | None = url
    while address:
        response = browser.get(address)
        lines = parsed(response).xpath("//main//ul[contains(@class, 'rows')]/li")
        assert len(lines) <= 50
        rows += [" ".join(line.text_content().split()) for line in lines]
        address = link(response, "next")
    return rows


def test_changes_are_told_in_words_with_their_interval(
    browser_of_alice: Client, ledger: Ledger
) -> None:
    rows = all_pages(browser_of_alice, "/changes")
    assert len(rows) == 2
    assert "tessa.fern started following you" in " ".join(rows)
    assert "milo.crane no longer follows you" in " ".join(rows)


def test_every_change_is_on_one_page_and_the_newest_is_first(
    browser_of_alice: Client, alice: User
) -> None:
    connection = connect(alice, "alice.paints")
    take(connection, followers=["orla.birch"])
    crowd = [f"crowd.{number:03}" for number in range(130)]
    take(connection, followers=["orla.birch", *crowd])
    rows = all_pages(browser_of_alice, "/changes")
    told = [row.split()[0] for row in rows]
    assert sorted(told) == crowd
    newest_first = Change.objects.order_by("-id").values_list("username", flat=True)
    assert told == list(newest_first)
    assert all_pages(browser_of_alice, "/changes?kind=new_follower") == rows
    assert all_pages(browser_of_alice, "/changes?kind=lost_follower") == []


@pytest.mark.parametrize("kind", Change.Kind.values)
def test_changes_can_be_narrowed_to_a_kind(
    browser_of_alice: Client, ledger: Ledger, kind: str
) -> None:
    page = browser_of_alice.get("/changes", {"kind": kind}).context["page"]
    assert {row.kind for row in page.rows} <= {kind}
    assert [option.value for option in page.kinds if option.is_current] == [kind]


@pytest.mark.parametrize("query", ["kind=betrayed", "before=x", "before=" + "9" * 40, "before=-1"])
def test_an_address_that_makes_no_sense_shows_everything(
    browser_of_alice: Client, ledger: Ledger, query: str
) -> None:
    assert len(browser_of_alice.get(f"/changes?{query}").context["page"].rows) == 2


def test_without_changes_the_page_says_what_makes_them(
    browser_of_alice: Client, alice: User
) -> None:
    assert "No account yet" in words(browser_of_alice.get("/changes"))
    connection = connect(alice, "alice.paints")
    assert "Nobody of alice.paints is known yet" in words(browser_of_alice.get("/changes"))
    take(connection, following=["orla.birch"])
    assert "No changes yet" in words(browser_of_alice.get("/changes"))


def test_a_person_has_their_story(browser_of_alice: Client, ledger: Ledger) -> None:
    person = Person.objects.get(username="milo.crane")
    text = words(browser_of_alice.get(f"/people/{person.pk}"))
    assert "milo.crane" in text
    assert "No longer follows you" in text
    assert "tessa.fern" not in text


@pytest.mark.parametrize(
    ("username", "relation"),
    [
        ("orla.birch", "Mutual"),
        ("ines.hollow", "Doesn't follow back"),
        ("tessa.fern", "Fan"),
        ("milo.crane", "No longer connected"),
    ],
)
def test_a_person_stands_in_a_relation(
    browser_of_alice: Client, ledger: Ledger, username: str, relation: str
) -> None:
    person = Person.objects.get(username=username)
    assert relation in words(browser_of_alice.get(f"/people/{person.pk}"))


def test_a_person_whose_account_is_gone_is_said_to_be_gone(
    browser_of_alice: Client, ledger: Ledger
) -> None:
    take(ledger.connection, following=["ines.hollow"], on=32)
    person = Person.objects.get(username="orla.birch")
    text = words(browser_of_alice.get(f"/people/{person.pk}"))
    assert "Account gone" in text
    assert "Left both lists" in text


@pytest.mark.parametrize(
    ("peer", "forwarded", "believed"),
    [
        ("198.51.100.4", "", "198.51.100.4"),
        ("198.51.100.4", "203.0.113.7", "198.51.100.4"),
        ("10.0.0.1", "203.0.113.7", "203.0.113.7"),
        ("10.0.0.1", "192.0.2.66, 203.0.113.7", "203.0.113.7"),
        ("10.0.0.1", "192.0.2.66, 203.0.113.7, 10.0.0.9", "203.0.113.7"),
        ("10.0.0.1", "10.0.0.7, 10.0.0.9", "10.0.0.7"),
        ("10.0.0.1", "2001:db8::7", "2001:db8::7"),
        ("10.0.0.1", "203.0.113.7, rubbish", "10.0.0.1"),
        ("10.0.0.1", "<script>", "10.0.0.1"),
        ("10.0.0.1", "", "10.0.0.1"),
    ],
)
def test_a_forwarded_address_is_believed_from_trusted_proxies_only(
    browser_of_alice: Client,
    ledger: Ledger,
    settings: DjangoSettings,
    peer: str,
    forwarded: str,
    believed: str,
) -> None:
    settings.TRUSTED_PROXIES = [ip_network("10.0.0.0/8")]
    headers = {"x-forwarded-for": forwarded} if forwarded else {}
    url = f"/connections/{ledger.connection.pk}/disconnect"
    browser_of_alice.post(url, headers=headers, REMOTE_ADDR=peer)
    assert Activity.objects.get().address == believed
    assert believed in words(browser_of_alice.get("/activity"))


def test_without_trusted_proxies_no_header_is_believed(
    browser_of_alice: Client, ledger: Ledger
) -> None:
    headers = {"x-forwarded-for": "203.0.113.7", "x-real-ip": "203.0.113.7"}
    browser_of_alice.post(f"/connections/{ledger.connection.pk}/disconnect", headers=headers)
    assert Activity.objects.get().address == "127.0.0.1"


@pytest.mark.parametrize(("peer", "scheme"), [("10.0.0.1", "https"), ("198.51.100.4", "http")])
def test_a_forwarded_scheme_is_believed_from_trusted_proxies_only(
    browser_of_alice: Client, settings: DjangoSettings, peer: str, scheme: str
) -> None:
    settings.TRUSTED_PROXIES = [ip_network("10.0.0.0/8")]
    page = browser_of_alice.get(
        "/settings", headers={"x-forwarded-proto": "https"}, REMOTE_ADDR=peer
    ).context["page"]
    assert page.instagram.redirect_uri.startswith(f"{scheme}://127.0.0.1")


def test_activity_is_told_in_words_over_all_pages(
    browser_of_alice: Client, alice: User, bob: User, ledger: Ledger
) -> None:
    details = {
        "following": 2847,
        "followers": 1234,
        "changes": {"new_follower": 12, "lost_follower": 3},
        "seconds": 2.51,
    }
    for user in (alice, bob):
        for number in range(120):
            record_activity(
                Activity.Kind.SYNC_COMPLETED,
                user=user,
                connection=ledger.connection if user == alice else None,
                origin=Origin("203.0.113.7", f"browser {number}"),
                details=details,
            )
    rows = all_pages(browser_of_alice, "/activity")
    assert [row.split("browser ")[1] for row in rows] == [str(n) for n in reversed(range(120))]
    assert "Sync completed alice.paints" in rows[0]
    assert "2,847 following and 1,234 followers read" in rows[0]
    assert "12 new followers, 3 no longer follow you" in rows[0]
    assert "2.5 s" in rows[0]


def test_one_of_a_kind_is_not_told_as_many(browser_of_alice: Client, alice: User) -> None:
    changes = {"new_follower": 1, "lost_follower": 1, "gone": 1, "returned": 1, "renamed": 1}
    record_activity(
        Activity.Kind.SYNC_COMPLETED,
        user=alice,
        origin=Origin.of_program("kith worker"),
        details={"following": 1, "followers": 1, "changes": changes},
    )
    [row] = all_pages(browser_of_alice, "/activity")
    assert "1 following and 1 follower read" in row
    assert (
        "1 new follower, 1 no longer follows you, 1 changed their name, 1 account gone, 1 account back"
        in row
    )


def test_an_empty_log_says_what_will_be_in_it(browser_of_alice: Client) -> None:
    assert "Nothing yet" in words(browser_of_alice.get("/activity"))


def test_a_user_agent_of_any_length_is_kept_short(browser_of_alice: Client, ledger: Ledger) -> None:
    url = f"/connections/{ledger.connection.pk}/disconnect"
    browser_of_alice.post(url, headers={"user-agent": "x" * 5_000})
    assert len(Activity.objects.get().user_agent) == 300
