"""What other weights would do to the scores of the user's own people. Nothing is stored."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from kith.accounts.models import Connection
from kith.core.scoring import Category, Weights, category_of, rescored
from kith.people.models import Insight, Person, read_computed

MOVES = 10
Scores = tuple[int | None, int | None]
"""Before and after; None: too little is known."""


@dataclass(frozen=True)
class Move:
    """One person with both scores; None: too little is known for one."""

    person_id: int
    username: str
    before: int | None
    after: int | None

    @property
    def category_before(self) -> str:
        return category_of(self.before) or ""

    @property
    def category_after(self) -> str:
        return category_of(self.after) or ""


@dataclass(frozen=True)
class Preview:
    """How many people stand in each category before and after, and who moves farthest."""

    before: dict[str, int]
    after: dict[str, int]
    moves: list[Move]
    people: int
    changing_category: int


def preview_weights(connection: Connection, weights: Weights) -> Preview:
    """Weighs the factors of the stored scores anew. Raises InvalidWeights.

    No interaction is looked at, of which there may be millions. Where silence means nothing, saving may bring out a
    contact or two in somebody's favour that these factors leave aside.
    """
    weights.checked()
    rows = Insight.objects.filter(connection=connection).values_list(
        "person_id", "score", "computed"
    )
    scores = {pk: (score, rescored(read_computed(text), weights)) for pk, score, text in rows}
    moved = {pk: both for pk, both in scores.items() if both[0] != both[1]}
    farthest = sorted(moved, key=lambda pk: _distance(moved[pk]), reverse=True)[:MOVES]
    names = dict(Person.objects.filter(pk__in=farthest).values_list("pk", "username"))
    return Preview(
        before=_by_category(before for before, _ in scores.values()),
        after=_by_category(after for _, after in scores.values()),
        moves=[Move(pk, names[pk], *moved[pk]) for pk in farthest if pk in names],
        people=len(scores),
        changing_category=sum(_changes_category(both) for both in moved.values()),
    )


def _changes_category(both: Scores) -> bool:
    return category_of(both[0]) != category_of(both[1])


def _distance(both: Scores) -> tuple[bool, int]:
    """To another category is farther than any way within one."""
    before, after = both
    return _changes_category(both), abs((after or 0) - (before or 0))


def _by_category(scores: Iterable[int | None]) -> dict[str, int]:
    """Every category named, the most urgent first; people without a score are in none."""
    counted = Counter(category_of(score) for score in scores)
    return {category.value: counted[category] for category in reversed(Category)}
