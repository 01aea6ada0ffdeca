"""What was computed about a person: small enough to store, complete enough to explain it without computing anew."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from kith.core.scoring.categories import Category, Confidence, category_of, confidence_word
from kith.core.scoring.factors import Factors
from kith.core.scoring.modifiers import Modifier
from kith.core.scoring.weights import Weights

# Raise it whenever the same facts give another number; docs/decisions/ says what changed and why.
ALGORITHM_VERSION = 1


class QuietFrom(StrEnum):
    """What silence is counted from: the latest of these."""

    CONTACT = "contact"
    FOLLOW = "follow"
    DATA = "data"


class Evidence(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """The facts behind the factors, in whole days and counts, as they were when the score was computed.

    `quiet_days` of silence are known, counted to the end of the data, which was `data_age_days` before the score was
    computed. `given` and `received` interactions fell into the window of 180 days before that end; on `observed_days`
    of them contact could be seen, for the follow or the data may have begun later.
    """

    quiet_days: int | None = None
    quiet_from: QuietFrom | None = None
    data_age_days: int = 0
    observed_days: int = 0
    given: int = 0
    received: int = 0
    follow_days: int | None = None
    is_follower: bool | None = None
    followers_count: int | None = None
    follows_count: int | None = None


class Insight(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """`score` is None where no factor that has a weight is known; else 0 (keep) to 100 (let go).

    `weights` are those that the user had set. `confidence` is 0 to 1 with two decimals. `engagement_gap_days` counts
    from the last known interaction, else from the beginning of the follow or of the data, to the day of computing.
    `msgspec.to_builtins` and `msgspec.convert` turn all of it into JSON and back.
    """

    score: int | None
    confidence: float
    factors: Factors
    weights: Weights
    evidence: Evidence
    engagement_gap_days: int | None = None
    engagement_score: int | None = None
    modifiers: tuple[Modifier, ...] = ()
    badges: int = 0
    version: int = ALGORITHM_VERSION

    @property
    def category(self) -> Category | None:
        return category_of(self.score)

    @property
    def confidence_word(self) -> Confidence:
        return confidence_word(self.confidence)
