"""Access tokens, and the answers that bring them.

Facts: https://developers.facebook.com/docs/instagram-platform/reference/access_token (2026-03) and
.../reference/refresh_access_token (2025-07). The first token is good for an hour, later ones for
about 60 days.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Annotated

import msgspec

from kith.core.instagram.reading import decoded_one

SHORT_LIFETIME = timedelta(hours=1)
_ONE_WORD = r"^[!-~]{1,4000}\Z"


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """An access token, and what is known of it. `expires_at` is None when nobody has said.

    Raises ValueError when `value` cannot be a token at all; the message does not contain it.
    """

    value: str = field(repr=False)
    issued_at: datetime
    expires_at: datetime | None = None
    scopes: tuple[str, ...] = ()
    app_scoped_id: str | None = None

    def __post_init__(self) -> None:
        # It becomes a header: anything else would break there, with the token in the exception.
        if not re.search(_ONE_WORD, self.value):
            raise ValueError("An access token is one word of plain letters, digits and signs.")


class TokenAnswer(msgspec.Struct):
    """`permissions` is documented as comma-separated text and sent as a list, or not at all."""

    access_token: Annotated[str, msgspec.Meta(pattern=_ONE_WORD)]
    user_id: int | str | None = None
    permissions: list[str] | str | None = None
    expires_in: int | None = None


_answers = msgspec.json.Decoder(TokenAnswer)


def short_lived_token(body: bytes, now: datetime) -> Token:
    """The token that a code was exchanged for. Raises NotUnderstood."""
    answer = decoded_one(_answers, body)
    return Token(
        value=answer.access_token,
        issued_at=now,
        expires_at=now + SHORT_LIFETIME,
        scopes=_scopes(answer.permissions),
        app_scoped_id=None if answer.user_id is None else str(answer.user_id),
    )


def long_lived_token(body: bytes, before: Token, now: datetime) -> Token:
    """The token that replaces `before`; what the answer leaves out stays. Raises NotUnderstood."""
    answer = decoded_one(_answers, body)
    lifetime = timedelta(seconds=max(0, min(answer.expires_in or 0, 10**9)))
    return replace(
        before,
        value=answer.access_token,
        issued_at=now,
        expires_at=now + lifetime if lifetime else None,
        scopes=_scopes(answer.permissions) or before.scopes,
    )


def _scopes(permissions: list[str] | str | None) -> tuple[str, ...]:
    names = permissions.split(",") if isinstance(permissions, str) else permissions or []
    return tuple(name.strip() for name in names if name.strip())
