"""Signs and sends, as Meta does, to addresses on this machine only.

Facts: https://developers.facebook.com/docs/graph-api/webhooks/getting-started (2026-03): HMAC-SHA256 over the raw body;
a delivery that is not answered with 200 is repeated at once, then ever more seldom for 36 hours.
"""

from __future__ import annotations

import hmac
import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit

from kith_sandbox.control.asked import ControlError
from kith_sandbox.sandbox import CLIENT_SECRET, Sandbox

SIGNATURES = ("right", "wrong", "missing")
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}
_TIMEOUT = 10.0
# The 36 hours, shortened: seconds before the second try, doubled for each after it.
_FIRST_PAUSE = 0.05


@dataclass(frozen=True, slots=True)
class Heard:
    """What the other side answered; status 0 when nobody did."""

    status: int
    body: bytes = b""


def local(url: str) -> str:
    """The address, if it leads to this machine. Raises `ControlError`."""
    parts = urlsplit(url)
    if parts.scheme != "http" or parts.hostname not in _LOOPBACK:
        raise ControlError(f"The sandbox calls this machine only, by http, and not {url!r}.")
    return url


def ask(
    url: str, method: str = "GET", body: bytes = b"", headers: Mapping[str, str] | None = None
) -> Heard:
    """One request. A connection that cannot be made or breaks is status 0."""
    parts = urlsplit(local(url))
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    connection = HTTPConnection(parts.hostname or "", parts.port, timeout=_TIMEOUT)
    try:
        connection.request(method, target or "/", body or None, dict(headers or {}))
        answer = connection.getresponse()
        return Heard(answer.status, answer.read())
    except (OSError, HTTPException):
        return Heard(0)
    finally:
        connection.close()


def deliver(
    sandbox: Sandbox, url: str, document: object, *, signature: str, tries: int
) -> list[int]:
    """Posts a delivery until it is answered with 200, at most `tries` times. Tells the statuses."""
    body = json.dumps(document, separators=(",", ":")).encode()
    headers = {"Content-Type": "application/json", "User-Agent": "Webhooks/1.0"}
    if signature != "missing":
        key = CLIENT_SECRET if signature == "right" else "another-secret"
        digest = hmac.digest(key.encode(), body, "sha256").hex()
        headers["X-Hub-Signature-256"] = f"sha256={digest}"
    statuses = [ask(url, "POST", body, headers).status]
    while statuses[-1] != 200 and len(statuses) < tries:
        if sandbox.stopping.wait(_FIRST_PAUSE * 2 ** (len(statuses) - 1)):
            break
        statuses.append(ask(url, "POST", body, headers).status)
    return statuses


def signed_request(payload: Mapping[str, object], *, signature: str) -> str:
    """The one field of a deauthorize or deletion callback; the signature is over the encoded payload."""
    encoded = _base64(json.dumps(payload, separators=(",", ":")).encode())
    if signature == "missing":
        return encoded
    key = CLIENT_SECRET if signature == "right" else "another-secret"
    return f"{_base64(hmac.digest(key.encode(), encoded.encode(), 'sha256'))}.{encoded}"


def _base64(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()
