"""The history is made of what snapshots keep: a day's figures, its changes, and who was known since when."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from kith.accounts.models import Connection
from kith.people.history import Day, changes_on, days, first_snapshot_of, former_names
from kith.people.models import Snapshot
from kith.people.services.undoing import undo_snapshot
from tests.factories import apply, known_person, people, person

pytestmark = [pytest.mark.database, pytest.mark.django_db]

MARCH = [date(2026, 3, number) for number in range(1, 32)]


@pytest.fixture(params=["UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago"])
def zone(request: pytest.FixtureRequest) -> Iterator[ZoneInfo]:
    """Where it is noon in UTC, or the next day already, or still early in the morning."""
    found = ZoneInfo(request.param)
    with timezone.override(found):
        yield found


def history(connection: Connection, before: date | None = None) -> dict[date, Day]:
    return {day.date: day for day in days(connection, before)}


def changed(connection: Connection, day: date) -> list[tuple[str, str]]:
    return sorted(changes_on(connection, day).values_list("kind", "username"))


def at(connection: Connection, *moments: datetime) -> None:
    """Says when the snapshots so far were taken."""
    found = Snapshot.objects.filter(connection=connection).order_by("pk")
    for snapshot, moment in zip(found, moments, strict=True):
        Snapshot.objects.filter(pk=snapshot.pk).update(
            taken_after=moment - timedelta(minutes=5), taken_at=moment
        )


def test_a_day_has_its_last_figures_and_all_of_its_changes(connection: Connection) -> None:
    apply(connection, people("ada"), people("ada", "bea"))
    apply(connection, people("ada"), people("ada", "cleo"))
    apply(connection, people("ada", "dora"), people("ada", "cleo", "dora"))
    at(
        connection,
        datetime(2026, 3, 1, 9, tzinfo=UTC),
        datetime(2026, 3, 2, 9, tzinfo=UTC),
        datetime(2026, 3, 2, 21, tzinfo=UTC),
    )
    told = history(connection)
    assert list(told) == [MARCH[1], MARCH[0]]
    second = told[MARCH[1]]
    assert (second.following, second.followers, second.mutuals) == (2, 3, 2)
    assert (second.new_followers, second.lost_followers, second.other_changes) == (2, 1, 1)
    assert second.at == datetime(2026, 3, 2, 21, tzinfo=UTC)
    first = told[MARCH[0]]
    assert (first.following, first.followers, first.other_changes) == (1, 2, 0)


def test_a_day_is_one_where_the_user_is(connection: Connection, zone: ZoneInfo) -> None:
    apply(connection, [], people("ada"))
    apply(connection, [], people("ada", "bea"))
    evening = datetime(2026, 3, 2, 23, 59, tzinfo=zone)
    at(connection, evening, evening + timedelta(minutes=1))
    told = history(connection)
    assert {day: told[day].followers for day in told} == {MARCH[2]: 2, MARCH[1]: 1}
    assert changed(connection, MARCH[2]) == [("new_follower", "bea")]
    assert changed(connection, MARCH[1]) == []
    assert list(history(connection, before=MARCH[2])) == [MARCH[1]]


def test_on_the_day_the_clocks_change_nothing_is_lost(connection: Connection) -> None:
    apply(connection, [], people("ada"))
    apply(connection, [], people("ada", "bea"))
    apply(connection, [], people("ada", "bea", "cleo"))
    with timezone.override("Europe/Berlin"):
        berlin = ZoneInfo("Europe/Berlin")
        morning = datetime(2026, 3, 29, 0, 30, tzinfo=berlin)
        night = datetime(2026, 3, 29, 23, 30, tzinfo=berlin)
        at(connection, morning, night, night + timedelta(hours=1))
        assert [day.new_followers for day in days(connection)] == [1, 1]
        assert changed(connection, MARCH[28]) == [("new_follower", "bea")]


def test_where_no_list_was_read_the_counts_are_instagrams_own(connection: Connection) -> None:
    apply(connection, people("ada"), people("ada", "bea"), source="export", on=1)
    apply(connection, None, None, on=2, follows_count=7, followers_count=12)
    told = history(connection)
    counted, listed = told[MARCH[1]], told[MARCH[0]]
    assert counted.is_counted_only
    assert (counted.following, counted.followers, counted.mutuals) == (7, 12, None)
    assert not listed.is_counted_only
    assert (listed.following, listed.followers, listed.mutuals) == (1, 2, 1)


def test_a_list_says_more_than_a_count_of_the_same_day(connection: Connection) -> None:
    apply(connection, people("ada"), people("ada", "bea"), source="export", on=1)
    apply(connection, None, None, on=1, follows_count=7, followers_count=12)
    [day] = days(connection)
    assert not day.is_counted_only
    assert (day.followers, day.mutuals) == (2, 1)


def test_what_is_not_known_stays_unknown(connection: Connection) -> None:
    apply(connection, None, people("ada"))
    [day] = days(connection)
    assert (day.following, day.followers, day.mutuals) == (None, 1, None)


def test_only_what_was_applied_is_history(connection: Connection) -> None:
    apply(connection, [], people("ada", "bea"), source="export", on=1)
    before = list(days(connection))
    apply(connection, [], people("cleo"), source="export", on=2)
    undo_snapshot(Snapshot.objects.latest("id").pk)
    assert apply(connection, [], [], source="export", on=3).held
    assert list(days(connection)) == before
    assert changed(connection, MARCH[1]) == []


def test_a_person_was_first_seen_in_the_snapshot_that_added_them(connection: Connection) -> None:
    other = Connection.objects.create(user=connection.user, username="other.account")
    apply(connection, [], people("ada"))
    first = Snapshot.objects.latest("id")
    apply(other, [], people("stranger"))
    apply(connection, [], people("ada", "bea"), source="export")
    second = Snapshot.objects.latest("id")
    apply(connection, None, None, followers_count=2)
    apply(connection, [], people("ada", "bea"))
    assert first_snapshot_of(known_person(connection, "ada")) == first
    assert first_snapshot_of(known_person(connection, "bea")) == second
    Snapshot.objects.update(newest_person_before=None)
    assert first_snapshot_of(known_person(connection, "ada")) is None


def test_a_person_had_each_former_name_once(connection: Connection) -> None:
    for name in ("ada", "ada.l", "ada", "countess"):
        apply(connection, [], [person(name, 1)])
    assert former_names(known_person(connection, "countess")) == ["ada", "ada.l"]
