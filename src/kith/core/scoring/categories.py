"""Words for numbers: the category of a score, how sure it is, and the badges of a person."""

from __future__ import annotations

from enum import StrEnum


class Category(StrEnum):
    """Four even quarters of the scale."""

    SAFE = "Safe"
    CAUTION = "Caution"
    HIGH_PRIORITY = "High Priority"
    CRITICAL = "Critical"


class Confidence(StrEnum):
    """How much of a score rests on facts."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Badge:
    """Bits, so that a person's badges are one small number to store and to filter by."""

    VERIFIED = 1
    INACTIVE = 2
    LOW_ENGAGEMENT = 4
    KEPT = 8
    MUTUAL = 16
    NOT_ENOUGH_DATA = 32
    # By the user's threshold of followers, where no source tells of the real badge.
    COUNTS_AS_VERIFIED = 64


INACTIVE_DAYS = 90

BADGE_LABELS = {
    Badge.VERIFIED: "Verified",
    Badge.COUNTS_AS_VERIFIED: "Counts as verified",
    Badge.KEPT: "Kept",
    Badge.MUTUAL: "Mutual",
    Badge.INACTIVE: f"Inactive {INACTIVE_DAYS}d+",
    Badge.LOW_ENGAGEMENT: "Low Engagement",
    Badge.NOT_ENOUGH_DATA: "Not enough data",
}

# The highest score of each category but the last.
_SAFE_TO, _CAUTION_TO, _HIGH_PRIORITY_TO = 25, 50, 75

# With full lists and an export with all interactions, but neither counts nor verified badges (which exports lack), 0.67
# is reached; with counts and badges 0.9; with likes alone 0.3.
HIGH_FROM = 0.75
MEDIUM_FROM = 0.45


def category_of(score: int | None) -> Category | None:
    if score is None:
        return None
    if score <= _SAFE_TO:
        return Category.SAFE
    if score <= _CAUTION_TO:
        return Category.CAUTION
    return Category.HIGH_PRIORITY if score <= _HIGH_PRIORITY_TO else Category.CRITICAL


def confidence_word(confidence: float) -> Confidence:
    if confidence >= HIGH_FROM:
        return Confidence.HIGH
    return Confidence.MEDIUM if confidence >= MEDIUM_FROM else Confidence.LOW


def badge_labels(badges: int) -> tuple[str, ...]:
    """In the order in which a screen shows them."""
    return tuple(label for bit, label in BADGE_LABELS.items() if badges & bit)
