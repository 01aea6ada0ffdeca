"""Reports as files: changes, interactions and the queue, for whoever is signed in."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from kith.accounts.models import User
from kith.people.models import Person
from tests.web.conftest import Browser
from tests.web.ledger import Ledger, connect
from tests.web.reading import parsed

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def lines(browser: Client, url: str) -> list[str]:
    return b"".join(browser.get(url)).decode("utf-8-sig").splitlines()


def test_the_changes_are_a_file(browser_of_alice: Client, ledger: Ledger) -> None:
    found = lines(browser_of_alice, "/reports/changes.csv")
    assert found[0].startswith("kind,username,")
    assert any(line.startswith("lost_follower,milo.crane") for line in found)


def test_the_queue_is_a_file(browser_of_alice: Client, ledger: Ledger) -> None:
    chosen = Person.objects.get(username="ines.hollow")
    browser_of_alice.post("/unfollows/review", {"person": [chosen.pk]})
    heading, line = lines(browser_of_alice, "/reports/queue.csv")
    assert heading.startswith("username,status,score")
    assert line.startswith("ines.hollow,pending,")


@pytest.mark.parametrize("name", ["changes", "ranked", "interactions", "queue"])
def test_every_report_is_a_sheet_too(browser_of_alice: Client, ledger: Ledger, name: str) -> None:
    answer = browser_of_alice.get(f"/reports/{name}.xlsx")
    assert b"".join(answer).startswith(b"PK")
    assert answer["Content-Disposition"] == f'attachment; filename="alice.paints-{name}.xlsx"'


@pytest.mark.parametrize("name", ["changes", "ranked", "interactions", "queue"])
def test_every_report_is_json_too(browser_of_alice: Client, ledger: Ledger, name: str) -> None:
    chosen = Person.objects.get(username="ines.hollow")
    browser_of_alice.post("/unfollows/review", {"person": [chosen.pk]})
    answer = browser_of_alice.get(f"/reports/{name}.json")
    assert answer["Content-Type"] == "application/json"
    rows = json.loads(b"".join(answer))
    heading = lines(browser_of_alice, f"/reports/{name}.csv")[0].split(",")
    assert all(list(row) == heading for row in rows)
    assert bool(rows) == (name != "interactions")


def test_every_list_on_a_page_can_be_saved_as_each_kind(
    browser_of_alice: Client, ledger: Ledger
) -> None:
    browser_of_alice.post("/whitelist", {"usernames": "orla.birch"})
    for url in (
        "/lists/following",
        "/changes",
        "/accounts/ranked?search=ines",
        "/whitelist",
        "/unfollows/queue",
    ):
        saved = parsed(browser_of_alice.get(url)).xpath("//main//a[@download]/@href")
        assert len(saved) == 3, url
        for file in saved:
            assert b"".join(browser_of_alice.get(file)), file


def test_there_is_no_other_report(browser_of_alice: Client, ledger: Ledger) -> None:
    assert browser_of_alice.get("/reports/secrets.csv").status_code == 404


def test_strangers_get_their_own(signed_in: Browser, charlie: User, ledger: Ledger) -> None:
    assert signed_in(charlie).get("/reports/changes.csv").status_code == 404
    connect(charlie, "charlie.cooks")
    assert len(lines(signed_in(charlie), "/reports/changes.csv")) == 1
