"""Control calls that make this Instagram call the app: its answer is waited for, and nothing is locked meanwhile."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from kith_sandbox.control.actions import perform
from kith_sandbox.control.asked import Asked, ControlError
from kith_sandbox.sandbox import Sandbox
from kith_sandbox.webhooks import sending
from kith_sandbox.webhooks.payloads import document

Answer = dict[str, object]

CALLBACKS = {
    "deauthorize": "/auth/instagram/deauthorize",
    "data-deletion": "/auth/instagram/data-deletion",
}
_MOST_TRIES = 10


def register(sandbox: Sandbox, asked: Asked) -> Answer:
    """The app's webhook settings: the address is stored if it passes Meta's handshake."""
    asked.allow("url", "verify_token")
    url = sending.local(asked.text("url"))
    challenge = str(secrets.randbelow(10**10))
    query = {
        "hub.mode": "subscribe",
        "hub.challenge": challenge,
        "hub.verify_token": asked.text("verify_token", ""),
    }
    heard = sending.ask(f"{url}?{urlencode(query)}")
    if heard.status != 200 or heard.body != challenge.encode():
        raise ControlError(f"{url} did not pass the handshake: it answered {heard.status}.")
    with sandbox.lock:
        sandbox.webhook = url
    return {"url": url}


def deliver(sandbox: Sandbox, asked: Asked) -> Answer:
    """Sends events of an account to the webhook, until it answers 200 or as often as `tries` says."""
    asked.allow(
        "account", "field", "count", "shape", "wrapped", "times", "reordered", "signature", "test",
        "tries", "username", "echo",
    )  # fmt: skip
    with sandbox.lock:
        account, url = sandbox.world.account(asked.text("account")), sandbox.webhook
        field = asked.text("field", "comments")
        if not url:
            raise ControlError("No webhook is registered yet.")
        if not asked.flag("test") and field not in account.subscribed:
            raise ControlError(f"{account.username} is not subscribed to {field!r}.")
        body: object = document(sandbox, account, asked)
    statuses = sending.deliver(
        sandbox,
        url,
        [body] if asked.flag("wrapped") else body,
        signature=asked.choice("signature", sending.SIGNATURES, "right"),
        tries=asked.whole("tries", 3, low=1, high=_MOST_TRIES),
    )
    return {"field": field, "statuses": statuses, "delivered": statuses[-1] == 200}


@dataclass(frozen=True, slots=True)
class _Confirmed:
    url: str
    code: str


def call_back(sandbox: Sandbox, asked: Asked) -> Answer:
    """What follows when the user removes the app, or asks for their data to be deleted, in Instagram's settings."""
    asked.allow("account", "kind", "url", "signature", "issued_at")
    kind = asked.choice("kind", CALLBACKS)
    signature = asked.choice("signature", sending.SIGNATURES, "right")
    with sandbox.lock:
        account = sandbox.world.account(asked.text("account"))
        url = sending.local(asked.text("url", _beside(sandbox.webhook, CALLBACKS[kind])))
        payload = {
            "user_id": account.app_scoped_id,
            "algorithm": "HMAC-SHA256",
            "issued_at": int(asked.number("issued_at", sandbox.clock.now())),
        }
        if signature == "right":
            perform(sandbox, "expire-token", {"account": account.username, "subcode": "458"})
            perform(sandbox, "subscribe", {"account": account.username})
    form = urlencode({"signed_request": sending.signed_request(payload, signature=signature)})
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    heard = sending.ask(url, "POST", form.encode(), headers)
    answer: Answer = {"kind": kind, "status": heard.status}
    return answer if kind == "deauthorize" else answer | _confirmation(heard)


def _confirmation(heard: sending.Heard) -> Answer:
    """Meta shows the user the address and the code, so the page must be there."""
    try:
        told = json.loads(heard.body)
        confirmed = _Confirmed(str(told["url"]), str(told["confirmation_code"]))
    except (ValueError, KeyError, TypeError):
        return {"confirmed": False}
    page = sending.ask(confirmed.url).status
    return {"confirmed": page == 200, "url": confirmed.url, "confirmation_code": confirmed.code}


def _beside(webhook: str, path: str) -> str:
    parts = urlsplit(webhook)
    if not parts.netloc:
        raise ControlError("Say where with url, or register a webhook first.")
    return f"{parts.scheme}://{parts.netloc}{path}"
