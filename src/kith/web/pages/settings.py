"""The settings: accounts, the Instagram app in use, the time zone."""

from __future__ import annotations

import zoneinfo
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse

from kith.accounts.models import AccessToken, Connection, User
from kith.accounts.queries import connections_of
from kith.web.pages.keys import EndingKey


@dataclass(frozen=True)
class ConnectionLine:
    """One account with what can be done about it."""

    id: int
    username: str
    name: str
    is_api: bool
    status_word: str
    needs_reconnect: bool
    token_expires_at: datetime | None
    ending_key: EndingKey | None
    last_synced_at: datetime | None
    syncs_by_itself: bool
    next_sync_at: datetime | None
    is_current: bool
    choose_url: str
    automatic_url: str
    disconnect_url: str
    forget_url: str

    @classmethod
    def of(cls, connection: Connection, current: Connection | None) -> ConnectionLine:
        token: AccessToken | None = getattr(connection, "token", None)
        return cls(
            id=connection.pk,
            username=connection.username,
            name=connection.name,
            is_api=connection.is_api,
            status_word=connection.get_status_display(),
            needs_reconnect=connection.needs_reconnect,
            token_expires_at=token.expires_at if token else None,
            ending_key=EndingKey.of(connection),
            last_synced_at=connection.last_synced_at,
            syncs_by_itself=connection.syncs_by_itself,
            next_sync_at=connection.automatic_sync_at,
            is_current=current is not None and current.pk == connection.pk,
            choose_url=reverse("connection-choose", args=[connection.pk]),
            automatic_url=reverse("connection-automatic", args=[connection.pk]),
            disconnect_url=reverse("connection-disconnect", args=[connection.pk]),
            forget_url=reverse("connection-forget", args=[connection.pk]),
        )


@dataclass(frozen=True)
class InstagramApp:
    """Which Instagram this kith talks to."""

    is_sandbox: bool
    host: str
    redirect_uri: str


@dataclass(frozen=True)
class SettingsPage:
    """Everything a user can set."""

    connections: list[ConnectionLine]
    instagram: InstagramApp
    token_error: str
    time_zone: str
    time_zones: list[str]


def settings_page(
    user: User, current: Connection | None, redirect_uri: str, token_error: str = ""
) -> SettingsPage:
    return SettingsPage(
        connections=[ConnectionLine.of(connection, current) for connection in connections_of(user)],
        instagram=InstagramApp(
            is_sandbox=settings.INSTAGRAM_IS_SANDBOX,
            host=urlsplit(settings.INSTAGRAM_GRAPH_URL).netloc,
            redirect_uri=settings.INSTAGRAM_REDIRECT_URI or redirect_uri,
        ),
        token_error=token_error,
        time_zone=user.time_zone,
        time_zones=sorted(
            zone for zone in zoneinfo.available_timezones() if "/" in zone or zone == "UTC"
        ),
    )
