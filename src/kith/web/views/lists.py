"""The lists of people, as pages and as files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from kith.accounts.models import Connection
from kith.people import reports
from kith.web.access import current_connection, signed_in
from kith.web.downloads import download
from kith.web.pages.lists import TITLES, ListQuery, list_page


@signed_in
@require_safe
def people_list(request: HttpRequest, slug: str) -> HttpResponse:
    if slug not in TITLES:
        raise Http404
    page = list_page(current_connection(request), slug, ListQuery.from_address(request.GET))
    is_partial = (
        request.headers.get("HX-Request") == "true"
        and "HX-History-Restore-Request" not in request.headers
    )
    return render(request, "_list_results.html" if is_partial else "list.html", {"page": page})


@signed_in
@require_safe
def list_file(request: HttpRequest, slug: str, kind: str) -> HttpResponseBase:
    """The whole list as a file."""
    connection = current_connection(request)
    if slug not in TITLES or connection is None:
        raise Http404
    return download(_rows(connection, slug), f"{connection.username}-{slug}", kind)


def _rows(connection: Connection, slug: str) -> Iterator[Iterable[object]]:
    yield reports.PERSON_COLUMNS
    for row in reports.people(connection, slug):
        yield [row[column] for column in reports.PERSON_COLUMNS]
