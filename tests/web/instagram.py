"""What a person does on Instagram's side of a connection, done over HTTP at the sandbox."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx2
from django.http import HttpResponse
from django.test import Client

from kith_sandbox.server import RunningSandbox


@dataclass(frozen=True)
class Instagram:
    """The sandbox, with its consent page and its controls."""

    sandbox: RunningSandbox
    http: httpx2.Client

    def decide(self, consent_url: str, account: str, **form: Any) -> str:
        """Answers the consent page; returns the address (path and query) at which the browser comes back."""
        asked = dict(parse_qsl(urlsplit(consent_url).query))
        answer = self.http.post(
            consent_url.split("?", maxsplit=1)[0],
            data={**asked, "account": account, "decision": "allow", **form},
        )
        assert answer.status_code == 302, answer.text
        back = urlsplit(answer.headers["Location"])
        return f"{back.path}?{back.query}"

    def connect(self, browser: Client, account: str, **form: Any) -> HttpResponse:
        """The whole trip: from kith's button over the consent page to kith's answer."""
        consent = browser.post("/auth/connect-instagram")
        assert consent.status_code == 302
        return browser.get(self.decide(consent.url, account, **form))

    def control(self, action: str, **fields: Any) -> dict[str, Any]:
        answer = self.http.post(f"{self.sandbox.url}/sandbox/{action}", json=fields)
        assert answer.status_code == 200, answer.text
        document: dict[str, Any] = answer.json()
        return document

    def state(self) -> dict[str, Any]:
        document: dict[str, Any] = self.http.get(f"{self.sandbox.url}/sandbox/state").json()
        return document

    def truth_of(self, account: str) -> dict[str, Any]:
        """The account's true numbers."""
        found = (each for each in self.state()["accounts"] if each["username"] == account)
        return dict(next(found))
