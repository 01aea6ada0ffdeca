"""The settings: accounts and how they are synced, a pasted token, the time zone."""

from __future__ import annotations

import zoneinfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from kith.accounts.models import Connection
from kith.accounts.services import connecting
from kith.accounts.services.scheduling import let_sync_by_itself
from kith.core.instagram import InstagramError, Token
from kith.sync.queries import active_job
from kith.sync.services.jobs import cancel_job
from kith.sync.services.subscribing import unsubscribe
from kith.sync.services.withdrawing import forget_account
from kith.web.access import (
    choose_connection,
    connection_for,
    current_connection,
    origin_of,
    signed_in,
    user_of,
)
from kith.web.pages.settings import settings_page
from kith.web.views.connecting import redirect_uri, store_and_sync


def _page(request: HttpRequest, token_error: str = "", status: int = 200) -> HttpResponse:
    page = settings_page(
        user_of(request), current_connection(request), redirect_uri(request), token_error
    )
    return render(request, "settings.html", {"page": page}, status=status)


@signed_in
@require_safe
def settings(request: HttpRequest) -> HttpResponse:
    return _page(request)


@signed_in
@require_POST
def settings_token(request: HttpRequest) -> HttpResponse:
    """Connects by a token from the app dashboard. Nobody tells when it expires: known after its first refresh."""
    value = request.POST.get("token", "").strip()
    try:
        token = Token(value=value, issued_at=timezone.now(), expires_at=None, scopes=())
    except ValueError:
        return _page(
            request,
            "That is not a token: it is one long word, copied whole from the app dashboard.",
            422,
        )
    try:
        connection = store_and_sync(request, token, how="token")
    except InstagramError as error:
        return _page(request, f"{error} {error.advice}", 422)
    messages.success(request, f"{connection.username} is connected; the first sync is under way.")
    return redirect("dashboard")


@signed_in
@require_POST
def settings_time_zone(request: HttpRequest) -> HttpResponse:
    """An empty zone means: as the browser says."""
    zone = request.POST.get("time_zone", "")
    if zone and zone not in zoneinfo.available_timezones():
        messages.error(request, "There is no such time zone.")
        return redirect("settings")
    user = user_of(request)
    user.time_zone = zone
    user.save(update_fields=["time_zone"])
    messages.success(request, "The time zone was saved.")
    return redirect("settings")


@signed_in
@require_POST
def connection_choose(request: HttpRequest, connection_id: int) -> HttpResponse:
    choose_connection(request, connection_for(request, connection_id))
    return redirect("dashboard")


@signed_in
@require_POST
def connection_automatic(request: HttpRequest, connection_id: int) -> HttpResponse:
    """Lets kith sync the account by itself (`on=1`), or only when asked."""
    connection = connection_for(request, connection_id)
    is_on = request.POST.get("on") == "1"
    let_sync_by_itself(connection, on=is_on)
    how = "by itself" if is_on else "only when you ask for it"
    messages.success(request, f"{connection.username} is synced {how}.")
    return redirect("settings")


@signed_in
@require_POST
def connection_disconnect(request: HttpRequest, connection_id: int) -> HttpResponse:
    connection = connection_for(request, connection_id)
    _cancel_running(connection)
    unsubscribe(connection)
    connecting.disconnect(connection, origin=origin_of(request))
    messages.success(
        request,
        f"{connection.username} is disconnected; its people stay. To withdraw the permission as well, remove the "
        "app in Instagram's settings, under “Apps and websites”.",
    )
    return redirect("settings")


def _cancel_running(connection: Connection) -> None:
    running = active_job(connection)
    if running:
        cancel_job(running)


@signed_in
@require_POST
def connection_forget(request: HttpRequest, connection_id: int) -> HttpResponse:
    connection = connection_for(request, connection_id)
    unsubscribe(connection)
    forget_account(connection, origin=origin_of(request))
    messages.success(request, f"Everything about {connection.username} was deleted.")
    return redirect("settings")
