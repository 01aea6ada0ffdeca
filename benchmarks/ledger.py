"""Measures the ledger alone, in a process of its own: a first and a second snapshot are staged and applied.

`python benchmarks/ledger.py SOURCE COUNT` prints what each took as one JSON document; KITH_DATA_DIR names an empty
directory.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from itertools import islice

import django
from invented import ACCOUNT, FOLLOWING, lists
from measuring import Stopwatch

RECORDS_AT_ONCE = 1_000


def main(source: str, count: int) -> None:
    connection_id = prepare(ACCOUNT)
    took = {}
    for day, name in ((1, "first"), (2, "second")):
        snapshot_id = stage(connection_id, source, count, day)
        with (watch := Stopwatch()).running():
            apply(snapshot_id)
        took[name] = asdict(watch.measured)
    print(json.dumps(took))


def prepare(account: str) -> int:
    """An empty, up to date database with a user who tracks the account; returns the connection's row id."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "kith.settings"
    django.setup()
    from django.core.management import call_command

    from kith.accounts.models import Connection, User

    call_command("migrate", verbosity=0)
    user = User.objects.create_user("bench@kith.example")
    return Connection.objects.create(user=user, username=account).pk


def stage(connection_id: int, source: str, count: int, day: int) -> int:
    """Puts the lists of a day into the staging; returns the snapshot's row id."""
    from django.db import transaction

    from kith.accounts.models import Connection
    from kith.core.records import ListState
    from kith.people.services.staging import open_snapshot, stage_page

    snapshot = open_snapshot(Connection.objects.get(pk=connection_id), source)
    with transaction.atomic():
        for name, people in lists(count, day=day, source=source).items():
            while page := list(islice(people, RECORDS_AT_ONCE)):
                stage_page(snapshot.pk, name, page)
    at = datetime(2026, 3, day, tzinfo=UTC)
    snapshot.following_state = snapshot.followers_state = ListState.COMPLETE
    snapshot.follows_count, snapshot.followers_count = FOLLOWING, count
    snapshot.taken_after, snapshot.taken_at = at, at + timedelta(hours=1)
    snapshot.save()
    return snapshot.pk


def apply(snapshot_id: int) -> None:
    from kith.people.services.applying import apply_snapshot

    outcome = apply_snapshot(snapshot_id)
    assert not outcome.held, outcome.doubts


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
