"""The sandbox's own time: the machine's, moved by an offset, or standing still."""

from __future__ import annotations

import time
from datetime import UTC, datetime


class Clock:
    """Tells the time in epoch seconds. It can be moved forward, stopped, and set going again."""

    def __init__(self, offset: float = 0.0) -> None:
        self.offset = offset
        self.frozen_at: float | None = None

    def now(self) -> float:
        """Epoch seconds in the sandbox."""
        return time.time() + self.offset if self.frozen_at is None else self.frozen_at

    def advance(self, seconds: float) -> None:
        """Let time pass at once; a stopped clock stays stopped, that much later."""
        self.offset += seconds
        if self.frozen_at is not None:
            self.frozen_at += seconds

    def freeze(self, at: float | None = None) -> None:
        """Stop at `at` (epoch seconds), or now."""
        self.frozen_at = self.now() if at is None else at

    def unfreeze(self) -> None:
        """Go on from where the clock stands."""
        if self.frozen_at is not None:
            self.offset = self.frozen_at - time.time()
            self.frozen_at = None


def iso(seconds: float) -> str:
    """Epoch seconds as `2026-11-01T09:30:00Z`, for the control API."""
    return datetime.fromtimestamp(int(seconds), UTC).isoformat()[:19] + "Z"


def graph_timestamp(seconds: float) -> str:
    """Epoch seconds as the Graph API writes them, `2026-11-01T09:30:00+0000`: no colon in it."""
    return datetime.fromtimestamp(int(seconds), UTC).isoformat()[:19] + "+0000"
