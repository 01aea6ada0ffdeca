"""Reports as files to save."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from kith.accounts.models import Connection
from kith.people.reports import REPORTS
from kith.unfollow.reports import queue_rows
from kith.web.access import chosen_connection, signed_in
from kith.web.downloads import download


@signed_in
@require_safe
def report_file(request: HttpRequest, name: str, kind: str) -> HttpResponseBase:
    """One of kith's reports, or the unfollow queue, as a file."""
    connection = chosen_connection(request)
    if name == "queue":
        rows: Iterator[Iterable[object]] = queue_rows(connection)
    elif name in REPORTS:
        rows = _report_rows(connection, name)
    else:
        raise Http404
    return download(rows, f"{connection.username}-{name}", kind)


def _report_rows(connection: Connection, name: str) -> Iterator[Iterable[object]]:
    report, columns = REPORTS[name]
    yield columns
    for row in report(connection, None):
        yield [row[column] for column in columns]
