"""Lists taken along as CSV: everybody, any name, no formulas."""

from __future__ import annotations

import csv
import io

import pytest
from django.test import Client

from kith.accounts.models import User
from kith.people.models import Person
from kith.people.reports import plain_cell
from tests.factories import person
from tests.web.conftest import Browser
from tests.web.ledger import Ledger, connect, ledger_of, take
from tests.web.test_lists import CROWD, LISTS

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def rows_of(browser: Client, slug: str) -> list[dict[str, str]]:
    response = browser.get(f"/lists/{slug}.csv")
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"].endswith(f'-{slug}.csv"')
    text = b"".join(response).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.mark.parametrize(("slug", "expected"), LISTS.items())
def test_a_list_can_be_taken_along_as_csv(
    browser_of_alice: Client, ledger: Ledger, slug: str, expected: set[str]
) -> None:
    rows = rows_of(browser_of_alice, slug)
    assert {row["username"] for row in rows} == expected
    assert list(rows[0]) == [
        "username",
        "instagram_user_id",
        "name",
        "verified",
        "followers_count",
        "follows_count",
        "following_since",
        "follower_since",
    ]


def test_csv_holds_everybody_and_survives_any_name(browser_of_alice: Client, alice: User) -> None:
    odd = person("odd.name", name='Comma, "quote"\nand line', since=1_700_000_000)
    crowd = [f"crowd.{number:03}" for number in range(CROWD)]
    take(connect(alice, "alice.paints"), following=[odd, *crowd])
    rows = {row["username"]: row for row in rows_of(browser_of_alice, "following")}
    assert len(rows) == CROWD + 1
    assert rows["odd.name"]["name"] == 'Comma, "quote"\nand line'
    assert rows["odd.name"]["following_since"] == "2023-11-14T22:13:20Z"
    assert rows["crowd.000"]["following_since"] == ""


@pytest.mark.parametrize(
    ("name", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        (" =1", "' =1"),
        ("\t=1", "'\t'=1"),
        ("\n=1", "'\n'=1"),
        ('=HYPERLINK("http://x")', """'=HYPERLINK("http://x")"""),
        ("Ada;=1+1;x", "Ada;'=1+1;x"),
        ("Ada; -1+1", "Ada;' -1+1"),
        ("＝1+1", "'＝1+1"),
        ("Ada ;-) Lark", "Ada ;-) Lark"),
        ("Ada - Lark", "Ada - Lark"),
    ],
)
def test_no_cell_of_the_csv_is_a_formula(
    browser_of_alice: Client, alice: User, name: str, cell: str
) -> None:
    take(connect(alice, "alice.paints"), following=[person("odd.name", name=name)])
    [row] = rows_of(browser_of_alice, "following")
    assert row["name"] == cell
    assert plain_cell(cell) == name


def test_each_user_takes_their_own_people_along(
    signed_in: Browser, bob: User, ledger: Ledger
) -> None:
    assert signed_in(bob).get("/lists/following.csv").status_code == 404
    ledger_of(bob, "bob.bakes")
    Person.objects.filter(connection__user=bob).update(name="of Bob")
    assert {row["name"] for row in rows_of(signed_in(bob), "following")} == {"of Bob"}
