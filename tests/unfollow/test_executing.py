"""By the API: each approved person once, at the pace, and never a claim that is not true."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from kith.accounts.models import Connection
from kith.people.services.keeping import keep
from kith.sync.models import Pause, SpentCall
from kith.unfollow.claiming import claim_next
from kith.unfollow.executing import carry_out, next_due_at, unfollow_due
from kith.unfollow.models import Queue, Unfollow
from kith.unfollow.queries import counts_by_status, queue_of
from kith.unfollow.services import approving, queueing
from tests.contract.visitor import Visitor
from tests.sync.steps import sync, truth
from tests.unfollow.test_queueing import ORIGIN, unfollow_of

pytestmark = [pytest.mark.django_db, pytest.mark.database]
EDGE = "ig_following"


@pytest.fixture
def approved(connection: Connection, visitor: Visitor) -> list[str]:
    """Four people approved to be unfollowed by the API, the first of the queue first."""
    sync(connection)
    following, followers = truth(visitor)
    names = sorted(following - followers)[:4]
    queueing.set_mode(connection, Queue.Mode.API)
    people = connection.people.filter(username__in=names)
    approving.approve(connection, [person.pk for person in people], origin=ORIGIN)
    queued = Unfollow.objects.filter(connection=connection).order_by("position")
    return list(queued.values_list("username", flat=True))


def deletions(visitor: Visitor) -> int:
    """How many unfollows the sandbox was asked for."""
    return sum(1 for call in visitor.calls() if call["method"] == "DELETE")


def a_step_later(connection: Connection) -> None:
    """The jitter has passed."""
    Queue.objects.filter(connection=connection).update(next_at=None)


def take_over(connection: Connection) -> None:
    """The lease of a worker that died runs out, and another one carries on."""
    Unfollow.objects.filter(leased_until__isnull=False).update(
        leased_until=timezone.now() - timedelta(hours=1)
    )
    a_step_later(connection)
    claim = claim_next()
    assert claim
    assert claim.must_look_up
    carry_out(claim)


def status(connection: Connection, name: str) -> str:
    return unfollow_of(connection, name).status


def test_one_at_a_time_and_then_a_pause(
    connection: Connection, visitor: Visitor, approved: list[str]
) -> None:
    assert unfollow_due() == 1
    assert unfollow_due() == 0
    assert status(connection, approved[0]) == Unfollow.Status.DONE
    assert approved[0] not in truth(visitor)[0]
    assert deletions(visitor) == 1
    due_at = next_due_at()
    assert due_at
    assert timedelta(seconds=30) < due_at - timezone.now() < timedelta(seconds=90)


def test_the_cap_of_the_hour_holds_however_often_workers_look(
    connection: Connection, visitor: Visitor, approved: list[str]
) -> None:
    queueing.set_pace(connection, per_hour=2, per_day=150)
    for _ in range(5):
        a_step_later(connection)
        unfollow_due()
    assert deletions(visitor) == 2
    assert counts_by_status(connection)["pending"] == 2
    hour = timedelta(hours=1)
    for unfollow in Unfollow.objects.exclude(acted_at=None):
        Unfollow.objects.filter(pk=unfollow.pk).update(acted_at=unfollow.acted_at - hour)  # type: ignore[operator]
    a_step_later(connection)
    assert unfollow_due() == 1


def test_the_next_sync_verifies(
    connection: Connection, visitor: Visitor, approved: list[str]
) -> None:
    unfollow_due()
    sync(connection)
    assert status(connection, approved[0]) == Unfollow.Status.VERIFIED


def test_a_worker_that_died_behind_its_call_is_not_repeated(
    connection: Connection, visitor: Visitor, approved: list[str]
) -> None:
    claim = claim_next()
    assert claim
    visitor.control(
        "happen", account="tiny.studio", kind="unfollow", username=claim.unfollow.username
    )
    take_over(connection)
    assert status(connection, approved[0]) == Unfollow.Status.DONE
    assert deletions(visitor) == 0


def test_a_worker_that_died_before_its_call_claims_nothing(
    connection: Connection, visitor: Visitor, approved: list[str]
) -> None:
    assert claim_next()
    take_over(connection)
    assert status(connection, approved[0]) == Unfollow.Status.PENDING
    assert deletions(visitor) == 0
    a_step_later(connection)
    unfollow_due()
    assert status(connection, approved[0]) == Unfollow.Status.DONE
    assert deletions(visitor) == 1


def test_a_claim_that_somebody_else_has_now_writes_nothing(
    connection: Connection, visitor: Visitor, approved: list[str]
) -> None:
    claim = claim_next()
    assert claim
    Unfollow.objects.filter(pk=claim.unfollow.pk).update(lease="another")
    carry_out(claim)
    assert status(connection, approved[0]) == Unfollow.Status.DOING
    assert deletions(visitor) == 0


@pytest.mark.parametrize("fault", ["drop-connection", "http-500-html", "truncated-json"])
def test_an_answer_that_got_lost_is_looked_up_and_not_guessed(
    connection: Connection, visitor: Visitor, approved: list[str], fault: str
) -> None:
    visitor.fail(fault, path=EDGE)
    unfollow_due()
    assert unfollow_of(connection, approved[0]).is_outcome_unknown
    for _ in range(3):
        a_step_later(connection)
        unfollow_due()
    assert status(connection, approved[0]) == Unfollow.Status.DONE
    assert approved[0] not in truth(visitor)[0]


def test_a_block_stops_the_queue_for_a_day(
    connection: Connection, visitor: Visitor, approved: list[str]
) -> None:
    visitor.fail("code-368", path=EDGE)
    unfollow_due()
    queue = queue_of(connection)
    assert queue.paused_at
    assert queue.resume_at
    assert queue.resume_at - timezone.now() > timedelta(hours=23)
    assert "day" in queue.pause_reason
    a_step_later(connection)
    assert unfollow_due() == 0
    assert status(connection, approved[0]) == Unfollow.Status.PENDING
    Queue.objects.update(resume_at=timezone.now())
    Pause.objects.all().delete()
    assert unfollow_due() == 1
    assert queue_of(connection).paused_at is None


def test_a_spent_budget_makes_the_queue_wait(
    connection: Connection, visitor: Visitor, approved: list[str], settings: pytest.FixtureRequest
) -> None:
    settings.INSTAGRAM_CALLS_PER_HOUR = SpentCall.objects.count()  # type: ignore[attr-defined]
    unfollow_due()
    assert deletions(visitor) == 0
    assert queue_of(connection).resume_at
    assert unfollow_of(connection, approved[0]).acted_at is None


def test_a_dead_token_waits_for_the_user(
    connection: Connection, visitor: Visitor, approved: list[str]
) -> None:
    visitor.fail("190-460", path=EDGE)
    unfollow_due()
    connection.refresh_from_db()
    assert connection.needs_reconnect
    assert queue_of(connection).paused_at
    assert status(connection, approved[0]) == Unfollow.Status.PENDING


def test_an_api_that_offers_no_unfollowing_leaves_it_to_the_user(
    connection: Connection, visitor: Visitor, approved: list[str]
) -> None:
    visitor.control("switch", lists=False)
    unfollow_due()
    assert queue_of(connection).mode == Queue.Mode.GUIDED
    assert status(connection, approved[0]) == Unfollow.Status.PENDING


def test_somebody_kept_at_the_last_moment_is_not_unfollowed(
    connection: Connection, visitor: Visitor, approved: list[str]
) -> None:
    keep(connection, approved[:1], origin=ORIGIN)
    unfollow_due()
    assert status(connection, approved[0]) == Unfollow.Status.REMOVED
    assert status(connection, approved[1]) == Unfollow.Status.DONE
    assert approved[0] in truth(visitor)[0]


def test_a_paused_queue_rests(
    connection: Connection, visitor: Visitor, approved: list[str]
) -> None:
    queueing.pause(connection, origin=ORIGIN)
    assert unfollow_due() == 0
    queueing.resume(connection, origin=ORIGIN)
    assert unfollow_due() == 1
