"""Streams the two sides of a comparison out of the database, sorted alike, as plain tuples."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any, TypeVar

from django.db import connection as database

from kith.people.comparing import FOLLOWING, KnownRow
from kith.people.models import Person, StagedPerson

STAGED = StagedPerson._meta.db_table

# The garbage collector looks at what is young whenever there are 700 more objects: the rows of both sides at hand stay
# below, or it would look at each of them twice and take a tenth of the time.
ROWS_AT_ONCE = 250
# SQLite allows 32,766 parameters in one statement (since 3.32); a thousand is past where more would help.
VALUES_AT_ONCE = 1_000

Value = TypeVar("Value")

KNOWN_COLUMNS = """
    username, id, instagram_user_id,
    CASE WHEN is_following THEN 1 ELSE 0 END + CASE WHEN is_follower THEN 2 ELSE 0 END,
    following_since, follower_since, exact_bits, fingerprint,
    CASE WHEN gone_at IS NULL THEN 0 ELSE 1 END
"""

STAGED_COLUMNS = """
    username, id, id, instagram_user_id, list_bit,
    CASE WHEN list_bit = 1 THEN since END, CASE WHEN list_bit = 2 THEN since END,
    CASE WHEN since_is_exact AND since IS NOT NULL THEN list_bit ELSE 0 END, fingerprint
"""


def _in_name_order() -> str:
    """Both sides must be sorted by code point, as Python compares; PostgreSQL would use its locale's order."""
    return (
        'ORDER BY username COLLATE "C"' if database.vendor == "postgresql" else "ORDER BY username"
    )


def current_rows(connection_id: int) -> Iterator[tuple[Any, ...]]:
    """Everybody who is on a list now, as fields of KnownRow, by name."""
    return _stream(
        f"SELECT {KNOWN_COLUMNS} FROM {Person._meta.db_table} "
        f"WHERE connection_id = %s AND (is_following OR is_follower) {_in_name_order()}",
        [connection_id],
    )


def staged_rows(snapshot_id: int) -> Iterator[tuple[Any, ...]]:
    """The snapshot's records, each as fields of StagedRow, by name."""
    # The walk takes records of one name together: grouping them in here takes as long again as sorting them.
    return _stream(
        f"SELECT {STAGED_COLUMNS} FROM {STAGED} WHERE snapshot_id = %s {_in_name_order()}",
        [snapshot_id],
    )


def count_staged(snapshot_id: int) -> list[int]:
    """How many people are in the snapshot, by the lists they are on, as `Differences.staged_by_bits`."""
    counts = [0, 0, 0, 0]
    with database.cursor() as cursor:
        # Counting distinct names would take four times as long on SQLite, which inserts them into a tree unsorted.
        cursor.execute(
            f"SELECT bits, COUNT(*) FROM (SELECT MAX(list_bit & 1) + MAX(list_bit & 2) AS bits FROM {STAGED} "
            "WHERE snapshot_id = %s GROUP BY username) AS people GROUP BY bits",
            [snapshot_id],
        )
        for bits, count in cursor.fetchall():
            counts[bits] = count
    return counts


def _stream(sql: str, parameters: Sequence[int | str]) -> Iterator[tuple[Any, ...]]:
    # Chained, every row is handed on by C.
    return chain.from_iterable(_fetched(sql, parameters))


def _fetched(sql: str, parameters: Sequence[int | str]) -> Iterator[list[tuple[Any, ...]]]:
    with database.chunked_cursor() as cursor:
        cursor.execute(sql, parameters)
        while rows := cursor.fetchmany(ROWS_AT_ONCE):
            yield rows


def batches(values: Sequence[Value], size: int = VALUES_AT_ONCE) -> Iterator[Sequence[Value]]:
    return (values[start : start + size] for start in range(0, len(values), size))


def people_by_id(connection_id: int, instagram_user_ids: list[str]) -> list[KnownRow]:
    """People of the ledger with these ids, former ones included."""
    return _known("instagram_user_id", connection_id, instagram_user_ids, "")


def former_by_name(connection_id: int, usernames: list[str]) -> list[KnownRow]:
    """People who are on no list now and were last known by these names; the latest of each name comes last."""
    return _known(
        "username", connection_id, usernames, "AND NOT is_following AND NOT is_follower ORDER BY id"
    )


def current_by_since(connection_id: int, bit: int, times: list[int]) -> list[KnownRow]:
    """People who are on this list since exactly these seconds."""
    column, field = (
        ("following_since", "is_following")
        if bit == FOLLOWING
        else ("follower_since", "is_follower")
    )
    return _known(column, connection_id, times, f"AND {field} AND (exact_bits & {bit}) <> 0")


def former_by_since(connection_id: int, bit: int, times: list[int]) -> list[KnownRow]:
    """People who are on no list now and were on this one since exactly these seconds."""
    column = "following_since" if bit == FOLLOWING else "follower_since"
    former = f"NOT is_following AND NOT is_follower AND (exact_bits & {bit}) <> 0"
    if len(times) <= VALUES_AT_ONCE:
        return _known(column, connection_id, times, f"AND {former}")
    # No index leads from times to former people: rather once through all of them than once for each batch.
    wanted = set(times)
    rows = _stream(
        f"SELECT {KNOWN_COLUMNS} FROM {Person._meta.db_table} WHERE connection_id = %s AND {former}",
        [connection_id],
    )
    return [row for row in (KnownRow(*values) for values in rows) if row.since(bit) in wanted]


def _known(
    column: str, connection_id: int, values: Sequence[str | int], rest: str
) -> list[KnownRow]:
    found: list[KnownRow] = []
    with database.cursor() as cursor:
        for batch in batches(values):
            marks = ", ".join(["%s"] * len(batch))
            cursor.execute(
                f"SELECT {KNOWN_COLUMNS} FROM {Person._meta.db_table} "
                f"WHERE connection_id = %s AND {column} IN ({marks}) {rest}",
                [connection_id, *batch],
            )
            found += [KnownRow(*row) for row in cursor.fetchall()]
    return found


def row_ids_by_name(connection_id: int, usernames: list[str]) -> dict[str, int]:
    """The row ids of people who are on a list now, by name."""
    # The condition is word for word the one of the index on current names, or SQLite would not use it.
    current = _known("username", connection_id, usernames, "AND (is_following OR is_follower)")
    return {row.username: row.id for row in current}
