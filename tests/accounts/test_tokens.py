"""Stored tokens are sealed, bound to their connection, and move to a new key when asked."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta

import pytest
from pytest_django import Settings

from kith.accounts.instagram import NotConnected, client_for
from kith.accounts.models import AccessToken, Connection, User
from kith.accounts.sealing import CannotUnseal, is_sealed_with_first_key
from kith.accounts.services.tokens import (
    opened_token,
    postpone_refresh,
    reencrypt_tokens,
    refresh_time,
    replace_token,
    store_token,
)
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


def test_a_stored_token_is_renewed_ten_days_into_its_sixty_or_when_it_is_a_day_old(
    connection: Connection,
) -> None:
    for token, earliest in ((TOKEN, 10), (Token(value="IGAAinvented0002", issued_at=NOW), 1)):
        refresh_at = store_token(connection, token).refresh_at
        assert refresh_at
        assert timedelta(days=earliest) <= refresh_at - NOW <= timedelta(days=earliest + 1)


def test_tokens_stored_together_are_renewed_apart() -> None:
    times = {refresh_time(NOW, None) for _ in range(100)}
    assert len(times) > 90
    assert max(times) - min(times) > timedelta(hours=12)


def test_a_token_that_lives_shorter_is_still_not_renewed_before_it_is_a_day_old() -> None:
    assert refresh_time(NOW, NOW + timedelta(days=5)) >= NOW + timedelta(days=1)


def test_a_token_ends_soon_ten_days_before_its_end(connection: Connection) -> None:
    stored = store_token(connection, TOKEN)
    assert not stored.ends_soon(NOW + timedelta(days=50))
    assert stored.ends_soon(NOW + timedelta(days=50, seconds=1))
    unknown = store_token(connection, Token(value="IGAAinvented0002", issued_at=NOW))
    assert unknown.ends_at == NOW + timedelta(days=60)


def test_a_new_token_forgets_what_went_wrong_with_the_old(connection: Connection) -> None:
    stored = store_token(connection, TOKEN)
    assert postpone_refresh(stored, NOW, "Instagram is silent.")
    assert AccessToken.objects.get().refresh_error == "Instagram is silent."
    store_token(connection, TOKEN)
    assert AccessToken.objects.get().refresh_error == ""


def test_sealing_anew_while_a_token_is_renewed_loses_neither(
    connection: Connection, settings: Settings
) -> None:
    stored = store_token(connection, TOKEN)
    settings.ENCRYPTION_KEYS = [os.urandom(32), *settings.ENCRYPTION_KEYS]
    reencrypt_tokens()
    renewed = Token(value="IGAAinventedtoken0002", issued_at=NOW + timedelta(days=11))
    assert replace_token(stored, renewed)
    assert AccessToken.objects.get().unsealed() == renewed.value
    assert not replace_token(stored, TOKEN)
