"""The next snapshot says whether an unfollow has happened; an older one, or half a one, says nothing."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine

from kith.accounts.models import Connection
from kith.core.records import ListName
from kith.people.models import Person, Snapshot
from kith.people.services.undoing import undo_snapshot
from kith.unfollow.claiming import claim_next
from kith.unfollow.models import Queue, Unfollow
from kith.unfollow.protection import NOT_KNOWN
from kith.unfollow.queries import acted, still_followed
from kith.unfollow.services import guided, queueing
from kith.unfollow.services.queueing import QueueRefused
from tests.factories import apply, day, people
from tests.unfollow.conftest import FOLLOWED
from tests.unfollow.test_queueing import ORIGIN, approve, unfollow_of, waiting

pytestmark = [pytest.mark.django_db, pytest.mark.database]
WITHOUT_CLEO = [name for name in FOLLOWED if name != "cleo"]


def done(ledger: Connection, on: int) -> None:
    approve(ledger, "cleo")
    with time_machine.travel(day(on), tick=False):
        guided.mark_done(unfollow_of(ledger, "cleo"), origin=ORIGIN)


def verdict(ledger: Connection, names: list[str], **how: Any) -> str:
    apply(ledger, people(*names), people("ada", "ben"), **how)
    return unfollow_of(ledger, "cleo").status


def test_somebody_who_is_off_the_list_is_verified(ledger: Connection) -> None:
    done(ledger, on=2)
    assert verdict(ledger, WITHOUT_CLEO, on=3) == Unfollow.Status.VERIFIED


def test_somebody_who_is_still_on_the_list_is_named(ledger: Connection) -> None:
    done(ledger, on=2)
    assert verdict(ledger, list(FOLLOWED), on=3) == Unfollow.Status.STILL_FOLLOWED
    assert "still shows" in unfollow_of(ledger, "cleo").error


def test_a_snapshot_from_before_says_nothing(ledger: Connection) -> None:
    done(ledger, on=3)
    assert verdict(ledger, list(FOLLOWED), on=2) == Unfollow.Status.DONE


def test_half_a_list_says_nothing(ledger: Connection) -> None:
    done(ledger, on=2)
    partial = [ListName.FOLLOWING]
    assert verdict(ledger, WITHOUT_CLEO, on=3, partial=partial) == Unfollow.Status.DONE


def test_somebody_unfollowed_without_the_queue_leaves_it(ledger: Connection) -> None:
    approve(ledger, "cleo")
    assert verdict(ledger, WITHOUT_CLEO, on=3) == Unfollow.Status.REMOVED


@pytest.mark.parametrize("is_done", [True, False])
def test_undoing_the_snapshot_takes_its_verdict_back(ledger: Connection, is_done: bool) -> None:
    if is_done:
        done(ledger, on=2)
    else:
        approve(ledger, "cleo")
    before = unfollow_of(ledger, "cleo").status
    assert verdict(ledger, WITHOUT_CLEO, on=3, source="export") != before
    undo_snapshot(Snapshot.objects.latest("pk").pk)
    assert unfollow_of(ledger, "cleo").status == before


def test_whoever_was_queued_again_stands_in_no_ones_way_when_the_snapshot_is_undone(
    ledger: Connection,
) -> None:
    done(ledger, on=2)
    assert verdict(ledger, list(FOLLOWED), on=3, source="export") == Unfollow.Status.STILL_FOLLOWED
    approve(ledger, "cleo")
    undo_snapshot(Snapshot.objects.latest("pk").pk)
    rows = Unfollow.objects.filter(username="cleo").order_by("pk")
    assert [row.status for row in rows] == ["still_followed", "pending"]


def test_whoever_the_user_took_off_stays_off_when_the_snapshot_is_undone(
    ledger: Connection,
) -> None:
    approve(ledger, "cleo")
    verdict(ledger, WITHOUT_CLEO, on=3)
    verdict(ledger, list(FOLLOWED), on=4, source="export")
    Unfollow.objects.update(judged_by=Snapshot.objects.latest("pk"))
    cleo = unfollow_of(ledger, "cleo")
    queueing.put_back(cleo)
    queueing.take_off(cleo)
    undo_snapshot(Snapshot.objects.latest("pk").pk)
    assert unfollow_of(ledger, "cleo").status == Unfollow.Status.REMOVED


def test_a_call_whose_outcome_nobody_knows_is_left_to_the_look(ledger: Connection) -> None:
    approve(ledger, "cleo")
    Unfollow.objects.update(is_outcome_unknown=True, acted_at=day(2))
    assert verdict(ledger, WITHOUT_CLEO, on=3) == Unfollow.Status.PENDING


def test_whoever_is_unfollowed_after_all_counts_as_still_followed_no_more(
    ledger: Connection,
) -> None:
    done(ledger, on=2)
    verdict(ledger, list(FOLLOWED), on=3)
    assert still_followed(ledger) == 1
    verdict(ledger, WITHOUT_CLEO, on=4)
    assert still_followed(ledger) == 0


def told_by_an_undone_import(ledger: Connection) -> Snapshot:
    """Of gus and hal only the latest import tells; gus is unfollowed, hal waits."""
    apply(ledger, people(*FOLLOWED, "gus", "hal"), people("ada", "ben"), source="export", on=2)
    approve(ledger, "gus", "hal")
    with time_machine.travel(day(3), tick=False):
        guided.mark_done(unfollow_of(ledger, "gus"), origin=ORIGIN)
    latest = Snapshot.objects.latest("pk")
    undo_snapshot(latest.pk)
    return latest


def test_what_was_done_keeps_its_place_in_the_pace_when_an_import_is_undone(
    ledger: Connection,
) -> None:
    told_by_an_undone_import(ledger)
    assert acted(ledger.pk, day(3)) == [day(3)]
    assert unfollow_of(ledger, "gus").status == Unfollow.Status.DONE


def test_whom_only_an_undone_import_knew_waits_no_more(ledger: Connection) -> None:
    told_by_an_undone_import(ledger)
    hal = unfollow_of(ledger, "hal")
    assert (hal.status, hal.error) == (Unfollow.Status.REMOVED, NOT_KNOWN)
    with pytest.raises(QueueRefused, match="undone"):
        queueing.put_back(hal)


def test_whoever_is_told_of_again_is_judged_by_it(ledger: Connection) -> None:
    told_by_an_undone_import(ledger)
    apply(ledger, people(*FOLLOWED, "gus", "hal"), people("ada", "ben"), on=4)
    assert unfollow_of(ledger, "gus").status == Unfollow.Status.STILL_FOLLOWED
    queueing.put_back(unfollow_of(ledger, "hal"))
    assert waiting(ledger) == ["hal"]


def test_somebody_met_anew_and_queued_stands_in_no_snapshots_way(ledger: Connection) -> None:
    told_by_an_undone_import(ledger)
    approve(ledger, "finn")
    Person.objects.filter(username="finn").update(username="gus")
    apply(ledger, people("ada", "ben", "cleo", "dan", "eve", "gus"), people("ada", "ben"), on=4)
    assert {row.status for row in Unfollow.objects.filter(username="gus")} == {"done"}


def test_a_claim_that_was_abandoned_before_the_import_was_undone_is_let_go(
    ledger: Connection,
) -> None:
    told_by_an_undone_import(ledger)
    Unfollow.objects.filter(username="hal").update(status="pending", is_outcome_unknown=True)
    Queue.objects.update(mode=Queue.Mode.API)
    Connection.objects.update(status=Connection.Status.CONNECTED, lists_offered=True)
    assert claim_next(day(4)) is None
    assert unfollow_of(ledger, "hal").status == Unfollow.Status.REMOVED
