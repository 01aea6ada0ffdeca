"""Strategies for hypothesis: people, weights and data as they may come."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from kith.core.scoring import SHARES, AccountType, Period, PersonFacts, Scoring, Weights

NOW = 1_790_000_000
DAY = 86_400
OPENED = 1_286_323_200  # 2010-10-06, when Instagram opened

# Most of what matters happens in the last weeks and months; the years before are there too.
moments = st.one_of(
    st.integers(NOW - 30 * DAY, NOW),
    st.integers(NOW - 400 * DAY, NOW),
    st.integers(OPENED, NOW),
)
counts = st.integers(0, 9) | st.integers(0, 400)
sizes = st.integers(0, 400_000_000)


def unless_unknown(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


@st.composite
def people(draw: st.DrawFn) -> PersonFacts:
    """Counts and moments agree with each other: who never wrote has no points."""
    last_given = draw(unless_unknown(moments))
    last_received = draw(unless_unknown(moments))
    given = draw(counts) if last_given is not None else 0
    received = draw(counts) if last_received is not None else 0
    return PersonFacts(
        following_since=draw(unless_unknown(moments)),
        is_follower=draw(unless_unknown(st.booleans())),
        followers_count=draw(unless_unknown(sizes)),
        follows_count=draw(unless_unknown(st.integers(0, 7_500))),
        verified=draw(unless_unknown(st.booleans())),
        account_type=draw(unless_unknown(st.sampled_from(AccountType))),
        last_given=last_given,
        given=given,
        given_points=given * draw(st.integers(1, 4)),
        last_received=last_received,
        received=received,
        received_points=received * draw(st.integers(1, 4)),
        is_kept=draw(st.booleans()),
    )


@st.composite
def weights(draw: st.DrawFn) -> Weights:
    first, second, third = sorted(draw(st.tuples(*[st.integers(0, 100)] * 3)))
    return Weights(first, second - first, third - second, 100 - third)


@st.composite
def periods(draw: st.DrawFn) -> Period:
    since, until = sorted((draw(moments), draw(moments | st.just(NOW))))
    return Period(since, until)


whole_exports = periods().map(lambda period: dict.fromkeys(SHARES, period))
patchworks = st.dictionaries(st.sampled_from(list(SHARES)), periods())
coverages = (
    st.none() | st.just(dict.fromkeys(SHARES, Period(OPENED, NOW))) | whole_exports | patchworks
)


@st.composite
def scorings(draw: st.DrawFn) -> Scoring:
    return Scoring(
        now=NOW,
        weights=draw(weights()),
        coverage=draw(coverages),
        verified_from=draw(unless_unknown(st.integers(1, 10_000_000))),
    )
