"""A client on a stage: scripted answers, a clock that stands still, sleep that takes notes."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import parse_qs

import httpx2

from kith.core.instagram import CallBudget, InstagramClient, InstagramConfig, Token

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SECRET = "9f3c-app-secret-77ab"
TOKEN_VALUE = "IGAAinvented0token1for2tests3only4"
TOKEN = Token(
    value=TOKEN_VALUE, issued_at=NOW, scopes=("instagram_business_basic",), app_scoped_id="77"
)
CONFIG = InstagramConfig(
    app_id="4242", app_secret=SECRET, redirect_uri="https://kith.example/auth/instagram/callback"
)
Reply = httpx2.Response | httpx2.TransportError | Callable[[httpx2.Request], httpx2.Response]


def answer(document: object, status: int = 200, **headers: str) -> httpx2.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx2.Response(status, json=document, headers=named)


def error(
    code: int | None, message: str = "Something", status: int = 400, **members: object
) -> httpx2.Response:
    body: dict[str, object] = {"message": message, "type": "OAuthException", "fbtrace_id": "A7"}
    if code is not None:
        body["code"] = code
    return answer({"error": body | members}, status)


def missing_field(name: str, node: str = "IGUser") -> httpx2.Response:
    return error(100, f"Tried accessing nonexisting field ({name}) on node type ({node})")


class Stage:
    """Plays the replies in order, the last one for ever; remembers every request and sleep."""

    def __init__(self, *replies: Reply) -> None:
        self.replies = list(replies)
        self.requests: list[httpx2.Request] = []
        self.sleeps: list[float] = []
        self.now = NOW

    def reply(self, request: httpx2.Request) -> httpx2.Response:
        request.read()
        self.requests.append(request)
        reply = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
        if isinstance(reply, httpx2.TransportError):
            reply.request = request
            raise reply
        if isinstance(reply, httpx2.Response):
            # A reply that is played for ever is read more than once.
            return httpx2.Response(reply.status_code, headers=_plain(reply), content=reply.content)
        return reply(request)

    def client(
        self,
        token: Token | None = TOKEN,
        *,
        budget: CallBudget | None = None,
        config: InstagramConfig = CONFIG,
    ) -> InstagramClient:
        return InstagramClient(
            config,
            token,
            budget=budget,
            transport=httpx2.MockTransport(self.reply),
            clock=lambda: self.now,
            sleep=self.sleeps.append,
        )

    @property
    def last(self) -> httpx2.Request:
        return self.requests[-1]

    def form(self) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(self.last.content.decode()).items()}


def _plain(response: httpx2.Response) -> dict[str, str]:
    return {
        k: v
        for k, v in response.headers.items()
        if k.lower() not in ("content-length", "content-encoding")
    }


def person(number: int, **members: object) -> dict[str, object]:
    return {"id": str(9000 + number), "username": f"invented.{number}", **members}


def page(
    *people: dict[str, object], after: str | None = None, more: bool = False
) -> httpx2.Response:
    paging: dict[str, object] = {"cursors": {"before": "QVA", "after": after}}
    if more:
        paging["next"] = (
            f"https://graph.instagram.com/v25.0/1/ig_following?access_token=x&after={after}"
        )
    return answer({"data": list(people), "paging": paging})


def as_json(document: object) -> bytes:
    return json.dumps(document).encode()
