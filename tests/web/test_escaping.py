"""What others wrote about themselves is shown as text, never run."""

from __future__ import annotations

import pytest
from django.test import Client

from kith.accounts.models import Activity, User
from kith.accounts.origin import Origin
from kith.accounts.services.recording import record_activity
from kith.people.models import Person
from kith.sync.models import SyncJob
from tests.factories import apply, person
from tests.web.ledger import connect, job_of, take
from tests.web.reading import parsed

pytestmark = [pytest.mark.database, pytest.mark.django_db]

SCRIPT = "<script>alert(1)</script>"
QUOTES = "\"'><img src=x onerror=alert(1)>"
ADDRESSES = (
    "javascript:alert(1)",
    "data:text/html,x",
    "http://tracker.example/x.png",
    "//x.example",
)


@pytest.fixture
def hostile(alice: User) -> SyncJob:
    """An account whose people, jobs and visitors all try to break out of the page."""
    connection = connect(alice, "alice.paints")
    connection.name, connection.picture_url = SCRIPT, ADDRESSES[0]
    connection.save()
    villains = [
        person(f"{number}{SCRIPT}", number, name=QUOTES, biography=SCRIPT, picture_url=address)
        for number, address in enumerate(ADDRESSES)
    ]
    take(connection, following=villains, followers=villains)
    take(connection, following=villains, followers=villains[:1])
    crowd = [person(f"crowd.{number}") for number in range(60)]
    take(connection, following=villains, followers=[*crowd, *villains])
    assert apply(connection, villains, []).held
    record_activity(
        Activity.Kind.SYNC_FAILED,
        user=alice,
        connection=connection,
        origin=Origin("203.0.113.7", SCRIPT),
        details={"reason": QUOTES},
    )
    job = job_of(
        connection,
        SyncJob.Status.HELD,
        SyncJob.Kind.IMPORT,
        connection.snapshots.get(state="held"),
    )
    job.result = {"notices": [{"code": "x", "message": QUOTES, "file": SCRIPT}]}
    job.message = job.error = QUOTES
    job.save()
    return job


def urls(job: SyncJob) -> list[str]:
    someone = Person.objects.filter(name=QUOTES).first()
    assert someone
    lists = ("following", "followers", "mutuals", "not-following-back", "lost-followers")
    return [
        "/dashboard",
        *(f"/lists/{slug}?search=%3Cscript%3E" for slug in lists),
        "/lists/following?search=%22%3E%3Cscript%3Ealert(1)%3C/script%3E",
        "/changes",
        "/activity",
        "/imports",
        "/settings",
        f"/people/{someone.pk}",
        f"/jobs/{job.pk}",
    ]


def test_no_name_becomes_an_element(browser_of_alice: Client, hostile: SyncJob) -> None:
    seen = ""
    for url in urls(hostile):
        response = browser_of_alice.get(url)
        page = parsed(response)
        assert not page.xpath("//script[contains(., 'alert')]"), url
        assert not page.xpath("//*[@onerror] | //img[@src='x']"), url
        seen += page.text_content()
    assert SCRIPT in seen
    assert QUOTES in seen


def test_no_address_of_a_picture_is_anything_but_a_picture_of_instagram(
    browser_of_alice: Client, hostile: SyncJob
) -> None:
    for url in urls(hostile):
        pictures = parsed(browser_of_alice.get(url)).xpath("//img/@src")
        assert all(address.startswith(("https://", "/static/")) for address in pictures), url


def test_links_lead_to_kith_or_to_instagram_only(
    browser_of_alice: Client, hostile: SyncJob
) -> None:
    for url in urls(hostile):
        for address in parsed(browser_of_alice.get(url)).xpath("//a/@href"):
            assert address.startswith(("/", "#", "?", "https://www.instagram.com/")), (url, address)


def test_links_to_instagram_tell_it_nothing(browser_of_alice: Client, hostile: SyncJob) -> None:
    for url in urls(hostile):
        page = parsed(browser_of_alice.get(url))
        for anchor in page.xpath("//a[starts-with(@href, 'https:')]"):
            assert "noreferrer" in anchor.get("rel", ""), url
