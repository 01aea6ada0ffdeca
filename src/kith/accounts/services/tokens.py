"""Keeps tokens: stores them sealed, seals them anew with the first key."""

from __future__ import annotations

from django.db import transaction

from kith.accounts import sealing
from kith.accounts.models import AccessToken, Connection
from kith.core.instagram import Token


def store_token(connection: Connection, token: Token) -> AccessToken:
    """Replaces the connection's token."""
    stored = AccessToken(connection=connection)
    stored, _ = AccessToken.objects.update_or_create(
        connection=connection,
        defaults={
            "sealed": sealing.seal(token.value, stored.binding),
            "scopes": ",".join(token.scopes),
            "issued_at": token.issued_at,
            "expires_at": token.expires_at,
        },
    )
    return stored


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
