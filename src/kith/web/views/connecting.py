"""The trip to Instagram's consent page and back."""

from __future__ import annotations

from contextlib import suppress

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from kith.accounts.instagram import client_with
from kith.accounts.models import Connection
from kith.accounts.services import connecting
from kith.core.instagram import InstagramError, Token, code_from_callback
from kith.sync.budget import Tally
from kith.sync.services.jobs import JobUnderWay, queue_sync
from kith.sync.services.subscribing import subscribe
from kith.web.access import choose_connection, origin_of, signed_in, user_of


def redirect_uri(request: HttpRequest) -> str:
    return request.build_absolute_uri(reverse("instagram-callback"))


@signed_in
@require_POST
def connect_instagram(request: HttpRequest) -> HttpResponse:
    """302 to Instagram, with a state that only this session can bring back."""
    if not request.session.session_key:
        request.session.create()
    state = connecting.start_connecting(user_of(request), request.session.session_key or "")
    with client_with(None, redirect_uri=redirect_uri(request)) as client:
        return HttpResponseRedirect(client.authorization_url(state))


@signed_in
@require_safe
def instagram_callback(request: HttpRequest) -> HttpResponse:
    """302 to the dashboard, or back to the settings with what went wrong."""
    try:
        connecting.use_attempt(
            user_of(request), request.session.session_key or "", request.GET.get("state", "")
        )
        connection = _connected(request)
    except connecting.ConnectRefused as error:
        messages.error(request, str(error))
        return redirect("settings")
    except InstagramError as error:
        messages.error(request, f"{error} {error.advice}")
        return redirect("settings")
    messages.success(request, f"{connection.username} is connected; the first sync is under way.")
    return redirect("dashboard")


def _connected(request: HttpRequest) -> Connection:
    code = code_from_callback(request.GET)
    with client_with(None, redirect_uri=redirect_uri(request)) as client:
        token = connecting.token_from_code(client, code)
    return store_and_sync(request, token, how="oauth")


def store_and_sync(request: HttpRequest, token: Token, *, how: str) -> Connection:
    """Asks whose token it is, then stores the connection and queues its first sync in one transaction."""
    tally = Tally()
    with client_with(token, budget=tally) as client:
        profile = client.own_account()
    with transaction.atomic():
        connection = connecting.store_connection(
            user_of(request), profile, token, origin=origin_of(request), how=how
        )
        tally.book(connection.pk)
        # Connected anew during a sync: the one under way will do.
        with suppress(JobUnderWay):
            queue_sync(connection, origin=origin_of(request))
    subscribe(connection)
    choose_connection(request, connection)
    return connection
