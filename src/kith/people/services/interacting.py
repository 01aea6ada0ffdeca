"""Keeps interactions: stages what an export tells, applies it with its snapshot, and takes it back.

Counts are kept per day. Each source counts for itself and the higher count holds, so what two sources tell counts once;
an import raises a day's count to what it tells, so what comes twice changes nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
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

DAYS = InteractionDay._meta.db_table
STAGED = StagedInteraction._meta.db_table
BEFORE = InteractionBefore._meta.db_table
PEOPLE = Person._meta.db_table
CHANGES = Change._meta.db_table
NAME_LENGTH = InteractionDay._meta.get_field("username").max_length or 64
SECONDS_A_DAY = 86_400

Ways = Mapping[tuple[InteractionKind, Direction], tuple[datetime, datetime]]


def stage_interactions(snapshot_id: int, records: Sequence[InteractionRecord]) -> int:
    """Appends a page, counted per day; returns how many records have a time. The cursor is in the same transaction."""
    counted: dict[tuple[str, str, str, int], list[int]] = defaultdict(lambda: [0, 0])
    dated = 0
    for record in records:
        if record.at is None:
            continue
        dated += 1
        key = (record.username, record.kind, record.direction, record.at // SECONDS_A_DAY)
        cell = counted[key]
        cell[0] += 1
        cell[1] = max(cell[1], record.at)
    rows = [
        (snapshot_id, username[:NAME_LENGTH], kind, direction, _day(number), count, last_at)
        for (username, kind, direction, number), (count, last_at) in counted.items()
    ]
    if rows:
        with database.cursor() as cursor:
            cursor.executemany(
                f"INSERT INTO {STAGED} (snapshot_id, username, kind, direction, day, count, last_at) "
                "VALUES (%s, %s, %s, %s, %s, %s, %s)",
                rows,
            )
    return dated


_EPOCH = date(1970, 1, 1)


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
        _follow_renames(cursor, snapshot)
        _tell(cursor, snapshot)
        _merge(cursor, snapshot)
        cursor.execute("DROP TABLE told_interactions")


def _follow_renames(cursor: Any, snapshot: Snapshot) -> None:
    """Who is told under a name that nobody has now, and that somebody had before, is that somebody."""
    renamed = (
        f"SELECT c.previous_username, MAX(p.username) FROM {CHANGES} c JOIN {PEOPLE} p ON p.id = c.person_id "
        f"WHERE c.connection_id = %s AND c.kind = %s AND NOT EXISTS (SELECT 1 FROM {PEOPLE} h WHERE "
        "h.connection_id = c.connection_id AND h.username = c.previous_username AND (h.is_following OR h.is_follower)) "
        "GROUP BY c.previous_username HAVING COUNT(DISTINCT c.person_id) = 1"
    )
    cursor.execute(renamed, [snapshot.connection_id, Change.Kind.RENAMED])
    known = cursor.fetchall()
    if known:
        cursor.executemany(
            f"UPDATE {STAGED} SET username = %s WHERE snapshot_id = %s AND username = %s",
            [(now, snapshot.pk, before) for before, now in known],
        )


def _tell(cursor: Any, snapshot: Snapshot) -> None:
    """A temporary table of the days that the snapshot tells, with the person: on a list now, else formerly, else none.

    Two names of one person, of before and after a rename, add up.
    """
    current, former = (
        "(p.is_following OR p.is_follower)",
        "NOT p.is_following AND NOT p.is_follower",
    )
    one = f"SELECT MAX(p.id) FROM {PEOPLE} p WHERE p.connection_id = %s AND p.username = n.username AND"
    cursor.execute(
        f"CREATE TEMPORARY TABLE told_interactions AS WITH named AS (SELECT n.username, "
        f"COALESCE(({one} {current}), ({one} {former})) AS person_id "
        f"FROM (SELECT DISTINCT username FROM {STAGED} WHERE snapshot_id = %s) AS n) "
        "SELECT named.person_id, MAX(s.username) AS username, s.kind, s.direction, s.day, "
        f"SUM(s.count) AS count, MAX(s.last_at) AS last_at FROM {STAGED} s "
        "JOIN named ON named.username = s.username WHERE s.snapshot_id = %s "
        "GROUP BY named.person_id, CASE WHEN named.person_id IS NULL THEN s.username ELSE '' END, "
        "s.kind, s.direction, s.day",
        [snapshot.connection_id, snapshot.connection_id, snapshot.pk, snapshot.pk],
    )


# A day belongs to a person, or to the name of a stranger; each way has an index of its own.
OF_PERSON = ("t.person_id IS NOT NULL", "d.person_id = t.person_id")
OF_STRANGER = (
    "t.person_id IS NULL",
    "d.person_id IS NULL AND d.connection_id = %(connection)s AND d.username = t.username",
)
SAME_DAY = "d.day = t.day AND d.kind = t.kind AND d.direction = t.direction"
TELLS_MORE = "(t.count > d.from_export OR t.last_at > d.last_at)"


def _merge(cursor: Any, snapshot: Snapshot) -> None:
    """Days that are there keep the higher count, and how they were is remembered for undoing; the others are added."""
    given = {"connection": snapshot.connection_id, "snapshot": snapshot.pk}
    for whose, is_theirs in (OF_PERSON, OF_STRANGER):
        changed = f"{whose} AND {is_theirs} AND {SAME_DAY} AND {TELLS_MORE}"
        cursor.execute(
            f"INSERT INTO {BEFORE} (snapshot_id, interaction_id, from_export, last_at) "
            f"SELECT %(snapshot)s, d.id, d.from_export, d.last_at FROM told_interactions t JOIN {DAYS} d ON {changed}",
            given,
        )
        cursor.execute(
            f"UPDATE {DAYS} AS d SET "
            "from_export = CASE WHEN t.count > d.from_export THEN t.count ELSE d.from_export END, "
            "last_at = CASE WHEN t.last_at > d.last_at THEN t.last_at ELSE d.last_at END "
            f"FROM told_interactions t WHERE {changed}",
            given,
        )
        cursor.execute(
            f"INSERT INTO {DAYS} "
            "(connection_id, person_id, username, kind, direction, day, from_export, from_api, last_at) "
            "SELECT %(connection)s, t.person_id, t.username, t.kind, t.direction, t.day, t.count, 0, t.last_at "
            f"FROM told_interactions t WHERE {whose} ON CONFLICT DO NOTHING",
            given,
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
    with database.cursor() as cursor:
        cursor.execute(
            f"UPDATE {DAYS} SET person_id = p.id FROM {PEOPLE} p WHERE {DAYS}.connection_id = %s "
            f"AND {DAYS}.person_id IS NULL AND p.connection_id = %s AND p.username = {DAYS}.username "
            "AND (p.is_following OR p.is_follower) AND p.id > %s",
            [snapshot.connection_id, snapshot.connection_id, snapshot.newest_person_before],
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
