"""Decodes JSON bodies from outside, and says NotUnderstood where they are not what was expected."""

from __future__ import annotations

import re
from typing import TypeVar

import msgspec

from kith.core.instagram.errors import NotUnderstood

T = TypeVar("T")

# One escape sequence: a surrogate pair, any other \uXXXX, or a backslash with its character.
_ESCAPE = re.compile(
    rb"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|.)", re.DOTALL
)
_LONE_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F][0-9a-fA-F]{2}")


class _Wrapped(msgspec.Struct):
    data: list[msgspec.Raw] | None = None


_wrapped = msgspec.json.Decoder(_Wrapped)


def decoded(decoder: msgspec.json.Decoder[T], body: bytes) -> T:
    """The document in `body`. Raises NotUnderstood, to be retried when the body is no JSON."""
    if b"\\u0000" in body:
        body = mended(body)
    outcome = _outcome(decoder, body)
    if isinstance(outcome, NotUnderstood) and outcome.retry:
        # Machines that cut names to a length halve emoji; one such name must not hide a page.
        outcome = _outcome(decoder, mended(body))
    if isinstance(outcome, NotUnderstood):
        raise outcome
    return outcome


def _outcome(decoder: msgspec.json.Decoder[T], body: bytes) -> T | NotUnderstood:
    """Returns the failure, so that the decoder's exception, which may hold the body, stays here."""
    try:
        return decoder.decode(body)
    except msgspec.ValidationError as problem:
        return NotUnderstood(f"Instagram's answer is not as documented: {problem}", retry=False)
    except (ValueError, RecursionError):
        return NotUnderstood("Instagram's answer is damaged: it is no JSON.", retry=True)


def decoded_one(decoder: msgspec.json.Decoder[T], body: bytes) -> T:
    """The object in `body`, bare or as `{"data": [object]}`: one is documented, both are sent."""
    items = decoded(_wrapped, body).data
    return decoded(decoder, bytes(items[0]) if items else body)


def mended(body: bytes) -> bytes:
    """`body` without NUL, which PostgreSQL refuses in text, and with U+FFFD for halved emoji."""
    return _ESCAPE.sub(_mended_escape, body)


def _mended_escape(match: re.Match[bytes]) -> bytes:
    escape = match.group()
    if escape == rb"\u0000":
        return b""
    return rb"\ufffd" if _LONE_SURROGATE.fullmatch(escape) else escape
