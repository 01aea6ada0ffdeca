"""Codes become short-lived tokens, these long-lived ones, and these are refreshed.

Rules as on Meta's page "Business Login for Instagram" (developers.facebook.com, stamp 2026-03-13).
"""

from __future__ import annotations

import hmac

from werkzeug.wrappers import Request

from kith_sandbox.graph.ask import living_token
from kith_sandbox.graph.errors import GraphError, bad_parameter, unsupported_method
from kith_sandbox.oauth.errors import BAD_CODE, OAuthError
from kith_sandbox.sandbox import CLIENT_ID, CLIENT_SECRET, Sandbox
from kith_sandbox.tokens import Token, digest
from kith_sandbox.world import Account

_DAY = 86_400
_LONG_LIFETIME_AS_SENT = 5_183_944  # What Meta's sample shows: a little less than 60 days.


def access_token(sandbox: Sandbox, request: Request) -> dict[str, object]:
    """`POST /oauth/access_token`: a code, once and within the hour, for a short-lived token."""
    form = request.form
    if form.get("client_id") != CLIENT_ID:
        raise OAuthError("Invalid platform app")
    if not hmac.compare_digest(form.get("client_secret", "").encode(), CLIENT_SECRET.encode()):
        raise OAuthError("Error validating client secret.")
    if form.get("grant_type") != "authorization_code":
        raise OAuthError("Invalid grant_type: authorization_code is the only one")
    code = sandbox.signer.read(form.get("code", ""), "code")
    account = sandbox.world.account_or_none(code.account_id) if code else None
    if (
        code is None
        or account is None
        or not _is_usable(sandbox, code, form.get("redirect_uri", ""))
    ):
        raise OAuthError(BAD_CODE)
    sandbox.used_codes.add(code.serial)
    text, token = sandbox.issue(account, "short", code.scopes)
    return _token_body(sandbox, account, text, token)


def _is_usable(sandbox: Sandbox, code: Token, redirect_uri: str) -> bool:
    return (
        code.serial not in sandbox.used_codes
        and sandbox.clock.now() < code.expires_at
        and code.redirect == digest(redirect_uri)
    )


def _token_body(sandbox: Sandbox, account: Account, text: str, token: Token) -> dict[str, object]:
    switches = sandbox.switches
    as_text = switches.user_id_type == "string"
    body: dict[str, object] = {
        "access_token": text,
        "user_id": account.app_scoped_id if as_text else int(account.app_scoped_id),
    }
    if switches.token_shape == "data":  # noqa: S105 -- a word, no password.
        return {"data": [{**body, "permissions": ",".join(token.scopes)}]}
    return {**body, "permissions": list(token.scopes)}


def long_lived(sandbox: Sandbox, request: Request) -> dict[str, object]:
    """`GET /access_token`: a short-lived token for one of 60 days."""
    asked = request.args
    if asked.get("grant_type") != "ig_exchange_token":
        raise bad_parameter("Param grant_type must be ig_exchange_token")
    if sandbox.switches.tester_pending:
        raise unsupported_method("get")
    if not hmac.compare_digest(asked.get("client_secret", "").encode(), CLIENT_SECRET.encode()):
        raise GraphError("Error validating client secret.", 100)
    token, account = living_token(sandbox, asked.get("access_token", ""))
    if token.kind != "short":
        raise bad_parameter("The access token is long-lived already")
    text, _ = sandbox.issue(account, "long", token.scopes)
    return {"access_token": text, "token_type": "bearer", "expires_in": _LONG_LIFETIME_AS_SENT}


def refresh(sandbox: Sandbox, request: Request) -> dict[str, object]:
    """`GET /refresh_access_token`: another 60 days for a living token that is a day old."""
    asked = request.args
    if asked.get("grant_type") != "ig_refresh_token":
        raise bad_parameter("Param grant_type must be ig_refresh_token")
    token, account = living_token(sandbox, asked.get("access_token", ""))
    if token.kind != "long":
        raise bad_parameter("Only a long-lived access token can be refreshed")
    if sandbox.clock.now() - token.issued_at < _DAY:
        # How Instagram words this is not documented.
        raise bad_parameter("The access token is younger than 24 hours and cannot be refreshed yet")
    text, fresh = sandbox.issue(account, "long", token.scopes)
    return {
        "access_token": text,
        "token_type": "bearer",
        "expires_in": fresh.lifetime,
        "permissions": ",".join(fresh.scopes),
    }
