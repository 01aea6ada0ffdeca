"""Loads what belongs to the signed-in user, or answers 404: no view can forget whose things it shows."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import cast

from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, resolve_url
from django.utils.http import urlencode

from kith.accounts.models import Connection, User
from kith.accounts.origin import Origin
from kith.accounts.queries import connections_of
from kith.people.models import KeptPerson, Person
from kith.sync.models import SyncJob
from kith.sync.queries import jobs_of
from kith.unfollow.models import Unfollow

CHOSEN = "connection"
KNOWN = "kith_connections"


def wants_json(request: HttpRequest) -> bool:
    """Whether the caller is a program: it asks for JSON and not for a page."""
    accepted = request.headers.get("Accept", "")
    return "application/json" in accepted and "text/html" not in accepted


def signed_in(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Lets signed-in users through; others get the login page, or 401 when they asked for JSON."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        if wants_json(request):
            return JsonResponse({"error": "Please sign in."}, status=401)
        query = urlencode({"next": request.get_full_path()}) if request.method == "GET" else ""
        return HttpResponseRedirect(
            f"{resolve_url(settings.LOGIN_URL)}{'?' if query else ''}{query}"
        )

    return guarded


def user_of(request: HttpRequest) -> User:
    return cast("User", request.user)


def origin_of(request: HttpRequest) -> Origin:
    """The client's address, as the middleware settled it, and its user agent."""
    return Origin(
        address=request.META.get("REMOTE_ADDR") or None,
        user_agent=request.headers.get("User-Agent", ""),
    )


def own_connections(request: HttpRequest) -> QuerySet[Connection]:
    return connections_of(user_of(request))


def known_connections(request: HttpRequest) -> list[Connection]:
    """The user's accounts by name, as they were when the request first asked."""
    known: list[Connection] | None = getattr(request, KNOWN, None)
    if known is None:
        known = list(own_connections(request))
        for connection in known:
            connection.user = user_of(request)
        setattr(request, KNOWN, known)
    return known


def current_connection(request: HttpRequest) -> Connection | None:
    """The account the user looks at: the chosen one, else the first by name."""
    mine, chosen = known_connections(request), request.session.get(CHOSEN)
    return next((each for each in mine if each.pk == chosen), mine[0] if mine else None)


def chosen_connection(request: HttpRequest) -> Connection:
    """The account the user looks at; 404 for somebody who has none yet."""
    connection = current_connection(request)
    if connection is None:
        raise Http404
    return connection


def choose_connection(request: HttpRequest, connection: Connection) -> None:
    request.session[CHOSEN] = connection.pk


def connection_for(request: HttpRequest, connection_id: int) -> Connection:
    return get_object_or_404(own_connections(request), pk=connection_id)


def job_for(request: HttpRequest, job_id: int) -> SyncJob:
    return get_object_or_404(jobs_of(user_of(request)), pk=job_id)


def person_for(request: HttpRequest, person_id: int) -> Person:
    people = Person.objects.select_related("connection", "insight", "kept").filter(
        connection__user=user_of(request)
    )
    return get_object_or_404(people, pk=person_id)


def unfollow_for(request: HttpRequest, unfollow_id: int) -> Unfollow:
    mine = Unfollow.objects.select_related("connection__user", "person")
    return get_object_or_404(mine.filter(connection__user=user_of(request)), pk=unfollow_id)


def kept_for(request: HttpRequest, kept_id: int) -> KeptPerson:
    mine = KeptPerson.objects.select_related("connection__user")
    return get_object_or_404(mine.filter(connection__user=user_of(request)), pk=kept_id)
