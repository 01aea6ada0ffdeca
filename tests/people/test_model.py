"""Random histories: whatever happens in the world, and whichever sources show it, kith reports what is true.

Each history goes through a ledger as kith would take it in, and everything that is reported is judged by what really
happened (tests/people/model). Most histories use a ledger in memory, which has all of kith's rules and no database;
some go the whole way, with pages that are staged, crashes, and exports of which only the day is known.
The same histories every time; KITH_SOAK makes it many more, and others each time.
"""

from __future__ import annotations

import os
from collections import Counter
from itertools import count
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kith.core.records import ListState
from kith.people.comparing import BOTH
from tests.factories import make_connection
from tests.people.model.judge import Judge, Step
from tests.people.model.ledgers import Ledger, LedgerInMemory, RealLedger
from tests.people.model.looks import Way, look
from tests.people.model.world import HAPPENINGS, RENAMES, World

SOAK = int(os.environ.get("KITH_SOAK") or 1)
IN_MEMORY, ON_A_DATABASE = 2_000 * SOAK, 250 * SOAK
IS_SOAK = SOAK > 1
DAY, HOUR = 86_400, 3_600

_numbers = count(1)

Happening = tuple[str, int, int]


class Round(NamedTuple):
    """What happens, and a look at it afterwards."""

    happenings: list[Happening]
    pause: int
    way: Way
    accepts: bool
    crashes: int
    comes_twice: bool


people = st.integers(0, 11)
# Whoever passes their name on is soon confused with others; most of what happens is that people come and leave.
EVERYTHING = (*HAPPENINGS, *(name for name in HAPPENINGS if name not in RENAMES))
whole, part, absent = ListState.COMPLETE, ListState.PARTIAL, ListState.ABSENT
states = st.sampled_from([whole, whole, whole, whole, part, absent])


def happenings(names: tuple[str, ...], most: int) -> st.SearchStrategy[list[Happening]]:
    return st.lists(st.tuples(st.sampled_from(names), people, people), max_size=most)


def rounds(*, is_real: bool) -> st.SearchStrategy[Round]:
    """In memory there are no pages during which somebody could be renamed, and every source knows its moment."""
    way = st.builds(
        Way,
        source=st.sampled_from(["api", "api", "json", "json", "html", "gateway"]),
        states=st.tuples(states, states),
        part=st.integers(0, 2**12 - 1),
        cut=st.sampled_from([*[0] * 9, 1, 2, 3]),
        slack=st.sampled_from([0, 0, 0, 0, 14 * HOUR]) if is_real else st.just(0),
        renames_within=st.just(())
        | (happenings(RENAMES, 2).map(tuple) if is_real else st.just(())),
    )
    return st.builds(
        Round,
        happenings=happenings(EVERYTHING, 6),
        pause=st.sampled_from([DAY, DAY, HOUR]),
        way=way,
        accepts=st.booleans(),
        crashes=st.integers(0, BOTH) if is_real else st.just(0),
        comes_twice=st.integers(0, 4).map(lambda number: number == 4),
    )


def everybody_follows() -> list[Happening]:
    """A start with which there is something to lose."""
    return [("befriend", number, 0) for number in range(5)] + [
        *(("follow", number, 0) for number in range(5, 8)),
        *(("be_followed", number, 0) for number in range(8, 10)),
    ]


def live(ledger: Ledger, history: list[Round]) -> Counter[str]:
    """Lets a history happen and judges every report; counts how much was said, and how much of it was judged."""
    world = World()
    judge = Judge(world)
    for happening in everybody_follows():
        world.happen(*happening)
    for turn in history:
        world.pass_time(turn.pause)
        for happening in turn.happenings:
            world.happen(*happening)
        shown = look(world, turn.way)
        for _ in range(2 if turn.comes_twice else 1):
            before, baseline = ledger.rows(), ledger.baseline()
            outcome = ledger.take(shown, crashes=turn.crashes)
            if outcome != "applied":
                assert ledger.rows() == before
            if was_held := outcome == "held":
                ledger.answer(accept=turn.accepts)
                outcome = "applied" if turn.accepts else "discarded"
            if outcome == "applied":
                step = Step(
                    shown, ledger.claims(), before, ledger.rows(), baseline, ledger.complete()
                )
                judge.judge(step, was_accepted=was_held)
    return judge.counts


def test_whatever_happens_nobody_is_accused_of_what_did_not() -> None:
    counts: Counter[str] = Counter()

    @settings(max_examples=IN_MEMORY, deadline=None, derandomize=not IS_SOAK, print_blob=True)
    @given(st.lists(rounds(is_real=False), min_size=2, max_size=8))
    def try_out(history: list[Round]) -> None:
        counts.update(live(LedgerInMemory(), history))

    try_out()
    # The people of these histories are much harder to tell apart than real ones; a good part must be all the same.
    assert counts["judged"] > counts["said"] / 3


@pytest.mark.database
@pytest.mark.django_db
@settings(
    max_examples=ON_A_DATABASE,
    deadline=None,
    derandomize=not IS_SOAK,
    print_blob=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(rounds(is_real=True), min_size=2, max_size=6))
def test_whatever_happens_the_ledger_tells_it_and_nothing_else(history: list[Round]) -> None:
    live(RealLedger(make_connection(username=f"account{next(_numbers)}")), history)
