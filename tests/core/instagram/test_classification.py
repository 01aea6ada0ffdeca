"""Every error code that Instagram documents, and what kith takes it for."""

from datetime import timedelta

import httpx2
import pytest

from kith.core.instagram import (
    Blocked,
    InstagramError,
    NotFound,
    NotUnderstood,
    PermissionMissing,
    RateLimited,
    Rejected,
    TokenDead,
    Transient,
    UnknownPath,
)
from tests.core.instagram.stage import Stage, answer, error

CODES: list[tuple[int, int | None, type[InstagramError]]] = [
    (1, None, Transient),
    (2, None, Transient),
    (3, None, PermissionMissing),
    (4, None, RateLimited),
    (9, 2207042, Rejected),
    (10, None, PermissionMissing),
    (17, None, RateLimited),
    (32, None, RateLimited),
    (33, None, NotFound),
    (100, None, Rejected),
    (100, 33, NotFound),
    (100, 2108006, Rejected),
    (102, None, TokenDead),
    (110, None, NotFound),
    (190, None, TokenDead),
    (200, None, PermissionMissing),
    (230, None, PermissionMissing),
    (299, None, PermissionMissing),
    (341, None, RateLimited),
    (368, None, Blocked),
    (506, None, Rejected),
    (613, None, RateLimited),
    (803, None, NotFound),
    (2500, None, UnknownPath),
    (80001, None, RateLimited),
    (80002, 2446079, RateLimited),
    (80006, None, RateLimited),
    (-1, 2207001, Rejected),
    (-2, 2207003, Rejected),
    (9004, 2207052, Rejected),
    (36000, 2207004, Rejected),
    (987654, None, Rejected),
]


def failure(reply: httpx2.Response) -> InstagramError:
    with pytest.raises(InstagramError) as caught:
        Stage(reply).client().own_account()
    return caught.value


@pytest.mark.parametrize(("code", "subcode", "kind"), CODES)
@pytest.mark.parametrize("status", [200, 400, 403])
def test_code_and_subcode_decide_whatever_the_status(
    code: int, subcode: int | None, kind: type[InstagramError], status: int
) -> None:
    members = {} if subcode is None else {"error_subcode": subcode}
    problem = failure(error(code, "Words of Instagram", status, **members))
    assert type(problem) is kind
    assert (problem.code, problem.subcode) == (code, subcode)
    assert problem.advice.endswith(".")


@pytest.mark.parametrize(
    ("subcode", "words"),
    [
        (458, "removed"),
        (459, "log in"),
        (460, "password"),
        (463, "expired"),
        (464, "confirmed"),
        (467, "revoked"),
        (492, "role"),
        (None, "expired or was revoked"),
        (999, "expired or was revoked"),
    ],
)
def test_a_dead_token_says_why(subcode: int | None, words: str) -> None:
    problem = failure(error(190, "Error validating access token", error_subcode=subcode))
    assert isinstance(problem, TokenDead)
    assert words in problem.reason
    assert not problem.retry


def test_a_token_for_another_host_is_told_from_an_expired_one() -> None:
    problem = failure(error(190, "Invalid OAuth access token - Cannot parse access token"))
    assert "API setup with Instagram login" in problem.advice


def test_a_checkpoint_asks_to_log_in_first() -> None:
    assert "Log in" in failure(error(190, "x", error_subcode=459)).advice


@pytest.mark.parametrize(
    ("code", "scope"), [(4, "app"), (341, "app"), (17, "account"), (80002, "account")]
)
def test_a_limit_says_whose_it_is_and_stops_for_five_minutes_at_least(
    code: int, scope: str
) -> None:
    problem = failure(error(code, is_transient=True))
    assert isinstance(problem, RateLimited)
    assert (problem.scope, problem.retry, problem.retry_after) == (
        scope,
        True,
        timedelta(minutes=5),
    )


def test_a_block_keeps_off_for_a_day() -> None:
    assert failure(error(368)).retry_after == timedelta(hours=24)


@pytest.mark.parametrize(
    ("message", "scope"),
    [
        ("(#10) Application does not have permission for this action", None),
        (
            "(#200) Requires instagram_business_manage_comments permission",
            "instagram_business_manage_comments",
        ),
    ],
)
def test_a_missing_permission_is_named_where_instagram_names_it(
    message: str, scope: str | None
) -> None:
    problem = failure(error(10, message))
    assert isinstance(problem, PermissionMissing)
    assert problem.scope == scope


def test_too_few_viewers_are_no_missing_permission() -> None:
    assert isinstance(
        failure(error(10, "Not enough viewers for the media to show insights")), Rejected
    )


def test_a_request_that_arrived_without_its_token_is_no_unknown_path() -> None:
    message = "An active access token must be used to query information about the current user."
    assert isinstance(failure(error(2500, message)), TokenDead)


def test_is_transient_makes_an_unknown_code_worth_repeating() -> None:
    assert isinstance(failure(error(5555, is_transient=True)), Transient)


def test_the_type_of_an_error_decides_nothing() -> None:
    assert isinstance(failure(error(190, type="IGApiException")), TokenDead)
    assert isinstance(failure(error(100, type="ThrottlingException")), Rejected)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, Rejected),
        (401, TokenDead),
        (403, PermissionMissing),
        (404, NotFound),
        (408, Transient),
        (429, RateLimited),
        (500, Transient),
        (503, Transient),
    ],
)
def test_without_a_code_the_status_decides(status: int, kind: type[InstagramError]) -> None:
    assert type(failure(error(None, status=status))) is kind


@pytest.mark.parametrize("status", [500, 502, 503])
def test_a_server_fault_with_an_unknown_code_is_worth_repeating(status: int) -> None:
    assert isinstance(failure(error(5555, status=status)), Transient)


HOSTILE_ERRORS: list[object] = [
    {},
    "boom",
    7,
    True,
    ["x"],
    {"code": "190x"},
    {"code": {}, "message": {}},
]


@pytest.mark.parametrize("content", HOSTILE_ERRORS)
def test_an_error_of_any_form_is_a_failure(content: object) -> None:
    assert isinstance(failure(answer({"error": content, "username": "ada"})), Rejected)


def test_a_code_sent_as_text_counts() -> None:
    content = {"message": "x", "code": "190", "error_subcode": "463"}
    assert isinstance(failure(answer({"error": content}, 400)), TokenDead)


def test_a_null_error_is_none() -> None:
    profile = {"error": None, "username": "ada"}
    assert Stage(answer(profile)).client().own_account().username == "ada"


def test_success_false_is_a_failure() -> None:
    assert isinstance(failure(answer({"success": False})), Rejected)


def test_service_unavailable_in_a_good_status_is_a_passing_fault() -> None:
    assert isinstance(failure(httpx2.Response(200, text="<p>Service Unavailable</p>")), Transient)


@pytest.mark.parametrize("status", [400, 403, 404])
def test_an_error_page_of_something_in_between_is_not_understood(status: int) -> None:
    """A proxy that forbids must not be taken for Instagram that refuses the token."""
    problem = failure(httpx2.Response(status, html="<h1>Proxy</h1>"))
    assert isinstance(problem, NotUnderstood)
    assert str(status) in str(problem)
    assert not problem.retry


@pytest.mark.parametrize("status", [301, 302, 307])
def test_a_redirect_is_not_followed(status: int) -> None:
    stage = Stage(httpx2.Response(status, headers={"Location": "https://elsewhere.example/"}))
    with pytest.raises(NotUnderstood):
        stage.client().own_account()
    assert len(stage.requests) == 1


def test_words_of_instagram_are_cut_and_kept_on_one_line() -> None:
    problem = failure(error(100, "a\nb\x1b[31m" + "c" * 5000))
    assert "\n" not in str(problem)
    assert "\x1b" not in str(problem)
    assert len(str(problem)) < 400
