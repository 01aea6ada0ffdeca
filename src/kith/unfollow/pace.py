"""How fast people may be unfollowed: a sliding hour and a day of the user's own time zone. Plain Python.

Instagram publishes no figures; users report restrictions above about 60 an hour and 150 to 200 a day
(read 2026-11), so kith stays at or below 60 and 150.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

HOUR = timedelta(hours=1)
# Steps of one length look like a machine and gather at full minutes; each is up to this share shorter or longer.
JITTER = 0.35


@dataclass(frozen=True)
class Pace:
    """At most so many in any hour and on any day of the zone."""

    per_hour: int
    per_day: int
    zone: tzinfo

    def free_at(self, acted: Sequence[datetime], now: datetime) -> datetime:
        """When the next one may be done, `now` at the earliest; `acted` are the last day's moments, newest first."""
        free = now
        in_hour = [at for at in acted if at > now - HOUR]
        if len(in_hour) >= self.per_hour:
            free = max(free, in_hour[self.per_hour - 1] + HOUR)
        if self.left_today(acted, now) <= 0:
            free = max(free, self._midnight(self._day(now) + timedelta(days=1)))
        return free

    def left_today(self, acted: Sequence[datetime], now: datetime) -> int:
        """How many more the day allows."""
        today = self._day(now)
        return self.per_day - sum(1 for at in acted if self._day(at) == today)

    def done_on(self, waiting: int, acted: Sequence[datetime], now: datetime) -> date:
        """The day in the zone on which a queue of that length will be done."""
        today = self._day(now)
        hours_left = (self._midnight(today + timedelta(days=1)) - now) / HOUR
        possible = min(self.left_today(acted, now), math.ceil(self.per_hour * hours_left))
        beyond = waiting - max(0, possible)
        return today + timedelta(days=max(0, math.ceil(beyond / self.daily)))

    @property
    def daily(self) -> int:
        """How many a whole day allows by both limits."""
        return min(self.per_day, 24 * self.per_hour)

    def step(self, chance: random.Random) -> timedelta:
        """How long to wait between two calls: the hour spread evenly, and a little chance."""
        return HOUR / self.per_hour * (1 + chance.uniform(-JITTER, JITTER))

    def _day(self, at: datetime) -> date:
        return at.astimezone(self.zone).date()

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time(), tzinfo=self.zone)
