"""Every way in which the sandbox can fail, and what the client makes of it."""

from datetime import timedelta

import pytest

from kith.core.instagram import (
    Blocked,
    InstagramError,
    NotUnderstood,
    OutcomeUnknown,
    PermissionMissing,
    RateLimited,
    TokenDead,
    Transient,
    Unreachable,
)
from tests.contract.visitor import Visitor, whole_list

ACCOUNT = "tiny.studio"
PASSING: dict[str, type[InstagramError]] = {
    "http-500-html": Transient,
    "truncated-json": NotUnderstood,
    "not-json": Transient,
    "drop-connection": Unreachable,
    "is-transient": Transient,
    "code-1": Transient,
    "code-2": Transient,
}
LASTING: dict[str, type[InstagramError]] = {
    "code-4": RateLimited,
    "code-17": RateLimited,
    "code-32": RateLimited,
    "code-613": RateLimited,
    "code-80002": RateLimited,
    "code-10": PermissionMissing,
    "code-200": PermissionMissing,
    "code-368": Blocked,
    **{f"190-{why}": TokenDead for why in (458, 459, 460, 463, 464, 467, "none")},
}


@pytest.mark.parametrize("fault", PASSING)
def test_a_passing_fault_passes(visitor: Visitor, fault: str) -> None:
    visitor.fail(fault, times=2)
    with visitor.client_of(ACCOUNT) as client:
        assert client.own_account().username == ACCOUNT
    assert len(visitor.sleeps) == 2
    assert len(visitor.calls()) == 3


@pytest.mark.parametrize("fault", PASSING)
def test_a_fault_that_stays_is_told(visitor: Visitor, fault: str) -> None:
    visitor.fail(fault, times=3)
    with visitor.client_of(ACCOUNT) as client:
        with pytest.raises(PASSING[fault]):
            client.own_account()
        assert client.own_account().username == ACCOUNT


@pytest.mark.parametrize("fault", LASTING)
@pytest.mark.parametrize("status", [400, 403, 429])
def test_a_lasting_fault_is_told_at_once(visitor: Visitor, fault: str, status: int) -> None:
    visitor.control("switch", rate_status=status)
    visitor.fail(fault, times=1)
    with visitor.client_of(ACCOUNT) as client, pytest.raises(LASTING[fault]):
        client.following_page("me")
    assert visitor.sleeps == []
    assert len(visitor.calls()) == 1


def test_an_error_in_a_good_status_is_an_error(visitor: Visitor) -> None:
    visitor.fail("error-in-200", times=3)
    with visitor.client_of(ACCOUNT) as client, pytest.raises(InstagramError):
        client.followers_page("me")


def test_silence_ends(visitor: Visitor) -> None:
    visitor.fail("timeout", times=3, seconds=30)
    with visitor.client_of(ACCOUNT, read_timeout=0.1) as client, pytest.raises(Unreachable):
        client.own_account()


def test_a_slow_answer_is_waited_for(visitor: Visitor) -> None:
    visitor.fail("slow", seconds=0.2)
    with visitor.client_of(ACCOUNT) as client:
        assert client.own_account().username == ACCOUNT
    assert visitor.sleeps == []


def test_a_429_is_waited_out_as_asked(visitor: Visitor) -> None:
    visitor.fail("http-429", seconds=12)
    with visitor.client_of(ACCOUNT) as client:
        assert client.own_account().username == ACCOUNT
    assert visitor.sleeps == [12]


@pytest.mark.parametrize("code", [4, 80002])
@pytest.mark.parametrize("status", [400, 403, 429])
def test_the_hours_budget_ends_in_a_pause_that_the_headers_tell(
    visitor: Visitor, code: int, status: int
) -> None:
    visitor.control("freeze")
    visitor.control("switch", rate_limit=5, rate_code=code, rate_status=status)
    with visitor.client_of(ACCOUNT) as client:
        for _ in range(4):
            client.own_account()
        assert client.rate_status().percent == 80
        assert not client.is_rate_limited()
        client.own_account()
        with pytest.raises(RateLimited) as limit:
            client.own_account()
        assert limit.value.scope == ("app" if code == 4 else "account")
        assert limit.value.retry_after == timedelta(hours=1)
        assert client.is_rate_limited()
        visitor.control("advance", seconds=3601, quiet=True)
        assert client.own_account().username == ACCOUNT


def test_an_empty_page_in_the_middle_does_not_end_a_list(visitor: Visitor) -> None:
    visitor.fail("empty-page-with-next", path="ig_following", skip=1)
    with visitor.client_of(ACCOUNT) as client:
        people = whole_list(client.following_page, "me", limit=50)
    truth = visitor.seen(f"people?account={ACCOUNT}")["following"]
    assert {person.username for person in people} == {person["username"] for person in truth}


def test_a_cursor_that_leads_to_itself_is_not_followed_for_ever(visitor: Visitor) -> None:
    visitor.fail("looping-cursor", path="ig_following", skip=1, times=1000)
    with visitor.client_of(ACCOUNT) as client, pytest.raises(NotUnderstood):
        whole_list(client.following_page, "me", limit=10)
    assert len(visitor.calls()) < 20


@pytest.mark.parametrize(
    "fault", ["http-500-html", "truncated-json", "not-json", "drop-connection"]
)
def test_an_unfollow_in_doubt_is_told_as_such_and_sent_once(visitor: Visitor, fault: str) -> None:
    somebody = visitor.seen(f"people?account={ACCOUNT}")["following"][0]
    with visitor.client_of(ACCOUNT) as client:
        visitor.fail(fault)
        with pytest.raises(OutcomeUnknown):
            client.unfollow("me", somebody["id"])
    assert [call["method"] for call in visitor.calls()] == ["DELETE"]


def test_a_blocked_unfollow_waits_for_a_day(visitor: Visitor) -> None:
    with visitor.client_of(ACCOUNT) as client:
        visitor.fail("code-368")
        with pytest.raises(Blocked) as block:
            client.unfollow("me", "1")
    assert block.value.retry_after == timedelta(hours=24)
