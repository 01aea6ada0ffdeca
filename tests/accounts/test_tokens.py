"""Stored tokens are sealed, bound to their connection, and move to a new key when asked."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta

import pytest
from pytest_django import Settings

from kith.accounts.instagram import NotConnected, client_for
from kith.accounts.models import AccessToken, Connection, User
from kith.accounts.sealing import CannotUnseal, is_sealed_with_first_key
from kith.accounts.services.tokens import opened_token, reencrypt_tokens, store_token
from kith.core.instagram import Token
from tests import factories

pytestmark = [pytest.mark.database, pytest.mark.django_db]

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
TOKEN = Token(
    value="IGAAinventedtoken0001",
    issued_at=NOW,
    expires_at=NOW + timedelta(days=60),
    scopes=("instagram_business_basic", "instagram_business_manage_comments"),
)


def test_a_stored_token_is_the_same_when_opened(connection: Connection) -> None:
    store_token(connection, TOKEN)
    stored = AccessToken.objects.get()
    assert TOKEN.value not in str(AccessToken.objects.values()[0])
    assert TOKEN.value not in f"{stored} {stored!r}"
    assert opened_token(stored) == TOKEN


def test_a_token_without_scopes_has_none(connection: Connection) -> None:
    store_token(connection, Token(value="IGAAinvented0002", issued_at=NOW))
    assert opened_token(AccessToken.objects.get()).scopes == ()


def test_a_token_moved_to_another_connection_does_not_open(alice: User, bob: User) -> None:
    mine, theirs = factories.make_connection(alice), factories.make_connection(bob)
    stolen = store_token(mine, TOKEN).sealed
    AccessToken.objects.update(connection=theirs)
    assert AccessToken.objects.get().sealed == stolen
    with pytest.raises(CannotUnseal):
        client_for(theirs)
    with pytest.raises(NotConnected, match="alice"):
        client_for(mine)


def test_all_tokens_move_to_the_first_key(alice: User, settings: Settings) -> None:
    old, new = os.urandom(32), os.urandom(32)
    settings.ENCRYPTION_KEYS = [old]
    for name in ("alice.paints", "alice.bakes"):
        store_token(factories.make_connection(alice, name), TOKEN)
    settings.ENCRYPTION_KEYS = [new, old]
    assert reencrypt_tokens() == (2, 0)
    assert reencrypt_tokens() == (0, 2)
    settings.ENCRYPTION_KEYS = [new]
    for stored in AccessToken.objects.all():
        assert is_sealed_with_first_key(stored.sealed)
        assert opened_token(stored) == TOKEN


def test_a_lost_key_is_said_when_tokens_are_sealed_anew(
    connection: Connection, settings: Settings
) -> None:
    store_token(connection, TOKEN)
    settings.ENCRYPTION_KEYS = [os.urandom(32)]
    with pytest.raises(CannotUnseal, match="ENCRYPTION_KEY"):
        reencrypt_tokens()
