"""Golden cases: invented people whose order and category a person would agree with. They are told of in golden.md."""

from __future__ import annotations

from itertools import groupby, pairwise

import pytest

from kith.core.scoring import Badge, explain
from tests.core.scoring.golden import Golden, golden_people

PEOPLE = list(golden_people())


def test_there_are_enough_of_them_in_every_category() -> None:
    assert len(PEOPLE) >= 30
    assert {person.category for person in PEOPLE} == {
        "Safe",
        "Caution",
        "High Priority",
        "Critical",
    }


@pytest.mark.parametrize("person", [pytest.param(person, id=person.who) for person in PEOPLE])
def test_a_person_gets_the_score_and_the_category_that_one_would_agree_with(
    person: Golden,
) -> None:
    insight = person.scoring.insight(person.facts)
    assert (insight.score, insight.category) == (person.score, person.category)


@pytest.mark.parametrize(
    "people",
    [
        pytest.param(list(people), id=section)
        for section, people in groupby(PEOPLE, lambda person: person.section)
    ],
)
def test_a_page_is_in_the_order_of_the_ranked_list(people: list[Golden]) -> None:
    scores = [person.scoring.insight(person.facts).score for person in people]
    assert all(
        higher is not None and lower is not None and higher >= lower
        for higher, lower in pairwise(scores)
    )


@pytest.mark.parametrize("person", [pytest.param(person, id=person.who) for person in PEOPLE])
def test_nobody_is_called_inactive_without_data(person: Golden) -> None:
    insight = person.scoring.insight(person.facts)
    if person.section in {"The two lists and nothing else", "Only the comments under your posts"}:
        assert not insight.badges & (Badge.INACTIVE | Badge.LOW_ENGAGEMENT)
        assert "nactive" not in explain(insight).why
