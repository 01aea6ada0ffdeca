"""The history: how the figures went from day to day, each number with the changes behind it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import islice, zip_longest
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode

from kith.accounts.models import Connection
from kith.people.history import Day, days
from kith.people.models import Change
from kith.web.pages.empty import EmptyState, nothing_known
from kith.web.pages.jobs import Counted

ROWS = 31
GROWTH_DAYS = 180


@dataclass(frozen=True)
class Measured:
    """A figure of a day, and by how much it differs from the day before it in the table."""

    value: int | None
    change_text: str


@dataclass(frozen=True)
class DayLine:
    """One day in the table."""

    date: date
    label: str
    followers: Measured
    following: Measured
    mutuals: Measured
    new_followers: Counted
    lost_followers: Counted
    other_changes: Counted
    is_counted_only: bool


@dataclass(frozen=True)
class HistoryPage:
    """The newest day first; the curves stand on the first page only."""

    rows: list[DayLine]
    growth: list[dict[str, Any]] | None
    next_url: str | None
    empty: EmptyState | None


def history_page(connection: Connection | None, before: date | None) -> HistoryPage:
    """`before` is the last day already seen."""
    if connection is None:
        return HistoryPage([], None, None, nothing_known(None))
    found = list(islice(days(connection, before), ROWS + 1 if before else GROWTH_DAYS))
    more = f"{reverse('history')}?before={found[ROWS - 1].date}" if len(found) > ROWS else None
    return HistoryPage(
        rows=[
            _line(day, earlier) for day, earlier in zip_longest(found[:ROWS], found[1 : ROWS + 1])
        ],
        growth=None if before else growth_of(found),
        next_url=more,
        empty=None if found else nothing_known(connection),
    )


def _line(day: Day, earlier: Day | None) -> DayLine:
    # A list is a little shorter than Instagram's own count; the two are not compared with each other.
    if earlier and earlier.is_counted_only != day.is_counted_only:
        earlier = None
    return DayLine(
        date=day.date,
        label=f"{day.date:%a} {day.date.day} {day.date:%b %Y}",
        followers=_measured(day, earlier, "followers"),
        following=_measured(day, earlier, "following"),
        mutuals=_measured(day, earlier, "mutuals"),
        new_followers=_counted(day, "new follower", day.new_followers, Change.Kind.NEW_FOLLOWER),
        lost_followers=_counted(
            day, "lost follower", day.lost_followers, Change.Kind.LOST_FOLLOWER
        ),
        other_changes=_counted(day, "other change", day.other_changes),
        is_counted_only=day.is_counted_only,
    )


def _measured(day: Day, earlier: Day | None, key: str) -> Measured:
    value, before = getattr(day, key), getattr(earlier, key, None)
    if value is None or before is None or value == before:
        return Measured(value, "")
    return Measured(value, f"{value - before:+,}".replace("-", "−"))


def _counted(day: Day, thing: str, count: int, kind: str = "") -> Counted:
    query = {"on": day.date.isoformat()} | ({"kind": kind} if kind else {})
    word = thing if count == 1 else f"{thing}s"
    return Counted(word, count, f"{reverse('changes')}?{urlencode(query)}" if count else "")


def growth_of(found: Iterable[Day]) -> list[dict[str, Any]]:
    """One point a day, the oldest first, all measured alike: by the lists, or by Instagram's own counts if those tell
    of more days. Mixed, the curve would fall and rise where nobody came or left."""
    told = list(found)
    counted = [day for day in told if day.is_counted_only]
    listed = [day for day in told if not day.is_counted_only]
    points = counted if len(counted) > len(listed) else listed
    return [
        {"at": day.at.isoformat(), "followers": day.followers, "following": day.following}
        for day in reversed(points)
    ]
