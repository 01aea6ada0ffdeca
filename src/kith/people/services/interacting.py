"""Keeps interactions: stages what an export tells, applies it with its snapshot, and takes it back.

Counts are kept per day. Each source counts for itself and the higher count holds, so what two sources tell counts once;
an import raises a day's count to what it tells, so what comes twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from itertools import groupby
from operator import attrgetter
from typing import Any

from django.db import connection as database

from kith.core.records import Direction, InteractionKind, InteractionRecord
from kith.people.models import (
    Change,
    InteractionBefore,
    InteractionDay,
    KnownPeriod,
    Person,
    Snapshot,
    StagedInteraction,
)
from kith.people.services.appending import append

DAYS = InteractionDay._meta.db_table
STAGED = StagedInteraction._meta.db_table
BEFORE = InteractionBefore._meta.db_table
PEOPLE = Person._meta.db_table
CHANGES = Change._meta.db_table
NAME_LENGTH = InteractionDay._meta.get_field("username").max_length or 64
SECONDS_A_DAY = 86_400
STAGED_COLUMNS = ("snapshot_id", "username", "kind", "direction", "day", "count", "last_at")

Ways = Mapping[tuple[InteractionKind, Direction], tuple[datetime, datetime]]


def stage_interactions(snapshot_id: int, records: Sequence[InteractionRecord]) -> int:
    """Appends a page, counted per day; returns how many records have a time. The cursor is in the same transaction."""
    counted: dict[tuple[str, str, str, int], list[int]] = {}
    dated = 0
    # By runs of the same way: hashing two enums for each record would take as long as all the rest.
    for way, run in groupby(records, attrgetter("kind", "direction")):
        kind, direction = way[0].value, way[1].value
        for record in run:
            if record.at is not None:
                dated += 1
                key = (record.username, kind, direction, record.at // SECONDS_A_DAY)
                cell = counted.setdefault(key, [0, record.at])
                cell[0] += 1
                cell[1] = max(cell[1], record.at)
    append(
        StagedInteraction,
        STAGED_COLUMNS,
        (
            (snapshot_id, username[:NAME_LENGTH], kind, direction, _day(number), count, last_at)
            for (username, kind, direction, number), (count, last_at) in counted.items()
        ),
    )
    return dated


_EPOCH = date(1970, 1, 1)


@cache
def _day(number: int) -> date:
    return _EPOCH + timedelta(days=number)


def store_known_periods(snapshot: Snapshot, known: Ways) -> None:
    """For which times the snapshot's source tells every interaction. It holds once the snapshot is applied."""
    for (kind, direction), (since, until) in known.items():
        KnownPeriod.objects.update_or_create(
            connection_id=snapshot.connection_id,
            snapshot=snapshot,
            kind=kind,
            direction=direction,
            defaults={"since": int(since.timestamp()), "until": int(until.timestamp())},
        )


def apply_interactions(snapshot: Snapshot) -> None:
    """Adds what is staged to the ledger, in the transaction that applies the snapshot, after its people."""
    connection_id = snapshot.connection_id
    link_strangers(snapshot)
    if not StagedInteraction.objects.filter(snapshot=snapshot).exists():
        return
    earlier = Snapshot.objects.filter(connection_id=connection_id).values("pk")
    InteractionBefore.objects.filter(snapshot__in=earlier)._raw_delete("default")
    newest = InteractionDay.objects.order_by("-pk").values_list("pk", flat=True).first()
    snapshot.newest_interaction_before = newest or 0
    snapshot.save(update_fields=["newest_interaction_before"])
    with database.cursor() as cursor:
        _name(cursor, snapshot)
        _tell(cursor, snapshot)
        _merge(cursor, snapshot)
        cursor.execute("DROP TABLE told_interactions")
        cursor.execute("DROP TABLE told_names")


def _name(cursor: Any, snapshot: Snapshot) -> None:
    """A temporary table of the names that the snapshot tells, with whom each means: on a list now, else formerly."""
    cursor.execute(
        "CREATE TEMPORARY TABLE told_names (told varchar(64) PRIMARY KEY, username varchar(64), person_id bigint)"
    )
    # Sorted, so that strangers are added in the order of their index.
    cursor.execute(
        f"INSERT INTO told_names (told, username) SELECT DISTINCT username, username FROM {STAGED} "
        "WHERE snapshot_id = %s ORDER BY username",
        [snapshot.pk],
    )
    _follow_renames(cursor, snapshot)
    for condition in (
        "(p.is_following OR p.is_follower)",
        "NOT p.is_following AND NOT p.is_follower",
    ):
        cursor.execute(
            f"UPDATE told_names SET person_id = (SELECT MAX(p.id) FROM {PEOPLE} p WHERE p.connection_id = %s "
            f"AND p.username = told_names.username AND {condition}) WHERE person_id IS NULL",
            [snapshot.connection_id],
        )
    if database.vendor == "postgresql":
        cursor.execute("ANALYZE told_names")


def _follow_renames(cursor: Any, snapshot: Snapshot) -> None:
    """Who is told under a name that nobody has now, and that somebody had before, is that somebody."""
    renamed = (
        f"SELECT MAX(p.username), MAX(p.id), c.previous_username FROM {CHANGES} c "
        f"JOIN {PEOPLE} p ON p.id = c.person_id WHERE c.connection_id = %s AND c.kind = %s "
        f"AND NOT EXISTS (SELECT 1 FROM {PEOPLE} h WHERE "
        "h.connection_id = c.connection_id AND h.username = c.previous_username AND (h.is_following OR h.is_follower)) "
        "GROUP BY c.previous_username HAVING COUNT(DISTINCT c.person_id) = 1"
    )
    cursor.execute(renamed, [snapshot.connection_id, Change.Kind.RENAMED])
    known = cursor.fetchall()
    if known:
        cursor.executemany(
            "UPDATE told_names SET username = %s, person_id = %s WHERE told = %s", known
        )


def _tell(cursor: Any, snapshot: Snapshot) -> None:
    """A temporary table of the days that the snapshot tells, each with the day of the ledger that it is, if any.

    Two names of one person, of before and after a rename, add up. In the order of the ledger's indexes, a million new
    days are added in half the time.
    """
    stranger = "CASE WHEN n.person_id IS NULL THEN n.told END"
    day = "d.day = t.day AND d.kind = t.kind AND d.direction = t.direction"
    cursor.execute(
        f"CREATE TEMPORARY TABLE told_interactions AS SELECT t.*, COALESCE(d.id, e.id) AS known_id FROM ("
        "SELECT n.person_id, MAX(n.username) AS username, s.day, s.kind, s.direction, "
        f"SUM(s.count) AS count, MAX(s.last_at) AS last_at FROM {STAGED} s "
        "JOIN told_names n ON n.told = s.username WHERE s.snapshot_id = %(snapshot)s "
        f"GROUP BY n.person_id, {stranger}, s.day, s.kind, s.direction) AS t "
        f"LEFT JOIN {DAYS} d ON d.person_id = t.person_id AND {day} "
        f"LEFT JOIN {DAYS} e ON t.person_id IS NULL AND e.person_id IS NULL AND e.connection_id = %(connection)s "
        f"AND e.username = t.username AND {day.replace('d.', 'e.')}",
        {"snapshot": snapshot.pk, "connection": snapshot.connection_id},
    )


def _merge(cursor: Any, snapshot: Snapshot) -> None:
    """Days that are there keep the higher count, and how they were is remembered for undoing; the others are added."""
    raised = (
        f"{DAYS}.id = t.known_id AND (t.count > {DAYS}.from_export OR t.last_at > {DAYS}.last_at)"
    )
    cursor.execute(
        f"INSERT INTO {BEFORE} (snapshot_id, interaction_id, from_export, last_at) "
        f"SELECT %s, {DAYS}.id, {DAYS}.from_export, {DAYS}.last_at FROM told_interactions t JOIN {DAYS} ON {raised}",
        [snapshot.pk],
    )
    cursor.execute(
        f"UPDATE {DAYS} SET "
        f"from_export = CASE WHEN t.count > {DAYS}.from_export THEN t.count ELSE {DAYS}.from_export END, "
        f"last_at = CASE WHEN t.last_at > {DAYS}.last_at THEN t.last_at ELSE {DAYS}.last_at END "
        f"FROM told_interactions t WHERE {raised}"
    )
    cursor.execute(
        f"INSERT INTO {DAYS} "
        "(connection_id, person_id, username, kind, direction, day, from_export, from_api, last_at) "
        "SELECT %s, person_id, username, kind, direction, day, count, 0, last_at "
        "FROM told_interactions WHERE known_id IS NULL",
        [snapshot.connection_id],
    )


def link_strangers(snapshot: Snapshot) -> None:
    """Interactions with people whom the ledger did not know, and whom this snapshot has added, become theirs."""
    if snapshot.newest_person_before is None:
        return
    strangers = InteractionDay.objects.filter(
        connection_id=snapshot.connection_id, person__isnull=True
    )
    if not strangers.exists():
        return
    new = f"SELECT {{}} FROM {PEOPLE} p WHERE p.connection_id = %s AND p.id > %s AND (p.is_following OR p.is_follower)"
    theirs = new.format("p.id") + f" AND p.username = {DAYS}.username"
    of_new = [snapshot.connection_id, snapshot.newest_person_before]
    with database.cursor() as cursor:
        cursor.execute(
            f"UPDATE {DAYS} SET person_id = ({theirs}) WHERE connection_id = %s AND person_id IS NULL "
            f"AND username IN ({new.format('p.username')})",
            [*of_new, snapshot.connection_id, *of_new],
        )


def undo_interactions(snapshot: Snapshot) -> None:
    """Takes back what the import told. To be called before the people it added are removed; twice does no harm."""
    if snapshot.newest_interaction_before is None:
        return
    added = InteractionDay.objects.filter(
        connection_id=snapshot.connection_id, pk__gt=snapshot.newest_interaction_before
    )
    added.filter(from_api=0)._raw_delete("default")
    added.update(from_export=0)
    with database.cursor() as cursor:
        cursor.execute(
            f"UPDATE {DAYS} SET from_export = b.from_export, "
            f"last_at = CASE WHEN {DAYS}.from_api > 0 THEN {DAYS}.last_at ELSE b.last_at END "
            f"FROM {BEFORE} b WHERE b.snapshot_id = %s AND b.interaction_id = {DAYS}.id",
            [snapshot.pk],
        )
    InteractionBefore.objects.filter(snapshot=snapshot)._raw_delete("default")
