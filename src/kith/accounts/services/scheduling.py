"""When kith syncs an account by itself: set anew after every sync, switched on and off by the user."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from kith.accounts.models import Connection
from kith.accounts.plans import plan_of


def plan_next_sync(connection: Connection, *, now: datetime | None = None) -> None:
    """One interval of the user's plan from now, however the last sync ended: a failure is not repeated in haste.

    An account that must be connected again has no next sync until it is.
    """
    planned = plan_of(connection.user).next_sync_after(now or timezone.now())
    Connection.objects.filter(pk=connection.pk, status=Connection.Status.CONNECTED).update(
        next_sync_at=planned
    )


def let_sync_by_itself(connection: Connection, *, on: bool) -> None:
    """Switched on again behind its time, the account is synced within a minute."""
    Connection.objects.filter(pk=connection.pk).update(syncs_by_itself=on)
