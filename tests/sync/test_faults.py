"""Whatever the API does, at whichever page of whichever list: nobody is falsely lost, and the job says what it is."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from kith.accounts.models import Activity, Connection, User
from kith.core.records import ListState
from kith.people.models import Snapshot
from kith.sync.models import SpentCall, SyncJob
from tests.contract.visitor import Visitor
from tests.factories import changes_in, lists_of
from tests.sync.steps import (
    an_hour_passes,
    connect,
    page_calls,
    states,
    sync,
    truth,
    work,
)

# Not marked `database`: what an API does wrong is the same on either; test_interruptions.py runs on both.
pytestmark = pytest.mark.django_db

COMPLETE = (ListState.COMPLETE, ListState.COMPLETE)
# A list edge and the number of good pages before the fault.
FIRST, LAST, MIDDLE = ("ig_following", 0), ("ig_following", 1), ("ig_followers", 2)
PLACES = [FIRST, LAST, MIDDLE]

PASSING = ["http-500-html", "error-in-200", "truncated-json", "not-json", "drop-connection", "is-transient",
           "code-1", "code-2", "slow"]  # fmt: skip
DUPLICATING = ["repeated-page", "empty-page-with-next"]
LASTING = [name for name in PASSING if name != "slow"]
LIMITS = ["code-4", "code-17", "code-32", "code-613", "code-80002"]
DEAD = [f"190-{why}" for why in (458, 459, 460, 463, 464, 467, "none")]


@pytest.fixture
def happenings(connection: Connection, visitor: Visitor) -> list[tuple[str, str]]:
    """After a first sync, somebody came and somebody left: what the ledger must say in the end."""
    sync(connection)
    following, followers = truth(visitor)
    leaver = min(followers - following)

    def happen(kind: str, **fields: str) -> str:
        answer = visitor.control("happen", account="tiny.studio", kind=kind, **fields)
        return str(answer["username"])

    return [
        ("lost_follower", happen("unfollows_me", username=leaver)),
        ("new_follower", happen("follows_me")),
        ("unfollowed", happen("unfollow", username=max(following - followers))),
    ]


def fail(visitor: Visitor, fault: str, place: tuple[str, int], **how: Any) -> None:
    edge, good_pages = place
    visitor.fail(fault, path=edge, skip=good_pages, **how)


def check(job: SyncJob, visitor: Visitor, happened: list[tuple[str, str]]) -> None:
    """The sync reported nothing but the truth, and the next good one reports all that is still missing."""
    connection = job.connection
    assert set(changes_in(connection)) <= set(happened)
    visitor.fail("none")
    Connection.objects.update(status=Connection.Status.CONNECTED)
    if SyncJob.objects.filter(pk=job.pk, status=SyncJob.Status.WAITING):
        an_hour_passes()
        assert work().status == "completed"
    else:
        assert sync(connection).status == "completed"
    assert sorted(changes_in(connection)) == sorted(happened)
    assert lists_of(connection) == truth(visitor)


@pytest.mark.parametrize("place", PLACES, ids=["first", "last", "middle"])
@pytest.mark.parametrize("fault", [*PASSING, *DUPLICATING])
def test_a_fault_that_passes_costs_nothing_but_a_try(
    happenings: list[tuple[str, str]], visitor: Visitor, fault: str, place: tuple[str, int]
) -> None:
    fail(visitor, fault, place, **({"seconds": 0.05} if fault == "slow" else {}))
    job = sync(Connection.objects.get())
    assert (job.status, states(job.snapshot)) == ("completed", COMPLETE)
    assert sorted(changes_in(job.connection)) == sorted(happenings)


@pytest.mark.parametrize("place", PLACES, ids=["first", "last", "middle"])
@pytest.mark.parametrize("fault", [*LASTING, "code-368"])
def test_a_list_that_cannot_be_finished_is_partial_or_absent(
    happenings: list[tuple[str, str]], visitor: Visitor, fault: str, place: tuple[str, int]
) -> None:
    fail(visitor, fault, place, times=3)
    job = sync(Connection.objects.get())
    assert job.status == "completed"
    broken = ListState.ABSENT if place == FIRST else ListState.PARTIAL
    found = dict(zip(("ig_following", "ig_followers"), states(job.snapshot), strict=True))
    assert found.pop(place[0]) is broken
    assert set(found.values()) == {ListState.COMPLETE}
    assert job.snapshot
    name = "following" if place[0] == "ig_following" else "followers"
    assert getattr(job.snapshot, f"{name}_reason")
    check(job, visitor, happenings)


@pytest.mark.parametrize("fault", LASTING)
def test_with_no_readable_list_the_sync_fails_and_says_why(
    happenings: list[tuple[str, str]], visitor: Visitor, fault: str
) -> None:
    for edge in ("ig_following", "ig_followers"):
        visitor.fail(fault, path=edge, times=3)
    job = sync(Connection.objects.get())
    assert (job.status, job.error_code) == ("failed", "nothing-readable")
    assert job.error
    check(job, visitor, happenings)


@pytest.mark.parametrize("place", PLACES, ids=["first", "last", "middle"])
@pytest.mark.parametrize("fault", ["empty-list", "missing-next"])
def test_a_list_that_ends_too_early_is_held(
    happenings: list[tuple[str, str]], visitor: Visitor, fault: str, place: tuple[str, int]
) -> None:
    fail(visitor, fault, place)
    job = sync(Connection.objects.get())
    if fault == "missing-next" and place == LAST:
        assert job.status == "completed"
        return
    assert job.status == "held"
    assert job.snapshot
    codes = {doubt["code"] for doubt in job.snapshot.doubts}
    assert "count-mismatch" in codes
    assert ("list-empty" in codes) is (fault == "empty-list" and place == FIRST)
    assert changes_in(job.connection) == []
    check(job, visitor, happenings)
    job.refresh_from_db()
    assert job.status == "cancelled"


@pytest.mark.parametrize("place", PLACES, ids=["first", "last", "middle"])
@pytest.mark.parametrize("times", [1, 50])
def test_pages_that_go_round_in_a_circle_end_in_a_partial_list(
    happenings: list[tuple[str, str]], visitor: Visitor, place: tuple[str, int], times: int
) -> None:
    before = page_calls(visitor)
    fail(visitor, "looping-cursor", place, times=times)
    job = sync(Connection.objects.get())
    assert job.status == "completed"
    passed = place == FIRST and times == 1
    assert (states(job.snapshot) == COMPLETE) is passed
    assert page_calls(visitor) - before <= 6 + 2
    check(job, visitor, happenings)


@pytest.mark.parametrize(
    ("fault", "place"), [*((fault, MIDDLE) for fault in LIMITS), ("code-4", FIRST)]
)
def test_a_spent_limit_is_waited_out_and_the_sync_goes_on(
    happenings: list[tuple[str, str]], visitor: Visitor, fault: str, place: tuple[str, int]
) -> None:
    before = page_calls(visitor)
    fail(visitor, fault, place)
    job = sync(Connection.objects.get())
    assert job.status == "waiting"
    assert job.resume_at
    assert job.resume_at > timezone.now() + timedelta(minutes=4)
    check(job, visitor, happenings)
    assert page_calls(visitor) - before == 6 + 1


def test_a_429_is_waited_out_as_long_as_it_asks(
    happenings: list[tuple[str, str]], visitor: Visitor
) -> None:
    fail(visitor, "http-429", MIDDLE, times=3, seconds=20)
    job = sync(Connection.objects.get())
    assert job.status == "waiting"
    assert job.resume_at
    assert timedelta(0) < job.resume_at - timezone.now() <= timedelta(seconds=20)
    check(job, visitor, happenings)


@pytest.mark.parametrize(
    ("fault", "place"),
    [*((fault, MIDDLE) for fault in DEAD), ("190-463", FIRST), ("190-463", None)],
)
def test_a_dead_token_fails_the_sync_and_asks_for_connecting_again(
    happenings: list[tuple[str, str]],
    visitor: Visitor,
    alice: User,
    fault: str,
    place: tuple[str, int] | None,
) -> None:
    fail(visitor, fault, place or ("/me", 0))
    connection = Connection.objects.get()
    before = lists_of(connection)
    job = sync(connection)
    assert (job.status, job.error_code) == ("failed", "token-dead")
    assert "onnect" in job.error
    connection.refresh_from_db()
    assert connection.needs_reconnect
    assert lists_of(connection) == before
    assert Activity.objects.latest("id").details["reason"] == job.error
    connect(alice, visitor)
    check(job, visitor, happenings)


@pytest.mark.parametrize("fault", ["code-10", "code-200"])
def test_a_missing_permission_fails_the_sync_and_is_named(
    happenings: list[tuple[str, str]], visitor: Visitor, fault: str
) -> None:
    fail(visitor, fault, MIDDLE)
    job = sync(Connection.objects.get())
    assert (job.status, job.error_code) == ("failed", "permission-missing")
    assert "permission" in job.error
    assert not Connection.objects.get().needs_reconnect
    check(job, visitor, happenings)


def test_a_failed_sync_leaves_no_staged_people(connection: Connection, visitor: Visitor) -> None:
    fail(visitor, "190-463", MIDDLE)
    job = sync(connection)
    assert job.snapshot
    assert job.snapshot.state == Snapshot.State.DISCARDED
    assert not job.snapshot.staged.exists()


def test_a_profile_that_cannot_be_read_fails_the_sync(
    happenings: list[tuple[str, str]], visitor: Visitor
) -> None:
    visitor.fail("http-500-html", path="/me", times=3)
    job = sync(Connection.objects.get())
    assert (job.status, job.error_code) == ("failed", "transient")
    check(job, visitor, happenings)


def test_every_try_is_counted(connection: Connection, visitor: Visitor) -> None:
    before = len(visitor.calls())
    fail(visitor, "http-500-html", MIDDLE, times=2)
    sync(connection)
    assert len(visitor.calls()) - before == SpentCall.objects.count() == 7 + 2
