"""The keep list holds whom the user wants kept, whatever their names become."""

from __future__ import annotations

import pytest

from kith.accounts.models import Activity, Connection
from kith.accounts.origin import Origin
from kith.people.keep_list import keep_list_rows, read_keep_list
from kith.people.models import KeptPerson
from kith.people.services.keeping import keep, keep_all, keep_person, set_note, stop_keeping
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
    assert keep_all(connection, [*ids, 987_654], origin=ORIGIN) == 2
    assert keep_all(connection, ids, origin=ORIGIN) == 0
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
