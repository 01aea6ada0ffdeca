"""Writes a resolved comparison into the table of people: only what differs, in batches, in an order that keeps the
rule "one current person per name" true after every statement."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db import connection as database
from django.db.models import Model

from kith.people.comparing import (
    FOLLOWER,
    FOLLOWING,
    NAME_LOST,
    KnownRow,
    Scope,
    StagedRow,
    better_since,
)
from kith.people.models import Person, Snapshot, StagedPerson
from kith.people.services.rows import VALUES_AT_ONCE, batches

PEOPLE = Person._meta.db_table
STAGED = StagedPerson._meta.db_table
IN_OTHER_ORDERS = ("person_follower_since", "person_follower_audience", "person_instagram_user_id")

# Below this, plans do not change; above, an analysis (0.6 s for a million people) is little beside the writing.
WORTH_NEW_STATISTICS = 1_000
WORTH_NEW_SHARE = 0.1

PROFILE = ("name", "biography", "picture_url", "verified", "followers_count", "follows_count")

INSERT_FROM_STAGING = f"""
    INSERT INTO {PEOPLE} (
        connection_id, username, instagram_user_id, is_following, is_follower, following_since, follower_since,
        exact_bits, name, biography, picture_url, verified, followers_count, follows_count, fingerprint
    )
    SELECT
        %s, username, MAX(instagram_user_id), SUM(DISTINCT list_bit) IN (1, 3), SUM(DISTINCT list_bit) IN (2, 3),
        MAX(CASE WHEN list_bit = 1 THEN since END), MAX(CASE WHEN list_bit = 2 THEN since END),
        COALESCE(SUM(DISTINCT CASE WHEN since_is_exact AND since IS NOT NULL THEN list_bit END), 0),
        MAX(name), MAX(biography), MAX(picture_url), {{verified}}, MAX(followers_count), MAX(follows_count),
        MAX(fingerprint)
    FROM {STAGED} WHERE {{condition}} GROUP BY username
"""


def _insert_sql(condition: str) -> str:
    verified = "BOOL_OR(verified)" if database.vendor == "postgresql" else "MAX(verified)"
    return INSERT_FROM_STAGING.format(verified=verified, condition=condition)


def take_off_lists(vanished: Sequence[KnownRow], scope: Scope) -> None:
    """People keep their row and their history; they are on no complete list any more."""
    for bit, field in ((FOLLOWING, "is_following"), (FOLLOWER, "is_follower")):
        # In the order of the table, neighbours are written together.
        ids = sorted(row.id for row in vanished if row.bits & bit & scope.complete)
        for batch in batches(ids):
            Person.objects.filter(pk__in=batch).update(**{field: False})


def mark_gone(row_ids: Iterable[int], at: datetime | None) -> None:
    for batch in batches(sorted(row_ids)):
        Person.objects.filter(pk__in=batch).update(gone_at=at)


def nameless(username: str, mark: int | str) -> str:
    """What somebody is called whose name another one has now: nobody else's name, and the last one still legible."""
    return f"{username.partition(NAME_LOST)[0][:40]}{NAME_LOST}{mark}"


def holders_of(names: Iterable[str], known: Sequence[KnownRow]) -> list[KnownRow]:
    """Those of `known` whose name is one of these."""
    taken = set(names)
    return [row for row in known if row.username in taken]


def step_aside(holders: Sequence[KnownRow]) -> None:
    """Frees names that somebody else has now, held by people of whom a partial snapshot says nothing more."""
    _execute_many(
        f"UPDATE {PEOPLE} SET username = %s WHERE id = %s AND (is_following OR is_follower)",
        ((nameless(row.username, row.id), row.id) for row in holders),
    )


def merge_doubles(doubled: Sequence[tuple[KnownRow, KnownRow]], *, for_good: bool) -> None:
    """Takes the second of two rows that are one person out of the way, and `for_good` moves its history to the first.

    What is moved cannot be undone, so an import leaves it where it is. Whoever goes has no id.
    """
    for stays, goes in doubled if for_good else ():
        for relation in Person._meta.related_objects:
            name = relation.field.name
            for row in relation.related_model._base_manager.filter(**{name: goes.id}):
                _move(row, name, stays.id)
    _execute_many(
        f"UPDATE {PEOPLE} SET username = %s, is_following = %s, is_follower = %s, following_since = NULL, "
        "follower_since = NULL, exact_bits = 0 WHERE id = %s",
        ((nameless(row.username, row.id), False, False, row.id) for _, row in doubled),
    )


def _move(row: Model, name: str, person_id: int) -> None:
    """Leaves the row where it is when the person has one like it already."""
    try:
        with transaction.atomic():
            type(row)._base_manager.filter(pk=row.pk).update(**{name: person_id})
    except IntegrityError:
        return


def update_matched(matched: Sequence[tuple[KnownRow, StagedRow]], scope: Scope) -> None:
    """Brings known people up to date. What a source does not tell stays as it was."""
    matched = sorted(matched, key=lambda pair: pair[0].id)
    # Two people may have swapped names: whoever is in the way steps aside before anybody takes a new one.
    wanted = {staged.username for _, staged in matched}
    in_the_way = [
        known.id
        for known, staged in matched
        if known.username != staged.username and known.username in wanted
    ]
    _execute_many(
        f"UPDATE {PEOPLE} SET username = %s WHERE id = %s", ((f"~{pk}", pk) for pk in in_the_way)
    )
    for batch in batches(matched):
        profiles = _profiles([staged.last_id for _, staged in batch])
        _execute_many(
            f"UPDATE {PEOPLE} SET username = %s, instagram_user_id = %s, "
            "is_following = %s, is_follower = %s, following_since = %s, follower_since = %s, exact_bits = %s, "
            + ", ".join(f"{column} = COALESCE(%s, {column})" for column in PROFILE)
            + ", fingerprint = COALESCE(%s, fingerprint), gone_at = CASE WHEN %s THEN gone_at END WHERE id = %s",
            (_update_values(known, staged, scope, profiles) for known, staged in batch),
        )


def _update_values(
    known: KnownRow, staged: StagedRow, scope: Scope, profiles: dict[int, tuple[Any, ...]]
) -> tuple[Any, ...]:
    bits = scope.bits_after(known.bits, staged.bits)
    following_since, following_exact = better_since(known, staged, FOLLOWING)
    follower_since, follower_exact = better_since(known, staged, FOLLOWER)
    return (
        staged.username,
        staged.instagram_user_id or known.instagram_user_id,
        bool(bits & FOLLOWING),
        bool(bits & FOLLOWER),
        following_since,
        follower_since,
        following_exact | follower_exact,
        *profiles[staged.last_id],
        staged.fingerprint or None,
        staged.is_deleted,
        known.id,
    )


def _profiles(staged_ids: list[int]) -> dict[int, tuple[Any, ...]]:
    found = StagedPerson.objects.filter(pk__in=staged_ids).values_list("pk", *PROFILE)
    return {row[0]: row[1:] for row in found}


def insert_new(snapshot: Snapshot, new: Sequence[StagedRow]) -> int:
    """Adds people and returns how many. Into an empty ledger one statement copies the whole snapshot."""
    is_first = not Person.objects.filter(connection_id=snapshot.connection_id).exists()
    with database.cursor() as cursor:
        if is_first:
            with _indexes_built_at_the_end():
                sql = _insert_sql("snapshot_id = %s")
                cursor.execute(sql, [snapshot.connection_id, snapshot.pk])
            return int(cursor.rowcount)
        for batch in batches(new, VALUES_AT_ONCE // 2):
            # A person has a record in each list at most that matters: the first and the last with that name.
            ids = sorted({row.first_id for row in batch} | {row.last_id for row in batch})
            marks = ", ".join(["%s"] * len(ids))
            cursor.execute(_insert_sql(f"id IN ({marks})"), [snapshot.connection_id, *ids])
    return len(new)


@contextmanager
def _indexes_built_at_the_end() -> Iterator[None]:
    """For the very first people, SQLite leaves the indexes in other orders until everybody is there.

    People come in the order of names. Filled entry by entry, the other orders jump about in their indexes; built from
    sorted entries, they save an eighth of applying a first snapshot of a million people (docs/decisions/0004).
    """
    if database.vendor != "sqlite" or Person.objects.exists():
        yield
        return
    with database.cursor() as cursor:
        marks = ", ".join(["%s"] * len(IN_OTHER_ORDERS))
        cursor.execute(
            f"SELECT name, sql FROM sqlite_master WHERE name IN ({marks})", IN_OTHER_ORDERS
        )
        definitions = dict(cursor.fetchall())
        for name in definitions:
            cursor.execute(f"DROP INDEX {name}")
        yield
        for definition in definitions.values():
            cursor.execute(definition)


def refresh_statistics(snapshot: Snapshot, rows_written: int) -> None:
    """Tells the database how its table has grown, or it picks indexes as if the table were still empty."""
    seen = snapshot.following_read + snapshot.followers_read
    if rows_written < max(WORTH_NEW_STATISTICS, seen * WORTH_NEW_SHARE):
        return
    with database.cursor() as cursor:
        cursor.execute(f"ANALYZE {PEOPLE}")


def _execute_many(sql: str, values: Iterable[tuple[Any, ...]]) -> None:
    rows = list(values)
    if rows:
        with database.cursor() as cursor:
            cursor.executemany(sql, rows)
