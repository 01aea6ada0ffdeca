"""Whatever the API does, at whichever page of whichever list: nobody is falsely lost, and the job says what it is."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from kith.accounts.models import Activity, Connection, User
from kith.core.records import ListName, ListState
from kith.people.models import Snapshot
from kith.sync.budget import APP_LIMIT
from kith.sync.models import Pause, SpentCall, SyncJob
from kith.sync.pauses import writes_paused_until
from kith.sync.services.jobs import accept_held
from kith_sandbox.faults import CODE_FAULTS, FAULTS, PAGE_FAULTS, TOKEN_FAULTS
from tests.contract.visitor import Visitor
from tests.factories import changes_in, lists_of
from tests.sync.checkpoint import Checkpoint
from tests.sync.steps import (
    ORIGIN,
    an_hour_passes,
    behind_page,
    connect,
    page_calls,
    states,
    sync,
    truth,
    work,
)

# Not marked `database`: what an API does wrong is the same on either; test_interruptions.py runs on both.
pytestmark = pytest.mark.django_db

Place = tuple[str, int]
"""A list edge, and the number of good pages before the fault."""

# With seventy people on a page there are three pages of following and five of followers.
PAGE_SIZE, PAGES = 70, 3 + 5
PLACES = [
    *(("ig_following", number) for number in (0, 1, 2)),
    *(("ig_followers", number) for number in (0, 2, 4)),
]
FIRST, LAST = {PLACES[0], PLACES[3]}, {PLACES[2], PLACES[5]}
MIDDLE = PLACES[4]
LISTS = {"ig_following": ListName.FOLLOWING, "ig_followers": ListName.FOLLOWERS}

PASSING = {"http-500-html", "error-in-200", "truncated-json", "not-json", "drop-connection", "timeout",
           "is-transient", "code-1", "code-2"}  # fmt: skip
LIMITS = {"code-4", "code-17", "code-32", "code-613", "code-80002", "http-429"}
REPEATING = {"repeated-page", "empty-page-with-next", "looping-cursor"}
SECONDS = {"slow": 0.02, "timeout": 0.02, "http-429": 20}


@pytest.fixture
def happenings(connection: Connection, visitor: Visitor) -> list[tuple[str, str]]:
    """After a first sync, somebody came and somebody left: what the ledger must say in the end."""
    visitor.control("switch", rate_limit=1_000_000)
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


def fail(visitor: Visitor, fault: str, place: Place, times: int = 1) -> None:
    edge, good_pages = place
    visitor.fail(fault, path=edge, skip=good_pages, times=times, seconds=SECONDS.get(fault, 0))


def sync_in_small_pages() -> SyncJob:
    return sync(Connection.objects.get(), page_size=PAGE_SIZE)


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


def test_every_fault_of_the_sandbox_is_in_the_table() -> None:
    assert {
        *PASSING,
        *LIMITS,
        *REPEATING,
        *TOKEN_FAULTS,
        *CODE_FAULTS,
        *PAGE_FAULTS,
        "slow",
    } == set(FAULTS)


@pytest.mark.parametrize("fault", FAULTS)
def test_whatever_goes_wrong_wherever_nobody_is_falsely_lost(
    happenings: list[tuple[str, str]], visitor: Visitor, fault: str
) -> None:
    beginning = Checkpoint()
    for place in PLACES:
        for times in _how_often(fault, place):
            beginning.restore()
            fail(visitor, fault, place, times)
            job = sync_in_small_pages()
            assert _what_it_came_to(job, place) == _expected(fault, place, times), (place, times)
            check(job, visitor, happenings)


def _how_often(fault: str, place: Place) -> tuple[int, ...]:
    if fault in PASSING:
        return (1, 3) if place == MIDDLE else (3,)  # the client tries three times
    return (1, 1_000) if fault in REPEATING else (1,)


def _expected(fault: str, place: Place, times: int) -> str:
    if fault in LIMITS:
        return "waits"
    if fault in TOKEN_FAULTS:
        return "token-dead"
    if fault in {"code-10", "code-200"}:
        return "permission-missing"
    if fault in PASSING | {"code-368"}:
        return "whole" if fault in PASSING and times == 1 else _cut_short(place)
    if fault in REPEATING:
        is_empty = fault == "empty-page-with-next" and place in FIRST
        return "whole" if times == 1 else ("absent" if is_empty else "held in part")
    if fault == "empty-list" or (fault == "missing-next" and place not in LAST):
        return "held"
    return "whole"


def _cut_short(place: Place) -> str:
    return "absent" if place in FIRST else "partial"


def _what_it_came_to(job: SyncJob, place: Place) -> str:
    """In one word: of the list with the fault and of the job."""
    if job.status == SyncJob.Status.WAITING:
        assert job.resume_at
        assert job.resume_at > timezone.now()
        assert job.message
        return "waits"
    if job.status == SyncJob.Status.FAILED:
        assert job.error
        return job.error_code
    found = dict(zip(ListName, states(job.snapshot), strict=True))
    state = found.pop(LISTS[place[0]])
    assert set(found.values()) == {ListState.COMPLETE}
    if job.status == SyncJob.Status.HELD:
        assert job.snapshot
        is_circle = job.snapshot.doubts[0]["code"] == "pages-in-circle"
        assert is_circle is (state is ListState.PARTIAL)
        return "held in part" if is_circle else "held"
    assert job.status == SyncJob.Status.COMPLETED
    # The job says what is missing, by the name of the list.
    assert (LISTS[place[0]].value in job.message) is (state is not ListState.COMPLETE)
    return "whole" if state is ListState.COMPLETE else state.value


@pytest.mark.parametrize("fault", sorted(PASSING))
def test_with_no_readable_list_the_sync_fails_and_says_why(
    happenings: list[tuple[str, str]], visitor: Visitor, fault: str
) -> None:
    for edge in LISTS:
        fail(visitor, fault, (edge, 0), times=3)
    job = sync_in_small_pages()
    assert (job.status, job.error_code) == ("failed", "nothing-readable")
    assert job.error
    check(job, visitor, happenings)


def test_an_empty_list_and_a_wrong_count_are_named_with_their_numbers(
    happenings: list[tuple[str, str]], visitor: Visitor
) -> None:
    fail(visitor, "empty-list", PLACES[0])
    job = sync_in_small_pages()
    assert job.snapshot
    assert {doubt["code"] for doubt in job.snapshot.doubts} == {"list-empty", "count-mismatch"}
    assert "181" in job.message


@pytest.mark.parametrize("fault", sorted(REPEATING))
def test_pages_that_go_round_end_within_a_few_calls(
    happenings: list[tuple[str, str]], visitor: Visitor, fault: str
) -> None:
    before = page_calls(visitor)
    fail(visitor, fault, MIDDLE, times=1_000)
    job = sync_in_small_pages()
    assert page_calls(visitor) - before <= 3 + 2 + 4
    assert job.snapshot
    [doubt] = job.snapshot.doubts
    assert (doubt["code"], doubt["list"]) == ("pages-in-circle", "followers")
    assert "350" in doubt["message"]


def test_pages_that_go_round_in_every_claim_end_too(
    happenings: list[tuple[str, str]], visitor: Visitor
) -> None:
    fail(visitor, "repeated-page", MIDDLE, times=1_000)
    before = page_calls(visitor)
    sync(Connection.objects.get(), page_size=PAGE_SIZE, stopping=lambda: True)
    for _ in range(20):
        job = work(page_size=PAGE_SIZE, stopping=lambda: True)
        if job.status != "pending":
            break
    assert job.status == "held"
    assert page_calls(visitor) - before <= 3 + 2 + 4


def test_an_accepted_circle_takes_in_who_is_new_and_loses_nobody(
    happenings: list[tuple[str, str]], visitor: Visitor
) -> None:
    fail(visitor, "looping-cursor", MIDDLE, times=1_000)
    job = sync_in_small_pages()
    known = lists_of(job.connection)
    accept_held(job, origin=ORIGIN)
    assert work().status == "completed"
    kinds = {kind for kind, _ in changes_in(job.connection)}
    assert kinds == {"unfollowed", "new_follower"}
    assert known[1] < lists_of(job.connection)[1]
    check(job, visitor, happenings)


@pytest.mark.parametrize("fault", sorted(LIMITS - {"http-429"}))
def test_a_spent_limit_is_waited_out_and_the_sync_goes_on(
    happenings: list[tuple[str, str]], visitor: Visitor, fault: str
) -> None:
    before = page_calls(visitor)
    fail(visitor, fault, MIDDLE)
    job = sync(Connection.objects.get())
    assert job.resume_at
    assert job.resume_at > timezone.now() + timedelta(minutes=4)
    pause = Pause.objects.get()
    assert pause.connection == (None if fault == "code-4" else job.connection)
    assert (job.message, job.resume_at) == (pause.reason, pause.until)
    check(job, visitor, happenings)
    assert page_calls(visitor) - before == 6 + 1


def test_a_limit_of_the_app_stops_every_account_before_its_next_call(
    happenings: list[tuple[str, str]], visitor: Visitor, alice: User
) -> None:
    fail(visitor, "code-4", MIDDLE)
    stopped = sync_in_small_pages()
    other = connect(alice, visitor, "marlow.pine")
    before = len(visitor.calls())
    job = sync(other)
    assert (job.status, job.message) == ("waiting", APP_LIMIT)
    assert job.resume_at == stopped.resume_at
    assert len(visitor.calls()) == before


def test_refused_again_and_again_it_waits_longer_each_time(
    connection: Connection, visitor: Visitor
) -> None:
    fail(visitor, "code-80002", MIDDLE, times=6)
    job = sync(connection)
    minutes = []
    for _ in range(6):
        assert job.resume_at
        minutes.append(round((job.resume_at - timezone.now()).total_seconds() / 60))
        an_hour_passes()
        job = work()
    assert minutes == [5, 10, 20, 40, 60, 60]
    assert (job.status, job.setbacks) == ("completed", 0)


def test_a_429_is_waited_out_as_long_as_it_asks(
    happenings: list[tuple[str, str]], visitor: Visitor
) -> None:
    fail(visitor, "http-429", MIDDLE, times=3)
    job = sync_in_small_pages()
    assert job.status == "waiting"
    assert job.resume_at
    assert timedelta(0) < job.resume_at - timezone.now() <= timedelta(seconds=20)
    check(job, visitor, happenings)


def test_a_block_stops_writing_for_a_day_and_the_other_list_is_read(
    connection: Connection, visitor: Visitor
) -> None:
    fail(visitor, "code-368", PLACES[1])
    job = sync(connection, page_size=PAGE_SIZE)
    assert (job.status, states(job.snapshot)) == (
        "completed",
        (ListState.PARTIAL, ListState.COMPLETE),
    )
    until = writes_paused_until(connection)
    assert until
    assert timedelta(hours=23) < until - timezone.now() <= timedelta(hours=24)
    assert sync(connection).status == "completed"


@pytest.mark.parametrize("place", [("/me", 0), MIDDLE])
def test_a_dead_token_asks_for_connecting_again_and_the_people_stay(
    happenings: list[tuple[str, str]], visitor: Visitor, alice: User, place: Place
) -> None:
    fail(visitor, "190-463", place)
    connection = Connection.objects.get()
    before = lists_of(connection)
    job = sync(connection)
    assert (job.status, job.error_code) == ("failed", "token-dead")
    assert "onnect" in job.error
    connection.refresh_from_db()
    assert connection.needs_reconnect
    assert lists_of(connection) == before
    *_, told, failed = Activity.objects.order_by("id")
    assert (told.kind, failed.kind) == ("reconnect_needed", "sync_failed")
    assert failed.details["reason"] == job.error
    connect(alice, visitor)
    check(job, visitor, happenings)


def test_connected_anew_while_a_sync_reads_it_goes_on_with_the_new_token(
    connection: Connection, visitor: Visitor, alice: User
) -> None:
    """Instagram ends every token of an account whose password is changed."""

    def connect_anew() -> bool:
        connect(alice, visitor)
        visitor.fail("190-460", path="ig_followers")
        return False

    job = sync(connection, stopping=behind_page(4, connect_anew), page_size=PAGE_SIZE)
    assert job.status == "pending"
    assert not Connection.objects.get().needs_reconnect
    assert work(page_size=PAGE_SIZE).status == "completed"
    assert lists_of(connection) == truth(visitor)
    assert page_calls(visitor) == PAGES + 1


@pytest.mark.parametrize("fault", ["code-10", "code-200"])
def test_a_missing_permission_is_named(
    happenings: list[tuple[str, str]], visitor: Visitor, fault: str
) -> None:
    fail(visitor, fault, MIDDLE)
    job = sync_in_small_pages()
    assert "instagram_business_basic" in job.error
    assert not Connection.objects.get().needs_reconnect


def test_a_failed_sync_leaves_no_staged_people(connection: Connection, visitor: Visitor) -> None:
    fail(visitor, "190-463", ("ig_followers", 2))
    job = sync(connection)
    assert job.snapshot
    assert job.snapshot.state == Snapshot.State.DISCARDED
    assert not job.snapshot.staged.exists()


def test_a_profile_that_cannot_be_read_fails_the_sync(
    happenings: list[tuple[str, str]], visitor: Visitor
) -> None:
    fail(visitor, "http-500-html", ("/me", 0), times=3)
    job = sync_in_small_pages()
    assert (job.status, job.error_code) == ("failed", "transient")
    check(job, visitor, happenings)


def test_every_try_is_counted(connection: Connection, visitor: Visitor) -> None:
    before = len(visitor.calls())
    fail(visitor, "http-500-html", MIDDLE, times=2)
    sync(connection, page_size=PAGE_SIZE)
    assert len(visitor.calls()) - before == SpentCall.objects.count() == 1 + PAGES + 2
