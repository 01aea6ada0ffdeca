"""Builds Instagram clients from the settings and a connection's stored token."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.conf import settings

from kith.accounts.models import AccessToken, Connection
from kith.accounts.services.tokens import opened_token
from kith.core.instagram import CallBudget, InstagramClient, InstagramConfig, Token


class NotConnected(Exception):
    """The connection has no token: it is tracked by exports, or was disconnected."""


def instagram_config(redirect_uri: str = "") -> InstagramConfig:
    """`redirect_uri` is where the browser comes back to; a setting overrides the address of the request."""
    return InstagramConfig(
        app_id=settings.INSTAGRAM_APP_ID,
        app_secret=settings.INSTAGRAM_APP_SECRET,
        redirect_uri=settings.INSTAGRAM_REDIRECT_URI or redirect_uri,
        authorize_url=settings.INSTAGRAM_AUTHORIZE_URL,
        token_url=settings.INSTAGRAM_TOKEN_URL,
        graph_url=settings.INSTAGRAM_GRAPH_URL,
        graph_version=settings.INSTAGRAM_GRAPH_VERSION,
    )


def client_with(
    token: Token | None, *, redirect_uri: str = "", budget: CallBudget | None = None
) -> InstagramClient:
    return InstagramClient(instagram_config(redirect_uri), token, budget=budget)


def client_for(
    connection: Connection,
    *,
    budget: CallBudget | None = None,
    sleep: Callable[[float], object] = time.sleep,
) -> InstagramClient:
    """Raises NotConnected, or sealing.CannotUnseal when the key of the stored token is gone.

    `sleep` waits between tries; it may raise, to leave earlier.
    """
    stored = AccessToken.objects.filter(connection=connection).first()
    if stored is None:
        raise NotConnected(f"{connection.username} is not connected to Instagram.")
    token = opened_token(stored)
    return InstagramClient(instagram_config(), token, budget=budget, sleep=sleep)
