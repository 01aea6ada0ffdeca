"""The pace holds over any hour and over the days of the user's own zone."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from kith.unfollow.pace import HOUR, Pace

BERLIN = ZoneInfo("Europe/Berlin")
NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)


def test_a_fresh_queue_is_free_at_once() -> None:
    assert Pace(60, 150, UTC).free_at([], NOON) == NOON


def test_the_hour_slides() -> None:
    acted = [NOON - timedelta(minutes=m) for m in (5, 20, 50, 70)]
    assert Pace(3, 150, UTC).free_at(acted, NOON) == NOON + timedelta(minutes=10)
    assert Pace(4, 150, UTC).free_at(acted, NOON) == NOON


def test_the_day_is_the_users_own() -> None:
    late = datetime(2026, 11, 25, 22, 30, tzinfo=UTC)  # 23:30 in Berlin
    acted = [late - 2 * HOUR] * 2
    free = Pace(60, 2, BERLIN).free_at(acted, late)
    assert free == datetime(2026, 11, 25, 23, tzinfo=UTC)
    assert Pace(60, 2, BERLIN).free_at(acted, free) == free
    assert Pace(60, 2, UTC).free_at(acted, free) > free


def test_the_day_on_which_a_queue_is_done() -> None:
    pace = Pace(60, 150, UTC)
    today = date(2026, 11, 25)
    assert pace.done_on(0, [], NOON) == today
    assert pace.done_on(150, [], NOON) == today
    assert pace.done_on(151, [], NOON) == today + timedelta(days=1)
    assert pace.done_on(450, [], NOON) == today + timedelta(days=2)
    assert pace.done_on(450, [NOON] * 150, NOON) == today + timedelta(days=3)
    assert Pace(1, 150, UTC).done_on(13, [], NOON) == today + timedelta(days=1)


def test_steps_spread_the_hour_with_a_little_chance() -> None:
    steps = [Pace(60, 150, UTC).step(random.Random(seed)) for seed in range(200)]
    assert timedelta(seconds=39) <= min(steps) < timedelta(seconds=50)
    assert timedelta(seconds=70) < max(steps) <= timedelta(seconds=81)


@given(st.lists(st.integers(0, 200), max_size=80), st.integers(1, 10), st.integers(1, 20))
def test_whoever_waits_as_told_never_breaks_the_pace(
    waits: list[int], per_hour: int, per_day: int
) -> None:
    pace, now, acted = Pace(per_hour, per_day, BERLIN), NOON, []
    for minutes in waits:
        now = pace.free_at(acted, now + timedelta(minutes=minutes))
        acted.insert(0, now)
        assert sum(1 for at in acted if at > now - HOUR) <= per_hour
        today = now.astimezone(BERLIN).date()
        assert sum(1 for at in acted if at.astimezone(BERLIN).date() == today) <= per_day
