"""Changes of the people, the story of one, the figures day by day, and activity of the user."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from kith.people.models import Change
from kith.web.access import current_connection, person_for, signed_in, user_of
from kith.web.pages.activity import activity_page
from kith.web.pages.changes import changes_page
from kith.web.pages.history import history_page
from kith.web.pages.person import person_page


def _before(request: HttpRequest) -> int | None:
    text = request.GET.get("before", "")
    return int(text) if text.isdecimal() and len(text) < 19 else None


def _day(request: HttpRequest, name: str) -> date | None:
    """A day of an address; one in which there was no Instagram, or no day at all, counts as not given."""
    try:
        day = date.fromisoformat(request.GET.get(name, ""))
    except ValueError:
        return None
    return day if 2010 <= day.year < 2200 else None


@signed_in
@require_safe
def changes(request: HttpRequest) -> HttpResponse:
    kind = request.GET.get("kind", "")
    page = changes_page(
        current_connection(request),
        kind if kind in Change.Kind.values else "",
        _before(request),
        _day(request, "on"),
    )
    return render(request, "changes.html", {"page": page})


@signed_in
@require_safe
def history(request: HttpRequest) -> HttpResponse:
    page = history_page(current_connection(request), _day(request, "before"))
    return render(request, "history.html", {"page": page})


@signed_in
@require_safe
def person(request: HttpRequest, person_id: int) -> HttpResponse:
    page = person_page(person_for(request, person_id), _before(request))
    return render(request, "person.html", {"page": page})


@signed_in
@require_safe
def activity(request: HttpRequest) -> HttpResponse:
    return render(
        request, "activity.html", {"page": activity_page(user_of(request), _before(request))}
    )
