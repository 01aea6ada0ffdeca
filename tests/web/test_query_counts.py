"""A page asks the database as often for sixty rows as for five."""

from __future__ import annotations

import pytest
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kith.accounts.models import Activity, Connection, User
from kith.accounts.origin import Origin
from kith.accounts.services.recording import record_activity
from kith.people.models import Change
from kith.people.services.keeping import keep_all
from kith.sync.models import SyncJob
from kith.unfollow.services import approving
from tests.factories import apply, person
from tests.web.ledger import connect, job_of, take

pytestmark = [pytest.mark.database, pytest.mark.django_db]

FEW, MANY = 5, 60
SCREENS = (
    "/accounts/ranked",
    "/accounts/ranked?not_back=1&suggested=1&search=crowd&sort=ratio",
    "/unfollows/review",
    "/unfollows/queue",
    "/unfollows/guided",
    "/whitelist",
    "/settings/scores",
    "/settings/scores/preview?inactivity=25&engagement=25&ratio=25&age=25",
)


def fill(user: User, name: str, count: int) -> Connection:
    """An account of which everything is there `count` times."""
    connection = connect(user, name)
    take(connection, following=["orla.birch"], followers=["orla.birch"])
    crowd = [f"crowd.{number:02}" for number in range(count)]
    take(connection, following=crowd, followers=["orla.birch", *crowd])
    ids = list(connection.people.filter(is_following=True).values_list("pk", flat=True))
    approving.approve(connection, ids[: count // 2], origin=Origin())
    keep_all(connection, ids[count // 2 :], origin=Origin())
    for _ in range(count):
        job = job_of(connection, kind=SyncJob.Kind.IMPORT)
        record_activity(
            Activity.Kind.IMPORT_COMPLETED,
            user=user,
            connection=connection,
            origin=Origin(),
            details={"job": job.pk},
        )
    return connection


def count_queries(browser: Client, url: str) -> int:
    with CaptureQueriesContext(database) as queries:
        response = browser.get(url)
        if response.streaming:
            b"".join(response)
    assert response.status_code == 200
    return len(queries)


@pytest.mark.parametrize(
    "url",
    [
        "/dashboard",
        "/lists/following",
        "/lists/followers?sort=follower",
        "/lists/mutuals?search=crowd",
        "/lists/new-followers",
        "/lists/following.csv",
        "/changes",
        "/changes?kind=followed",
        "/changes?on=2026-03-02",
        "/history",
        "/activity",
        "/imports",
        "/dashboard/sync-status",
        *SCREENS,
    ],
)
def test_pages_with_many_rows_ask_as_often_as_pages_with_few(
    browser_of_alice: Client, alice: User, url: str
) -> None:
    few = fill(alice, "few.things", FEW)
    browser_of_alice.post(f"/connections/{few.pk}/choose")
    browser_of_alice.get(url)
    asked = count_queries(browser_of_alice, url)
    many = fill(alice, "many.things", MANY)
    browser_of_alice.post(f"/connections/{many.pk}/choose")
    assert count_queries(browser_of_alice, url) <= asked
    assert asked <= 20


@pytest.mark.parametrize("url", SCREENS)
def test_the_screens_of_unfollowing_ask_twelve_times_at_most(
    browser_of_alice: Client, alice: User, url: str
) -> None:
    connection = fill(alice, "many.things", MANY)
    people = list(connection.people.values_list("pk", flat=True))
    browser_of_alice.post("/accounts/ranked/selection", {"action": "tick", "person": people})
    browser_of_alice.get(url)
    assert count_queries(browser_of_alice, url) <= 12


def test_the_story_of_a_person_asks_as_often_however_long_it_is(
    browser_of_alice: Client, alice: User
) -> None:
    connection = connect(alice, "alice.paints")
    for number in range(4):
        take(connection, followers=["orla.birch"] if number % 2 else ["orla.birch", "milo.crane"])
    someone = connection.people.get(username="milo.crane")
    url = f"/people/{someone.pk}"
    asked = count_queries(browser_of_alice, url)
    for number in range(8):
        take(connection, followers=["orla.birch"] if number % 2 else ["orla.birch", "milo.crane"])
    assert Change.objects.filter(person=someone).count() > 8
    assert count_queries(browser_of_alice, url) <= asked


def test_the_settings_ask_as_often_for_many_accounts(browser_of_alice: Client, alice: User) -> None:
    connect(alice, "account.00")
    asked = count_queries(browser_of_alice, "/settings")
    for number in range(1, 30):
        connect(alice, f"account.{number:02}")
    assert count_queries(browser_of_alice, "/settings") <= asked


def test_a_held_job_asks_as_often_for_many_people(browser_of_alice: Client, alice: User) -> None:
    counts = []
    for name, size in (("few.things", 55), ("many.things", 150)):
        connection = connect(alice, name)
        crowd = [person(f"crowd.{number:03}") for number in range(size)]
        take(connection, followers=crowd)
        assert apply(connection, [], []).held
        held = connection.snapshots.get(state="held")
        job = job_of(connection, SyncJob.Status.HELD, SyncJob.Kind.IMPORT, held)
        counts.append(count_queries(browser_of_alice, f"/jobs/{job.pk}"))
    assert counts[1] <= counts[0]
