"""Adds interactions that the API tells one by one: comments, mentions, messages, each counted once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

from django.db import connection as database
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from kith.accounts.models import Connection
from kith.core.records import Direction, EventRecord, InteractionKind
from kith.people.models import InteractionDay, KnownPeriod, Person, SeenEvent
from kith.people.queries import current_people

DAYS = InteractionDay._meta.db_table
NAME_LENGTH = InteractionDay._meta.get_field("username").max_length or 64
# Webhooks repeat for 36 hours at most (developers.facebook.com/docs/graph-api/webhooks/getting-started, read 2026-11).
SEEN_FOR = timedelta(days=60)
# Comments are told again whenever their post is read, years later too.
NEVER_FORGOTTEN = "comment:"


class Counted(NamedTuple):
    """How many events were new, and how many tell of nobody whom kith can name."""

    new: int = 0
    unmatched: int = 0


class Who(NamedTuple):
    """Somebody of the ledger, or (without `person_id`) a stranger known by name."""

    person_id: int | None
    username: str


class Day(NamedTuple):
    """What is counted together."""

    who: Who
    kind: InteractionKind
    direction: Direction
    day: date


@transaction.atomic
def record_events(
    connection: Connection, events: Iterable[EventRecord], *, remembering: Collection[str] = ()
) -> Counted:
    """Counts each event once by its key, whoever tells it and however often; what the account itself did is left out.

    Who cannot be named is kept out and counted, never guessed. The keys of `remembering` are kept with the events, in
    the same transaction. It takes the same few queries for one event and for a thousand.
    """
    # Two deliveries of the same event take turns.
    Connection.objects.select_for_update(no_key=True).get(pk=connection.pk)
    told = {event.key: event for event in events if not _is_own(connection, event)}
    seen = seen_keys(connection, [*told, *remembering])
    told = {key: event for key, event in told.items() if key not in seen}
    found = _who_is_who(connection, told.values())
    now = timezone.now()
    SeenEvent.objects.bulk_create(
        SeenEvent(connection=connection, key=key, seen_at=now)
        for key in {*found, *remembering} - seen
    )
    _add(connection, [(found[key], told[key]) for key in found], int(now.timestamp()))
    return Counted(new=len(found), unmatched=len(told) - len(found))


def seen_keys(connection: Connection, keys: Collection[str]) -> set[str]:
    """Which of the keys were recorded before."""
    seen = SeenEvent.objects.filter(connection=connection, key__in=keys)
    return set(seen.values_list("key", flat=True))


def forget_old_keys(connection: Connection, now: datetime) -> None:
    """Of events that nobody tells again any more."""
    old = SeenEvent.objects.filter(connection=connection, seen_at__lt=now - SEEN_FOR)
    old.exclude(key__startswith=NEVER_FORGOTTEN).delete()


@transaction.atomic
def extend_known_period(
    connection: Connection, kind: InteractionKind, direction: Direction, since: int, until: int
) -> None:
    """The API has told every such interaction from `since` to `until`, in epoch seconds."""
    Connection.objects.select_for_update(no_key=True).get(pk=connection.pk)
    way = {"connection": connection, "snapshot": None, "kind": kind, "direction": direction}
    period = KnownPeriod.objects.filter(**way).first() or KnownPeriod(
        **way, since=since, until=until
    )
    period.since, period.until = min(period.since, since), max(period.until, until)
    period.save()


def _is_own(connection: Connection, event: EventRecord) -> bool:
    """An answer under one's own post is no interaction with anybody."""
    own = {connection.instagram_user_id, connection.app_scoped_id} - {None}
    return event.username == connection.username or event.person_id in own


def _who_is_who(connection: Connection, events: Collection[EventRecord]) -> dict[str, Who]:
    """By key. An id is believed before a name: it stays when the name changes."""
    by_id = _by_id(connection, {event.person_id for event in events if event.person_id})
    by_name = _by_name(connection, {event.username for event in events if event.username})
    found = {}
    for event in events:
        if event.person_id in by_id:
            found[event.key] = by_id[event.person_id]
        elif event.username:
            found[event.key] = Who(by_name.get(event.username), event.username[:NAME_LENGTH])
    return found


def _by_id(connection: Connection, ids: set[str]) -> dict[str | None, Who]:
    people = Person.objects.filter(connection=connection, instagram_user_id__in=ids)
    rows = people.values_list("instagram_user_id", "pk", "username") if ids else ()
    return {told: Who(pk, username) for told, pk, username in rows}


def _by_name(connection: Connection, names: set[str]) -> dict[str, int]:
    """Somebody on a list now, else the last who was known by that name."""
    if not names:
        return {}
    former = Person.objects.filter(
        Q(is_following=False, is_follower=False), connection=connection, username__in=names
    )
    found = dict(former.order_by("pk").values_list("username", "pk"))
    current = current_people(connection.pk).filter(username__in=names)
    return found | dict(current.values_list("username", "pk"))


# The two ways in which a day belongs to somebody, each with the unique index that finds it.
OF_PERSON = "(person_id, day, kind, direction) WHERE person_id IS NOT NULL"
OF_STRANGER = "(connection_id, username, day, kind, direction) WHERE person_id IS NULL"


def _add(connection: Connection, events: Collection[tuple[Who, EventRecord]], now: int) -> None:
    """Counts per day. An event of the future, by a clock that is wrong, happened now."""
    counted: dict[Day, list[int]] = defaultdict(lambda: [0, 0])
    for who, event in events:
        at = min(event.at, now)
        day = datetime.fromtimestamp(at, tz=UTC).date()
        cell = counted[Day(who, event.kind, event.direction, day)]
        cell[0] += 1
        cell[1] = max(cell[1], at)
    for of_whom, is_person in ((OF_PERSON, True), (OF_STRANGER, False)):
        rows = [
            (connection.pk, *each.who, each.kind, each.direction, each.day, 0, count, last_at)
            for each, (count, last_at) in counted.items()
            if (each.who.person_id is not None) is is_person
        ]
        _upsert(rows, of_whom)


def _upsert(rows: Sequence[tuple[Any, ...]], of_whom: str) -> None:
    if not rows:
        return
    with database.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {DAYS} (connection_id, person_id, username, kind, direction, day, from_export, from_api, "
            "last_at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s) "
            f"ON CONFLICT {of_whom} DO UPDATE SET from_api = {DAYS}.from_api + excluded.from_api, last_at = "
            f"CASE WHEN excluded.last_at > {DAYS}.last_at THEN excluded.last_at ELSE {DAYS}.last_at END",
            rows,
        )
