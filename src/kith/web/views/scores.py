"""The settings of scores: weights with a live preview, who is never suggested, messages."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kith.accounts.services import preferences
from kith.accounts.services.preferences import PreferencesRefused
from kith.core.scoring import InvalidWeights, Weights
from kith.people.services.insights import recompute_insights
from kith.web.access import current_connection, own_connections, signed_in, user_of
from kith.web.pages.scores import preview_part, scores_page


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def score_settings(request: HttpRequest) -> HttpResponse:
    """Shows the weights, or (without script) what those in the address would do. A POST stores them and scores anew."""
    user, connection = user_of(request), current_connection(request)
    asked = request.POST if request.method == "POST" else request.GET
    weights = _weights(asked.get) if asked else None
    try:
        if request.method != "POST":
            page = scores_page(user, connection, weights)
            return render(request, "score_settings.html", {"page": page})
        preferences.set_weights(user, **(weights or Weights(0, 0, 0, 0))._asdict())
    except (PreferencesRefused, InvalidWeights) as refusal:
        page = scores_page(user, connection, weights, str(refusal))
        return render(request, "score_settings.html", {"page": page}, status=422)
    _score_again(request)
    messages.success(request, "The weights were saved, and everybody was scored anew.")
    return redirect("score-settings")


@signed_in
@require_safe
def score_preview(request: HttpRequest) -> HttpResponse:
    """What the weights in the address would do; nothing is stored."""
    try:
        part = preview_part(current_connection(request), _weights(request.GET.get))
    except InvalidWeights as wrong:
        return render(request, "_score_preview.html", {"error": str(wrong)}, status=422)
    return render(request, "_score_preview.html", {"preview": part})


@signed_in
@require_POST
def score_reset(request: HttpRequest) -> HttpResponse:
    preferences.reset_weights(user_of(request))
    _score_again(request)
    messages.success(request, "The weights are those that kith comes with.")
    return redirect("score-settings")


@signed_in
@require_POST
def score_suggestions(request: HttpRequest) -> HttpResponse:
    """The grace period, what stands in for the verified badge, and whether imports count messages."""
    user, threshold = user_of(request), request.POST.get("verified_from_followers", "").strip()
    try:
        preferences.set_suggestions(
            user,
            grace_days=_number(request.POST.get("grace_days", ""), -1),
            verified_from_followers=_number(threshold, -1) if threshold else None,
        )
    except PreferencesRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("score-settings")
    leaves_out = request.POST.get("leaves_messages_out") == "1"
    preferences.set_leaves_messages_out(user, leaves_out=leaves_out)
    _score_again(request)
    messages.success(request, "Saved.")
    return redirect("score-settings")


def _score_again(request: HttpRequest) -> None:
    for connection in own_connections(request):
        recompute_insights(connection)


def _weights(read: Callable[[str, str], str | None]) -> Weights:
    """Whatever is no whole number becomes one that is refused."""
    return Weights(*(_number(read(name, "") or "", -1) for name in Weights._fields))


def _number(text: str, otherwise: int) -> int:
    return int(text) if text.isdecimal() and len(text) < 13 else otherwise
