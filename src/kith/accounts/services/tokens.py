"""Keeps tokens: stores them sealed, plans and stores their renewal, seals them anew with the first key."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from kith.accounts import sealing
from kith.accounts.models import AccessToken, Connection
from kith.core.instagram import Token

# Instagram renews a token that is a day old and has not expired
# (https://developers.facebook.com/docs/instagram-platform/reference/refresh_access_token, 2025-07).
YOUNGEST = timedelta(hours=24)
# With so much of its 60 days left kith begins to try: fifty failures, one a day, are survived.
EARLY = timedelta(days=50)
SPREAD = timedelta(days=1)


def store_token(connection: Connection, token: Token) -> AccessToken:
    """Replaces the connection's token."""
    stored = AccessToken(connection=connection)
    stored, _ = AccessToken.objects.update_or_create(
        connection=connection, defaults=_fields(token, stored.binding)
    )
    return stored


def _fields(token: Token, binding: str) -> dict[str, Any]:
    return {
        "sealed": sealing.seal(token.value, binding),
        "scopes": ",".join(token.scopes),
        "issued_at": token.issued_at,
        "expires_at": token.expires_at,
        "refresh_at": refresh_time(token.issued_at, token.expires_at),
        "refresh_error": "",
    }


def refresh_time(issued_at: datetime, expires_at: datetime | None) -> datetime:
    """When to renew a token: as soon as it is a day old if nobody knows its end, else ten days into its sixty.

    Up to a day later, so that accounts connected together do not ask together.
    """
    earliest = issued_at + YOUNGEST
    if expires_at:
        earliest = max(earliest, expires_at - EARLY)
    return earliest + SPREAD * random.random()


def claim_refresh(stored: AccessToken, until: datetime) -> bool:
    """Moves the time of the next try on. Of two workers with the same row one finds it moved already.

    A worker that dies behind this costs the wait until `until`, and nothing else.
    """
    claimed = AccessToken.objects.filter(pk=stored.pk, refresh_at=stored.refresh_at)
    return claimed.update(refresh_at=until) == 1


def replace_token(stored: AccessToken, token: Token) -> bool:
    """Stores what Instagram gave for `stored`; not if the account was connected anew or left in the meantime."""
    return _same(stored).update(**_fields(token, stored.binding)) == 1


def postpone_refresh(stored: AccessToken, until: datetime, reason: str) -> bool:
    """Remembers why it could not be renewed, and when to try again."""
    return _same(stored).update(refresh_at=until, refresh_error=reason) == 1


def is_current(stored: AccessToken) -> bool:
    """Whether the account still has this token, and not one of a newer connection."""
    return _same(stored).exists()


def _same(stored: AccessToken) -> QuerySet[AccessToken]:
    """The row while it holds this very token. Sealing anew changes the sealed text, but not the time of issue."""
    return AccessToken.objects.filter(pk=stored.pk, issued_at=stored.issued_at)


def opened_token(stored: AccessToken) -> Token:
    """The token as the client wants it. Raises sealing.CannotUnseal."""
    return Token(
        value=stored.unsealed(),
        issued_at=stored.issued_at,
        expires_at=stored.expires_at,
        scopes=tuple(filter(None, stored.scopes.split(","))),
    )


def reencrypt_tokens() -> tuple[int, int]:
    """Seals every token with the first key. Returns (sealed anew, already so); safe to run twice.

    Raises sealing.CannotUnseal when a token's key is gone; tokens before it stay sealed anew.
    """
    renewed = untouched = 0
    for pk in AccessToken.objects.order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            stored = AccessToken.objects.select_for_update().filter(pk=pk).first()
            if stored is None or sealing.is_sealed_with_first_key(stored.sealed):
                untouched += 1
                continue
            stored.sealed = sealing.seal(stored.unsealed(), stored.binding)
            stored.save(update_fields=["sealed"])
            renewed += 1
    return renewed, untouched
