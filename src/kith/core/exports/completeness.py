"""Whether a list is all there is. One that may be cut is never called complete: else people seem lost who are not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from kith.core.exports.page_header import DateRange
from kith.core.records import ListName, ListState, Notice
from kith.core.wording import count

# Instagram splits followers into files of exactly this many records:
# https://github.com/cecobask/instagram-insights/issues/1 (2023).
RECORDS_PER_FILE = 10_000
# More unreadable records than one in so many, and the people behind them would be missed.
_READABLE_PER_UNREADABLE = 100

# What the date range of a request can be set to, besides "All time".
_PRESET_DAYS = (7, 30, 90, 180, 365, 1095)
_PRESET_SLACK_DAYS = 2
_SKEW = timedelta(days=180)
ENOUGH_DATES = 10


@dataclass(frozen=True)
class ListOutcome:
    """How the reading of a list ended.

    `count` are the records given, duplicates included; 0 when the list is absent, for then none may be used.
    `dated` of them have a date, between `oldest_at` and `newest_at`. `unreadable` records name nobody.
    """

    state: ListState
    reason: str | None = None
    count: int = 0
    unreadable: int = 0
    oldest_at: datetime | None = None
    newest_at: datetime | None = None
    dated: int = 0
    notices: tuple[Notice, ...] = ()
    files_read: tuple[str, ...] = ()


@dataclass(frozen=True)
class Evidence:
    """What is known when all files of a list have been read. `numbers` are their parts, from 1."""

    list: ListName
    numbers: Sequence[int]
    records_in_last_file: int
    readable: int
    unreadable: int
    cut_to: DateRange | None


def doubts(evidence: Evidence) -> list[Notice]:
    """Why the list may lack people: each reason makes it partial."""
    found = []
    missing = _missing(evidence)
    if missing:
        found.append(
            Notice(
                f"{evidence.list}-gap",
                f"Among the {max(evidence.numbers)} files of {evidence.list}, {missing} missing. "
                "Look for the other parts of the export.",
            )
        )
    if evidence.cut_to:
        found.append(
            Notice(
                "date-range",
                f"The export was requested for {evidence.cut_to} only: people from before or after "
                "are not in it. Request one with the date range 'All time'.",
            )
        )
    if evidence.list is ListName.FOLLOWERS and evidence.records_in_last_file == RECORDS_PER_FILE:
        # Exactly full and nothing behind it happens honestly once in ten thousand times.
        found.append(
            Notice(
                "followers-10000",
                f"The last file of followers is full ({RECORDS_PER_FILE:,}), so another one should "
                "follow it. Look for the other parts of the export.",
            )
        )
    if evidence.unreadable * _READABLE_PER_UNREADABLE > evidence.readable:
        found.append(
            Notice(
                "many-unreadable",
                f"{evidence.unreadable:,} of {count(evidence.readable + evidence.unreadable, 'record')} "
                "could not be read, so people are missing. Please report this, with a sample.",
            )
        )
    return found


def _missing(evidence: Evidence) -> str:
    there = set(evidence.numbers)
    count = max(there, default=0) - len(there)
    if not count:
        return ""
    number = next(number for number in range(1, max(there)) if number not in there)
    first = f"{evidence.list}_{number}"
    return f"{first} is" if count == 1 else f"{count} are ({first} is the first)"


def maybe_cut(
    following: ListOutcome, followers: ListOutcome, *, taken_at: datetime
) -> tuple[Notice, ...]:
    """Signs that a date range cut one list, to be shown and asked about: they prove nothing, late bloomers have them.

    The skew of the oldest entries was measured on exports of 2026: -60 days on whole ones, +4,071 on a cut one.
    """
    if following.oldest_at is None or followers.oldest_at is None:
        return ()
    if min(following.dated, followers.dated) < ENOUGH_DATES:
        return ()
    later, earlier = (
        (("followers", followers.oldest_at), ("following", following.oldest_at))
        if followers.oldest_at > following.oldest_at
        else (("following", following.oldest_at), ("followers", followers.oldest_at))
    )
    skew = later[1] - earlier[1]
    is_preset = is_of_preset_age(later[1], taken_at)
    # A week or a month as range shows less skew; its age gives it away all the same.
    if skew < _SKEW and not (is_preset and skew > timedelta(days=2 * _PRESET_SLACK_DAYS)):
        return ()
    message = (
        f"The oldest of your {later[0]} is of {later[1]:%Y-%m-%d}, the oldest of your {earlier[0]} "
        f"of {earlier[1]:%Y-%m-%d}. If that surprises you, the export was requested for a date range: "
        "request one with 'All time'."
    )
    return (Notice("maybe-cut", message),)


def is_of_preset_age(oldest_at: datetime, taken_at: datetime) -> bool:
    """Whether something is as old as what a preset range would just have let through."""
    age = (taken_at - oldest_at) / timedelta(days=1)
    return any(abs(age - days) <= _PRESET_SLACK_DAYS for days in _PRESET_DAYS)
