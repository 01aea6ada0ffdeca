"""A running sandbox, and a small client that knows how to ask it."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from kith_sandbox.server import RunningSandbox

CALLBACK = "http://127.0.0.1:8000/auth/instagram/callback"
EVERYTHING = (
    "instagram_business_basic,instagram_business_manage_comments,instagram_business_manage_messages"
)
PERSON_FIELDS = (
    "id,username,name,profile_picture_url,biography,followers_count,follows_count,is_verified,"
    "followed_at"
)


# The sandbox speaks plain HTTP: reading the certificates of the system would only cost time.
_NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


class Visitor:
    """Asks one sandbox over one connection."""

    def __init__(self, running: RunningSandbox) -> None:
        self.running = running
        self.http = httpx2.Client(base_url=running.url, verify=_NO_TLS)

    def control(self, action: str, **fields: Any) -> dict[str, Any]:
        answer = self.http.post(f"/sandbox/{action}", json=fields)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def state(self) -> dict[str, Any]:
        return self.http.get("/sandbox/state").json()

    def account(self, name: str = "marlow.pine") -> dict[str, Any]:
        return next(each for each in self.state()["accounts"] if each["username"] == name)

    def people(self, name: str = "marlow.pine") -> dict[str, Any]:
        return self.http.get("/sandbox/people", params={"account": name}).json()

    def token(self, name: str = "marlow.pine", **fields: Any) -> str:
        return self.control("token", account=name, **fields)["access_token"]

    def get(self, path: str, token: str = "", **query: Any) -> httpx2.Response:
        return self.http.get(path, params={**query, **({"access_token": token} if token else {})})

    def read_list(self, edge: str, token: str, **query: Any) -> list[dict[str, Any]]:
        """All pages of a list, by the cursor."""
        found: list[dict[str, Any]] = []
        query = {"limit": 100, **query}
        while True:
            page = self.get(f"/v25.0/me/{edge}", token, **query).json()
            found += page["data"]
            if "next" not in page.get("paging", {}):
                return found
            query["after"] = page["paging"]["cursors"]["after"]

    def authorize(self, **changes: str) -> httpx2.Response:
        asked = {
            "client_id": "sandbox-app",
            "redirect_uri": CALLBACK,
            "response_type": "code",
            "scope": EVERYTHING,
            "state": "s/1 2",
            "account": "marlow.pine",
            "decision": "allow",
        }
        form = {name: value for name, value in {**asked, **changes}.items() if value}
        return self.http.post("/oauth/authorize", data=form)

    def code(self, **changes: str) -> str:
        location = self.authorize(**changes).headers["location"]
        return dict(httpx2.URL(location).params)["code"]

    def exchange(self, code: str, /, **changes: str) -> httpx2.Response:
        form = {
            "client_id": "sandbox-app",
            "client_secret": "sandbox-secret",
            "grant_type": "authorization_code",
            "redirect_uri": CALLBACK,
            "code": code,
        }
        return self.http.post("/oauth/access_token", data={**form, **changes})


@pytest.fixture
def visitor(sandbox: RunningSandbox) -> Iterator[Visitor]:
    guest = Visitor(sandbox)
    yield guest
    guest.http.close()
