"""Says why a score is what it is: a sentence for each factor, and one line for a row of a table.

Everything comes out of the stored insight, so a screen explains what was computed then, not what is known now.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kith.core.scoring.categories import Category, Confidence
from kith.core.scoring.insight import Insight
from kith.core.scoring.modifiers import MODIFIER_POINTS, Modifier
from kith.core.scoring.sentences import MIDDLE, MODIFIER_SENTENCES, MODIFIER_SHORT, Phrase, phrases

# The row of a table has room for so many reasons.
_REASONS = 2


@dataclass(frozen=True, slots=True)
class FactorLine:
    """One factor: its value 0 to 100 (None: not known), the percent that it counted for, and the points it gave."""

    name: str
    value: int | None
    weight: float
    contribution: float
    sentence: str


@dataclass(frozen=True, slots=True)
class ModifierLine:
    """Points taken off at the end, as a negative number."""

    name: Modifier
    points: int
    sentence: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """All that a screen tells of a score; `why` is one short line.

    Weights and contributions have one decimal; the contributions add up to the score before modifiers.
    """

    score: int | None
    category: Category | None
    confidence: float
    confidence_word: Confidence
    why: str
    factors: tuple[FactorLine, ...]
    modifiers: tuple[ModifierLine, ...]

    @property
    def text(self) -> str:
        """The whole of it as one paragraph."""
        return " ".join(self._sentences())

    def _sentences(self) -> Iterator[str]:
        if self.score is None:
            yield "Too little is known for a score."
        else:
            yield f"{self.score} of 100 ({self.category})."
        for line in self.factors:
            points = "" if line.value is None else f" ({_points(line.contribution)})"
            yield f"{line.name}{points}: {line.sentence}"
        for modifier in self.modifiers:
            yield modifier.sentence
        yield f"How sure this is: {self.confidence_word} ({self.confidence:.0%})."


def explain(insight: Insight) -> Explanation:
    """The words for a stored insight."""
    said = phrases(insight)
    return Explanation(
        score=insight.score,
        category=insight.category,
        confidence=insight.confidence,
        confidence_word=insight.confidence_word,
        why=_why(insight, said),
        factors=_factor_lines(insight, said),
        modifiers=tuple(
            ModifierLine(modifier, MODIFIER_POINTS[modifier], MODIFIER_SENTENCES[modifier])
            for modifier in insight.modifiers
        ),
    )


def why(insight: Insight) -> str:
    """The line for a row of a table alone."""
    return _why(insight, phrases(insight))


def _factor_lines(insight: Insight, said: tuple[Phrase, ...]) -> tuple[FactorLine, ...]:
    rows = list(zip(insight.factors, insight.weights, said, strict=True))
    known = sum(weight for value, weight, _ in rows if value is not None)
    return tuple(
        FactorLine(
            name=phrase.name,
            value=value,
            weight=round(100 * weight / known, 1) if value is not None and known else 0.0,
            contribution=round(weight * value / known, 1) if value is not None and known else 0.0,
            sentence=phrase.sentence,
        )
        for value, weight, phrase in rows
    )


def _why(insight: Insight, said: tuple[Phrase, ...]) -> str:
    """What moved the score most: for a high one the factors that raised it, for a low one those that did not."""
    if insight.score is None:
        return "Not enough is known"
    known = [
        (value, weight, phrase)
        for value, weight, phrase in zip(insight.factors, insight.weights, said, strict=True)
        if value is not None and weight
    ]
    base = sum(value * weight for value, weight, _ in known) / sum(row[1] for row in known)
    is_high = base > MIDDLE
    telling = [row for row in known if (row[0] > MIDDLE) == is_high] or known
    telling.sort(key=lambda row: row[1] * (row[0] if is_high else 100 - row[0]), reverse=True)
    reasons = [MODIFIER_SHORT[modifier] for modifier in insight.modifiers]
    reasons += [phrase.short for _, _, phrase in telling if phrase.short] or ["nothing unusual"]
    unsure = " (little is known)" if insight.confidence_word is Confidence.LOW else ""
    line = ", ".join(list(dict.fromkeys(reasons))[:_REASONS]) + unsure
    return line[0].upper() + line[1:]


def _points(contribution: float) -> str:
    return f"{contribution:g} {'point' if contribution == 1 else 'points'}"
