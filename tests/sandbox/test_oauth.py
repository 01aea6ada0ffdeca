"""Login, consent, codes and tokens, as an app and a browser see them."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest

from tests.sandbox.conftest import CALLBACK, EVERYTHING, Visitor

ASKED = {
    "client_id": "sandbox-app",
    "redirect_uri": CALLBACK,
    "response_type": "code",
    "scope": EVERYTHING,
    "state": "abc",
}


def _short_token(visitor: Visitor) -> str:
    return visitor.exchange(visitor.code()).json()["access_token"]


def _long_lived(visitor: Visitor, token: str, secret: str = "sandbox-secret") -> httpx2.Response:
    return visitor.get("/access_token", token, grant_type="ig_exchange_token", client_secret=secret)


def _refresh(visitor: Visitor, token: str) -> httpx2.Response:
    return visitor.get("/refresh_access_token", token, grant_type="ig_refresh_token")


def test_login_offers_the_accounts_and_says_what_it_is_not(visitor: Visitor) -> None:
    page = visitor.http.get("/oauth/authorize", params=ASKED).text
    assert "kith's sandbox and not Instagram" in unescape(page)
    for name in ("marlow.pine", "tiny.studio", "big.harbor"):
        assert f'name="account" value="{name}"' in page


def test_consent_passes_on_what_was_asked(visitor: Visitor) -> None:
    page = visitor.http.get("/oauth/authorize", params={**ASKED, "account": "tiny.studio"}).text
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page))
    assert hidden["state"] == "abc"
    assert hidden["redirect_uri"] == CALLBACK
    assert hidden["account"] == "tiny.studio"
    assert page.count('type="checkbox"') == 3


def test_a_hostile_state_is_shown_as_text_only(visitor: Visitor) -> None:
    page = visitor.http.get("/oauth/authorize", params={**ASKED, "state": '"><script>x'}).text
    assert "<script>" not in page


def test_allowing_sends_back_a_code_the_state_and_the_fragment(visitor: Visitor) -> None:
    answer = visitor.authorize()
    assert answer.status_code == 302
    url = urlsplit(answer.headers["location"])
    assert url.fragment == "_"
    assert parse_qs(url.query)["state"] == ["s/1 2"]
    assert parse_qs(url.query)["code"][0].startswith("AQ")


def test_denying_sends_back_three_parameters_and_the_state(visitor: Visitor) -> None:
    url = urlsplit(visitor.authorize(decision="deny").headers["location"])
    assert parse_qs(url.query) == {
        "error": ["access_denied"],
        "error_reason": ["user_denied"],
        "error_description": ["The user denied your request"],
        "state": ["s/1 2"],
    }


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"client_id": "another"}, "Invalid platform app"),
        ({"redirect_uri": "http://127.0.0.1:8000/elsewhere"}, "Invalid redirect_uri"),
        ({"redirect_uri": "https://kith.example/auth/instagram/callback"}, "Invalid redirect_uri"),
        ({"redirect_uri": CALLBACK + "/"}, "Invalid redirect_uri"),
        (
            {"scope": "instagram_business_basic,user_profile"},
            "Invalid scope field(s): user_profile",
        ),
    ],
)
def test_a_bad_request_is_refused_without_a_redirect(
    visitor: Visitor, changes: dict[str, str], message: str
) -> None:
    answer = visitor.authorize(**changes)
    assert answer.status_code == 400
    assert answer.json() == {
        "error_type": "OAuthException",
        "code": 400,
        "error_message": message,
    }


@pytest.mark.parametrize("host", ["localhost:9", "127.0.0.1", "[::1]:8100"])
def test_every_loopback_address_is_registered(visitor: Visitor, host: str) -> None:
    answer = visitor.authorize(redirect_uri=f"http://{host}/auth/instagram/callback")
    assert answer.status_code == 302


def test_the_flat_answer_has_a_list_of_permissions(visitor: Visitor) -> None:
    body = visitor.exchange(visitor.code()).json()
    assert body["user_id"] == "10200000000000001"
    assert body["permissions"] == EVERYTHING.split(",")
    assert visitor.get("/v25.0/me", body["access_token"]).json()["id"] == body["user_id"]


def test_the_documented_answer_is_a_list_with_a_comma_string(visitor: Visitor) -> None:
    visitor.control("switch", token_shape="data", user_id_type="number")
    body = visitor.exchange(visitor.code()).json()["data"][0]
    assert body["user_id"] == 10200000000000001
    assert body["permissions"] == EVERYTHING


def test_unticked_and_withheld_scopes_are_not_granted(visitor: Visitor) -> None:
    code = visitor.code(granted="instagram_business_basic")
    assert visitor.exchange(code).json()["permissions"] == ["instagram_business_basic"]
    visitor.control("switch", permissions_granted="instagram_business_manage_comments")
    assert visitor.exchange(visitor.code()).json()["permissions"] == EVERYTHING.split(",")[:2]


def test_a_code_works_once_and_for_an_hour(visitor: Visitor) -> None:
    code, late = visitor.code(), visitor.code()
    assert visitor.exchange(code).status_code == 200
    assert "already used" in visitor.exchange(code).json()["error_message"]
    visitor.control("advance", seconds=3_601, quiet=True)
    assert visitor.exchange(late).status_code == 400


@pytest.mark.parametrize(
    "changes",
    [
        {"client_secret": "wrong"},
        {"client_id": "wrong"},
        {"redirect_uri": "http://localhost:8000/auth/instagram/callback"},
        {"grant_type": "refresh_token"},
        {"code": "AQFORGED"},
    ],
)
def test_a_wrong_exchange_has_the_flat_error(visitor: Visitor, changes: dict[str, str]) -> None:
    answer = visitor.exchange(visitor.code(), **changes)
    assert answer.status_code == 400
    assert answer.json()["error_type"] == "OAuthException"
    assert answer.json()["code"] == 400
    assert "error" not in answer.json()


def test_multipart_is_read_like_a_form(visitor: Visitor) -> None:
    fields = {
        "client_id": "sandbox-app",
        "client_secret": "sandbox-secret",
        "grant_type": "authorization_code",
        "redirect_uri": CALLBACK,
        "code": visitor.code(),
    }
    parts = {name: (None, value) for name, value in fields.items()}
    assert visitor.http.post("/oauth/access_token", files=parts).status_code == 200


def test_a_short_token_becomes_a_long_one(visitor: Visitor) -> None:
    body = _long_lived(visitor, _short_token(visitor)).json()
    assert body["token_type"] == "bearer"
    assert body["expires_in"] == 5_183_944
    visitor.control("advance", days=59, quiet=True)
    assert visitor.get("/me", body["access_token"]).status_code == 200


def test_a_short_token_dies_after_an_hour(visitor: Visitor) -> None:
    token = _short_token(visitor)
    visitor.control("advance", seconds=3_601, quiet=True)
    for answer in (_long_lived(visitor, token), visitor.get("/me", token)):
        error = answer.json()["error"]
        assert (answer.status_code, error["code"], error["error_subcode"]) == (400, 190, 463)
        assert "Session has expired on" in error["message"]


def test_the_exchange_refuses_a_wrong_secret_and_a_pending_tester(visitor: Visitor) -> None:
    token = _short_token(visitor)
    assert _long_lived(visitor, token, "wrong").json()["error"]["code"] == 100
    visitor.control("switch", tester_pending=True)
    error = _long_lived(visitor, token).json()["error"]
    assert error["message"] == "Unsupported request - method type: get"
    assert (error["code"], error["type"]) == (100, "IGApiException")


def test_a_refresh_needs_a_day_and_a_living_token(visitor: Visitor) -> None:
    token = visitor.token()
    assert _refresh(visitor, token).json()["error"]["code"] == 100
    visitor.control("advance", days=1, quiet=True)
    body = _refresh(visitor, token).json()
    assert body["expires_in"] == 5_184_000
    visitor.control("advance", days=59, quiet=True)
    error = _refresh(visitor, token).json()["error"]
    assert (error["code"], error["error_subcode"]) == (190, 463)
    assert visitor.get("/me", body["access_token"]).status_code == 200
