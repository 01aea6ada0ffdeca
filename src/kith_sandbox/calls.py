"""Which calls were made: the log that tests read, and the quota of a rolling hour per token."""

from __future__ import annotations

import math
from collections import Counter, deque
from dataclasses import asdict, dataclass

HOUR = 3_600
_LOGGED = 20_000


@dataclass(slots=True)
class Call:
    """One call of the API. `path` has no version; `fault` is what was injected."""

    at: float
    method: str
    path: str
    query: dict[str, str]
    account: str | None
    token: str | None
    status: int = 0
    fault: str | None = None

    def to_json(self) -> dict[str, object]:
        """The call, for the control API."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Usage:
    """How much of the hour's budget a token has used, in percent, and when it may go on."""

    percent: int
    minutes_to_wait: int

    @property
    def is_spent(self) -> bool:
        """Whether the next call is refused."""
        return self.minutes_to_wait > 0


class Calls:
    """All calls since the start, and when each token was used in the last hour."""

    def __init__(self) -> None:
        self.log: deque[Call] = deque(maxlen=_LOGGED)
        self.total = 0
        self.by_token: Counter[str] = Counter()
        self.by_path: Counter[str] = Counter()
        self._recent: dict[str, deque[float]] = {}

    def add(self, call: Call, pattern: str) -> None:
        """Log a call; `pattern` is its path with the ids left out."""
        self.log.append(call)
        self.total += 1
        self.by_path[f"{call.method} {pattern}"] += 1

    def spend(self, serial: str, now: float, limit: int) -> Usage:
        """Count one more call of a token and tell the usage. A refused call counts too."""
        self.by_token[serial] += 1
        recent = self._recent.setdefault(serial, deque())
        recent.append(now)
        return self.usage(serial, now, limit)

    def usage(self, serial: str, now: float, limit: int) -> Usage:
        """The usage of a token in the hour before `now`."""
        recent = self._recent.get(serial, deque())
        over = self._in_hour_before(now, recent) - limit
        wait = recent[over - 1] + HOUR - now if over > 0 else 0
        return Usage(min(100, len(recent) * 100 // limit), math.ceil(wait / 60))

    def app_percent(self, now: float, limit: int) -> int:
        """The usage of the whole app, whose budget grows with its users: that of all tokens in use together."""
        used = [
            count for each in self._recent.values() if (count := self._in_hour_before(now, each))
        ]
        return min(100, sum(used) * 100 // (limit * len(used))) if used else 0

    def in_last_hour(self, serial: str, now: float) -> int:
        """Calls of a token in the hour before `now`."""
        return sum(1 for moment in self._recent.get(serial, ()) if moment > now - HOUR)

    @staticmethod
    def _in_hour_before(now: float, recent: deque[float]) -> int:
        """How many calls are left when the older ones are forgotten."""
        while recent and recent[0] <= now - HOUR:
            recent.popleft()
        return len(recent)
