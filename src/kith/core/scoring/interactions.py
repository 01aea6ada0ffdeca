"""What an interaction is worth, and how much of all that passes between two people the data cover."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from kith.core.records import Direction, InteractionKind

DAY = 86_400
# Engagement looks back half a year: long enough for friends who meet in summer and at New Year, short enough to change.
WINDOW_DAYS = 180

# By the trouble that people take: a like is a tap while scrolling, a saved post and a reaction are meant, a message is
# written to one person, a comment and a mention before everybody. Messages come in rows, hence fewer than a comment.
POINTS: Mapping[InteractionKind, int] = {
    InteractionKind.LIKE: 1,
    InteractionKind.SAVED: 2,
    InteractionKind.STORY_REACTION: 2,
    InteractionKind.MESSAGE: 3,
    InteractionKind.COMMENT: 4,
    InteractionKind.MENTION: 4,
}


class Way(NamedTuple):
    """A kind of interaction and its direction."""

    kind: InteractionKind
    direction: Direction


# How much of what passes between people goes each way, by estimate: most of it is likes and messages. Received likes
# are not in it, for no official source names who gave them (export and API, 2026-09). The shares add up to 1.
SHARES: Mapping[Way, float] = {
    Way(InteractionKind.LIKE, Direction.GIVEN): 0.30,
    Way(InteractionKind.MESSAGE, Direction.GIVEN): 0.15,
    Way(InteractionKind.MESSAGE, Direction.RECEIVED): 0.15,
    Way(InteractionKind.COMMENT, Direction.GIVEN): 0.12,
    Way(InteractionKind.COMMENT, Direction.RECEIVED): 0.10,
    Way(InteractionKind.STORY_REACTION, Direction.GIVEN): 0.10,
    Way(InteractionKind.SAVED, Direction.GIVEN): 0.04,
    Way(InteractionKind.MENTION, Direction.RECEIVED): 0.04,
}
# Silence means something from so large a share on: that of likes alone, or of messages alone. With less, as with the
# comments that the API tells, most contacts would go unseen.
ENOUGH_SHARE = 0.25


class Period(NamedTuple):
    """From when until when every interaction of a way is known, in epoch seconds."""

    since: int
    until: int


class Reach(NamedTuple):
    """What the data allow to say of everybody.

    `share` is the share of contacts that would be seen, 0 to 1. `counts_silence` says whether nothing seen means that
    there was nothing; then it does from `since` to `until`, in epoch seconds.
    """

    share: float
    counts_silence: bool
    since: int
    until: int
    is_two_way: bool


def reach_of(coverage: Mapping[Way, Period], *, now: int) -> Reach | None:
    """What a connection's `coverage` is good for; a way that is not in it is unknown. None: nothing is known at all."""
    known = {
        way: Period(since, min(until, now))
        for way, (since, until) in coverage.items()
        if way in SHARES
    }
    if not known:
        return None
    share = sum(SHARES[way] * _share_of_window(period, now) for way, period in known.items())
    share = round(share, 6)
    return Reach(
        share=share,
        counts_silence=share >= ENOUGH_SHARE,
        since=_enough([(period.since, SHARES[way]) for way, period in known.items()]),
        until=-_enough([(-period.until, SHARES[way]) for way, period in known.items()]),
        is_two_way={way.direction for way in known} == set(Direction),
    )


def _share_of_window(period: Period, now: int) -> float:
    start = max(period.since, now - WINDOW_DAYS * DAY)
    return max(0, period.until - start) / (WINDOW_DAYS * DAY)


def _enough(moments: list[tuple[int, float]]) -> int:
    """The first moment at which enough ways are known, or the last moment at all."""
    reached = 0.0
    for moment, share in sorted(moments):
        reached += share
        if reached >= ENOUGH_SHARE:
            return moment
    return max(moment for moment, _ in moments)
