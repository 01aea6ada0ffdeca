"""What the API tells one by one counts once per event, with whoever it was as far as anybody can say."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kith.accounts.models import Connection
from kith.core.records import Direction, EventRecord, InteractionKind
from kith.people.models import InteractionDay, KnownPeriod, Person, SeenEvent
from kith.people.services.events import (
    SEEN_FOR,
    Counted,
    extend_known_period,
    forget_old_keys,
    record_events,
    seen_keys,
)
from tests.factories import apply, known_person, make_connection, people, person
from tests.sync.threads import at_once

pytestmark = [pytest.mark.django_db, pytest.mark.database]
NOON = int(datetime(2026, 2, 20, 12, tzinfo=UTC).timestamp())
DAY = 86_400
COMMENT, RECEIVED = InteractionKind.COMMENT, Direction.RECEIVED


def event(
    key: str,
    username: str | None = "ada",
    kind: InteractionKind = COMMENT,
    direction: Direction = RECEIVED,
    at: int = NOON,
    person_id: str | None = None,
) -> EventRecord:
    """A comment by Ada, unless something else is told."""
    return EventRecord(
        key=key, kind=kind, direction=direction, at=at, username=username, person_id=person_id
    )


def days(connection: Connection) -> list[tuple[str, bool, int, int]]:
    """Name, whether a person, how many, and the last moment of each day, in order."""
    rows = InteractionDay.objects.filter(connection=connection).order_by("username", "day")
    return [(row.username, row.person_id is not None, row.from_api, row.last_at) for row in rows]


def test_events_of_a_day_add_up_in_one_delivery_and_over_several(connection: Connection) -> None:
    apply(connection, people("ada"), [])
    first = [event("comment:1"), event("comment:2", at=NOON + 60), event("comment:3", at=NOON - 5)]
    assert record_events(connection, first) == Counted(3, 0)
    later = [event("comment:4", at=NOON - 60), event("comment:5", at=NOON + DAY)]
    assert record_events(connection, later) == Counted(2, 0)
    assert days(connection) == [("ada", True, 4, NOON + 60), ("ada", True, 1, NOON + DAY)]


def test_an_event_that_is_told_again_counts_once(connection: Connection) -> None:
    assert record_events(connection, [event("comment:1"), event("comment:1")]) == Counted(1, 0)
    told = [event("comment:1", at=NOON + DAY), event("comment:2", "bo")]
    assert record_events(connection, told) == Counted(1, 0)
    assert record_events(connection, told) == Counted(0, 0)
    assert days(connection) == [("ada", False, 1, NOON), ("bo", False, 1, NOON)]


def test_the_order_in_which_events_come_changes_nothing(connection: Connection) -> None:
    told = [event(f"comment:{n}", name, at=NOON + n) for n, name in enumerate("aabba" * 2)]
    record_events(connection, told)
    other = make_connection(username="alice.bakes")
    for each in reversed(told):
        record_events(other, [each])
    assert days(connection) == days(other)


@pytest.mark.django_db(transaction=True)
def test_four_deliveries_of_the_same_at_once_count_once(connection: Connection) -> None:
    told = [event(f"comment:{number}") for number in range(20)]
    counted = at_once(4, lambda: record_events(connection, told).new)
    assert sorted(counted) == [0, 0, 0, 20]
    assert days(connection) == [("ada", False, 20, NOON)]


def test_an_id_is_believed_before_a_name(connection: Connection) -> None:
    apply(connection, [person("old.name", 1), person("taken", 2)], [])
    told = person("", 1).instagram_user_id
    renamed = event("comment:1", "taken", person_id=told)
    nameless = event("comment:2", None, person_id=told)
    assert record_events(connection, [renamed, nameless]) == Counted(2, 0)
    assert InteractionDay.objects.get().person == known_person(connection, "old.name")


def test_whom_nobody_can_name_is_kept_out_and_counted(connection: Connection) -> None:
    apply(connection, [person("ada", 1)], [])
    told = [event("message:1", None, person_id="99"), event("mention:1", None), event("comment:1")]
    assert record_events(connection, told) == Counted(1, 2)
    assert days(connection) == [("ada", True, 1, NOON)]


def test_who_becomes_known_later_is_counted_when_it_is_told_again(connection: Connection) -> None:
    told = [event("message:1", None, person_id=person("", 1).instagram_user_id)]
    assert record_events(connection, told) == Counted(0, 1)
    apply(connection, [person("ada", 1)], [])
    assert record_events(connection, told) == Counted(1, 0)


def test_a_stranger_is_known_by_name_and_somebody_who_left_as_well(connection: Connection) -> None:
    apply(connection, people("ada", "ben"), [])
    apply(connection, people("ben"), [])
    record_events(connection, [event("comment:1"), event("comment:2", "zoe")])
    assert days(connection) == [("ada", True, 1, NOON), ("zoe", False, 1, NOON)]


def test_a_name_that_moved_on_is_that_of_whoever_has_it_now(connection: Connection) -> None:
    apply(connection, [person("ada", 1)], [])
    apply(connection, [person("ben", 2)], [], accept_doubtful=True)
    apply(connection, [person("ada", 2)], [], accept_doubtful=True)
    assert Person.objects.filter(username="ada").count() == 2
    record_events(connection, [event("comment:1")])
    assert InteractionDay.objects.get().person == Person.objects.get(is_following=True)


@pytest.mark.parametrize(
    "told",
    [
        {"username": "alice.paints"},
        {"username": None, "person_id": "17841"},
        {"username": "an.old.name", "person_id": "102"},
    ],
)
def test_an_answer_under_ones_own_post_is_no_interaction(
    connection: Connection, told: dict[str, str | None]
) -> None:
    Connection.objects.update(instagram_user_id="17841", app_scoped_id="102")
    connection.refresh_from_db()
    assert record_events(connection, [event("comment:1", **told)]) == Counted(0, 0)  # type: ignore[arg-type]
    assert not SeenEvent.objects.exists()


def test_an_event_of_the_future_happened_now(connection: Connection) -> None:
    now = int(timezone.now().timestamp())
    record_events(connection, [event("comment:1", at=now + 900 * DAY)])
    [(_, _, _, last_at)] = days(connection)
    assert now <= last_at <= now + 60


def test_a_long_name_is_cut(connection: Connection) -> None:
    record_events(connection, [event("comment:1", "n" * 80)])
    assert days(connection) == [("n" * 64, False, 1, NOON)]


def test_a_thousand_events_take_as_few_queries_as_one(connection: Connection) -> None:
    apply(connection, people(*(f"person.{number}" for number in range(300))), [])

    def queries(prefix: str, count: int) -> int:
        told = [
            event(f"{prefix}:{n}", f"person.{n % 400}", at=NOON + n * 3600) for n in range(count)
        ]
        with CaptureQueriesContext(
            database,
        ) as found:
            assert record_events(connection, told) == Counted(count, 0)
        return len({query["sql"].partition(" VALUES ")[0] for query in found.captured_queries})

    assert queries("message", 1_000) <= queries("comment", 2) + 2 <= 14


def test_what_is_to_be_remembered_is_kept_with_the_events(connection: Connection) -> None:
    for _ in range(2):
        record_events(connection, [event("comment:1")], remembering=["post:1:5"])
    assert seen_keys(connection, ["comment:1", "post:1:5", "post:1:6"]) == {"comment:1", "post:1:5"}


def test_old_keys_are_forgotten_but_not_those_of_comments(connection: Connection) -> None:
    told = [event("comment:1"), event("message:1"), event("message:2")]
    record_events(connection, told)
    now = timezone.now()
    SeenEvent.objects.exclude(key="message:2").update(seen_at=now - SEEN_FOR - timedelta(days=1))
    for _ in range(2):
        forget_old_keys(connection, now)
    assert seen_keys(connection, [each.key for each in told]) == {"comment:1", "message:2"}


def test_a_known_period_only_grows(connection: Connection) -> None:
    for since, until in ((NOON, NOON + DAY), (NOON - DAY, NOON), (NOON + 5, NOON + 2 * DAY)):
        extend_known_period(connection, COMMENT, RECEIVED, since, until)
    period = KnownPeriod.objects.get()
    assert (period.since, period.until) == (NOON - DAY, NOON + 2 * DAY)
    assert period.snapshot is None
