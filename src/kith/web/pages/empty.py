"""What a page says when it has nothing to show, and the step that would change it."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from kith.accounts.models import Connection


@dataclass(frozen=True)
class EmptyState:
    """A title, a sentence, and perhaps the next step."""

    title: str
    text: str
    action_label: str = ""
    action_url: str = ""


def nothing_known(connection: Connection | None) -> EmptyState:
    if connection is None:
        return EmptyState(
            "No account yet",
            "Connect your Instagram account, or import the export that Instagram gives you.",
            "Go to the dashboard",
            reverse("dashboard"),
        )
    if connection.lists_offered is False or not connection.is_api:
        return EmptyState(
            f"Nobody of {connection.username} is known yet",
            "Instagram's API offers no lists of people; your export has them.",
            "Import your export",
            reverse("imports"),
        )
    return EmptyState(
        f"Nobody of {connection.username} is known yet",
        "The first sync fills this page.",
        "Go to the dashboard",
        reverse("dashboard"),
    )
