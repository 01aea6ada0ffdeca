"""What holds of every score, whoever the person and whatever is known."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from kith.core.scoring import (
    DEFAULT_WEIGHTS,
    MODIFIER_POINTS,
    Factors,
    Insight,
    Period,
    PersonFacts,
    Scoring,
    Weights,
    combined,
    explain,
)
from tests.core.scoring.golden import COVERAGE
from tests.core.scoring.invented import DAY, NOW, moments, people, scorings, weights

FULL = Scoring(now=NOW, coverage=COVERAGE["Everything is known"])


def before_modifiers(insight: Insight) -> int | None:
    return combined(insight.factors, insight.weights)


@given(scorings(), people())
def test_a_score_is_a_whole_number_from_0_to_100(scoring: Scoring, person: PersonFacts) -> None:
    insight = scoring.insight(person)
    assert insight.score is None or 0 <= insight.score <= 100
    assert all(value is None or 0 <= value <= 100 for value in insight.factors)
    assert 0 <= insight.confidence <= 1
    assert insight.engagement_score is None or 0 <= insight.engagement_score <= 100
    assert (insight.category is None) == (insight.score is None)


@given(scorings(), people())
def test_the_same_facts_give_the_same_insight(scoring: Scoring, person: PersonFacts) -> None:
    assert scoring.insight(person) == scoring.insight(replace(person))


@settings(max_examples=300)
@given(scorings(), people(), st.integers(0, 4_000), st.booleans())
def test_longer_silence_never_lowers_a_score(
    scoring: Scoring, person: PersonFacts, days: int, has_less: bool
) -> None:
    """Both last contacts lie so much longer ago, or were never; as much passed between the two, or nothing."""
    assume(person.last_given is not None or person.last_received is not None)
    quieter = replace(
        person,
        last_given=person.last_given and person.last_given - days * DAY,
        last_received=person.last_received and person.last_received - days * DAY,
    )
    if has_less:
        quieter = replace(quieter, given=0, given_points=0, received=0, received_points=0)
    silent = replace(
        quieter,
        last_given=None,
        last_received=None,
        given=0,
        given_points=0,
        received=0,
        received_points=0,
    )
    scores = [scoring.insight(somebody).score for somebody in (person, quieter, silent)]
    known = [score for score in scores if score is not None]
    assert known == sorted(known)
    assert len(known) in {0, 3}


@given(scorings(), people(), st.integers(0, 300), st.integers(0, 300))
def test_more_engagement_never_raises_a_score(
    scoring: Scoring, person: PersonFacts, given_points: int, received_points: int
) -> None:
    more = replace(
        person,
        given_points=person.given_points + given_points,
        received_points=person.received_points + received_points,
    )
    less_score, more_score = scoring.insight(person).score, scoring.insight(more).score
    assert less_score is None or (more_score is not None and more_score <= less_score)


@given(scorings(), people())
def test_a_verified_badge_never_raises_a_score(scoring: Scoring, person: PersonFacts) -> None:
    verified = scoring.insight(replace(person, verified=True)).score
    for without in (False, None):
        plain = scoring.insight(replace(person, verified=without)).score
        assert (verified is None) == (plain is None)
        assert verified is None or plain is None or verified <= plain


@given(scorings(), people())
def test_following_back_never_raises_a_score(scoring: Scoring, person: PersonFacts) -> None:
    follower = scoring.insight(replace(person, is_follower=True)).score
    other = scoring.insight(replace(person, is_follower=False)).score
    assert follower is None or other is None or follower <= other


@given(scorings(), people())
def test_a_score_lies_between_its_known_factors(scoring: Scoring, person: PersonFacts) -> None:
    insight = scoring.insight(person)
    known = [
        value
        for value, weight in zip(insight.factors, insight.weights, strict=True)
        if value is not None and weight
    ]
    score = before_modifiers(insight)
    assert (score is None) == (not known)
    assert score is None or min(known) <= score <= max(known)


@given(st.tuples(*[st.integers(0, 100)] * 4), weights(), st.sets(st.integers(0, 3), max_size=3))
def test_a_factor_that_becomes_unknown_leaves_the_score_among_the_others(
    values: tuple[int, ...], weights: Weights, unknown: set[int]
) -> None:
    """Were all the others on one side of the middle, the score stays on that side."""
    left = [None if index in unknown else value for index, value in enumerate(values)]
    score = combined(Factors(*left), weights)
    others = [
        value for value, weight in zip(left, weights, strict=True) if value is not None and weight
    ]
    assert (score is None) == (not others)
    assert score is None or min(others) <= score <= max(others)


UNKNOWN = [
    {"following_since": None},
    {"is_follower": None},
    {"followers_count": None},
    {"follows_count": None},
    {"verified": None},
]


@pytest.mark.parametrize("unknown", UNKNOWN, ids=lambda unknown: next(iter(unknown)))
@given(scoring=scorings(), person=people())
def test_not_knowing_a_fact_never_makes_a_score_surer(
    unknown: dict[str, Any], scoring: Scoring, person: PersonFacts
) -> None:
    known, less = scoring.insight(person), scoring.insight(replace(person, **unknown))
    assert less.confidence <= known.confidence


@given(scorings(), people())
def test_without_interactions_they_count_for_nothing(scoring: Scoring, person: PersonFacts) -> None:
    """Unknown is not zero: neither factor is there, whatever stands in the facts, and the score is less sure."""
    blind = Scoring(now=NOW, weights=scoring.weights).insight(person)
    assert blind.factors.inactivity is None
    assert blind.factors.engagement is None
    assert blind.engagement_gap_days is None
    assert blind.engagement_score is None
    assert blind.confidence <= scoring.insight(person).confidence


@given(people(), moments, moments)
def test_data_that_reach_less_far_never_make_a_score_surer(
    person: PersonFacts, first: int, second: int
) -> None:
    early, late = sorted((first, second))
    reaching, cut = (
        Scoring(now=NOW, coverage=dict.fromkeys(COVERAGE["A whole export"], Period(since, NOW)))
        for since in (early, late)
    )
    assert cut.insight(person).confidence <= reaching.insight(person).confidence


@pytest.mark.parametrize("index", range(4), ids=Factors._fields)
@given(scoring=scorings(), person=people())
def test_a_weight_of_100_gives_the_factor_alone(
    index: int, scoring: Scoring, person: PersonFacts
) -> None:
    alone = Weights(*(100 if place == index else 0 for place in range(4)))
    scoring = Scoring(
        now=NOW,
        weights=alone,
        coverage=COVERAGE["Everything is known"] if scoring.reach else None,
    )
    insight = scoring.insight(person)
    assert before_modifiers(insight) == insight.factors[index]


@given(scorings(), people())
@example(FULL, PersonFacts())
def test_the_contributions_add_up_to_the_score(scoring: Scoring, person: PersonFacts) -> None:
    insight = scoring.insight(person)
    explained = explain(insight)
    assert len(explained.factors) == 4
    total = sum(line.contribution for line in explained.factors)
    if insight.score is None:
        assert total == 0
        return
    # Four numbers of one decimal each, and a whole one.
    assert total == pytest.approx(before_modifiers(insight), abs=0.5 + 4 * 0.05 + 1e-6)
    assert sum(line.weight for line in explained.factors) == pytest.approx(100, abs=0.2 + 1e-6)
    taken = sum(line.points for line in explained.modifiers)
    assert insight.score == max(0, (before_modifiers(insight) or 0) + taken)


@given(scorings(), people())
def test_every_factor_and_every_modifier_is_explained(
    scoring: Scoring, person: PersonFacts
) -> None:
    explained = explain(scoring.insight(person))
    for line in explained.factors:
        assert f"{line.name}" in explained.text
        assert line.sentence in explained.text
        assert line.sentence.endswith(".")
        assert "None" not in line.sentence
    for modifier in explained.modifiers:
        assert modifier.sentence in explained.text
        assert str(-MODIFIER_POINTS[modifier.name]) in modifier.sentence
    assert explained.why
    assert "\n" not in explained.why


@given(scorings(), people())
def test_a_stored_insight_is_explained_like_a_fresh_one(
    scoring: Scoring, person: PersonFacts
) -> None:
    insight = scoring.insight(person)
    stored = msgspec.json.encode(insight)
    assert msgspec.json.decode(stored, type=Insight) == insight
    assert explain(msgspec.convert(msgspec.to_builtins(insight), Insight)) == explain(insight)
    assert len(stored) < 600


def test_the_default_weights_are_those_of_the_formula() -> None:
    assert DEFAULT_WEIGHTS == (40, 35, 15, 10)
    assert combined(Factors(100, 0, 0, 0), DEFAULT_WEIGHTS) == 40
    assert combined(Factors(0, 100, 0, 0), DEFAULT_WEIGHTS) == 35
    assert combined(Factors(0, 0, 100, 0), DEFAULT_WEIGHTS) == 15
    assert combined(Factors(0, 0, 0, 100), DEFAULT_WEIGHTS) == 10
