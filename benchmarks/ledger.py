"""Measures the ledger alone, in a process of its own: a raw load, then the first and the second snapshot applied.

`python benchmarks/ledger.py COUNT` prints seconds as one JSON document; KITH_DATA_DIR names an empty directory.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice

import django
from invented import ACCOUNT, FOLLOWING, Entry, followers, following

os.environ["DJANGO_SETTINGS_MODULE"] = "kith.settings"
ROWS_AT_ONCE = 50_000


def main(count: int) -> None:
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from kith.accounts.models import Connection, User

    user = User.objects.create_user("bench@kith.example")
    raw = Connection.objects.create(user=user, username="raw.load")
    seconds = {"raw": _raw_load(raw.pk, count)}
    raw.delete()
    connection = Connection.objects.create(user=user, username=ACCOUNT)
    for day, name in ((1, "first"), (2, "second")):
        seconds[name] = _apply(connection, count, day)
    print(json.dumps(seconds))


def _raw_load(connection_id: int, count: int) -> float:
    """The rows of the first snapshot, by `executemany`, into the table with its indexes and in one transaction."""
    from django.db import connection as database
    from django.db import transaction

    sql = (
        "INSERT INTO people_person (connection_id, username, is_following, is_follower, following_since, "
        "follower_since, exact_bits, fingerprint) VALUES (%s, %s, %s, %s, %s, %s, %s, 0)"
    )
    rows = _rows(connection_id, followers(count, day=1))
    seconds = 0.0
    with transaction.atomic(), database.cursor() as cursor:
        while batch := list(islice(rows, ROWS_AT_ONCE)):
            seconds += _timed(lambda batch=batch: cursor.executemany(sql, batch))
        begun = time.perf_counter()
    return seconds + time.perf_counter() - begun


def _rows(connection_id: int, people: Iterator[Entry]) -> Iterator[tuple[object, ...]]:
    for place, (name, since) in enumerate(people):
        followed = place < FOLLOWING
        yield (
            connection_id,
            name,
            followed,
            True,
            since if followed else None,
            since,
            2 + followed,
        )


def _apply(connection: object, count: int, day: int) -> float:
    """Stages the lists of a day, and measures how long applying them takes."""
    from django.db import transaction

    from kith.core.records import ListName, ListState, PersonRecord
    from kith.people.services.applying import apply_snapshot
    from kith.people.services.staging import open_snapshot, stage_page

    snapshot = open_snapshot(connection, "export")  # type: ignore[arg-type]
    lists = {
        ListName.FOLLOWING: following(day=day),
        ListName.FOLLOWERS: followers(count, day=day),
    }
    with transaction.atomic():
        for name, people in lists.items():
            records = (PersonRecord(username, since=since) for username, since in people)
            while page := list(islice(records, 1_000)):
                stage_page(snapshot.pk, name, page)
    at = datetime(2026, 3, day, tzinfo=UTC)
    snapshot.following_state = snapshot.followers_state = ListState.COMPLETE
    snapshot.following_read, snapshot.followers_read = FOLLOWING, count
    snapshot.taken_after, snapshot.taken_at = at, at + timedelta(hours=1)
    snapshot.save()
    return _timed(lambda: apply_snapshot(snapshot.pk))


def _timed(run: Callable[[], object]) -> float:
    begun = time.perf_counter()
    run()
    return time.perf_counter() - begun


if __name__ == "__main__":
    main(int(sys.argv[1]))
