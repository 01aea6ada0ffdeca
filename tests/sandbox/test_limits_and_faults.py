"""Quotas, the log of calls, and failures on demand."""

from __future__ import annotations

import json

import httpx2
import pytest

from kith_sandbox.faults import FAULTS
from tests.sandbox.conftest import Visitor

FOLLOWING = "/v25.0/17841400000000001/ig_following"


def test_the_usage_rises_and_the_call_above_the_limit_is_refused(visitor: Visitor) -> None:
    visitor.control("switch", rate_limit=4)
    visitor.control("freeze")
    token = visitor.token()
    answers = [visitor.get("/me", token) for _ in range(5)]
    shares = [json.loads(each.headers["x-app-usage"])["call_count"] for each in answers]
    assert shares == [25, 50, 75, 100, 100]
    assert [each.status_code for each in answers] == [200, 200, 200, 200, 400]
    assert answers[-1].json()["error"]["code"] == 80002
    usage = json.loads(answers[-1].headers["x-business-use-case-usage"])
    assert usage["17841400000000001"][0]["estimated_time_to_regain_access"] == 60
    visitor.control("advance", seconds=3_601, quiet=True)
    assert visitor.get("/me", token).status_code == 200


def test_every_token_has_a_budget_of_its_own(visitor: Visitor) -> None:
    visitor.control("switch", rate_limit=1)
    first, second = visitor.token(), visitor.token()
    visitor.get("/me", first)
    assert visitor.get("/me", first).status_code == 400
    assert visitor.get("/me", second).status_code == 200


def test_the_usage_of_the_app_is_that_of_all_tokens_together(visitor: Visitor) -> None:
    visitor.control("switch", rate_limit=4)
    first, second = visitor.token(), visitor.token()
    answers = [visitor.get("/me", token) for token in (first, first, first, second)]
    shares = [json.loads(each.headers["x-app-usage"])["call_count"] for each in answers]
    assert shares == [25, 50, 75, 50]
    usage = json.loads(answers[-1].headers["x-business-use-case-usage"])
    assert usage["17841400000000001"][0]["call_count"] == 25


@pytest.mark.parametrize("status", [400, 403, 429])
@pytest.mark.parametrize("code", [4, 80002])
def test_the_refusal_can_look_otherwise(visitor: Visitor, code: int, status: int) -> None:
    visitor.control("switch", rate_limit=1, rate_code=code, rate_status=status)
    token = visitor.token()
    visitor.get("/me", token)
    answer = visitor.get("/me", token)
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (status, code)
    assert error.get("is_transient", False) == (code == 4)


def test_calls_are_logged_without_tokens(visitor: Visitor) -> None:
    token = visitor.token()
    visitor.get(FOLLOWING, token, limit=7)
    calls = visitor.http.get("/sandbox/calls")
    assert token not in calls.text
    (call,) = calls.json()["calls"]
    assert (call["method"], call["path"]) == ("GET", "/17841400000000001/ig_following")
    assert (call["query"], call["status"]) == ({"limit": "7"}, 200)
    assert call["account"] == "marlow.pine"
    state = visitor.state()
    assert state["calls"]["by_path"] == {"GET /me/ig_following": 1}
    assert state["tokens"][0]["calls_last_hour"] == 1


@pytest.mark.parametrize(
    ("fault", "status", "code", "subcode"),
    [
        ("is-transient", 400, 99, None),
        ("error-in-200", 200, 1, None),
        ("code-1", 400, 1, None),
        ("code-2", 503, 2, None),
        ("code-4", 400, 4, None),
        ("code-10", 403, 10, None),
        ("code-17", 400, 17, None),
        ("code-32", 400, 32, None),
        ("code-200", 403, 200, None),
        ("code-368", 403, 368, None),
        ("code-613", 400, 613, None),
        ("code-80002", 400, 80002, 2446079),
        ("190-458", 400, 190, 458),
        ("190-459", 400, 190, 459),
        ("190-460", 400, 190, 460),
        ("190-463", 400, 190, 463),
        ("190-464", 400, 190, 464),
        ("190-467", 400, 190, 467),
        ("190-none", 400, 190, None),
    ],
)
def test_an_error_of_every_kind_comes_once(
    visitor: Visitor, fault: str, status: int, code: int, subcode: int | None
) -> None:
    token = visitor.token()
    visitor.control("fail", fault=fault)
    answer = visitor.get("/me", token)
    error = answer.json()["error"]
    assert (answer.status_code, error["code"], error.get("error_subcode")) == (
        status,
        code,
        subcode,
    )
    assert error.get("is_transient", False) == (fault in {"is-transient", "code-4"})
    assert visitor.get("/me", token).status_code == 200


def test_bodies_can_be_broken(visitor: Visitor) -> None:
    token = visitor.token()
    for fault in ("http-500-html", "not-json", "truncated-json"):
        visitor.control("fail", fault=fault)
        answer = visitor.get("/me", token, fields="id,name")
        assert answer.status_code == (500 if fault == "http-500-html" else 200)
        with pytest.raises(ValueError):
            answer.json()


def test_too_many_requests_say_when_to_come_back(visitor: Visitor) -> None:
    visitor.control("fail", fault="http-429", seconds=7)
    answer = visitor.get("/me", visitor.token())
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "7")


def test_a_connection_can_drop_and_the_next_one_works(visitor: Visitor) -> None:
    token = visitor.token()
    visitor.control("fail", fault="drop-connection")
    with pytest.raises(httpx2.RemoteProtocolError):
        visitor.get("/me", token)
    assert visitor.get("/me", token).status_code == 200


def test_silence_ends_in_a_timeout_of_the_client(visitor: Visitor) -> None:
    token = visitor.token()
    visitor.control("fail", fault="timeout", seconds=30)
    with pytest.raises(httpx2.ReadTimeout):
        visitor.http.get("/me", params={"access_token": token}, timeout=0.2)
    assert visitor.get("/me", token).status_code == 200


def test_a_slow_answer_is_right_in_the_end(visitor: Visitor) -> None:
    visitor.control("fail", fault="slow", seconds=0.05)
    assert visitor.get("/me", visitor.token()).status_code == 200


def test_a_failure_waits_for_its_path_and_its_turn(visitor: Visitor) -> None:
    token = visitor.token()
    visitor.control("fail", fault="code-2", path="ig_following", skip=1, times=2)
    assert visitor.get("/me", token).status_code == 200
    statuses = [visitor.get(FOLLOWING, token).status_code for _ in range(4)]
    assert statuses == [200, 503, 503, 200]
    visitor.control("fail", fault="code-2", path="/me/media")
    assert visitor.get("/17841400000000001/media", token).status_code == 503


def test_an_empty_list_looks_like_a_good_answer(visitor: Visitor) -> None:
    visitor.control("fail", fault="empty-list")
    assert visitor.get(FOLLOWING, visitor.token()).json() == {"data": []}


@pytest.mark.parametrize("fault", ["empty-page-with-next", "repeated-page"])
def test_odd_pages_lose_nobody_to_whoever_goes_on(visitor: Visitor, fault: str) -> None:
    visitor.control("fail", fault=fault, skip=1)
    listed = visitor.read_list("ig_followers", visitor.token())
    assert len({person["id"] for person in listed}) == 1_234
    assert len(listed) == (1_334 if fault == "repeated-page" else 1_234)


def test_a_looping_cursor_leads_to_itself(visitor: Visitor) -> None:
    token = visitor.token()
    visitor.control("fail", fault="looping-cursor", times=3)
    first = visitor.get(FOLLOWING, token).json()
    after = first["paging"]["cursors"]["after"]
    second = visitor.get(FOLLOWING, token, after=after).json()
    assert second["data"] == first["data"]
    assert second["paging"]["cursors"]["after"] == after


def test_a_list_can_end_too_early(visitor: Visitor) -> None:
    visitor.control("fail", fault="missing-next", skip=2)
    assert len(visitor.read_list("ig_followers", visitor.token())) == 300


def test_an_unknown_failure_is_refused_with_a_sentence(visitor: Visitor) -> None:
    answer = visitor.http.post("/sandbox/fail", json={"fault": "sulk"})
    assert answer.status_code == 400
    assert all(name in answer.json()["error"] for name in FAULTS)


def test_failures_can_be_called_off(visitor: Visitor) -> None:
    visitor.control("fail", fault="code-2", times=9)
    assert visitor.control("fail", fault="none") == {"faults": []}
    assert visitor.get("/me", visitor.token()).status_code == 200
