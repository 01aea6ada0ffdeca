"""The keep list: adding, notes, taking off, and the list as a CSV file."""

from __future__ import annotations

import csv
import io

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kith.accounts.models import Connection
from kith.core.exports.usernames import as_username, username_of_profile
from kith.core.wording import count
from kith.people.keep_list import MOST_LINES, keep_list_rows, kept_people, read_keep_list
from kith.people.services.keeping import (
    keep,
    keep_person,
    keep_with_notes,
    set_note,
    stop_keeping,
    stop_keeping_all,
)
from kith.web.access import (
    chosen_connection,
    current_connection,
    kept_for,
    origin_of,
    person_for,
    signed_in,
)
from kith.web.downloads import download
from kith.web.pages.keep_list import keep_list_page

FILE_LIMIT_BYTES = 2 * 1024 * 1024


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def keep_list(request: HttpRequest) -> HttpResponse:
    """The list; a POST adds names, several at once when they are set apart by spaces or commas."""
    if request.method == "POST":
        return _add(request, chosen_connection(request))
    number = request.GET.get("page", "1")
    search, since = _asked(request.GET)
    page = keep_list_page(
        current_connection(request),
        search,
        max(1, int(number)) if number.isdecimal() and len(number) < 6 else 1,
        since,
    )
    return render(request, "keep_list.html", {"page": page})


def _asked(told: QueryDict) -> tuple[str, int | None]:
    """The search, and the id from which on people were added."""
    since = told.get("since", "")
    search = told.get("search", "").replace("\x00", "").strip()[:100]
    return search, int(since) if since.isdecimal() and len(since) < 19 else None


def _add(request: HttpRequest, connection: Connection) -> HttpResponse:
    words = request.POST.get("usernames", "").replace(",", " ").split()
    names = [username_of_profile(word) or as_username(word) for word in words]
    wrong = [word for word, name in zip(words, names, strict=True) if name is None]
    if len(names) > MOST_LINES:
        messages.error(request, f"At most {MOST_LINES:,} names can be added at once. Nobody was.")
        return redirect("keep-list")
    if wrong or not names:
        said = f"“{wrong[0][:60]}” cannot be a user name." if wrong else "Type a user name."
        messages.error(request, f"{said} Nobody was added.")
        return redirect("keep-list")
    added = keep(
        connection,
        [name for name in names if name],
        origin=origin_of(request),
        note=request.POST.get("note", ""),
    )
    messages.success(request, _said(len(added), len(names)))
    return redirect("keep-list")


def _said(added: int, asked: int) -> str:
    if not added:
        return "Already on the list." if asked == 1 else "All of them were on the list already."
    return f"{count(added, 'person', 'people')} added to the keep list."


@signed_in
@require_POST
def keep_list_import(request: HttpRequest) -> HttpResponse:
    """Adds the people of a CSV file. Lines that cannot be read are named; the others count."""
    connection, file = chosen_connection(request), request.FILES.get("file")
    if file is None or (file.size or 0) > FILE_LIMIT_BYTES:
        messages.error(request, "Choose a CSV file of at most 2 MB, one user name a line.")
        return redirect("keep-list")
    text = io.TextIOWrapper(file, encoding="utf-8-sig", errors="replace", newline="")
    try:
        found = read_keep_list(text)
    except csv.Error as error:
        messages.error(request, f"That is not a CSV file ({error}). Nobody was added.")
        return redirect("keep-list")
    finally:
        text.detach()
    if found.people:
        added = keep_with_notes(connection, dict(found.people), origin=origin_of(request))
        messages.success(request, _said(len(added), len(found.people)))
    else:
        messages.error(
            request, "This file names nobody: it takes a user name at the beginning of each line."
        )
    if found.unreadable:
        messages.warning(request, _left_out(found.unreadable))
    return redirect("keep-list")


def _left_out(lines: list[int]) -> str:
    places = f"{', '.join(str(number) for number in lines[:10])}{' …' if len(lines) > 10 else '.'}"
    what = count(len(lines), "line holds no user name and was", "lines hold no user name and were")
    return f"{what} left out: {places}"


@signed_in
@require_POST
def keep_list_clear(request: HttpRequest) -> HttpResponse:
    """Takes everybody off whom the search and the last adding show."""
    connection = chosen_connection(request)
    shown = kept_people(connection, *_asked(request.POST))
    left = stop_keeping_all(shown, connection, origin=origin_of(request))
    messages.success(request, f"{count(left, 'person is', 'people are')} not kept any more.")
    return redirect("keep-list")


@signed_in
@require_safe
def keep_list_file(request: HttpRequest, kind: str) -> HttpResponseBase:
    connection = chosen_connection(request)
    return download(keep_list_rows(connection), f"{connection.username}-keep-list", kind)


@signed_in
@require_POST
def person_keep(request: HttpRequest, person_id: int) -> HttpResponse:
    person = person_for(request, person_id)
    keep_person(person, origin=origin_of(request), note=request.POST.get("note", ""))
    messages.success(request, f"{person.username} is on your keep list.")
    return _back(request)


@signed_in
@require_POST
def kept_note(request: HttpRequest, kept_id: int) -> HttpResponse:
    set_note(kept_for(request, kept_id), request.POST.get("note", ""))
    messages.success(request, "The note was saved.")
    return _back(request)


@signed_in
@require_POST
def kept_remove(request: HttpRequest, kept_id: int) -> HttpResponse:
    kept = kept_for(request, kept_id)
    stop_keeping(kept, origin=origin_of(request))
    messages.success(request, f"{kept.username} is not kept any more.")
    return _back(request)


def _back(request: HttpRequest) -> HttpResponse:
    back = request.POST.get("back", "")
    is_ours = back.startswith("/") and url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return redirect(back if is_ours else "keep-list")
