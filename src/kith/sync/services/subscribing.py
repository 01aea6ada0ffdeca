"""Has Instagram deliver what happens to an account. Where it does not, each sync looks for itself (polling.py)."""

from __future__ import annotations

from collections.abc import Callable

import structlog
from django.conf import settings

from kith.accounts.instagram import NotConnected, client_for
from kith.accounts.models import AccessToken, Connection
from kith.accounts.sealing import CannotUnseal
from kith.core.instagram import InstagramClient, InstagramError, fields_for
from kith.sync.budget import BudgetSpent, ConnectionBudget

log = structlog.get_logger("kith.sync")


def subscribe(connection: Connection) -> bool:
    """Asks for whatever the token's permissions allow. A refusal is noted in the log and harms nothing."""
    token = AccessToken.objects.filter(connection=connection).first()
    names = fields_for(filter(None, token.scopes.split(","))) if token else ()
    return bool(names) and _ask(connection, lambda client: client.subscribe(names))


def unsubscribe(connection: Connection) -> bool:
    """Ends the deliveries, unless somebody else has connected the same account: they are made to the app as a whole."""
    others = Connection.objects.filter(
        instagram_user_id=connection.instagram_user_id, status=Connection.Status.CONNECTED
    )
    if others.exclude(pk=connection.pk).exists():
        return False
    return _ask(connection, lambda client: client.unsubscribe())


def _ask(connection: Connection, call: Callable[[InstagramClient], None]) -> bool:
    if not settings.INSTAGRAM_WEBHOOK_TOKEN:
        return False
    try:
        with client_for(connection, budget=ConnectionBudget(connection.pk)) as client:
            call(client)
    except (InstagramError, BudgetSpent, NotConnected, CannotUnseal) as trouble:
        log.warning("deliveries not settled", connection=connection.pk, reason=str(trouble))
        return False
    return True
