"""The lists of people, as pages and as CSV."""

from __future__ import annotations

import csv
from collections.abc import Iterator

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from kith.accounts.models import Connection
from kith.people import reports
from kith.web.access import current_connection, person_for, signed_in
from kith.web.pages.lists import TITLES, ListQuery, list_page
from kith.web.pages.person import person_page


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


class _Line:
    """A file that hands every written line straight back, so that a CSV file can be streamed."""

    def write(self, text: str) -> str:
        return text


@signed_in
@require_safe
def list_csv(request: HttpRequest, slug: str) -> StreamingHttpResponse:
    connection = current_connection(request)
    if slug not in TITLES or connection is None:
        raise Http404
    answer = StreamingHttpResponse(
        _csv_lines(connection, slug), content_type="text/csv; charset=utf-8"
    )
    answer["Content-Disposition"] = f'attachment; filename="{connection.username}-{slug}.csv"'
    return answer


def _csv_lines(connection: Connection, slug: str) -> Iterator[str]:
    writer = csv.writer(_Line())
    yield "\ufeff" + writer.writerow(reports.PERSON_COLUMNS)
    for row in reports.people(connection, slug):
        yield writer.writerow([reports.safe_cell(row[column]) for column in reports.PERSON_COLUMNS])


@signed_in
@require_safe
def person(request: HttpRequest, person_id: int) -> HttpResponse:
    return render(request, "person.html", {"page": person_page(person_for(request, person_id))})
