"""Everything that can go wrong between kith and Instagram, each with what to do about it.

InstagramError
├── Unreachable        no connection, or none that can be trusted
├── NotUnderstood      an answer that is not what the API documents
│   └── PointsToItself     a page that names itself as the next one
├── Transient          Instagram itself has a passing fault
├── RateLimited        the account's or the app's calls are spent
├── Blocked            writes are switched off for a day (code 368)
├── TokenDead          the token is expired, revoked or invalid (codes 190, 102)
├── PermissionMissing  the token lacks a permission (codes 3, 10, 200 to 299)
├── NotFound           no such object, or not for this token (100/33, 110, 803)
├── LoginRefused       the way through consent and code did not end in a token
├── OutcomeUnknown     a write was sent, and nobody knows whether it happened
└── Rejected           the request was wrong; repeating it changes nothing
    ├── NonexistingField   one field is unknown (code 100)
    ├── UnknownPath        one path is unknown (code 2500)
    ├── ListsNotOffered    this API has no list of followers or following
    └── RefreshRefused     the token works, but is not renewed now
"""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar, Literal, TypedDict, Unpack


class About(TypedDict, total=False):
    """What every error may be told about itself; see InstagramError."""

    advice: str
    retry: bool
    retry_after: timedelta
    code: int | None
    subcode: int | None


class InstagramError(Exception):
    """What happened, as a sentence; never with an address, a token or another secret in it.

    `retry` says whether the same call can succeed later, `retry_after` how long to wait at least,
    `advice` what a person can do. `code` and `subcode` are Instagram's own, where it gave them.
    """

    retry: bool = False
    advice: str = "Try again later; if it keeps happening, tell whoever runs this kith."
    default_retry_after: ClassVar[timedelta | None] = None

    def __init__(self, message: str, **about: Unpack[About]) -> None:
        super().__init__(message)
        self.retry = about.get("retry", type(self).retry)
        self.retry_after: timedelta | None = about.get(
            "retry_after", type(self).default_retry_after
        )
        self.advice = about.get("advice", type(self).advice)
        self.code = about.get("code")
        self.subcode = about.get("subcode")


class Unreachable(InstagramError):
    """No connection was made, it broke, or the other side is not who it should be."""

    retry = True
    advice = "Check this machine's connection to the internet; kith tries again by itself."


class NotUnderstood(InstagramError):
    """The answer is not what the API documents. It is never taken for an empty list."""

    advice = (
        "Nothing was changed. If it keeps happening, the API may have changed: "
        "look for a newer version of kith."
    )


class PointsToItself(NotUnderstood):
    """The answer names the page that was asked for as the next one. Followed, it would never end."""


class Transient(InstagramError):
    """Instagram reports a fault of its own that usually passes."""

    retry = True
    advice = (
        "Nothing to do: the fault is at Instagram and usually passes; kith tries again by itself."
    )


class RateLimited(InstagramError):
    """Too many calls. `scope` tells whose are spent: this account's, or those of the whole app."""

    retry = True
    advice = "Nothing to do: kith waits until Instagram allows more calls, then goes on."

    default_retry_after = timedelta(minutes=5)

    def __init__(
        self, message: str, *, scope: Literal["account", "app"], **about: Unpack[About]
    ) -> None:
        super().__init__(message, **about)
        self.scope = scope


class Blocked(InstagramError):
    """Instagram has blocked actions of this account for a time (code 368). Reading may go on."""

    retry = True
    default_retry_after = timedelta(hours=24)
    advice = (
        "Leave the account in peace for a day, in the Instagram app too: "
        "every further attempt makes the block longer."
    )


class TokenDead(InstagramError):
    """The token no longer opens the account. `reason` says why, as far as Instagram tells."""

    advice = "Connect the account again. Everything known about its people stays."

    def __init__(self, message: str, *, reason: str, **about: Unpack[About]) -> None:
        super().__init__(message, **about)
        self.reason = reason


class PermissionMissing(InstagramError):
    """The token may not do this. `scope` names the missing permission where Instagram does."""

    advice = (
        "Connect the account again and leave the asked permissions ticked. Instagram also "
        "withdraws a permission that was not used for 90 days."
    )

    def __init__(self, message: str, *, scope: str | None = None, **about: Unpack[About]) -> None:
        super().__init__(message, **about)
        self.scope = scope


class NotFound(InstagramError):
    """There is no such object, or this token may not see it; Instagram does not tell which."""

    advice = "The account may be deleted, deactivated or renamed, or belong to somebody else."


class LoginRefused(InstagramError):
    """Connecting did not end in a token. `reason` is one stable word for programs.

    One of `denied`, `code_used`, `redirect_mismatch`, `wrong_app`, `wrong_secret`, `wrong_scope`,
    `tester_pending`, `interrupted`, `other`.
    """

    advice = "Start connecting again."

    def __init__(self, message: str, *, reason: str, **about: Unpack[About]) -> None:
        super().__init__(message, **about)
        self.reason = reason


class OutcomeUnknown(InstagramError):
    """A write was sent and no readable answer came. Look before sending it again."""

    advice = "Look in the Instagram app whether it happened; the next sync will also tell."


class Rejected(InstagramError):
    """Instagram refuses this request as it is."""

    advice = "Repeating it will not help. Look for a newer kith, or report it with this message."


class NonexistingField(Rejected):
    """The node has no such `field` (code 100)."""

    def __init__(self, message: str, *, field: str, **about: Unpack[About]) -> None:
        super().__init__(message, **about)
        self.field = field


class UnknownPath(Rejected):
    """The API knows no such path: the edge does not exist, or its version does not (code 2500)."""

    advice = "Check INSTAGRAM_GRAPH_URL and INSTAGRAM_GRAPH_VERSION."


class ListsNotOffered(Rejected):
    """This API has no lists of people. Instagram itself offers none, to nobody."""

    advice = (
        "Import your Instagram export: it holds both lists, and kith compares each with the last."
    )


class RefreshRefused(Rejected):
    """The token is not renewed now. Instagram renews it only 24 hours after it was issued."""

    retry = True
    default_retry_after = timedelta(hours=24)
    advice = "Nothing to do: the token still works, and kith renews it later."
