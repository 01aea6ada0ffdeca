"""How long to wait when Instagram fails a sync, in proportion to what giving up would lose. Plain Python."""

from __future__ import annotations

from datetime import timedelta

# Reading up to twenty pages anew is cheaper than waiting; a longer list has cost minutes to days.
WORTH_WAITING_FOR = 20
# After each setback in a row; half a day altogether.
_PATIENCE = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 30, *[60] * 11)]
LONGEST_GROWN_PAUSE = timedelta(hours=1)


def patience(pages: int, setbacks: int) -> timedelta | None:
    """How long to wait before a list that has cost `pages` is asked for again; None: it is given up."""
    if pages <= WORTH_WAITING_FOR or setbacks >= len(_PATIENCE):
        return None
    return _PATIENCE[setbacks]


def grown(asked: timedelta, setbacks: int) -> timedelta:
    """The pause that Instagram asked for, twice as long each time that it refuses again; an hour needs no growing."""
    doubled = asked * (1 << min(setbacks, 12))
    return max(asked, min(doubled, LONGEST_GROWN_PAUSE))
