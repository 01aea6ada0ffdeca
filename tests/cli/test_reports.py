"""`kith report`: the documents of the contract, to the key."""

from __future__ import annotations

import csv
import io

import pytest

from kith.accounts.models import User
from kith.people.models import Person
from tests.cli.running import Kith, Ran
from tests.factories import person
from tests.web.ledger import Ledger, connect, job_of, ledger_of, take

pytestmark = [pytest.mark.database, pytest.mark.django_db]

ALICE = ("--user", "alice@kith.example")
PERSON_KEYS = [
    "username",
    "instagram_user_id",
    "name",
    "verified",
    "followers_count",
    "follows_count",
    "following_since",
    "follower_since",
]
CHANGE_KEYS = [
    "kind",
    "username",
    "previous_username",
    "instagram_user_id",
    "after",
    "before",
    "job_id",
]
LISTS = {
    "following": {"orla.birch", "ines.hollow"},
    "followers": {"orla.birch", "tessa.fern"},
    "mutuals": {"orla.birch"},
    "not-following-back": {"ines.hollow"},
    "fans": {"tessa.fern"},
    "new-followers": {"tessa.fern"},
    "lost-followers": {"milo.crane"},
}


def rows_of(ran: Ran) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(ran.out, newline="")))


def test_the_summary_is_one_document(kith: Kith, ledger: Ledger) -> None:
    ran = kith("report", "summary", *ALICE, "--format", "json")
    assert (ran.code, ran.err) == (0, "")
    assert ran.document == {
        "account": "alice.paints",
        "taken_at": "2026-03-02T12:05:00Z",
        "complete": True,
        "following": 2,
        "followers": 2,
        "mutuals": 1,
        "not_following_back": 1,
        "fans": 1,
        "new_followers": 1,
        "lost_followers": 1,
    }


def test_the_summary_is_a_table_for_people(kith: Kith, ledger: Ledger) -> None:
    lines = kith("report", "summary", *ALICE).out.splitlines()
    assert [line.split(maxsplit=1)[0] for line in lines[:2]] == ["account", "taken"]
    assert "followers            2" in lines


@pytest.mark.parametrize(("name", "expected"), LISTS.items())
def test_a_list_is_an_array_with_the_keys_of_the_contract(
    kith: Kith, ledger: Ledger, name: str, expected: set[str]
) -> None:
    ran = kith("report", name, *ALICE, "--format", "json")
    assert (ran.code, ran.err) == (0, "")
    assert {row["username"] for row in ran.document} == expected
    assert [list(row) for row in ran.document] == [PERSON_KEYS] * len(expected)


@pytest.mark.parametrize("name", LISTS)
def test_csv_and_table_hold_the_same_people(kith: Kith, ledger: Ledger, name: str) -> None:
    rows = rows_of(kith("report", name, *ALICE, "--format", "csv"))
    assert {row["username"] for row in rows} == LISTS[name]
    head, *lines = kith("report", name, *ALICE).out.splitlines()
    assert head.split()[0] == "username"
    assert {line.split()[0] for line in lines} == LISTS[name]


def test_what_is_known_of_a_person_is_told_and_what_is_not_is_null(kith: Kith, alice: User) -> None:
    known = person(
        "orla.birch",
        7,
        name="Orla 🌿 بتولا",
        verified=True,
        followers_count=0,
        follows_count=12,
        since=1_700_000_000,
    )
    take(connect(alice, "alice.paints"), following=[known, "ines.hollow"], followers=[])
    unknown, told = kith("report", "following", *ALICE, "--format", "json").document
    assert told == {
        "username": "orla.birch",
        "instagram_user_id": "17000000007",
        "name": "Orla 🌿 بتولا",
        "verified": True,
        "followers_count": 0,
        "follows_count": 12,
        "following_since": "2023-11-14T22:13:20Z",
        "follower_since": None,
    }
    assert set(unknown.values()) == {"ines.hollow", None}


def test_changes_are_told_from_the_oldest_with_their_interval_and_job(
    kith: Kith, alice: User
) -> None:
    connection = connect(alice, "alice.paints")
    take(connection, following=[person("orla.birch", 1)], followers=[person("milo.crane", 2)])
    second = take(
        connection,
        following=[person("orla.beech", 1)],
        followers=[person("milo.crane", 2), person("tessa.fern", 3)],
    )
    job = job_of(connection, snapshot=second)
    take(connection, following=[person("orla.beech", 1)], followers=[person("tessa.fern", 3)])
    changes = kith("report", "changes", *ALICE, "--format", "json").document
    assert [list(change) for change in changes] == [CHANGE_KEYS] * 3
    told = {(each["kind"], each["username"], each["previous_username"]) for each in changes[:2]}
    assert told == {("renamed", "orla.beech", "orla.birch"), ("new_follower", "tessa.fern", None)}
    assert changes[0]["after"] == "2026-03-01T12:00:00Z"
    assert changes[0]["before"] == "2026-03-02T12:05:00Z"
    assert changes[0]["job_id"] == job.pk
    assert changes[2]["kind"] == "lost_follower"
    assert changes[2]["instagram_user_id"] == "17000000002"
    assert changes[2]["job_id"] is None


@pytest.mark.parametrize("format_", ["json", "csv", "table"])
def test_a_limit_keeps_the_first_people_and_the_latest_changes(
    kith: Kith, ledger: Ledger, format_: str
) -> None:
    for name, kept in (("following", "ines.hollow"), ("changes", "")):
        out = kith("report", name, *ALICE, "--limit", "1", "--format", format_).out
        assert kept in out
        assert "orla.birch" not in out


def test_an_empty_list_is_an_empty_array_or_a_head_alone(kith: Kith, ledger: Ledger) -> None:
    take(ledger.connection, following=["orla.birch"], followers=["orla.birch"])
    assert kith("report", "fans", *ALICE, "--format", "json").document == []
    assert rows_of(kith("report", "fans", *ALICE, "--format", "csv")) == []
    assert len(kith("report", "fans", *ALICE).out.splitlines()) == 1


def test_no_cell_of_the_csv_is_a_formula(kith: Kith, alice: User) -> None:
    villain = person("odd.name", name='=HYPERLINK("http://x.example";"click")')
    take(connect(alice, "alice.paints"), following=[villain])
    [row] = rows_of(kith("report", "following", *ALICE, "--format", "csv"))
    assert row["name"].startswith("'=")


def test_the_user_may_be_written_in_any_case(kith: Kith, ledger: Ledger) -> None:
    assert kith("report", "fans", "--user", "ALICE@kith.example").code == 0


def test_an_unknown_user_is_told_with_the_command_that_adds_one(kith: Kith, db: None) -> None:
    ran = kith("report", "fans", "--user", "nobody@example.org")
    assert (ran.code, ran.out) == (1, "")
    assert "kith user add nobody@example.org" in ran.failure


def test_a_user_without_an_account_is_told_what_to_do(kith: Kith, alice: User) -> None:
    ran = kith("report", "fans", *ALICE)
    assert (ran.code, ran.out) == (1, "")
    assert "import an export" in ran.failure


def test_an_account_of_which_nothing_is_known_has_no_summary(kith: Kith, alice: User) -> None:
    connect(alice, "alice.paints")
    ran = kith("report", "summary", *ALICE, "--format", "json")
    assert (ran.code, ran.out) == (1, "")
    assert "alice.paints" in ran.failure


def test_with_several_accounts_one_must_be_named(kith: Kith, ledger: Ledger) -> None:
    ledger_of(ledger.user, "alice.sculpts", ("pia.stone", "ravi.lund", "noor.vale", "emil.dray"))
    ran = kith("report", "fans", *ALICE)
    assert ran.code == 1
    assert "Accounts: alice.paints, alice.sculpts." in ran.failure
    named = kith("report", "fans", *ALICE, "--account", "@Alice.Sculpts", "--format", "json")
    assert [row["username"] for row in named.document] == ["emil.dray"]
    unknown = kith("report", "fans", *ALICE, "--account", "bob.bakes")
    assert (unknown.code, unknown.out) == (1, "")
    assert "tracks no account bob.bakes" in unknown.failure


def test_a_name_cannot_steer_the_terminal(kith: Kith, ledger: Ledger) -> None:
    Person.objects.filter(username="orla.birch").update(name="\x1b[2JOrla\nBirch")
    ran = kith("report", "following", *ALICE)
    assert "\x1b" not in ran.out
    assert "[2JOrla Birch" in ran.out
