"""Weights that a user may set."""

from __future__ import annotations

import pytest

from kith.core.scoring import InvalidWeights, Scoring, Weights


@pytest.mark.parametrize("weights", [Weights(), Weights(100, 0, 0, 0), Weights(25, 25, 25, 25)])
def test_four_whole_percents_that_add_up_to_100_are_taken(weights: Weights) -> None:
    assert Scoring(now=0, weights=weights.checked()).weights == weights


def test_other_sums_are_refused_with_the_sum() -> None:
    with pytest.raises(InvalidWeights, match=r"add up to 100; these add up to 95\.$"):
        Weights(40, 35, 15, 5).checked()
    with pytest.raises(InvalidWeights):
        Scoring(now=0, weights=Weights(50, 50, 50, 50))


@pytest.mark.parametrize("weight", [-5, 105, 40.5, True, "40", None])
def test_what_is_no_percent_is_refused_by_name(weight: object) -> None:
    with pytest.raises(InvalidWeights, match="weight of ratio must be a whole number"):
        Weights(40, 35, weight, 10).checked()  # type: ignore[arg-type]
