"""docs/scores.md gives the numbers that the code has."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kith.core.records import Direction, InteractionKind
from kith.core.scoring import (
    BADGE_LABELS,
    DEFAULT_WEIGHTS,
    MODIFIER_POINTS,
    SHARES,
    WINDOW_DAYS,
    Category,
    Modifier,
    Way,
    categories,
    category_of,
    factors,
    interactions,
    score,
)

PAGE = (Path(__file__).parents[3] / "docs/scores.md").read_text(encoding="utf-8")
PROSE = " ".join(PAGE.split())


def rows(*columns: str) -> list[tuple[str, ...]]:
    return re.findall(r"^\| " + r" \| ".join(columns) + r" \|", PAGE, flags=re.MULTILINE)


def test_categories() -> None:
    for first, last, name in re.findall(r"^\| (\d+)–(\d+) \| (.+?) \|", PAGE, flags=re.MULTILINE):
        assert category_of(int(first)) == category_of(int(last)) == name
        assert category_of(int(last) + 1) != name or last == "100"
    assert all(name in PAGE for name in Category)


def test_weights() -> None:
    told = tuple(int(weight) for weight in re.findall(r"\| (\d+) % \|", PAGE))
    assert told == DEFAULT_WEIGHTS


def test_modifiers() -> None:
    told = [-int(points) for points in re.findall(r"\| −(\d+) \|", PAGE)]
    assert told == [
        MODIFIER_POINTS[modifier]
        for modifier in (Modifier.VERIFIED, Modifier.CREATOR, Modifier.BUSINESS)
    ]


def test_shares() -> None:
    told = dict(rows("([^|]+)", r"(0\.\d\d)"))
    assert {name: float(share) for name, share in told.items()} == {
        "likes that you gave": SHARES[Way(InteractionKind.LIKE, Direction.GIVEN)],
        "messages that you sent": SHARES[Way(InteractionKind.MESSAGE, Direction.GIVEN)],
        "messages that you received": SHARES[Way(InteractionKind.MESSAGE, Direction.RECEIVED)],
        "comments that you wrote": SHARES[Way(InteractionKind.COMMENT, Direction.GIVEN)],
        "comments under your posts": SHARES[Way(InteractionKind.COMMENT, Direction.RECEIVED)],
        "reactions to stories": SHARES[Way(InteractionKind.STORY_REACTION, Direction.GIVEN)],
        "saved posts": SHARES[Way(InteractionKind.SAVED, Direction.GIVEN)],
        "mentions of you": SHARES[Way(InteractionKind.MENTION, Direction.RECEIVED)],
    }


def test_badges() -> None:
    told = [name for name, _ in rows("([^|]+)", "([^|]+)") if name in BADGE_LABELS.values()]
    assert told == list(BADGE_LABELS.values())


@pytest.mark.parametrize(
    "sentence",
    [
        f"After {factors.INACTIVITY_HALF_DAYS} days of silence the factor is 50",
        f"Looks at the last {WINDOW_DAYS} days",
        f"{factors.VOLUME_HALF_POINTS} points are half of what can be had",
        f"half after {factors.RECENCY_HALF_DAYS} days",
        f"({factors.TWO_WAY_HALF_POINTS} points each are half)",
        f"followers is {factors.RATIO_EVEN}, each doubling adds {factors.RATIO_PER_DOUBLING}",
        f"Below {factors.RATIO_MANY_FOLLOWED:,} followed accounts",
        f"Half after {factors.AGE_HALF_DAYS} days without reward",
        f"From {categories.HIGH_FROM} on it is high, from {categories.MEDIUM_FROM} on medium",
        f"Below {interactions.ENOUGH_SHARE} silence means nothing",
        f"{categories.INACTIVE_DAYS} days of known silence or more",
        f"lack of engagement is {score.LOW_ENGAGEMENT_FROM} or more",
    ],
)
def test_constants(sentence: str) -> None:
    assert sentence in PROSE
