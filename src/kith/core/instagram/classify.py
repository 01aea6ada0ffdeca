"""Decides what an answer means: nothing wrong, or which error.

The body decides before the status, since a failure may come with HTTP 200: first (code, subcode),
then `is_transient`, then the status. `type` tells nothing. Facts, as of 2026-06:
https://developers.facebook.com/docs/graph-api/guides/error-handling and
https://developers.facebook.com/docs/instagram-platform/instagram-graph-api/reference/error-codes
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

import msgspec

from kith.core.instagram.errors import (
    About,
    Blocked,
    InstagramError,
    NonexistingField,
    NotFound,
    NotUnderstood,
    PermissionMissing,
    RateLimited,
    Rejected,
    TokenDead,
    Transient,
    UnknownPath,
)
from kith.core.instagram.limits import UNSTATED_PAUSE, retry_after_in, usage_in
from kith.core.instagram.reading import decoded
from kith.core.instagram.redact import redact

AFTER_STATUS_429 = timedelta(seconds=5)

_APP_LIMITS = {4, 341}
_ACCOUNT_LIMITS = {17, 32, 613, *range(80000, 80015)}
_TOKEN_REASONS = {
    458: "The app was removed in the Instagram settings.",
    459: "Instagram wants the owner to log in and confirm something first.",
    460: "The password was changed.",
    463: "The token has expired.",
    464: "The Instagram account is not confirmed yet.",
    467: "The token was revoked.",
    492: "The owner lost the role on the page that the token was made for.",
}
_CHECKPOINT_ADVICE = "Log in to Instagram, confirm what it asks, then connect the account again."
_WRONG_HOST_ADVICE = (
    "Use a token made under 'API setup with Instagram login': one for Facebook does not work here."
)
_CONSENT_ADVICE = (
    "Nothing to do: Instagram shows this person's profile only after they wrote a message."
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back for one request. The body is whole and unpacked."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


class Envelope(msgspec.Struct):
    """The members that tell failure from success. Nothing is sure about their types."""

    error: Any = None
    success: Any = None
    error_message: Any = None


_envelopes = msgspec.json.Decoder(Envelope)


def failure_in(answer: Answer, now: datetime) -> InstagramError | None:
    """The error that `answer` stands for, or None when it is a success."""
    try:
        envelope = decoded(_envelopes, answer.body)
    except NotUnderstood as unreadable:
        return _failure_without_envelope(answer, unreadable, now)
    if envelope.error not in (None, False):
        return _graph_failure(envelope.error, answer, now)
    if envelope.error_message is not None:
        # The token endpoint repeats the HTTP status as `code`; its message is all there is.
        return _by_status(answer, _said(envelope.error_message), {}, now)
    if envelope.success is False:
        return Rejected("Instagram says that it did not do it.")
    if answer.status >= 300:
        return _failure_without_envelope(answer, NotUnderstood("", retry=False), now)
    return None


def _failure_without_envelope(
    answer: Answer, unreadable: NotUnderstood, now: datetime
) -> InstagramError:
    """For error pages of machines in between, redirects, and bodies that are cut off."""
    if answer.status == 429 or answer.status >= 500:
        return _by_status(answer, f"HTTP {answer.status}", {}, now)
    if b"Service Unavailable" in answer.body[:1000]:
        return Transient("Instagram is not available at the moment.")
    if answer.status >= 300:
        return NotUnderstood(
            f"Instagram's address answered HTTP {answer.status} without Instagram's error message.",
            retry=False,
        )
    return unreadable


def _graph_failure(error: Any, answer: Answer, now: datetime) -> InstagramError:
    members = error if isinstance(error, dict) else {"message": error}
    code, subcode = _integer(members.get("code")), _integer(members.get("error_subcode"))
    message = members.get("message")
    said = _said(message if isinstance(message, str) else "no reason")
    about: About = {"code": code, "subcode": subcode}
    known = code is not None and (
        _limit(code, said, answer, about, now)
        or _access_failure(code, said, about)
        or _request_failure(code, said, about)
    )
    if known:
        return known
    if members.get("is_transient") is True:
        return Transient(f"Instagram has a passing fault: {said}", **about)
    if code is not None and answer.status not in (408, 429) and answer.status < 500:
        return Rejected(f"Instagram refused the request: {said} (code {code})", **about)
    return _by_status(answer, said, about, now)


def _limit(
    code: int, said: str, answer: Answer, about: About, now: datetime
) -> InstagramError | None:
    if code == 368:
        return Blocked(f"Instagram has blocked this action for now: {said} (code 368)", **about)
    if code not in _APP_LIMITS | _ACCOUNT_LIMITS:
        return None
    about = {**about, "retry_after": _pause_of_limit(answer, now)}
    return RateLimited(
        f"Instagram allows no more calls at the moment: {said} (code {code})",
        scope="app" if code in _APP_LIMITS else "account",
        **about,
    )


def _pause_of_limit(answer: Answer, now: datetime) -> timedelta:
    usage = usage_in(answer.headers, now)
    regain = usage.regain_at - now if usage and usage.regain_at else timedelta()
    return max(retry_after_in(answer.headers, now) or UNSTATED_PAUSE, regain)


def _access_failure(code: int, said: str, about: About) -> InstagramError | None:
    if code in (190, 102):
        return _dead_token(said, about)
    if code == 2500 and "access token" in said:
        return TokenDead("Instagram saw no token.", reason="No token was sent.", **about)
    if code == 230:
        about = {**about, "advice": _CONSENT_ADVICE}
        return PermissionMissing("Instagram does not show this person's profile.", **about)
    if code == 10 and "enough viewers" in said:
        return Rejected(f"Instagram has no numbers for this: {said} (code 10)", **about)
    if code in (3, 10) or 200 <= code <= 299:
        named = re.search(r"\binstagram_\w+", said)
        return PermissionMissing(
            f"Instagram says that a permission is missing: {said} (code {code})",
            scope=named.group() if named else None,
            **about,
        )
    return None


def _dead_token(said: str, about: About) -> TokenDead:
    subcode = about.get("subcode")
    reason = _TOKEN_REASONS.get(subcode or 0, "The token has expired or was revoked.")
    if subcode == 459:
        about = {**about, "advice": _CHECKPOINT_ADVICE}
    elif "Cannot parse access token" in said:
        reason = "The token is damaged, or belongs to another product of Meta."
        about = {**about, "advice": _WRONG_HOST_ADVICE}
    return TokenDead(f"Instagram no longer accepts the token. {reason}", reason=reason, **about)


def _request_failure(code: int, said: str, about: About) -> InstagramError | None:
    if code in (1, 2):
        return Transient(f"Instagram has a passing fault: {said} (code {code})", **about)
    if (code == 100 and about.get("subcode") == 33) or code in (33, 110, 803):
        return NotFound(f"Instagram does not find or does not show it: {said}", **about)
    if code == 100 and (named := re.search(r"nonexisting field \(([\w.]+)\)", said)):
        return NonexistingField(f"Instagram refused a field: {said}", field=named[1], **about)
    if code == 2500:
        return UnknownPath(f"Instagram does not know this path: {said} (code 2500)", **about)
    return None


def _by_status(answer: Answer, said: str, about: About, now: datetime) -> InstagramError:
    asked = retry_after_in(answer.headers, now)
    if answer.status == 429:
        asked = max(asked or AFTER_STATUS_429, AFTER_STATUS_429)
    if answer.status == 429 or (answer.status >= 500 and asked):
        scope: Literal["account", "app"] = "account" if answer.status == 429 else "app"
        about = {**about, "retry_after": asked or AFTER_STATUS_429}
        return RateLimited(f"Instagram asks for a pause: {said}", scope=scope, **about)
    if answer.status == 408 or answer.status >= 500:
        return Transient(f"Instagram has a passing fault: {said}", **about)
    if answer.status == 401:
        return TokenDead(f"Instagram does not accept the token: {said}", reason=said, **about)
    if answer.status == 403:
        return PermissionMissing(f"Instagram does not permit it: {said}", **about)
    if answer.status == 404:
        return NotFound(f"Instagram does not find it: {said}", **about)
    return Rejected(f"Instagram refused the request: {said}", **about)


def _said(message: object) -> str:
    """Instagram's own words, fit to be shown: short, on one line, without secrets."""
    line = " ".join(str(message)[:1000].split())
    return redact("".join(filter(str.isprintable, line)))[:300] or "no reason"


def _integer(value: object) -> int | None:
    if isinstance(value, str) and re.fullmatch(r"-?\d{1,9}", value):
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None
