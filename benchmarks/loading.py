"""The yardstick: the rows of the first snapshot, by `executemany`, into the table of people with its indexes.

`python benchmarks/loading.py SOURCE COUNT` prints what that took as a JSON document; KITH_DATA_DIR names an empty
directory.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from itertools import islice

from invented import ACCOUNT, lists
from ledger import prepare
from measuring import Measured, Stopwatch

from kith.core.records import ListName

COLUMNS = {
    "export": (
        "connection_id", "username", "is_following", "is_follower", "following_since", "follower_since", "exact_bits",
        "fingerprint",
    ),
    "api": (
        "connection_id", "username", "is_following", "is_follower", "exact_bits", "fingerprint", "instagram_user_id",
        "name", "biography", "picture_url", "verified", "followers_count", "follows_count",
    ),
}  # fmt: skip
ROWS_AT_ONCE = 50_000


def main(source: str, count: int) -> None:
    print(json.dumps(asdict(load(prepare(ACCOUNT), source, count))))


def load(connection_id: int, source: str, count: int) -> Measured:
    """In one transaction; making the rows up is not measured."""
    from django.db import connection as database
    from django.db import transaction

    columns = COLUMNS[source]
    marks = ", ".join(["%s"] * len(columns))
    sql = f"INSERT INTO people_person ({', '.join(columns)}) VALUES ({marks})"
    rows = told(connection_id, source, count, day=1)
    watch = Stopwatch()
    transaction.set_autocommit(False)
    with database.cursor() as cursor:
        while batch := list(islice(rows, ROWS_AT_ONCE)):
            with watch.running():
                cursor.executemany(sql, batch)
    with watch.running():
        transaction.commit()
    transaction.set_autocommit(True)
    return watch.measured


def told(connection_id: int, source: str, count: int, *, day: int) -> Iterator[tuple[object, ...]]:
    """What a source tells of the followers, as values of its COLUMNS."""
    people = lists(count, day=day, source=source)
    followed = {one.username for one in people[ListName.FOLLOWING]}
    for one in people[ListName.FOLLOWERS]:
        is_followed = one.username in followed
        who = connection_id, one.username, is_followed, True
        if source == "export":
            yield *who, one.since if is_followed else None, one.since, 2 + is_followed, 0
        else:
            profile = one.name, one.biography, one.picture_url, one.verified
            counts = one.followers_count, one.follows_count
            yield *who, 0, 1, one.instagram_user_id, *profile, *counts


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
