"""How scores are made for a user: the weights with a preview on their own people, and who is never suggested."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from kith.accounts.models import Connection, User
from kith.accounts.queries import preferences_of
from kith.core.scoring import Weights
from kith.people.previewing import Move, Preview, preview_weights
from kith.people.queries import latest_snapshot

FACTORS = {
    "inactivity": ("Inactivity", "How long since you last had anything to do with each other."),
    "engagement": ("Lack of engagement", "How little passes between you, and how one-sided it is."),
    "ratio": ("Ratio", "Whether they follow far more people than follow them."),
    "age": ("Age", "How long you have followed them without a follow back or an answer."),
}


@dataclass(frozen=True)
class WeightField:
    """One slider, with the number field that stands in for it without script."""

    name: str
    label: str
    help: str
    value: int


@dataclass(frozen=True)
class CategoryLine:
    """How many people stand in a category now, and how many would."""

    name: str
    before: int
    after: int


@dataclass(frozen=True)
class PreviewPart:
    """What the weights at hand would do."""

    categories: list[CategoryLine]
    moves: list[dict[str, Any]]
    people: int
    changing_category: int


@dataclass(frozen=True)
class ScoresPage:
    """Everything that shapes a user's scores."""

    weights: list[WeightField]
    preview: PreviewPart | None
    error: str
    grace_days: int
    verified_from_followers: int | None
    leaves_messages_out: bool


def scores_page(
    user: User, connection: Connection | None, weights: Weights | None = None, error: str = ""
) -> ScoresPage:
    """`weights` are those at hand; without them the stored ones are shown, which move nobody. Raises InvalidWeights."""
    stored = preferences_of(user)
    known = Weights(
        stored.weight_inactivity, stored.weight_engagement, stored.weight_ratio, stored.weight_age
    )
    shown = weights or known
    return ScoresPage(
        weights=[
            WeightField(name, label, help_, getattr(shown, name))
            for name, (label, help_) in FACTORS.items()
        ],
        preview=preview_part(connection, shown) if weights and not error else None,
        error=error,
        grace_days=stored.grace_days,
        verified_from_followers=stored.verified_from_followers,
        leaves_messages_out=stored.leaves_messages_out,
    )


def preview_part(connection: Connection | None, weights: Weights) -> PreviewPart | None:
    """None while there is nobody to try the weights on. Raises InvalidWeights."""
    if connection is None or latest_snapshot(connection) is None:
        return None
    found: Preview = preview_weights(connection, weights)
    return PreviewPart(
        categories=[
            CategoryLine(name, found.before[name], found.after[name]) for name in found.after
        ],
        moves=[_move(each) for each in found.moves],
        people=found.people,
        changing_category=found.changing_category,
    )


def _move(move: Move) -> dict[str, Any]:
    return {
        "username": move.username,
        "url": reverse("person", args=[move.person_id]),
        "before": move.before,
        "after": move.after,
        "category_before": move.category_before,
        "category_after": move.category_after,
    }
