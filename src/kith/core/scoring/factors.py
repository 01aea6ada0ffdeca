"""The four factors of a score: what each makes of days and counts. 0 speaks for keeping, 100 for letting go.

Every function is monotone: longer silence never lowers a factor, more engagement never raises one.
"""

from __future__ import annotations

from math import exp2, log2
from typing import NamedTuple

from kith.core.scoring.interactions import WINDOW_DAYS


class Factors(NamedTuple):
    """Whole numbers from 0 to 100; None where the facts are not known. `engagement` is the lack of it."""

    inactivity: int | None
    engagement: int | None
    ratio: int | None
    age: int | None


# After a quarter of silence half, after two three quarters, after a year 94: people go on holiday and change phones,
# and between one year of silence and two there is little difference left.
INACTIVITY_HALF_DAYS = 90

# Engagement: how much passes, how lately, and whether it goes both ways.
VOLUME_SHARE, RECENCY_SHARE, RECIPROCITY_SHARE = 0.5, 0.3, 0.2
# Twelve likes, four messages or three comments in half a year are half of what can be had.
VOLUME_HALF_POINTS = 12
# Within the window of half a year, half fades in half a quarter.
RECENCY_HALF_DAYS = 45
# Two messages each way: somebody asked, somebody answered.
TWO_WAY_HALF_POINTS = 6

# As many following as followers is the middle; each doubling moves it by a quarter of the scale, so that four times as
# many is the upper end and a quarter as many, as creators have it, the lower.
RATIO_EVEN = 50
RATIO_PER_DOUBLING = 25
# Who follows a hundred people and is followed by twenty is simply new or private: a ratio tells of follow-for-follow
# only where many are followed. Instagram allows 7,500.
RATIO_MANY_FOLLOWED = 1_000

# A follow that goes unrewarded for a year is half old, for two years three quarters.
AGE_HALF_DAYS = 365


def inactivity(quiet_days: int) -> int:
    """`quiet_days`: since the last contact, or since contact could have been seen."""
    return rounded(100 * _grown(quiet_days, INACTIVITY_HALF_DAYS))


def engagement_score(
    *, given_points: int, received_points: int, contact_days: int | None, reciprocity: float | None
) -> int:
    """How much the two have to do with each other, 0 to 100.

    `contact_days` since the last contact, None for never; what is older than the window is none. `reciprocity` is 0 to
    1, and None where neither the list of followers nor both directions are known: the other two parts count for it.
    """
    volume = _grown(given_points + received_points, VOLUME_HALF_POINTS)
    recency = 0.0
    if contact_days is not None and contact_days <= WINDOW_DAYS:
        recency = 1 - _grown(contact_days, RECENCY_HALF_DAYS)
    total = VOLUME_SHARE * volume + RECENCY_SHARE * recency
    if reciprocity is None:
        return rounded(100 * total / (VOLUME_SHARE + RECENCY_SHARE))
    return rounded(100 * (total + RECIPROCITY_SHARE * reciprocity))


def reciprocity(
    *, is_follower: bool | None, given_points: int, received_points: int, is_two_way: bool
) -> float | None:
    """Half for following back, half for contact in both directions; what is not known is left out."""
    two_way = _grown(min(given_points, received_points), TWO_WAY_HALF_POINTS)
    if is_follower is None:
        return two_way if is_two_way else None
    return (is_follower + two_way) / 2 if is_two_way else float(is_follower)


def lack_of_engagement(engagement: int, *, observed_days: int) -> int:
    """Counts in full only when the whole window was there to engage in: nobody is late on the first day."""
    return rounded((100 - engagement) * min(observed_days, WINDOW_DAYS) / WINDOW_DAYS)


def ratio(*, followers_count: int, follows_count: int) -> int:
    """High where many are followed and few follow: follow-for-follow and spam. Low for a large audience."""
    if not follows_count:
        return 0
    doublings = log2(follows_count) - log2(max(followers_count, 1))
    skew = min(max(RATIO_EVEN + RATIO_PER_DOUBLING * doublings, 0), 100)
    return rounded(skew * min(follows_count / RATIO_MANY_FOLLOWED, 1))


def age(*, follow_days: int, is_follower: bool | None, quiet_days: int | None) -> int | None:
    """How long the follow has lasted without reward: they follow back, or there is contact.

    `quiet_days` is None where interactions are not known. Only what is known to be missing counts: with one of the two
    rewards unknown, half. None: both are unknown.
    """
    if is_follower:
        return 0
    if is_follower is None and quiet_days is None:
        return None
    unrewarded = follow_days if quiet_days is None else min(quiet_days, follow_days)
    grown = 100 * _grown(unrewarded, AGE_HALF_DAYS)
    is_half_known = is_follower is None or quiet_days is None
    return rounded(grown / 2 if is_half_known else grown)


def rounded(value: float) -> int:
    """Halves go up."""
    return int(value + 0.5)


def _grown(amount: int, half: int) -> float:
    """From 0 towards 1: one half at `half`, three quarters at twice that."""
    return 1 - exp2(-amount / half)
