"""Random worlds: whatever happens between complete snapshots with ids, exactly that is reported."""

from __future__ import annotations

from collections import Counter
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kith.core.records import PersonRecord
from kith.people.comparing import BOTH, FOLLOWER, FOLLOWING
from tests.factories import apply, lists_of, make_connection, person, told_by

pytestmark = [pytest.mark.database, pytest.mark.django_db]

NAMES = ["ada", "ada.l", "bea", "b_ea", "cleo", "z"]
World = dict[int, tuple[str, int]]
"""By id: the name now, and the lists that the person is on."""

_numbers = count(1)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    names = draw(st.permutations(NAMES))
    bits = draw(st.lists(st.integers(0, BOTH), min_size=len(NAMES), max_size=len(NAMES)))
    return {number: (names[number], bits[number]) for number in range(len(NAMES))}


class Model:
    """The plainest way to tell what happened: it looks at one person after another."""

    def __init__(self) -> None:
        self.names: dict[int, str] = {}
        self.bits: dict[int, int] = {}
        self.gone: set[int] = set()
        self.ever: dict[int, int] = {}
        self.has_baseline = False

    def changes_to(self, world: World) -> dict[str, int]:
        told: Counter[str] = Counter()
        for number, (name, now) in world.items():
            told.update(self._changes_of(number, name, now))
        told_before, self.has_baseline = self.has_baseline, True
        return dict(told) if told_before else {}

    def _changes_of(self, number: int, name: str, now: int) -> list[str]:
        before, ever, told = self.bits.get(number, 0), self.ever.get(number, 0), []
        self.ever[number] = ever | now
        if now:
            if self.names.setdefault(number, name) != name:
                told.append("renamed")
            self.names[number] = name
        self.bits[number] = now
        if before == BOTH and not now:
            self.gone.add(number)
            return [*told, "gone"]
        if number in self.gone and now:
            self.gone.discard(number)
            told.append("returned")
            before = BOTH
        elif now & ever & ~before:
            # With the follow time of before: the account was away, on both lists.
            told.append("returned")
            before |= now
        for bit, came, left in (
            (FOLLOWING, "followed", "unfollowed"),
            (FOLLOWER, "new_follower", "lost_follower"),
        ):
            if now & bit and not before & bit:
                told.append(came)
            if before & bit and not now & bit:
                told.append(left)
        return told


def records(world: World, bit: int) -> list[PersonRecord]:
    return [
        person(name, number, since=1_000 + number % 3)
        for number, (name, bits) in world.items()
        if bits & bit
    ]


@settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(worlds(), min_size=2, max_size=6))
def test_the_changes_reported_are_those_that_happened(history: list[World]) -> None:
    connection = make_connection(username=f"account{next(_numbers)}")
    model = Model()
    for world in history:
        following, followers = records(world, FOLLOWING), records(world, FOLLOWER)
        outcome = apply(connection, following, followers, accept_doubtful=True)
        assert told_by(outcome) == model.changes_to(world)
        assert lists_of(connection) == (
            {row.username for row in following},
            {row.username for row in followers},
        )
