"""A key to Instagram that ends soon and could not be renewed: what its user should know and do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from kith.accounts.models import AccessToken, Connection


@dataclass(frozen=True)
class EndingKey:
    """When it ends, and why it is still the old one."""

    username: str
    ends_at: datetime
    reason: str

    @classmethod
    def of(cls, connection: Connection) -> EndingKey | None:
        """None while there is nothing to do."""
        token: AccessToken | None = getattr(connection, "token", None)
        is_connected = connection.status == Connection.Status.CONNECTED
        if token is None or not is_connected or not token.ends_soon(timezone.now()):
            return None
        reason = token.refresh_error or "No worker has tried to renew it yet."
        return cls(connection.username, token.ends_at, reason)
