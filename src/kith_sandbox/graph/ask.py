"""One call of the Graph API on its way: who asks, for what, and with which mishap."""

from __future__ import annotations

from dataclasses import dataclass

from werkzeug.wrappers import Request

from kith_sandbox.graph.errors import dead_token, missing_permission, no_token, unreadable_token
from kith_sandbox.graph.fields import Fields, parse_fields
from kith_sandbox.sandbox import Sandbox
from kith_sandbox.tokens import Token
from kith_sandbox.world import Account


@dataclass(frozen=True)
class Ask:
    """A call whose token is good."""

    sandbox: Sandbox
    request: Request
    account: Account
    token: Token
    token_text: str
    fault: str | None

    def fields(self, *standard: str) -> Fields:
        """The fields that are asked for, or the standard ones."""
        text = self.request.args.get("fields", "")
        return parse_fields(text) if text else {name: {} for name in standard}

    def needs(self, scope: str) -> None:
        """Raise when the user did not grant a scope."""
        if scope not in self.token.scopes:
            raise missing_permission()


def token_text(request: Request) -> str:
    """The access token of a request: a parameter, or a Bearer header."""
    scheme, _, bearer = request.headers.get("Authorization", "").partition(" ")
    return request.values.get("access_token") or (bearer if scheme.lower() == "bearer" else "")


def living_token(sandbox: Sandbox, text: str) -> tuple[Token, Account]:
    """The token and its account. Raises the `GraphError` that says what is wrong with it."""
    if not text:
        raise no_token()
    token = sandbox.read(text)
    account = sandbox.world.account_or_none(token.account_id) if token else None
    if token is None or account is None:
        raise unreadable_token()
    death = sandbox.death_of(token, account)
    if death is not None:
        now = sandbox.clock.now()
        raise dead_token(death.subcode, expired_at=min(token.expires_at, now), now=now)
    return token, account
