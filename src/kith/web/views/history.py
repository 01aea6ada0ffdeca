"""Changes of the people, and activity of the user."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from kith.people.models import Change
from kith.web.access import current_connection, signed_in, user_of
from kith.web.pages.activity import activity_page
from kith.web.pages.changes import changes_page


def _before(request: HttpRequest) -> int | None:
    text = request.GET.get("before", "")
    return int(text) if text.isdecimal() and len(text) < 19 else None


@signed_in
@require_safe
def changes(request: HttpRequest) -> HttpResponse:
    kind = request.GET.get("kind", "")
    page = changes_page(
        current_connection(request), kind if kind in Change.Kind.values else "", _before(request)
    )
    return render(request, "changes.html", {"page": page})


@signed_in
@require_safe
def activity(request: HttpRequest) -> HttpResponse:
    return render(
        request, "activity.html", {"page": activity_page(user_of(request), _before(request))}
    )
