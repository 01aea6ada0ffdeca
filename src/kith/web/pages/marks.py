"""A score as people see it: a number, a word and a colour, with what else there is to say of somebody at a glance."""

from __future__ import annotations

from dataclasses import dataclass

from kith.core.scoring import Badge, badge_labels, category_of
from kith.people.models import Insight, Person

UNKNOWN = "Not enough data"


@dataclass(frozen=True)
class ScoreMark:
    """`score` is None where too little is known; `tone` names the colour."""

    score: int | None
    word: str
    tone: str

    @classmethod
    def of(cls, score: int | None) -> ScoreMark:
        category = category_of(score)
        if category is None:
            return cls(None, UNKNOWN, "unknown")
        return cls(score, category.value, category.value.lower().replace(" ", "-"))


def insight_of(person: Person) -> Insight | None:
    """Of people who are not followed there is none."""
    return getattr(person, "insight", None)


def badges_of(person: Person) -> tuple[str, ...]:
    """The words of the badges. Whoever is kept since the score was computed is kept all the same."""
    insight = insight_of(person)
    bits = (insight.badges if insight else 0) & ~Badge.KEPT
    is_kept = getattr(person, "kept", None) is not None
    return badge_labels(bits | (Badge.KEPT if is_kept else 0))


def account_type_of(insight: Insight | None) -> str:
    """A guess is said to be one; that somebody is probably a private person need not be said."""
    if insight is None or insight.account_type in {"", "personal"}:
        return ""
    return (
        f"{insight.account_type} (inferred)" if insight.is_type_inferred else insight.account_type
    )
