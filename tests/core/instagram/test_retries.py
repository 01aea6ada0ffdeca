"""What is tried again, how long kith waits before it, and what the budget hears."""

from datetime import timedelta

import httpx2
import pytest

from kith.core.instagram import (
    InstagramError,
    NotUnderstood,
    OutcomeUnknown,
    RateLimited,
    RateUsage,
    Transient,
    Unreachable,
)
from tests.core.instagram.stage import NOW, Stage, answer, error, page

ME = answer({"id": "1", "user_id": "2", "username": "ada"})
PASSING = [
    error(1),
    error(2, status=503),
    error(5555, is_transient=True),
    httpx2.Response(500, html="<h1>Oops</h1>"),
    httpx2.Response(502, text=""),
    httpx2.Response(200, text='{"username": "ad'),
    httpx2.Response(200, text="Service Unavailable"),
    httpx2.ConnectError("refused"),
    httpx2.ConnectTimeout("slow"),
    httpx2.ReadTimeout("silent"),
    httpx2.ReadError("reset"),
    httpx2.RemoteProtocolError("cut"),
    httpx2.PoolTimeout("busy"),
]
LASTING = [
    error(100),
    error(190),
    error(10),
    error(2500),
    error(100, error_subcode=33),
    answer({"no": "name"}),
]


@pytest.mark.parametrize("passing", PASSING)
def test_a_passing_fault_is_tried_three_times_with_growing_pauses(passing: httpx2.Response) -> None:
    stage = Stage(passing, passing, ME)
    assert stage.client().own_account().username == "ada"
    first, second = stage.sleeps
    assert 2 <= first <= 3
    assert 4 <= second <= 6


@pytest.mark.parametrize("passing", PASSING)
def test_the_third_failure_is_told(passing: httpx2.Response) -> None:
    stage = Stage(passing)
    with pytest.raises(InstagramError) as failure:
        stage.client().own_account()
    assert failure.value.retry
    assert (len(stage.requests), len(stage.sleeps)) == (3, 2)


@pytest.mark.parametrize("lasting", LASTING)
def test_a_lasting_fault_is_not_tried_again(lasting: httpx2.Response) -> None:
    stage = Stage(lasting)
    with pytest.raises(InstagramError) as failure:
        stage.client().own_account()
    assert not failure.value.retry
    assert (len(stage.requests), stage.sleeps) == (1, [])


def test_pauses_differ_so_that_workers_do_not_return_together() -> None:
    pauses = set()
    for _ in range(5):
        stage = Stage(error(2), ME)
        stage.client().own_account()
        pauses.update(stage.sleeps)
    assert len(pauses) > 1


def test_a_429_waits_five_seconds_at_least() -> None:
    stage = Stage(httpx2.Response(429), ME)
    stage.client().own_account()
    assert stage.sleeps == [5]


@pytest.mark.parametrize(
    ("said", "pause"), [("17", 17), ("1", 5), ("30", 30), ("garbage", 5), ("-3", 5), ("", 5)]
)
def test_a_429_waits_what_retry_after_says(said: str, pause: float) -> None:
    stage = Stage(httpx2.Response(429, headers={"Retry-After": said}), ME)
    stage.client().own_account()
    assert stage.sleeps == [pause]


def test_retry_after_may_be_a_date() -> None:
    stage = Stage(
        httpx2.Response(429, headers={"Retry-After": "Mon, 23 Nov 2026 12:00:20 GMT"}), ME
    )
    stage.client().own_account()
    assert stage.sleeps == [20]


@pytest.mark.parametrize("status", [429, 503])
def test_a_pause_longer_than_half_a_minute_is_the_jobs_to_wait(status: int) -> None:
    stage = Stage(httpx2.Response(status, headers={"Retry-After": "31"}), ME)
    with pytest.raises(RateLimited) as limit:
        stage.client().own_account()
    assert limit.value.retry_after == timedelta(seconds=31)
    assert (len(stage.requests), stage.sleeps) == (1, [])


@pytest.mark.parametrize("code", [4, 17, 32, 341, 613, 80002])
def test_a_spent_limit_is_the_jobs_to_wait(code: int) -> None:
    """Calling while limited makes the wait longer."""
    stage = Stage(error(code, is_transient=True))
    with pytest.raises(RateLimited):
        stage.client().own_account()
    assert (len(stage.requests), stage.sleeps) == (1, [])


@pytest.mark.parametrize(
    ("headers", "minutes"), [({}, 5), ({"Retry-After": "420"}, 7), ({"Retry-After": "60"}, 1)]
)
def test_a_spent_limit_waits_what_is_said_or_five_minutes(
    headers: dict[str, str], minutes: int
) -> None:
    reply = error(80002)
    reply.headers.update(headers)
    with pytest.raises(RateLimited) as limit:
        Stage(reply).client().own_account()
    assert limit.value.retry_after == timedelta(minutes=minutes)


def test_the_minutes_of_the_usage_header_are_honoured() -> None:
    usage = (
        '{"2": [{"type": "instagram", "call_count": 100, "estimated_time_to_regain_access": 42}]}'
    )
    reply = error(80002)
    reply.headers["X-Business-Use-Case-Usage"] = usage
    with pytest.raises(RateLimited) as limit:
        Stage(reply).client().own_account()
    assert limit.value.retry_after == timedelta(minutes=42)


class Ledger:
    """A budget that takes notes, and refuses after `calls`."""

    def __init__(self, calls: int = 1000) -> None:
        self.calls = calls
        self.spent = 0
        self.observed: list[RateUsage] = []

    def spend(self) -> None:
        if self.spent == self.calls:
            raise LookupError("nothing left")
        self.spent += 1

    def observe(self, usage: RateUsage) -> None:
        self.observed.append(usage)


def test_every_attempt_is_spent_retries_and_dropped_fields_included() -> None:
    ledger = Ledger()
    unknown = error(100, "Tried accessing nonexisting field (website) on node type (IGUser)")
    Stage(error(2), unknown, ME).client(budget=ledger).own_account()
    assert ledger.spent == 3


def test_what_the_budget_raises_comes_through_and_no_call_is_made() -> None:
    stage = Stage(error(2))
    with pytest.raises(LookupError, match="nothing left") as refusal:
        stage.client(budget=Ledger(calls=1)).own_account()
    assert len(stage.requests) == 1
    assert refusal.value.__context__ is None


def test_the_budget_hears_of_usage_and_of_limits_and_of_nothing_else() -> None:
    ledger = Ledger()
    used = answer({"username": "ada"}, X_App_Usage='{"call_count": 28, "total_time": 31}')
    client = Stage(ME, used, error(4)).client(budget=ledger)
    client.own_account()
    assert ledger.observed == []
    client.own_account()
    assert [usage.percent for usage in ledger.observed] == [31]
    with pytest.raises(RateLimited):
        client.own_account()
    assert ledger.observed[-1].percent == 100
    assert ledger.observed[-1].regain_at == NOW + timedelta(minutes=5)


def test_the_client_knows_whether_it_is_limited() -> None:
    stage = Stage(error(613), page())
    client = stage.client()
    assert client.rate_status() == RateUsage()
    assert not client.is_rate_limited()
    with pytest.raises(RateLimited):
        client.following_page("1")
    assert client.is_rate_limited()
    stage.now += timedelta(minutes=5)
    assert not client.is_rate_limited()


LOST = [
    httpx2.ReadTimeout("x"),
    httpx2.ReadError("x"),
    httpx2.WriteError("x"),
    httpx2.RemoteProtocolError("x"),
]
UNREADABLE = [
    httpx2.Response(200, text='{"success": tr'),
    httpx2.Response(200, html="<p>fine</p>"),
    httpx2.Response(204),
    httpx2.Response(200, json=[]),
    httpx2.Response(200, json={}),
    httpx2.Response(200, json={"success": "perhaps"}),
    httpx2.Response(500, html="<h1>Oops</h1>"),
    httpx2.Response(302, headers={"Location": "/"}),
]


@pytest.mark.parametrize("reply", [*LOST, *UNREADABLE])
def test_an_unfollow_without_a_readable_answer_is_neither_done_nor_undone(
    reply: httpx2.Response,
) -> None:
    stage = Stage(reply)
    with pytest.raises(OutcomeUnknown) as unknown:
        stage.client().unfollow("1", "9001")
    assert not unknown.value.retry
    assert (len(stage.requests), stage.sleeps) == (1, [])


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (error(2), Transient),
        (httpx2.Response(429), RateLimited),
        (httpx2.ConnectError("x"), Unreachable),
        (httpx2.ConnectTimeout("x"), Unreachable),
    ],
)
def test_an_unfollow_is_never_repeated_by_the_client(
    reply: httpx2.Response, kind: type[InstagramError]
) -> None:
    stage = Stage(reply)
    with pytest.raises(kind):
        stage.client().unfollow("1", "9001")
    assert (len(stage.requests), stage.sleeps) == (1, [])


def test_an_answer_beyond_all_measure_is_not_read_to_its_end() -> None:
    def endless(_: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(200, content=(b"x" * 2**20 for _ in range(10_000)))

    stage = Stage(endless)
    with pytest.raises(NotUnderstood, match="too long"):
        stage.client().own_account()


def test_an_answer_that_cannot_be_unpacked_is_not_understood() -> None:
    def damaged(_: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(
            200, headers={"Content-Encoding": "gzip"}, stream=httpx2.ByteStream(b"no gzip")
        )

    with pytest.raises(NotUnderstood, match="unpacked"):
        Stage(damaged).client().own_account()
