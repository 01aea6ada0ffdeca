"""The baseline: a second snapshot written as one does with Django.

`bulk_create(update_conflicts=True)` in batches, and a set difference in Python for whoever has left. It writes what the
source tells into the table of people, whose unique indexes are whole in here, as ON CONFLICT needs them.

`python benchmarks/django_way.py SOURCE COUNT` prints what that took as a JSON document; KITH_DATA_DIR names an empty
directory.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from itertools import islice
from typing import Any

from invented import ACCOUNT
from ledger import prepare
from loading import COLUMNS, load, told
from measuring import Stopwatch

KEY = {"export": "username", "api": "instagram_user_id"}
ROWS_AT_ONCE = 1_000  # Half and five times as many take as long.


def main(source: str, count: int) -> None:
    connection_id = prepare(ACCOUNT)
    _make_unique_indexes_whole()
    load(connection_id, source, count)
    with (watch := Stopwatch()).running():
        _write(connection_id, source, count)
    print(json.dumps(asdict(watch.measured)))


def _make_unique_indexes_whole() -> None:
    from django.db import connection as database

    with database.cursor() as cursor:
        for name, column in (
            ("person_current_username", "username"),
            ("person_instagram_user_id", "instagram_user_id"),
        ):
            cursor.execute(f"DROP INDEX {name}")
            cursor.execute(f"CREATE UNIQUE INDEX {name} ON people_person (connection_id, {column})")


def _write(connection_id: int, source: str, count: int) -> None:
    from django.db import transaction

    from kith.people.models import Person

    key = KEY[source]
    ours = Person.objects.filter(connection_id=connection_id)
    people = _people(connection_id, source, count)
    seen: set[str] = set()
    with transaction.atomic():
        known = set(ours.filter(is_follower=True).values_list(key, flat=True).iterator())
        while batch := list(islice(people, ROWS_AT_ONCE)):
            seen.update(getattr(one, key) for one in batch)
            Person.objects.bulk_create(
                batch,
                update_conflicts=True,
                unique_fields=["connection", key],
                update_fields=[one for one in COLUMNS[source] if one not in {"connection_id", key}],
            )
        gone = iter(known - seen)
        while batch := list(islice(gone, ROWS_AT_ONCE)):
            ours.filter(**{f"{key}__in": batch}).update(is_follower=False)


def _people(connection_id: int, source: str, count: int) -> Iterator[Any]:
    from kith.people.models import Person

    for row in told(connection_id, source, count, day=2):
        yield Person(**dict(zip(COLUMNS[source], row, strict=True)))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
