"""The next snapshot says whether an unfollow has happened; an older one, or half a one, says nothing."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine

from kith.accounts.models import Connection
from kith.core.records import ListName
from kith.people.models import Snapshot
from kith.people.services.undoing import undo_snapshot
from kith.unfollow.models import Unfollow
from kith.unfollow.queries import still_followed
from kith.unfollow.services import guided, queueing
from tests.factories import apply, day, people
from tests.unfollow.conftest import FOLLOWED
from tests.unfollow.test_queueing import ORIGIN, approve, unfollow_of

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
