"""Scores people whom the user follows, 0 (keep) to 100 (let go), and says why.

Plain numbers in, plain numbers out: `Scoring(...).insight(facts)` computes, `explain(insight)` puts it into words.
"""

from kith.core.scoring.account_types import AccountType, Sort, account_type_told, sort_of_account
from kith.core.scoring.categories import (
    BADGE_LABELS,
    Badge,
    Category,
    Confidence,
    badge_labels,
    category_of,
    confidence_word,
)
from kith.core.scoring.explain import Explanation, FactorLine, ModifierLine, explain, why
from kith.core.scoring.factors import Factors
from kith.core.scoring.facts import PersonFacts
from kith.core.scoring.insight import ALGORITHM_VERSION, Evidence, Insight, QuietFrom
from kith.core.scoring.interactions import (
    POINTS,
    SHARES,
    WINDOW_DAYS,
    Period,
    Reach,
    Way,
    reach_of,
)
from kith.core.scoring.modifiers import MODIFIER_POINTS, Modifier
from kith.core.scoring.score import Scoring, combined, rescored
from kith.core.scoring.weights import DEFAULT_WEIGHTS, InvalidWeights, Weights

__all__ = [
    "ALGORITHM_VERSION",
    "BADGE_LABELS",
    "DEFAULT_WEIGHTS",
    "MODIFIER_POINTS",
    "POINTS",
    "SHARES",
    "WINDOW_DAYS",
    "AccountType",
    "Badge",
    "Category",
    "Confidence",
    "Evidence",
    "Explanation",
    "FactorLine",
    "Factors",
    "Insight",
    "InvalidWeights",
    "Modifier",
    "ModifierLine",
    "Period",
    "PersonFacts",
    "QuietFrom",
    "Reach",
    "Scoring",
    "Sort",
    "Way",
    "Weights",
    "account_type_told",
    "badge_labels",
    "category_of",
    "combined",
    "confidence_word",
    "explain",
    "reach_of",
    "rescored",
    "sort_of_account",
    "why",
]
