"""What the user says of the queue and a snapshot that is being applied do not stand in each other's way."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any

import pytest
from django.db import connection as database
from django.db.models.signals import pre_save

from kith.accounts.models import Connection
from kith.people.models import Snapshot
from kith.people.services.applying import apply_snapshot
from kith.unfollow.models import Unfollow
from kith.unfollow.services import guided
from tests.factories import people, stage
from tests.unfollow.conftest import FOLLOWED
from tests.unfollow.test_queueing import ORIGIN, approve, unfollow_of

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]
# SQLite lets one write at a time: there the user's word comes afterwards.
MOST_SECONDS = 10 if database.vendor == "postgresql" else 0


def on_a_line_of_its_own(run: Callable[[], object]) -> Callable[[], object]:
    def and_close() -> object:
        try:
            return run()
        finally:
            database.close()

    return and_close


def test_done_is_written_down_while_a_snapshot_is_applied(ledger: Connection) -> None:
    approve(ledger, "cleo")
    cleo = unfollow_of(ledger, "cleo")
    said: list[Future[object]] = []
    meanwhile: list[bool] = []

    def say_done(**_: Any) -> None:
        """The snapshot's transaction holds the connection by now."""
        if not said:
            say = on_a_line_of_its_own(lambda: guided.mark_done(cleo, origin=ORIGIN))
            said.append(pool.submit(say))
            meanwhile.append(bool(wait(said, timeout=MOST_SECONDS).done))

    snapshot = stage(ledger, people(*FOLLOWED), people("ada", "ben"))
    with ThreadPoolExecutor(1) as pool:
        pre_save.connect(say_done, sender=Snapshot)
        try:
            apply_snapshot(snapshot.pk)
        finally:
            pre_save.disconnect(say_done, sender=Snapshot)
        said[0].result()
    assert meanwhile == [database.vendor == "postgresql"]
    assert unfollow_of(ledger, "cleo").status == Unfollow.Status.DONE
