"""What other weights would do to the scores of the user's own people. Nothing is stored."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from kith.accounts.models import Connection
from kith.accounts.queries import preferences_of
from kith.core.scoring import Category, Weights, category_of
from kith.people.models import Person
from kith.people.services.insights import contacts_of, facts_of, scoring_for

MOVES = 10


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


def preview_weights(
    connection: Connection, weights: Weights, now: datetime | None = None
) -> Preview:
    """Scores everybody with the present and with the given weights. Raises InvalidWeights."""
    scoring = scoring_for(connection, preferences_of(connection.user), now or timezone.now())
    other = scoring.with_weights(weights)
    scores = {
        pk: (scoring.insight(facts).score, other.insight(facts).score)
        for pk, facts in facts_of(connection, contacts_of(connection, scoring))
    }
    moved = {pk: both for pk, both in scores.items() if both[0] != both[1]}
    farthest = sorted(moved, key=lambda pk: _distance(moved[pk]), reverse=True)[:MOVES]
    names = dict(Person.objects.filter(pk__in=farthest).values_list("pk", "username"))
    return Preview(
        before=_by_category(before for before, _ in scores.values()),
        after=_by_category(after for _, after in scores.values()),
        moves=[Move(pk, names[pk], *moved[pk]) for pk in farthest if pk in names],
        people=len(scores),
        changing_category=sum(category_of(b) != category_of(a) for b, a in moved.values()),
    )


def _distance(both: tuple[int | None, int | None]) -> int:
    before, after = both
    return abs((after or 0) - (before or 0))


def _by_category(scores: Iterable[int | None]) -> dict[str, int]:
    """Every category named, the most urgent first; people without a score are in none."""
    counted = Counter(category_of(score) for score in scores)
    return {category.value: counted[category] for category in reversed(Category)}
