"""By the API: each approved person once, at the pace, and never a claim that is not true."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from kith.accounts.models import Connection
from kith.accounts.services.connecting import forget_connection
from kith.people.services.keeping import keep
from kith.sync.models import Pause, SpentCall
from kith.sync.pauses import pause_writes
from kith.sync.queue import huey
from kith.unfollow.claiming import claim_next, take
from kith.unfollow.executing import carry_out, unfollow_due
from kith.unfollow.models import Queue, Unfollow
from kith.unfollow.queries import counts_by_status, is_by_api, queue_of
from kith.unfollow.services import approving, queueing
from kith.unfollow.tasks import work_off_unfollows
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
    told: list[datetime] = []
    assert unfollow_due(then_at=told.append) == 1
    assert unfollow_due(then_at=told.append) == 0
    assert status(connection, approved[0]) == Unfollow.Status.DONE
    assert approved[0] not in truth(visitor)[0]
    assert deletions(visitor) == 1
    [next_turn] = told
    assert timedelta(seconds=30) < next_turn - timezone.now() < timedelta(seconds=90)


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


def test_a_worker_that_is_leaving_begins_nothing(
    connection: Connection, visitor: Visitor, approved: list[str]
) -> None:
    assert unfollow_due(stopping=lambda: True) == 0
    assert deletions(visitor) == 0


def test_a_block_that_a_sync_met_holds_for_unfollowing_too(
    connection: Connection, visitor: Visitor, approved: list[str]
) -> None:
    until = timezone.now() + timedelta(hours=20)
    pause_writes(connection.pk, until, "Instagram has blocked actions.")
    assert unfollow_due() == 0
    assert deletions(visitor) == 0
    assert queue_of(connection).resume_at == until
    assert queue_of(connection).pause_reason == "Instagram has blocked actions."
    assert unfollow_of(connection, approved[0]).acted_at is None


def test_resuming_does_not_shorten_a_block(
    connection: Connection, visitor: Visitor, approved: list[str]
) -> None:
    visitor.fail("code-368", path=EDGE)
    unfollow_due()
    resume_at = queue_of(connection).resume_at
    queueing.pause(connection, origin=ORIGIN)
    queueing.resume(connection, origin=ORIGIN)
    a_step_later(connection)
    assert unfollow_due() == 0
    assert deletions(visitor) == 1
    assert queue_of(connection).resume_at == resume_at
    assert "blocked" in queue_of(connection).pause_reason


def test_a_pause_of_the_users_own_outlasts_a_limit(
    connection: Connection, visitor: Visitor, approved: list[str]
) -> None:
    claim = claim_next()
    assert claim
    queueing.pause(connection, origin=ORIGIN)
    visitor.fail("code-17", path=EDGE)
    carry_out(claim)
    assert queue_of(connection).paused_at
    assert queue_of(connection).resume_at is None


def test_waiting_is_no_try(connection: Connection, visitor: Visitor, approved: list[str]) -> None:
    for fault in ("code-17", "code-368", "code-200"):
        visitor.fail(fault, path=EDGE)
        unfollow_due()
        assert unfollow_of(connection, approved[0]).tries == 0
        Queue.objects.update(paused_at=None, resume_at=None, next_at=None)
        Pause.objects.all().delete()
    assert counts_by_status(connection)["failed"] == 0


def test_a_missing_permission_stops_the_queue_instead_of_failing_everybody(
    connection: Connection, visitor: Visitor, approved: list[str]
) -> None:
    visitor.fail("code-200", path=EDGE)
    unfollow_due()
    a_step_later(connection)
    assert unfollow_due() == 0
    assert counts_by_status(connection)["pending"] == 4
    assert "permission" in queue_of(connection).pause_reason
    assert queue_of(connection).resume_at is None


def test_while_instagram_cannot_be_reached_nobody_fails(
    connection: Connection, visitor: Visitor, approved: list[str], settings: pytest.FixtureRequest
) -> None:
    settings.INSTAGRAM_GRAPH_URL = "http://127.0.0.1:9"  # type: ignore[attr-defined]
    unfollow_due()
    assert counts_by_status(connection)["pending"] == 4
    one = unfollow_of(connection, approved[0])
    assert (one.tries, one.is_outcome_unknown, one.acted_at) == (0, False, None)
    resume_at = queue_of(connection).resume_at
    assert resume_at
    assert resume_at > timezone.now()


def test_a_look_that_never_comes_to_an_end_is_given_up_and_said(
    connection: Connection, visitor: Visitor, approved: list[str], settings: pytest.FixtureRequest
) -> None:
    claim = claim_next()
    assert claim
    settings.INSTAGRAM_MAX_PAGES = 1  # type: ignore[attr-defined]
    visitor.control(
        "happen", account="tiny.studio", kind="unfollow", username=claim.unfollow.username
    )
    take_over(connection)
    one = unfollow_of(connection, approved[0])
    assert one.status == Unfollow.Status.FAILED
    assert "Nobody knows" in one.error
    settings.INSTAGRAM_MAX_PAGES = 500  # type: ignore[attr-defined]
    queueing.clear(connection, origin=ORIGIN)
    queueing.put_back(one)
    a_step_later(connection)
    assert unfollow_due() == 1
    assert one.person.unfollows.filter(status=Unfollow.Status.DONE).exists()
    assert deletions(visitor) == 0


def test_a_look_longer_than_the_lease_is_one_look(
    connection: Connection, visitor: Visitor, approved: list[str]
) -> None:
    claim = claim_next()
    assert claim
    before = timezone.now()
    Unfollow.objects.filter(pk=claim.unfollow.pk).update(leased_until=before)
    claim.renew()
    assert unfollow_of(connection, approved[0]).leased_until > before + timedelta(seconds=50)  # type: ignore[operator]


def test_a_lease_of_a_few_seconds_for_syncs_still_lets_calls_through(
    connection: Connection, visitor: Visitor, approved: list[str], settings: pytest.FixtureRequest
) -> None:
    settings.SYNC_LEASE_SECONDS = 5  # type: ignore[attr-defined]
    unfollow_due()
    assert status(connection, approved[0]) == Unfollow.Status.DONE


def test_a_look_needs_no_place_in_the_pace(
    connection: Connection, visitor: Visitor, approved: list[str]
) -> None:
    queueing.set_pace(connection, per_hour=1, per_day=1)
    assert claim_next()
    take_over(connection)
    assert status(connection, approved[0]) == Unfollow.Status.PENDING
    assert not unfollow_of(connection, approved[0]).is_outcome_unknown


def test_whose_worker_died_waits_again_although_the_way_has_changed(
    connection: Connection, visitor: Visitor, approved: list[str]
) -> None:
    assert claim_next()
    queueing.set_mode(connection, Queue.Mode.GUIDED)
    Unfollow.objects.filter(leased_until__isnull=False).update(leased_until=timezone.now())
    assert unfollow_due() == 0
    assert status(connection, approved[0]) == Unfollow.Status.PENDING
    assert unfollow_of(connection, approved[0]).is_outcome_unknown


def test_an_unknown_outcome_stays_unknown_when_the_lists_go_away(
    connection: Connection, visitor: Visitor, approved: list[str]
) -> None:
    assert claim_next()
    visitor.control("switch", lists=False)
    take_over(connection)
    assert queue_of(connection).mode == Queue.Mode.GUIDED
    assert unfollow_of(connection, approved[0]).is_outcome_unknown


def test_whoever_cannot_be_named_takes_no_place_in_the_pace(
    connection: Connection, visitor: Visitor, approved: list[str]
) -> None:
    connection.people.filter(username=approved[0]).update(instagram_user_id=None)
    unfollow_due()
    one = unfollow_of(connection, approved[0])
    assert (one.status, one.acted_at) == (Unfollow.Status.FAILED, None)
    assert "not known" in one.error
    assert status(connection, approved[1]) == Unfollow.Status.DONE


def test_a_queue_without_a_key_rests_quietly(
    connection: Connection, visitor: Visitor, approved: list[str]
) -> None:
    told: list[datetime] = []
    for gone in (Connection.Status.RECONNECT_NEEDED, Connection.Status.EXPORTS_ONLY):
        Connection.objects.filter(pk=connection.pk).update(status=gone)
        assert unfollow_due(then_at=told.append) == 0
    assert told == []
    connection.refresh_from_db()
    assert not is_by_api(queue_of(connection))


def test_an_account_that_is_forgotten_during_a_call_leaves_nothing_behind(
    connection: Connection, visitor: Visitor, approved: list[str]
) -> None:
    claim = claim_next()
    assert claim
    forget_connection(connection, origin=ORIGIN)
    carry_out(claim)
    assert not Queue.objects.exists()


def test_a_fault_of_ours_keeps_no_other_queue_waiting(
    connection: Connection, visitor: Visitor, approved: list[str], settings: pytest.FixtureRequest
) -> None:
    settings.INSTAGRAM_GRAPH_URL = "http://example.com"  # type: ignore[attr-defined]
    assert unfollow_due() == 1
    assert status(connection, approved[0]) == Unfollow.Status.DOING


def test_whoever_was_taken_off_in_the_moment_of_a_claim_is_not_claimed(
    connection: Connection, visitor: Visitor, approved: list[str]
) -> None:
    one = unfollow_of(connection, approved[0])
    queueing.take_off(one)
    stale = Unfollow.objects.get(pk=one.pk)
    stale.status = Unfollow.Status.PENDING
    assert take(stale, timezone.now(), must_look_up=False) is None
    assert status(connection, approved[0]) == Unfollow.Status.REMOVED


def test_one_claim_asks_for_one_wake_up(
    connection: Connection, visitor: Visitor, approved: list[str]
) -> None:
    huey.flush()
    for _ in range(3):
        work_off_unfollows.call_local()
    assert len(huey.pending()) == 1
    huey.flush()
