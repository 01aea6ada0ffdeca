"""The ranked list: as a page, as a part of one for htmx, as a file; and whom the user has picked on it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_POST, require_safe

from kith.accounts.models import Connection
from kith.core.scoring import explain
from kith.core.wording import count
from kith.people import ranking, reports
from kith.people.models import computed_insight
from kith.people.queries import latest_snapshot
from kith.people.services.keeping import keep_all
from kith.web.access import (
    chosen_connection,
    current_connection,
    origin_of,
    person_for,
    signed_in,
    wants_json,
)
from kith.web.downloads import download
from kith.web.pages.keep_list import added_url
from kith.web.pages.marks import insight_of
from kith.web.pages.ranked import ground_of, ranked_page
from kith.web.pages.ranked_query import RankedQuery
from kith.web.selection import deselect, deselect_all, select, selected
from kith.web.templatetags.kith_text import explained


@signed_in
@require_safe
def ranked(request: HttpRequest) -> HttpResponse:
    connection = current_connection(request)
    query = RankedQuery.from_address(request.GET)
    page = ranked_page(connection, query, selected(request, connection) if connection else [])
    is_partial = (
        request.headers.get("HX-Request") == "true"
        and "HX-History-Restore-Request" not in request.headers
    )
    template = "_ranked_results.html" if is_partial and page else "ranked.html"
    return render(request, template, {"page": page})


@signed_in
@require_safe
def ranked_file(request: HttpRequest, kind: str) -> HttpResponseBase:
    """Whatever the filters of the address leave, in the address's order."""
    connection = chosen_connection(request)
    query = RankedQuery.from_address(request.GET)
    return download(_rows(connection, query), f"{connection.username}-ranked", kind)


def _rows(connection: Connection, query: RankedQuery) -> Iterator[Iterable[object]]:
    yield reports.RANKED_COLUMNS
    people = ranking.people_in_order(_standing(connection, query).people)
    for row in reports.ranked_documents(people):
        yield [row[column] for column in reports.RANKED_COLUMNS]


def _standing(connection: Connection, query: RankedQuery) -> ranking.Standing:
    ground = ground_of(connection, latest_snapshot(connection))
    return ranking.standing(
        connection, query.filters, ground, sort=query.sort, downwards=query.downwards
    )


@signed_in
@require_safe
def person_explanation(request: HttpRequest, person_id: int) -> HttpResponse:
    """Why somebody's score is what it is: the part that the ranked list shows beside its line."""
    insight = insight_of(person_for(request, person_id))
    if insight is None:
        raise Http404
    return HttpResponse(explained(explain(computed_insight(insight))))


@signed_in
@require_POST
def ranked_selection(request: HttpRequest) -> HttpResponse:
    """Picks people: `all` results of the filters, `none`, or those ticked of those shown (`person`, `shown`).

    Afterwards `then` may ask for the review, or for keeping everybody picked.
    """
    connection = chosen_connection(request)
    query = QueryDict(request.POST.get("query", "")[:2_000])
    action = request.POST.get("action", "")
    if action == "none":
        deselect_all(request)
    elif action == "all":
        select(request, connection, _standing(connection, RankedQuery.from_address(query)).people)
    else:
        # A tab that was left open may still show another account's people.
        own = connection.people.filter(pk__in=_numbers(request, "person"))
        ticked = list(own.values_list("pk", flat=True))
        deselect(request, connection, set(_numbers(request, "shown")) - set(ticked))
        select(request, connection, ticked)
    said, url = _keep_selected(request, connection) if action == "keep" else ("", "")
    if wants_json(request):
        told = {"message": said, "url": url} if said else {}
        return JsonResponse({"selected": len(selected(request, connection)), **told})
    if action == "review":
        return redirect("unfollow-review")
    if said:
        messages.success(request, format_html('{} <a href="{}">Show them</a>', said, url))
    return redirect(f"{request.path.removesuffix('/selection')}?{query.urlencode()}")


def _numbers(request: HttpRequest, name: str) -> list[int]:
    return [int(text) for text in request.POST.getlist(name) if text.isdecimal() and len(text) < 19]


def _keep_selected(request: HttpRequest, connection: Connection) -> tuple[str, str]:
    """Keeps everybody picked; says what that did, and where it is to be seen."""
    picked = selected(request, connection)
    kept = keep_all(connection, picked, origin=origin_of(request))
    deselect_all(request)
    if not kept:
        said = "They were on the keep list already." if picked else "Nobody was selected."
        return said, reverse("keep-list")
    return f"{count(len(kept), 'person', 'people')} added to the keep list.", added_url(kept[0])
