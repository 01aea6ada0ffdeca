"""The client connects to the sandbox as it would to Instagram."""

from datetime import UTC, datetime, timedelta

import pytest

from kith.core.instagram import (
    LoginRefused,
    RefreshRefused,
    Token,
    TokenDead,
    code_from_callback,
)
from tests.contract.visitor import Visitor

BASIC, COMMENTS = "instagram_business_basic", "instagram_business_manage_comments"
SHAPES = [("flat", "flat", "string"), ("data", "data", "number"), ("flat", "data", "number")]


@pytest.mark.parametrize(("token_shape", "me_shape", "user_id_type"), SHAPES)
def test_consent_code_and_two_exchanges_end_in_the_account(
    visitor: Visitor, token_shape: str, me_shape: str, user_id_type: str
) -> None:
    visitor.control("switch", token_shape=token_shape, me_shape=me_shape, user_id_type=user_id_type)
    truth = next(a for a in visitor.seen("state")["accounts"] if a["username"] == "marlow.pine")
    with visitor.client() as client:
        back = visitor.decide(client.authorization_url("xyz"), "marlow.pine", decision="allow")
        assert back["state"] == "xyz"
        short = client.exchange_code(code_from_callback(back))
        long = client.exchange_long_lived(short)
    assert short.scopes == long.scopes == (BASIC, COMMENTS)
    assert long.app_scoped_id == truth["id"]
    assert long.expires_at
    assert long.expires_at - datetime.now(UTC) > timedelta(days=59)
    with visitor.client(long) as client:
        profile = client.own_account()
    assert (profile.username, profile.app_scoped_id) == ("marlow.pine", truth["id"])
    assert profile.instagram_user_id == truth["user_id"]
    assert (profile.follows_count, profile.followers_count) == (2847, 1234)


def test_a_permission_that_was_unticked_is_known(visitor: Visitor) -> None:
    with visitor.client() as client:
        address = client.authorization_url("s")
        back = visitor.decide(address, "tiny.studio", decision="allow", granted=[BASIC])
        assert client.exchange_code(back["code"]).scopes == (BASIC,)


def test_saying_no_is_told(visitor: Visitor) -> None:
    with visitor.client() as client:
        back = visitor.decide(client.authorization_url("s"), "tiny.studio", decision="deny")
    with pytest.raises(LoginRefused) as refusal:
        code_from_callback(back)
    assert refusal.value.reason == "denied"


def test_a_code_works_once_and_for_an_hour(visitor: Visitor) -> None:
    with visitor.client() as client:
        address = client.authorization_url("s")
        used = visitor.decide(address, "tiny.studio", decision="allow")["code"]
        client.exchange_code(used)
        late = visitor.decide(address, "tiny.studio", decision="allow")["code"]
        visitor.control("advance", seconds=3601, quiet=True)
        for code in (used, late, "AQforged"):
            with pytest.raises(LoginRefused) as refusal:
                client.exchange_code(code)
            assert refusal.value.reason == "code_used"


@pytest.mark.parametrize(
    ("change", "reason"),
    [({"app_secret": "wrong-secret"}, "wrong_secret"), ({"app_id": "meta-app"}, "wrong_app")],
)
def test_wrong_settings_of_the_app_are_named(
    visitor: Visitor, change: dict[str, str], reason: str
) -> None:
    with visitor.client() as client:
        code = visitor.decide(client.authorization_url("s"), "tiny.studio", decision="allow")[
            "code"
        ]
    with visitor.client(**change) as client, pytest.raises(LoginRefused) as refusal:
        client.exchange_code(code)
    assert refusal.value.reason == reason


def test_a_pending_tester_is_told_from_a_wrong_secret(visitor: Visitor) -> None:
    visitor.control("switch", tester_pending=True)
    with pytest.raises(LoginRefused) as refusal:
        visitor.connected("tiny.studio")
    assert refusal.value.reason == "tester_pending"


def test_a_token_is_renewed_after_a_day_and_not_before(visitor: Visitor) -> None:
    with visitor.client_of("tiny.studio") as client:
        with pytest.raises(RefreshRefused):
            client.refresh()
        assert client.own_account().username == "tiny.studio"
        visitor.control("advance", days=1, quiet=True)
        renewed = client.refresh()
    assert renewed.scopes[0] == BASIC
    with visitor.client(renewed) as client:
        assert client.own_account().username == "tiny.studio"


@pytest.mark.parametrize("subcode", ["458", "459", "460", "463", "464", "467", "none"])
def test_a_dead_token_is_known_by_its_reason(visitor: Visitor, subcode: str) -> None:
    with visitor.client_of("tiny.studio") as client:
        visitor.control("expire-token", account="tiny.studio", subcode=subcode)
        with pytest.raises(TokenDead) as death:
            client.own_account()
    assert death.value.subcode == (None if subcode == "none" else int(subcode))


def test_a_token_of_nobody_is_dead(visitor: Visitor) -> None:
    forged = Token(value="IGAAforged0token0of0nobody", issued_at=datetime.now(UTC))
    with visitor.client(forged) as client, pytest.raises(TokenDead):
        client.test_connection()


def test_secrets_reach_the_token_endpoints_only(visitor: Visitor) -> None:
    """The sandbox notes which parameters came in the address: of later calls, none is a secret."""
    with visitor.connected("tiny.studio") as client:
        client.own_account()
    assert list(visitor.calls()[-1]["query"]) == ["fields"]
