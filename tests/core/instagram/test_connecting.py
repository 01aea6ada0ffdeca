"""From the consent page to a long-lived token, in every shape that Instagram sends."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest

from kith.core.instagram import (
    InstagramConfig,
    LoginRefused,
    NotUnderstood,
    RefreshRefused,
    Token,
    TokenDead,
    Transient,
    Unreachable,
    code_from_callback,
)
from tests.core.instagram.stage import CONFIG, NOW, SECRET, TOKEN, TOKEN_VALUE, Stage, answer, error

SHORT = Token(value="IGAAshort0lived1", issued_at=NOW, scopes=("a", "b"), app_scoped_id="26")


def test_the_consent_page_is_asked_for_with_scopes_and_state() -> None:
    address = Stage(answer({})).client(None).authorization_url("opaque state&x")
    assert address.startswith("https://www.instagram.com/oauth/authorize?")
    assert parse_qs(urlsplit(address).query) == {
        "client_id": ["4242"],
        "redirect_uri": ["https://kith.example/auth/instagram/callback"],
        "response_type": ["code"],
        "scope": ["instagram_business_basic,instagram_business_manage_comments"],
        "state": ["opaque state&x"],
    }


def test_without_a_way_back_there_is_no_consent_page() -> None:
    config = InstagramConfig(app_id="1", app_secret="s")
    with pytest.raises(ValueError, match="redirect_uri"):
        Stage(answer({})).client(None, config=config).authorization_url("s")


@pytest.mark.parametrize("code", ["AQB-x", "AQB-x#_", " AQB-x "])
def test_the_code_of_the_callback_is_bare(code: str) -> None:
    assert code_from_callback({"code": code, "state": "s"}) == "AQB-x"


def test_a_person_who_says_no_is_told_that_nothing_was_connected() -> None:
    denial = {
        "error": "access_denied",
        "error_reason": "user_denied",
        "error_description": "The user denied",
    }
    with pytest.raises(LoginRefused, match="not allowed") as refusal:
        code_from_callback(denial)
    assert refusal.value.reason == "denied"
    assert "Nothing was connected" in refusal.value.advice


def test_a_denial_in_development_mode_is_not_taken_for_a_person_who_says_no() -> None:
    denial = {
        "error": "access_denied",
        "error_reason": "user_denied",
        "error_code": "200",
        "error_description": "Permissions error",
    }
    with pytest.raises(LoginRefused, match="Permissions error") as refusal:
        code_from_callback(denial)
    assert "testers" in refusal.value.advice


@pytest.mark.parametrize(
    "parameters", [{}, {"code": ""}, {"code": "#_"}, {"code": "x", "error": "server_error"}]
)
def test_a_callback_without_a_usable_code_is_refused(parameters: dict[str, str]) -> None:
    with pytest.raises(LoginRefused):
        code_from_callback(parameters)


BASIC, COMMENTS = "instagram_business_basic", "instagram_business_manage_comments"
TOKEN_SHAPES = [
    {
        "data": [
            {
                "access_token": "IGAAnew",
                "user_id": "26000000000000001",
                "permissions": f"{BASIC},{COMMENTS}",
            }
        ]
    },
    {"access_token": "IGAAnew", "user_id": "26000000000000001", "permissions": [BASIC, COMMENTS]},
    {
        "access_token": "IGAAnew",
        "user_id": 26000000000000001,
        "permissions": f"{BASIC}, {COMMENTS}",
    },
]


@pytest.mark.parametrize("shape", TOKEN_SHAPES)
def test_a_code_becomes_a_token_of_one_hour_in_every_shape(shape: object) -> None:
    stage = Stage(answer(shape))
    token = stage.client(None).exchange_code("AQB-code#_")
    assert token.value == "IGAAnew"
    assert token.app_scoped_id == "26000000000000001"
    assert token.scopes == (BASIC, COMMENTS)
    assert (token.issued_at, token.expires_at) == (NOW, NOW + timedelta(hours=1))
    assert (stage.last.method, str(stage.last.url)) == ("POST", CONFIG.token_url)
    assert stage.form() == {
        "client_id": "4242",
        "client_secret": SECRET,
        "grant_type": "authorization_code",
        "redirect_uri": CONFIG.redirect_uri,
        "code": "AQB-code",
    }


def test_absent_permissions_and_id_stay_unknown() -> None:
    token = Stage(answer({"access_token": "IGAAnew"})).client(None).exchange_code("AQB")
    assert (token.scopes, token.app_scoped_id) == ((), None)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"data": []},
        {"data": [{}]},
        {"access_token": ""},
        {"access_token": "a b"},
        {"data": [None]},
    ],
)
def test_an_answer_without_a_token_is_not_understood(body: object) -> None:
    with pytest.raises(NotUnderstood):
        Stage(answer(body)).client(None).exchange_code("AQB")


def oauth_error(message: str) -> httpx2.Response:
    return answer({"error_type": "OAuthException", "code": 400, "error_message": message}, 400)


LONG_REFUSAL = "Unsupported request - method type: get"
REFUSALS = [
    (oauth_error("Matching code was not found or was already used"), "code_used"),
    (oauth_error("Invalid platform app"), "wrong_app"),
    (oauth_error("Invalid redirect_uri"), "redirect_mismatch"),
    (
        oauth_error("Error validating verification code. Make sure your redirect_uri is identical"),
        "redirect_mismatch",
    ),
    (oauth_error("Error validating client secret."), "wrong_secret"),
    (oauth_error("Invalid scope field(s): likes"), "wrong_scope"),
    (oauth_error("Quite another thing"), "other"),
    (error(100, "This authorization code has expired", error_subcode=36007), "code_used"),
    (error(100, "Mismatch", error_subcode=36008), "redirect_mismatch"),
    (error(100, "Used", error_subcode=36009), "code_used"),
    (error(100, LONG_REFUSAL, type="IGApiException"), "tester_pending"),
    (error(190, "Session has expired", error_subcode=463), "code_used"),
]


@pytest.mark.parametrize(("reply", "reason"), REFUSALS)
def test_a_refused_code_says_why_and_what_helps(reply: httpx2.Response, reason: str) -> None:
    stage = Stage(reply)
    with pytest.raises(LoginRefused) as refusal:
        stage.client(None).exchange_code("AQB-code")
    assert refusal.value.reason == reason
    assert refusal.value.advice.endswith(".")
    assert not refusal.value.retry
    assert len(stage.requests) == 1


@pytest.mark.parametrize(
    "loss", [httpx2.ReadTimeout("x"), httpx2.RemoteProtocolError("x"), httpx2.ReadError("x")]
)
def test_a_connection_lost_with_the_code_under_way_asks_to_start_again(
    loss: httpx2.TransportError,
) -> None:
    stage = Stage(loss)
    with pytest.raises(LoginRefused, match="interrupted") as refusal:
        stage.client(None).exchange_code("AQB-code")
    assert refusal.value.reason == "interrupted"
    assert (len(stage.requests), stage.sleeps) == (1, [])


def test_instagram_being_unreachable_or_faulty_is_no_refusal() -> None:
    with pytest.raises(Unreachable):
        Stage(httpx2.ConnectError("x")).client(None).exchange_code("AQB")
    with pytest.raises(Transient):
        Stage(error(2)).client(None).exchange_code("AQB")


def test_a_short_token_becomes_one_of_sixty_days_and_keeps_what_is_known() -> None:
    stage = Stage(
        answer({"access_token": "IGAAlong", "token_type": "bearer", "expires_in": 5183944})
    )
    token = stage.client(None).exchange_long_lived(SHORT)
    assert (token.value, token.expires_at) == ("IGAAlong", NOW + timedelta(seconds=5183944))
    assert (token.scopes, token.app_scoped_id) == (("a", "b"), "26")
    assert stage.last.url.path == "/access_token"
    assert dict(stage.last.url.params) == {
        "grant_type": "ig_exchange_token",
        "client_secret": SECRET,
        "access_token": "IGAAshort0lived1",
    }


@pytest.mark.parametrize("expires_in", [None, 0, -5])
def test_an_unstated_lifetime_is_unknown_not_sixty_days(expires_in: int | None) -> None:
    stage = Stage(answer({"access_token": "IGAAlong", "expires_in": expires_in}))
    assert stage.client(None).exchange_long_lived(SHORT).expires_at is None


def test_the_misleading_refusal_of_a_pending_tester_is_explained() -> None:
    stage = Stage(error(100, LONG_REFUSAL, type="IGApiException"))
    with pytest.raises(LoginRefused) as refusal:
        stage.client(None).exchange_long_lived(SHORT)
    assert "tester" in refusal.value.advice


def test_refreshing_replaces_the_token_of_the_client() -> None:
    renewed = {"access_token": "IGAAnext", "expires_in": 5184000, "permissions": BASIC}
    stage = Stage(answer(renewed), answer({"id": "1", "user_id": "2", "username": "ada"}))
    client = stage.client()
    token = client.refresh()
    assert dict(stage.last.url.params) == {
        "grant_type": "ig_refresh_token",
        "access_token": TOKEN_VALUE,
    }
    assert (token.value, token.scopes, token.app_scoped_id) == ("IGAAnext", (BASIC,), "77")
    assert token.expires_at == NOW + timedelta(days=60)
    client.own_account()
    assert stage.last.headers["Authorization"] == "Bearer IGAAnext"


def test_a_token_that_is_too_young_is_left_for_tomorrow() -> None:
    with pytest.raises(RefreshRefused) as refusal:
        Stage(error(100, "Invalid parameter")).client().refresh()
    assert (refusal.value.retry, refusal.value.retry_after) == (True, timedelta(hours=24))


def test_an_expired_token_cannot_be_refreshed() -> None:
    with pytest.raises(TokenDead, match="expired"):
        Stage(error(190, "Session has expired", error_subcode=463)).client().refresh()


def test_without_a_token_nothing_is_sent() -> None:
    stage = Stage(answer({}))
    with pytest.raises(TokenDead, match="no token"):
        stage.client(None).own_account()
    assert stage.requests == []


@pytest.mark.parametrize("value", ["", "two words", "line\n", "naïve", "tab\t", "x" * 5000])
def test_what_cannot_be_a_token_is_refused_without_being_repeated(value: str) -> None:
    with pytest.raises(ValueError, match="access token") as refusal:
        Token(value=value, issued_at=NOW)
    assert not value or value not in str(refusal.value)


def test_a_token_is_not_shown() -> None:
    assert TOKEN_VALUE not in f"{TOKEN!r} {TOKEN}"
