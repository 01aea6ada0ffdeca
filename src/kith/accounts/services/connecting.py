"""Connects Instagram accounts: the trip to the consent page and back, a pasted token, an export alone."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from kith.accounts.models import AccessToken, Activity, ConnectAttempt, Connection, User
from kith.accounts.origin import BY_ITSELF, Origin
from kith.accounts.plans import plan_of
from kith.accounts.services.recording import record_activity
from kith.accounts.services.tokens import store_token
from kith.core.instagram import InstagramClient, Token
from kith.core.records import ProfileRecord

STATE_LIFETIME = timedelta(minutes=10)


class ConnectRefused(Exception):
    """The way back from Instagram is not one that we opened. The text tells the person what to do."""


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def start_connecting(user: User, session_key: str, *, now: datetime | None = None) -> str:
    """Opens an attempt and returns its state: unguessable, single use, ten minutes, this session only."""
    now = now or timezone.now()
    state = secrets.token_urlsafe(32)
    ConnectAttempt.objects.filter(user=user, expires_at__lt=now - timedelta(days=1)).delete()
    ConnectAttempt.objects.create(
        user=user,
        state_hash=_hash(state),
        session_hash=_hash(session_key),
        created_at=now,
        expires_at=now + STATE_LIFETIME,
    )
    return state


def use_attempt(user: User, session_key: str, state: str, *, now: datetime | None = None) -> None:
    """Spends the attempt that `state` belongs to. Raises ConnectRefused when forged, replayed or late."""
    now = now or timezone.now()
    attempt = ConnectAttempt.objects.filter(state_hash=_hash(state), user=user).first()
    if attempt is None or not hmac.compare_digest(attempt.session_hash, _hash(session_key)):
        raise ConnectRefused(
            "This answer does not belong to a connection that you started in this browser. "
            "Nothing was connected; please start again from here."
        )
    if attempt.is_expired(now):
        raise ConnectRefused(
            "This connection was started more than ten minutes ago and has expired. Please start again."
        )
    # One conditional update decides: of two requests with the same state, one finds no row left.
    if not ConnectAttempt.objects.filter(pk=attempt.pk, used_at__isnull=True).update(used_at=now):
        raise ConnectRefused(
            "This answer from Instagram was used already. If the account is not listed below, please start again."
        )


def token_from_code(client: InstagramClient, code: str) -> Token:
    """Exchanges the code of the callback for a long-lived token. Raises InstagramError."""
    short = client.exchange_code(code)
    return client.exchange_long_lived(short)


@transaction.atomic
def store_connection(
    user: User, profile: ProfileRecord, token: Token, *, origin: Origin, how: str
) -> Connection:
    """Stores the account that `token` belongs to; an account known from exports becomes a connected one."""
    connection = connection_for_account(user, profile)
    connection.status = Connection.Status.CONNECTED
    connection.connected_at = timezone.now()
    connection.next_sync_at = plan_of(user).next_sync_after(connection.connected_at)
    connection.lists_offered = None
    connection.save()
    store_token(connection, token)
    record_activity(
        Activity.Kind.INSTAGRAM_CONNECTED,
        user=user,
        connection=connection,
        origin=origin,
        details={"how": how, "permissions": list(token.scopes)},
    )
    return connection


def connection_for_account(user: User, profile: ProfileRecord) -> Connection:
    """The user's connection of this account, by id and else by name, with the profile filled in and saved."""
    mine = Connection.objects.select_for_update().filter(user=user)
    connection = _known_by_id(mine, profile)
    by_name = mine.filter(username=profile.username).first()
    if connection is None:
        has_no_id = by_name and not by_name.instagram_user_id and not by_name.app_scoped_id
        connection = by_name if by_name and has_no_id else Connection(user=user)
    if by_name and by_name.pk != connection.pk:
        # The name has moved on to another account; the old holder keeps its history under a marked name.
        by_name.username = f"{by_name.username[:40]}~{by_name.pk}"
        by_name.save(update_fields=["username"])
    fill_in_profile(connection, profile)
    connection.save()
    return connection


def _known_by_id(mine: QuerySet[Connection], profile: ProfileRecord) -> Connection | None:
    for field in ("instagram_user_id", "app_scoped_id"):
        told = getattr(profile, field)
        found = mine.filter(**{field: told}).first() if told else None
        if found:
            return found
    return None


def fill_in_profile(connection: Connection, profile: ProfileRecord) -> None:
    """Copies what the profile tells onto the connection; what it does not tell stays as it was."""
    for field in profile.__struct_fields__:
        value = getattr(profile, field)
        if value is not None:
            setattr(connection, field, value)


def connection_by_export(user: User, username: str) -> Connection:
    """The connection that an export of `username` belongs to, made if need be."""
    connection, _ = Connection.objects.get_or_create(user=user, username=username)
    return connection


@transaction.atomic
def disconnect(connection: Connection, *, origin: Origin) -> None:
    """Forgets the token and keeps the people. Instagram offers no call that revokes a token."""
    AccessToken.objects.filter(connection=connection).delete()
    Connection.objects.filter(pk=connection.pk).update(status=Connection.Status.EXPORTS_ONLY)
    record_activity(
        Activity.Kind.INSTAGRAM_DISCONNECTED,
        user=connection.user,
        connection=connection,
        origin=origin,
    )


@transaction.atomic
def mark_reconnect_needed(connection: Connection, reason: str) -> None:
    """The token is dead: the data stay, the user is told once and asked to connect again; until then nothing is due."""
    connected = Connection.objects.filter(pk=connection.pk, status=Connection.Status.CONNECTED)
    if connected.update(status=Connection.Status.RECONNECT_NEEDED, next_sync_at=None):
        record_activity(
            Activity.Kind.RECONNECT_NEEDED,
            user=connection.user,
            connection=connection,
            origin=BY_ITSELF,
            details={"reason": reason},
        )


@transaction.atomic
def forget_connection(connection: Connection, *, origin: Origin) -> None:
    """Deletes the account with everything known about its people. Twice does no harm, the log keeps one line."""
    # From here on nobody adds to what belongs to the account, and whoever is about it already is waited for: one row
    # that is added behind a deletion would undo the whole of it.
    here = Connection.objects.select_for_update().filter(pk=connection.pk).first()
    if here is None:
        return
    record_activity(
        Activity.Kind.CONNECTION_FORGOTTEN,
        user=connection.user,
        connection=None,
        origin=origin,
        details={"account": here.username},
    )
    here.delete()
