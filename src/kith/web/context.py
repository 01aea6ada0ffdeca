"""What every template may use besides its page."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from kith.web.access import current_connection, known_connections
from kith.web.pages.dashboard import ConnectionCard


def site(request: HttpRequest) -> dict[str, Any]:
    """`kith_version`, whether sign-up is open, and lazily the user's accounts for the switcher."""
    is_signed_in = request.user.is_authenticated if hasattr(request, "user") else False
    return {
        "kith_version": settings.VERSION,
        "signup_open": settings.ACCOUNT_ALLOW_SIGNUPS,
        "instagram_is_sandbox": settings.INSTAGRAM_IS_SANDBOX,
        "my_connections": SimpleLazyObject(
            lambda: list(map(ConnectionCard.of, known_connections(request))) if is_signed_in else []
        ),
        "my_connection": SimpleLazyObject(lambda: _current_card(request) if is_signed_in else None),
    }


def _current_card(request: HttpRequest) -> ConnectionCard | None:
    connection = current_connection(request)
    return ConnectionCard.of(connection) if connection else None
