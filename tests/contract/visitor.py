"""A client beside the sandbox's controls: what a test of the contract holds in its hands."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import httpx2

from kith.core.instagram import InstagramClient, InstagramConfig, Token
from kith.core.records import ListPage, PersonRecord
from kith_sandbox.server import RunningSandbox
from tests.core.instagram.stage import NOW

REDIRECT = "http://127.0.0.1:9/auth/instagram/callback"


@dataclass
class Visitor:
    """Somebody with an app, in front of one sandbox. `sleeps` are the pauses not slept."""

    sandbox: RunningSandbox
    http: httpx2.Client
    sleeps: list[float] = field(default_factory=list)

    def config(self, **changes: Any) -> InstagramConfig:
        known = {
            "app_id": "sandbox-app",
            "app_secret": "sandbox-secret",
            "redirect_uri": REDIRECT,
            "authorize_url": f"{self.sandbox.url}/oauth/authorize",
            "token_url": f"{self.sandbox.url}/oauth/access_token",
            "graph_url": self.sandbox.url,
            "read_timeout": 5.0,
        }
        return InstagramConfig(**(known | changes))

    def client(self, token: Token | None = None, **changes: Any) -> InstagramClient:
        return InstagramClient(self.config(**changes), token, sleep=self.sleeps.append)

    def client_of(self, account: str, **changes: Any) -> InstagramClient:
        """A client with a token that was generated in the app's dashboard."""
        made = self.control("token", account=account)
        return self.client(Token(value=made["access_token"], issued_at=NOW), **changes)

    def control(self, action: str, **fields: Any) -> dict[str, Any]:
        answer = self.http.post(f"{self.sandbox.url}/sandbox/{action}", json=fields)
        assert answer.status_code == 200, answer.text
        document: dict[str, Any] = answer.json()
        return document

    def fail(self, fault: str, **fields: Any) -> None:
        self.control("fail", fault=fault, **fields)

    def seen(self, path: str) -> dict[str, Any]:
        document: dict[str, Any] = self.http.get(f"{self.sandbox.url}/sandbox/{path}").json()
        return document

    def calls(self) -> list[dict[str, Any]]:
        calls: list[dict[str, Any]] = self.seen("calls")["calls"]
        return calls

    def decide(self, address: str, account: str, **form: Any) -> dict[str, str]:
        """Answers the consent page; returns the parameters with which the browser comes back."""
        asked = dict(parse_qsl(urlsplit(address).query))
        answer = self.http.post(
            address.split("?", maxsplit=1)[0], data={**asked, "account": account, **form}
        )
        assert answer.status_code == 302, answer.text
        back = answer.headers["Location"]
        assert back.startswith(REDIRECT)
        return {name: values[0] for name, values in parse_qs(urlsplit(back).query).items()}

    def connected(self, account: str) -> InstagramClient:
        """A client with a token won the long way: consent, code, short token, long token."""
        with self.client() as client:
            back = self.decide(client.authorization_url("s"), account, decision="allow")
            long = client.exchange_long_lived(client.exchange_code(back["code"]))
        return self.client(long)


def whole_list(pages: Any, account_id: str, limit: int = 100) -> list[PersonRecord]:
    """Everybody on the pages that `pages` (a method of the client) gives."""
    people: list[PersonRecord] = []
    page: ListPage = pages(account_id, limit=limit)
    while True:
        people += page.people
        if page.after is None:
            return people
        page = pages(account_id, after=page.after, limit=limit)
