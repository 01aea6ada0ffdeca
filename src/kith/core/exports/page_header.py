"""What the head of an HTML page tells: when the export was made, and of which range of time.

Pages since summer 2025 have an <aside> with one <time> (the export holds everything) or three (made, from, to), in
every language. Pages of March 2025 have none, and JSON never tells.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from kith.core.exports.times import instant

# A range from before 2011, when Instagram was three months old, leaves nobody out.
_EVERYTHING_SINCE = datetime(2011, 1, 1, tzinfo=UTC)
_UP_TO_NOW = timedelta(days=2)
_HEAD_LENGTH = 512 * 1024
_ASIDE = re.compile(rb"<aside\b.*?</aside>", re.DOTALL | re.IGNORECASE)
_TIME = re.compile(rb"""<time\b[^>]{0,300}?\bdatetime=["']([^"']{1,40})["']""", re.IGNORECASE)


@dataclass(frozen=True)
class DateRange:
    """The dates an export was requested for: people who came before or after are not in it."""

    from_at: datetime
    to_at: datetime

    def __str__(self) -> str:
        return f"{self.from_at:%Y-%m-%d} to {self.to_at:%Y-%m-%d}"


@dataclass(frozen=True)
class PageHeader:
    """`cut_to` is None when the export holds all there is."""

    generated_at: datetime
    cut_to: DateRange | None = None


def header_of(page: bytes) -> PageHeader | None:
    """None for a page that does not tell, or not understandably."""
    aside = _ASIDE.search(page, 0, _HEAD_LENGTH)
    if aside is None:
        return None
    moments = [instant(text.decode("ascii", "replace")) for text in _TIME.findall(aside[0])]
    match moments:
        case [datetime() as generated_at]:
            return PageHeader(generated_at)
        case [datetime() as generated_at, datetime() as from_at, datetime() as to_at]:
            holds_all = from_at < _EVERYTHING_SINCE and to_at > generated_at - _UP_TO_NOW
            return PageHeader(generated_at, None if holds_all else DateRange(from_at, to_at))
        case _:
            return None
