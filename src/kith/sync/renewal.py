"""Renews tokens well before they end, so that nobody has to connect an account again who does not want to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from kith.accounts.instagram import NotConnected, client_for
from kith.accounts.models import AccessToken, Activity, Connection
from kith.accounts.origin import BY_ITSELF
from kith.accounts.sealing import CannotUnseal
from kith.accounts.services.connecting import mark_reconnect_needed
from kith.accounts.services.recording import record_activity
from kith.accounts.services.tokens import (
    claim_refresh,
    is_current,
    postpone_refresh,
    refresh_time,
    replace_token,
)
from kith.core.instagram import (
    InstagramClient,
    InstagramError,
    RefreshRefused,
    TokenDead,
    Transient,
    Unreachable,
)
from kith.sync.budget import BudgetSpent, ConnectionBudget

log = structlog.get_logger("kith.sync")
# A token is due every ten days: twenty a minute are enough for a quarter of a million accounts.
MOST_TOKENS = 20
# No try takes nearly so long: who has claimed a token and is silent for an hour is not there any more.
CLAIM = timedelta(hours=1)
SOON, TOMORROW = timedelta(hours=1), timedelta(hours=24)


class Elsewhere(Exception):
    """The trouble lies on the way to Instagram: the next token would meet it as well."""


def _client_of(connection: Connection) -> InstagramClient:
    return client_for(connection, budget=ConnectionBudget(connection.pk))


def renew_due_tokens(
    *,
    now: datetime | None = None,
    most: int = MOST_TOKENS,
    open_client: Callable[[Connection], InstagramClient] = _client_of,
) -> int:
    """Renews every token whose time has come, each in one worker only. Returns how many were renewed.

    `open_client` opens the account's own client; every call counts in its budget.
    """
    now = now or timezone.now()
    renewed = 0
    for stored in _due(now)[:most]:
        try:
            renewed += _renew(stored, now, open_client)
        except Elsewhere as trouble:
            log.warning("renewing tokens is put off", reason=str(trouble))
            break
    return renewed


def _due(now: datetime) -> QuerySet[AccessToken]:
    """A token without a time was stored before tokens were renewed."""
    due = Q(refresh_at__lte=now) | Q(refresh_at__isnull=True)
    connected = Q(connection__status=Connection.Status.CONNECTED)
    tokens = AccessToken.objects.filter(due, connected).order_by("refresh_at", "pk")
    return tokens.select_related("connection__user")


def _renew(
    stored: AccessToken, now: datetime, open_client: Callable[[Connection], InstagramClient]
) -> bool:
    if stored.refresh_at is None:
        postpone_refresh(stored, refresh_time(stored.issued_at, stored.expires_at), "")
        return False
    if not claim_refresh(stored, now + CLAIM):
        return False
    try:
        with open_client(stored.connection) as client:
            fresh = client.refresh()
    except BudgetSpent as spent:
        postpone_refresh(stored, spent.resume_at, stored.refresh_error)
    except TokenDead as death:
        if is_current(stored):
            mark_reconnect_needed(stored.connection, str(death))
    except InstagramError as error:
        _put_off(stored, error, now)
    except (NotConnected, CannotUnseal) as error:
        _refused(stored, now + TOMORROW, str(error), now)
    else:
        # Killed before this is stored, kith goes on with the old token: renewing gives it no earlier end.
        with transaction.atomic():
            if replace_token(stored, fresh):
                _record(stored, Activity.Kind.TOKEN_REFRESHED)
                return True
    return False


def _put_off(stored: AccessToken, error: InstagramError, now: datetime) -> None:
    """Refused: again tomorrow, and the user can read why. Passing trouble: again in an hour, without a word."""
    reason = f"{error} {error.advice}"
    if isinstance(error, RefreshRefused) or not error.retry:
        _refused(stored, now + TOMORROW, reason, now)
        return
    _refused(stored, now + max(SOON, error.retry_after or SOON), reason, now, is_passing=True)
    if isinstance(error, Unreachable | Transient):
        raise Elsewhere(str(error))


@transaction.atomic
def _refused(
    stored: AccessToken, again_at: datetime, reason: str, now: datetime, *, is_passing: bool = False
) -> None:
    """The activity log tells each reason once, and once more that the end is near."""
    if not postpone_refresh(stored, again_at, reason):
        return
    if stored.ends_soon(now) and not _is_warned(stored):
        ending = f"It ends on {stored.ends_at:%d %B %Y}: connect the account again before then."
        _record(
            stored,
            Activity.Kind.TOKEN_REFRESH_FAILED,
            reason=f"{reason} {ending}",
            ends_at=stored.ends_at.isoformat(),
        )
    elif reason != stored.refresh_error and not is_passing:
        _record(stored, Activity.Kind.TOKEN_REFRESH_FAILED, reason=reason)


def _is_warned(stored: AccessToken) -> bool:
    return Activity.objects.filter(
        connection=stored.connection,
        kind=Activity.Kind.TOKEN_REFRESH_FAILED,
        details__ends_at=stored.ends_at.isoformat(),
    ).exists()


def _record(stored: AccessToken, kind: Activity.Kind, **details: str) -> None:
    record_activity(
        kind,
        user=stored.connection.user,
        connection=stored.connection,
        origin=BY_ITSELF,
        details=details,
    )
