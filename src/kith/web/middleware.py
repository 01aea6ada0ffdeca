"""Settles, before anything else looks: which address a request came from, and in which zone its times are shown."""

from __future__ import annotations

import ipaddress
import zoneinfo
from collections.abc import Callable
from urllib.parse import unquote

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

Answer = Callable[[HttpRequest], HttpResponse]
FORM_BYTES = 1024 * 1024  # What a form adds to its files: names, fields, the marks between them.
TIME_ZONE_COOKIE = "time-zone"


class ForwardedMiddleware:
    """Believes X-Forwarded-For and X-Forwarded-Proto from trusted proxies only.

    Addresses are read from the right: the last one that is not a trusted proxy is the client. What stands further
    left was written by the client itself and proves nothing.
    """

    def __init__(self, answer: Answer) -> None:
        self._answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        peer = request.META.get("REMOTE_ADDR", "")
        if _is_trusted(peer):
            request.META["REMOTE_ADDR"] = _client_behind(
                peer, request.META.get("HTTP_X_FORWARDED_FOR", "")
            )
            if request.META.get("HTTP_X_FORWARDED_PROTO", "").strip().lower() == "https":
                request.META["wsgi.url_scheme"] = "https"
                request.environ["wsgi.url_scheme"] = "https"  # type: ignore[attr-defined]
        return self._answer(request)


def _is_trusted(address: str) -> bool:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(parsed in network for network in settings.TRUSTED_PROXIES)


def _client_behind(peer: str, forwarded: str) -> str:
    client = peer
    for hop in reversed([part.strip() for part in forwarded.split(",") if part.strip()]):
        try:
            client = str(ipaddress.ip_address(hop))
        except ValueError:
            break
        if not _is_trusted(client):
            break
    return client


class UploadLimitMiddleware:
    """Refuses what announces to be too large before a byte of it is written to disk."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        announced = request.META.get("CONTENT_LENGTH") or "0"
        if announced.isdecimal() and int(announced) > settings.UPLOAD_LIMIT_BYTES + FORM_BYTES:
            return HttpResponse(
                "This is larger than this kith accepts. Use the command `kith import` instead.",
                status=413,
                content_type="text/plain; charset=utf-8",
            )
        return self._answer(request)


class TimeZoneMiddleware:
    """Shows times in the user's zone, else in the browser's (a script keeps it in a cookie), else in UTC."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = getattr(request.user, "time_zone", "") or unquote(
            request.COOKIES.get(TIME_ZONE_COOKIE, "")
        )
        with timezone.override(_zone(chosen)):
            return self._answer(request)


def _zone(name: str) -> zoneinfo.ZoneInfo:
    try:
        return zoneinfo.ZoneInfo(name or "UTC")
    except (ValueError, OSError, zoneinfo.ZoneInfoNotFoundError):
        return zoneinfo.ZoneInfo("UTC")
