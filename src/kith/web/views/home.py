"""The first page."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe


@dataclass(frozen=True)
class Demo:
    """The demo user that `make run` has made; its password was printed there."""

    login: str


@dataclass(frozen=True)
class HomePage:
    """What kith is, and the ways in."""

    signup_open: bool
    demo: Demo | None


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        return redirect("dashboard")
    demo = Demo(settings.KITH_DEMO_LOGIN) if settings.KITH_DEMO_LOGIN else None
    return render(request, "home.html", {"page": HomePage(settings.ACCOUNT_ALLOW_SIGNUPS, demo)})
