"""Interactions are counted per person and day; what comes twice, from whichever source, counts once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import pytest

from kith.accounts.models import Connection
from kith.core.records import Direction, InteractionKind, InteractionRecord
from kith.people.models import InteractionDay, KnownPeriod, Snapshot, StagedInteraction
from kith.people.services.applying import apply_snapshot
from kith.people.services.events import record_events
from kith.people.services.interacting import stage_interactions, store_known_periods
from kith.people.services.staging import discard_snapshot
from kith.people.services.undoing import undo_snapshot
from tests.factories import apply, known_person, people, person, stage
from tests.people.test_events import event

pytestmark = [pytest.mark.django_db, pytest.mark.database]
NOON = int(datetime(2026, 2, 20, 12, tzinfo=UTC).timestamp())
DAY = 86_400
LIKE, MESSAGE = InteractionKind.LIKE, InteractionKind.MESSAGE
GIVEN, RECEIVED = Direction.GIVEN, Direction.RECEIVED


def like(username: str, at: int | None = NOON) -> InteractionRecord:
    return InteractionRecord(username, LIKE, GIVEN, at)


def take_in(
    connection: Connection,
    records: Iterable[InteractionRecord],
    following: list[Any] | None = None,
) -> Snapshot:
    """Applies an export with these interactions, in pages of two."""
    snapshot = stage(connection, following or people("ada", "ben"), [], source="export")
    found = list(records)
    for start in range(0, len(found), 2):
        stage_interactions(snapshot.pk, found[start : start + 2])
    assert not apply_snapshot(snapshot.pk, accept_doubtful=True).held
    return Snapshot.objects.get(pk=snapshot.pk)


def days(connection: Connection) -> list[tuple[str, bool, str, int, int]]:
    """Name, whether a person, kind, and the two counts, by name and day."""
    rows = InteractionDay.objects.filter(connection=connection).order_by("username", "day", "kind")
    return [
        (row.username, row.person_id is not None, row.kind, row.from_export, row.from_api)
        for row in rows
    ]


def test_pages_add_up_per_person_kind_direction_and_day(connection: Connection) -> None:
    received = InteractionRecord("ada", MESSAGE, RECEIVED, NOON)
    sent = InteractionRecord("ada", MESSAGE, GIVEN, NOON)
    take_in(connection, [like("ada"), like("ada", NOON + 60), like("ada"), received, sent])
    found = InteractionDay.objects.order_by("kind", "direction").values_list(
        "kind", "direction", "from_export", "last_at"
    )
    assert list(found) == [
        ("like", "given", 3, NOON + 60),
        ("message", "given", 1, NOON),
        ("message", "received", 1, NOON),
    ]
    assert not StagedInteraction.objects.exists()


def test_a_re_import_changes_nothing(connection: Connection) -> None:
    records = [like("ada"), like("ada", NOON + DAY), like("a.stranger"), like("ada")]
    take_in(connection, records)
    before = list(InteractionDay.objects.order_by("pk").values())
    take_in(connection, records)
    assert list(InteractionDay.objects.order_by("pk").values()) == before


def test_a_fuller_export_raises_a_day_and_a_thinner_one_does_not_lower_it(
    connection: Connection,
) -> None:
    take_in(connection, [like("ada")] * 2)
    take_in(connection, [like("ada")] * 3)
    take_in(connection, [like("ada")])
    assert days(connection) == [("ada", True, "like", 3, 0)]


def test_without_a_time_nothing_is_counted(connection: Connection) -> None:
    take_in(connection, [like("ada", None)])
    assert days(connection) == []


def test_strangers_are_known_by_name_until_they_are_on_a_list(connection: Connection) -> None:
    take_in(connection, [like("zoe")])
    assert days(connection) == [("zoe", False, "like", 1, 0)]
    apply(connection, people("ada", "ben", "zoe"), [], source="export")
    assert days(connection) == [("zoe", True, "like", 1, 0)]
    assert InteractionDay.objects.get().person == known_person(connection, "zoe")


def test_a_renamed_persons_interactions_stay_theirs(connection: Connection) -> None:
    first = [person("ada", 1), person("ben", 2)]
    take_in(connection, [like("ada")], first)
    renamed = [person("ada.paints", 1), person("ben", 2)]
    take_in(connection, [like("ada"), like("ada.paints", NOON + DAY)], renamed)
    assert {row.person_id for row in InteractionDay.objects.all()} == {
        known_person(connection, "ada.paints").pk
    }
    assert [row[3] for row in days(connection)] == [1, 1]


def test_people_who_left_keep_their_interactions(connection: Connection) -> None:
    apply(connection, people("ada", "ben"), [])
    take_in(connection, [like("ada")], people("ben"))
    assert InteractionDay.objects.get().person == known_person(connection, "ada")


def test_what_two_sources_tell_counts_once(connection: Connection) -> None:
    sent = InteractionRecord("ada", MESSAGE, GIVEN, NOON)
    apply(connection, people("ada", "ben"), [])
    told = [event(f"message:{number}", "ada", MESSAGE, GIVEN) for number in (1, 2)]
    assert record_events(connection, told).new == 2
    take_in(connection, [sent, sent])
    assert days(connection) == [("ada", True, "message", 2, 2)]


def test_undoing_an_import_takes_its_interactions_back_exactly(connection: Connection) -> None:
    take_in(connection, [like("ada"), like("zoe")])
    record_events(connection, [event("message:1", "ada", MESSAGE, GIVEN)])
    before = list(InteractionDay.objects.order_by("pk").values())
    told = [like("ada", NOON + 5)] * 2 + [like("ben"), like("zoe", NOON + DAY), like("ivy")]
    told += [InteractionRecord("ada", MESSAGE, GIVEN, NOON)] * 3
    taken = take_in(connection, told, people("ada", "ben", "zoe"))
    assert list(InteractionDay.objects.order_by("pk").values()) != before
    undo_snapshot(taken.pk)
    assert list(InteractionDay.objects.order_by("pk").values()) == before


def test_undoing_keeps_what_the_api_has_told_since(connection: Connection) -> None:
    taken = take_in(connection, [like("ada")])
    record_events(connection, [event("x:1", "ada", LIKE, GIVEN), event("x:2", "zoe", LIKE, GIVEN)])
    undo_snapshot(taken.pk)
    assert days(connection) == [("ada", False, "like", 0, 1), ("zoe", False, "like", 0, 1)]


def test_what_is_discarded_leaves_nothing_behind(connection: Connection) -> None:
    snapshot = stage(connection, people("ada"), [], source="export")
    stage_interactions(snapshot.pk, [like("ada")])
    discard_snapshot(snapshot)
    assert not StagedInteraction.objects.exists()
    assert days(connection) == []


def test_periods_are_stored_once(connection: Connection) -> None:
    snapshot = stage(connection, people("ada"), [], source="export")
    since, until = datetime(2020, 1, 1, tzinfo=UTC), datetime(2026, 3, 1, tzinfo=UTC)
    for _ in range(2):
        store_known_periods(snapshot, {(LIKE, GIVEN): (since, until)})
    assert KnownPeriod.objects.get().since == int(since.timestamp())


def test_names_of_long_ago_and_of_today_add_up_within_one_import(connection: Connection) -> None:
    take_in(connection, [], [person("ada", 1), person("ben", 2)])
    take_in(connection, [], [person("ada.paints", 1), person("ben", 2)])
    told = [like("ada"), like("ada.paints"), like("ada.paints", NOON + 9), like("zoe")]
    take_in(connection, told, [person("ada.paints", 1), person("ben", 2)])
    assert days(connection) == [
        ("ada.paints", True, "like", 3, 0),
        ("zoe", False, "like", 1, 0),
    ]
    assert InteractionDay.objects.get(username="ada.paints").last_at == NOON + 9


def test_days_of_strangers_and_of_people_are_raised_alike(connection: Connection) -> None:
    take_in(connection, [like("ada"), like("zoe")])
    take_in(connection, [like("ada")] * 2 + [like("zoe")] * 2 + [like("zoe", NOON + DAY)])
    assert days(connection) == [
        ("ada", True, "like", 2, 0),
        ("zoe", False, "like", 2, 0),
        ("zoe", False, "like", 1, 0),
    ]


def test_of_strangers_only_those_who_came_are_linked(connection: Connection) -> None:
    take_in(connection, [like("zoe"), like("ivy"), like("zoe", NOON + DAY)])
    apply(connection, people("ada", "ben", "zoe"), [], source="export")
    assert [(name, known) for name, known, *_ in days(connection)] == [
        ("ivy", False),
        ("zoe", True),
        ("zoe", True),
    ]


def test_a_name_of_long_ago_means_who_had_it_and_not_who_took_the_next(
    connection: Connection,
) -> None:
    take_in(connection, [], [person("ada", 1), person("ben", 2)])
    take_in(connection, [], [person("ada.paints", 1), person("ben", 2)])
    ada = known_person(connection, "ada.paints")
    take_in(connection, [], [person("ben", 2)])
    take_in(connection, [like("ada")], [person("ada.paints", 3), person("ben", 2)])
    assert InteractionDay.objects.get().person_id == ada.pk
