"""The keep list holds whom the user wants kept, whatever their names become."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from kith.accounts.models import Activity, Connection
from kith.accounts.origin import Origin
from kith.people.keep_list import keep_list_rows, read_keep_list
from kith.people.models import KeptPerson
from kith.people.reports import safe_cell
from kith.people.services.keeping import (
    keep,
    keep_all,
    keep_person,
    keep_with_notes,
    set_note,
    stop_keeping,
)
from tests.factories import apply, known_person, people, person

pytestmark = [pytest.mark.django_db, pytest.mark.database]
ORIGIN = Origin("192.0.2.7", "A browser")


def kept_names(connection: Connection) -> list[tuple[str, bool]]:
    found = KeptPerson.objects.filter(connection=connection)
    return [(row.username, row.person_id is not None) for row in found]


def test_keeping_twice_keeps_once_and_the_newer_note_holds(connection: Connection) -> None:
    apply(connection, people("ada", "ben"), [])
    assert len(keep(connection, ["ada"], origin=ORIGIN, note="an old friend")) == 1
    assert keep(connection, ["ada"], origin=ORIGIN) == []
    assert KeptPerson.objects.get().note == "an old friend"
    assert keep_person(known_person(connection, "ada"), origin=ORIGIN, note="my sister") is None
    assert KeptPerson.objects.get().note == "my sister"
    assert Activity.objects.filter(kind=Activity.Kind.PERSON_KEPT).count() == 1


def test_many_are_kept_at_once_and_told_of_in_one_line(connection: Connection) -> None:
    apply(connection, people("ada", "ben", "cleo"), [])
    keep(connection, ["ada"], origin=ORIGIN, note="an old friend")
    ids = [known_person(connection, name).pk for name in ("ada", "ben", "cleo")]
    assert len(keep_all(connection, [*ids, 987_654], origin=ORIGIN)) == 2
    assert keep_all(connection, ids, origin=ORIGIN) == []
    assert kept_names(connection) == [("ada", True), ("ben", True), ("cleo", True)]
    assert KeptPerson.objects.get(username="ada").note == "an old friend"
    assert Activity.objects.filter(details={"people": 2}).count() == 1


def test_a_name_that_kith_has_not_met_is_linked_when_it_appears(connection: Connection) -> None:
    apply(connection, people("ada"), [])
    keep(connection, ["zoe.new"], origin=ORIGIN)
    assert kept_names(connection) == [("zoe.new", False)]
    apply(connection, people("ada", "zoe.new"), [])
    assert kept_names(connection) == [("zoe.new", True)]


def test_a_name_kept_twice_in_two_ways_is_kept_once(connection: Connection) -> None:
    keep(connection, ["ada"], origin=ORIGIN)
    apply(connection, [person("ada", 1)], [])
    keep(connection, ["ada.paints"], origin=ORIGIN)
    apply(connection, [person("ada.paints", 1)], [])
    assert kept_names(connection) == [("ada.paints", True)]


def test_somebody_who_is_renamed_stays_kept_under_the_new_name(connection: Connection) -> None:
    apply(connection, [person("ada", 1)], [])
    keep(connection, ["ada"], origin=ORIGIN)
    apply(connection, [person("ada.paints", 1)], [])
    assert kept_names(connection) == [("ada.paints", True)]


def test_somebody_taken_off_the_list_is_off_however_often_it_is_done(
    connection: Connection,
) -> None:
    apply(connection, people("ada"), [])
    (kept,) = keep(connection, ["ada"], origin=ORIGIN)
    set_note(kept, "n" * 600)
    kept.refresh_from_db()
    assert len(kept.note) == 500
    stop_keeping(kept, origin=ORIGIN)
    stop_keeping(kept, origin=ORIGIN)
    assert kept_names(connection) == []
    assert Activity.objects.filter(kind=Activity.Kind.PERSON_NOT_KEPT).count() == 1


def test_a_file_of_names_is_read_as_people_write_them() -> None:
    lines = [
        "\ufeffusername,note\n",
        '@Ada.Paints,"sister, the elder"\n',
        "\n",
        "https://www.instagram.com/ben_b/\n",
        "not a name,x\n",
    ]
    found = read_keep_list(lines)
    assert found.people == [("ada.paints", "sister, the elder"), ("ben_b", "")]
    assert found.unreadable == [5]


def test_the_file_can_be_read_again(connection: Connection) -> None:
    keep(connection, ["ada"], origin=ORIGIN, note="my sister")
    rows = list(keep_list_rows(connection))
    assert rows[0] == ("username", "note", "added_at")
    assert read_keep_list(f"{name},{note}" for name, note, _ in rows).people == [
        ("ada", "my sister")
    ]


def test_a_file_from_a_spreadsheet_that_writes_semicolons_is_read_too() -> None:
    found = read_keep_list(["username;note\n", '"ada";"sister; the elder"\n', "ben_b;\n"])
    assert found.people == [("ada", "sister; the elder"), ("ben_b", "")]


@pytest.mark.parametrize("note", ["=1+1", "-", "@ada's", "a;=b", "'tis"])
def test_a_note_comes_back_from_a_file_as_it_was(note: str) -> None:
    lines = io.StringIO()
    csv.writer(lines).writerow([safe_cell(cell) for cell in ("ada", note)])
    assert read_keep_list([lines.getvalue()]).people == [("ada", note)]


def test_a_note_that_no_database_can_hold_does_no_harm(connection: Connection) -> None:
    apply(connection, people("ada"), [])
    keep(connection, ["ada", "zoe"], origin=ORIGIN, note="my\x00sister")
    keep_person(known_person(connection, "ada"), origin=ORIGIN, note="\x00")
    assert set(KeptPerson.objects.values_list("note", flat=True)) == {"mysister"}


def test_thousands_of_names_take_as_many_questions_as_a_few(
    connection: Connection, django_assert_max_num_queries: Any
) -> None:
    apply(connection, people(*(f"ada.{n}" for n in range(500))), [])
    notes = {f"ada.{n}": f"note {n}" for n in range(900)}
    with django_assert_max_num_queries(40):
        assert len(keep_with_notes(connection, notes, origin=ORIGIN)) == 900
    assert keep_with_notes(connection, notes, origin=ORIGIN) == []
    assert KeptPerson.objects.filter(person__isnull=False).count() == 500
    assert KeptPerson.objects.get(username="ada.7").note == "note 7"
    assert Activity.objects.filter(kind=Activity.Kind.PERSON_KEPT).count() == 1


def test_a_note_made_before_kith_met_somebody_is_not_lost(connection: Connection) -> None:
    keep(connection, ["ada"], origin=ORIGIN)
    apply(connection, [person("ada", 1)], [])
    keep(connection, ["ada.paints"], origin=ORIGIN, note="my sister")
    apply(connection, [person("ada.paints", 1)], [])
    assert KeptPerson.objects.get().note == "my sister"


def test_somebody_kept_by_name_as_well_can_be_kept_again(connection: Connection) -> None:
    apply(connection, people("ada"), [])
    keep(connection, ["ada"], origin=ORIGIN)
    KeptPerson.objects.create(connection=connection, username="ada")
    assert keep_person(known_person(connection, "ada"), origin=ORIGIN) is None
    assert keep(connection, ["ada"], origin=ORIGIN) == []
    assert kept_names(connection) == [("ada", True)]
