"""Proves that what comes in was sent by Meta: signed webhooks, and the signed requests of two callbacks.

Facts: https://developers.facebook.com/docs/graph-api/webhooks/getting-started (2026-03) and
https://developers.facebook.com/docs/development/create-an-app/app-dashboard/data-deletion-callback.
The key is the app's secret; an app of two products can be signed for with either's.
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as DecodingError
from collections.abc import Iterable
from datetime import UTC, datetime

import msgspec

from kith.core.instagram.nodes import Id

_SCHEME = "sha256="
_ALGORITHM = "HMAC-SHA256"


class NotSigned(Exception):
    """A request that Meta did not sign, or that nobody can read."""


class SignedRequest(msgspec.Struct, frozen=True):
    """Whom a callback is about, by the id that only this app knows them by, and when it was made."""

    app_scoped_id: str | None
    issued_at: datetime | None


class _Payload(msgspec.Struct):
    """`user_id` can be null (seen at Facebook's deauthorize), `issued_at` text."""

    algorithm: str
    user_id: Id | None = None
    issued_at: int | str | None = None


_payloads = msgspec.json.Decoder(_Payload)


def is_signed(body: bytes, header: str, secrets: Iterable[str]) -> bool:
    """Whether `X-Hub-Signature-256` was made for these very bytes with one of the secrets."""
    if not header.startswith(_SCHEME):
        return False
    given = header.removeprefix(_SCHEME).encode("utf-8", "replace")
    wanted = (hmac.digest(secret.encode(), body, "sha256").hex() for secret in secrets)
    return any(hmac.compare_digest(each.encode(), given) for each in wanted)


def signed_request_in(text: str, secrets: Iterable[str]) -> SignedRequest:
    """What `signed_request` says: base64url of a signature, a dot, base64url of JSON. Raises NotSigned."""
    signature, dot, encoded = text.partition(".")
    given = signature.encode("utf-8", "replace").rstrip(b"=")
    payload = encoded.encode("utf-8", "replace")
    # The signature is over the encoded text, not over what it stands for.
    wanted = (_base64(hmac.digest(secret.encode(), payload, "sha256")) for secret in secrets)
    if not dot or "." in encoded or not any(hmac.compare_digest(each, given) for each in wanted):
        raise NotSigned("The request does not carry a signature of the app's secret.")
    try:
        read = _payloads.decode(urlsafe_b64decode(payload + b"=" * (-len(payload) % 4)))
    except (msgspec.DecodeError, DecodingError, ValueError):
        raise NotSigned("The signed request is not as documented.") from None
    if read.algorithm.upper() != _ALGORITHM:
        raise NotSigned("The signed request names another algorithm.")
    return SignedRequest(
        app_scoped_id=None if read.user_id is None else str(read.user_id),
        issued_at=_moment(read.issued_at),
    )


def _base64(digest: bytes) -> bytes:
    return urlsafe_b64encode(digest).rstrip(b"=")


def _moment(seconds: int | str | None) -> datetime | None:
    try:
        return None if seconds is None else datetime.fromtimestamp(int(seconds), UTC)
    except (ValueError, OverflowError, OSError):
        return None
