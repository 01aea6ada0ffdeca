"""An import is undone on its page: asked for in numbers, once, by its owner alone."""

from __future__ import annotations

import pytest
from django.test import Client

from kith.accounts.models import Connection, User
from kith.people.models import Snapshot
from kith.sync.models import SyncJob
from tests.factories import apply, changes_in, everything, lists_of, people
from tests.web.conftest import Browser
from tests.web.ledger import connect, job_of
from tests.web.reading import actions, notices, parsed, words

pytestmark = [pytest.mark.database, pytest.mark.django_db]


@pytest.fixture
def connection(alice: User) -> Connection:
    return connect(alice, "alice.paints")


def imported(connection: Connection, followers: list[str]) -> SyncJob:
    apply(connection, people("orla.birch"), people(*followers), source="export")
    snapshot = Snapshot.objects.latest("id")
    job = job_of(connection, kind=SyncJob.Kind.IMPORT, snapshot=snapshot)
    counted = {"new_follower": snapshot.new_followers, "lost_follower": snapshot.lost_followers}
    SyncJob.objects.filter(pk=job.pk).update(result={"changes": counted})
    return job


@pytest.fixture
def second(connection: Connection) -> SyncJob:
    """An import after which two came and one left."""
    imported(connection, ["ines.hollow", "milo.crane"])
    return imported(connection, ["ines.hollow", "tessa.fern", "noor.vale"])


def links(browser: Client, url: str) -> set[str]:
    return set(parsed(browser.get(url)).xpath("//main//a/@href"))


def test_the_latest_import_alone_offers_to_be_undone(
    browser_of_alice: Client, second: SyncJob
) -> None:
    first = SyncJob.objects.exclude(pk=second.pk).get()
    assert f"/jobs/{second.pk}/undo" in links(browser_of_alice, f"/jobs/{second.pk}")
    assert f"/jobs/{first.pk}/undo" not in links(browser_of_alice, f"/jobs/{first.pk}")
    offered = links(browser_of_alice, "/imports")
    assert {link for link in offered if link.endswith("/undo")} == {f"/jobs/{second.pk}/undo"}


def test_the_question_says_in_numbers_what_comes_back(
    browser_of_alice: Client, second: SyncJob
) -> None:
    response = browser_of_alice.get(f"/jobs/{second.pk}/undo")
    rows = [
        " ".join(cell.text_content().strip() for cell in row)
        for row in parsed(response).xpath("//main//li | //main//tbody/tr")
    ]
    assert rows == [
        "Changes leave the history 3",
        "New people are forgotten 2",
        "People become what they were before 1",
        "Following 1 1",
        "Followers 3 2",
        "Mutuals 0 0",
    ]
    assert actions(response) == {f"/jobs/{second.pk}/undo"}


def test_undoing_brings_back_what_was_and_says_so(
    browser_of_alice: Client, connection: Connection, second: SyncJob
) -> None:
    response = browser_of_alice.post(f"/jobs/{second.pk}/undo", follow=True)
    assert response.redirect_chain == [(f"/jobs/{second.pk}", 302)]
    assert "The import was undone" in notices(response)
    assert "Undone" in words(response)
    assert "Changes that were taken back" in words(response)
    assert lists_of(connection) == ({"orla.birch"}, {"ines.hollow", "milo.crane"})
    assert changes_in(connection) == []
    assert f"/jobs/{second.pk}/undo" not in links(browser_of_alice, f"/jobs/{second.pk}")
    assert "undone" in words(browser_of_alice.get("/imports"))
    assert "3 changes taken back" in words(browser_of_alice.get("/activity"))


def test_the_first_import_leaves_an_empty_ledger(
    browser_of_alice: Client, connection: Connection
) -> None:
    job = imported(connection, ["ines.hollow"])
    assert "the ledger is empty again" in words(browser_of_alice.get(f"/jobs/{job.pk}/undo"))
    browser_of_alice.post(f"/jobs/{job.pk}/undo")
    assert everything(connection) == []
    for url in ("/dashboard", "/changes", "/lists/followers", f"/jobs/{job.pk}"):
        assert browser_of_alice.get(url).status_code == 200


def test_a_second_answer_changes_nothing(
    browser_of_alice: Client, connection: Connection, second: SyncJob
) -> None:
    browser_of_alice.post(f"/jobs/{second.pk}/undo", follow=True)
    before = everything(connection)
    response = browser_of_alice.post(f"/jobs/{second.pk}/undo", follow=True)
    assert "undone already" in notices(response)
    assert everything(connection) == before


def test_while_a_job_is_under_way_the_question_is_not_asked(
    browser_of_alice: Client, connection: Connection, second: SyncJob
) -> None:
    job_of(connection, SyncJob.Status.WAITING)
    before = everything(connection)
    response = browser_of_alice.get(f"/jobs/{second.pk}/undo")
    assert "under way already" in notices(response)
    assert actions(response) == set()
    refused = browser_of_alice.post(f"/jobs/{second.pk}/undo", follow=True)
    assert "under way already" in notices(refused)
    assert everything(connection) == before


def test_a_sync_is_not_undone(browser_of_alice: Client, connection: Connection) -> None:
    apply(connection, [], people("ines.hollow"))
    job = job_of(connection, snapshot=Snapshot.objects.get())
    assert "Only an import" in notices(browser_of_alice.get(f"/jobs/{job.pk}/undo"))
    assert "Only an import" in notices(browser_of_alice.post(f"/jobs/{job.pk}/undo", follow=True))


def test_a_stranger_undoes_nothing(
    signed_in: Browser, charlie: User, connection: Connection, second: SyncJob
) -> None:
    before = everything(connection)
    browser = signed_in(charlie)
    assert browser.get(f"/jobs/{second.pk}/undo").status_code == 404
    assert browser.post(f"/jobs/{second.pk}/undo").status_code == 404
    assert everything(connection) == before


def test_another_site_cannot_undo(alice: User, connection: Connection, second: SyncJob) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(alice)
    before = everything(connection)
    assert browser.post(f"/jobs/{second.pk}/undo").status_code == 403
    assert everything(connection) == before
