"""Writes the activity log."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from kith.accounts.models import Activity, Connection, User
from kith.accounts.origin import USER_AGENT_LENGTH, Origin


def record_activity(
    kind: Activity.Kind,
    *,
    user: User,
    origin: Origin,
    connection: Connection | None = None,
    details: dict[str, Any] | None = None,
) -> Activity:
    """Adds a line. The account's name is copied, so that the line outlives the connection."""
    return Activity.objects.create(
        user=user,
        connection=connection,
        account=connection.username if connection else "",
        kind=kind,
        details=details or {},
        address=origin.address,
        user_agent=origin.user_agent[:USER_AGENT_LENGTH],
        at=timezone.now(),
    )
