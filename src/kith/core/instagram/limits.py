"""How much of the allowed calls is spent, as Instagram's answers tell it.

Facts: https://developers.facebook.com/docs/graph-api/overview/rate-limiting (read 2026-11).
The headers come only "once enough calls have been made", so nothing known is not nothing spent.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Literal, Protocol

import msgspec

# For a limit that names no end. Calling while limited makes the wait longer.
UNSTATED_PAUSE = timedelta(minutes=5)
# No header makes kith wait longer at a stretch: the longest documented window is a day.
LONGEST_PAUSE = timedelta(days=1)
# The two last are sent by graph.instagram.com without being documented.
_PERCENTAGES = ("call_count", "total_time", "total_cputime", "call_volume", "cpu_time")


@dataclass(frozen=True, slots=True, kw_only=True)
class RateUsage:
    """Percentages (0 to 100, more when overdrawn) of the rolling budgets; None is unknown.

    `percent` is the higher of the two. `regain_at` is when calls are allowed again; None: now.
    """

    percent: int | None = None
    account_percent: int | None = None
    app_percent: int | None = None
    regain_at: datetime | None = None
    observed_at: datetime | None = None

    def is_spent(self, now: datetime) -> bool:
        return self.regain_at is not None and now < self.regain_at

    def limited_until(
        self,
        regain_at: datetime,
        observed_at: datetime,
        scope: Literal["account", "app"] = "account",
    ) -> RateUsage:
        """This usage after an answer that refused a call: all of `scope` is spent until `regain_at`."""
        known = self.app_percent if scope == "app" else self.account_percent
        return dataclasses.replace(
            self,
            percent=max(100, self.percent or 0),
            account_percent=max(100, known or 0) if scope == "account" else self.account_percent,
            app_percent=max(100, known or 0) if scope == "app" else self.app_percent,
            regain_at=max(regain_at, self.regain_at or regain_at),
            observed_at=observed_at,
        )


class CallBudget(Protocol):
    """Who allows calls. The client asks before every attempt and tells what the answers said."""

    def spend(self) -> None:
        """Called before every attempt. What it raises comes through untouched; no call is made."""

    def observe(self, usage: RateUsage) -> None:
        """Called after every answer that told its usage or refused a call for a limit."""


def usage_in(headers: Mapping[str, str], now: datetime) -> RateUsage | None:
    """What the two usage headers say; None when they are missing or unreadable."""
    account_entries = list(_account_entries(headers.get("X-Business-Use-Case-Usage")))
    account = max(_percentages(account_entries), default=None)
    app = max(_percentages([_decoded(headers.get("X-App-Usage"))]), default=None)
    percent = max((known for known in (account, app) if known is not None), default=None)
    pause = _regain_pause(account_entries)
    if percent is None and pause is None:
        return None
    if pause is None and percent is not None and percent >= 100:
        pause = UNSTATED_PAUSE
    return RateUsage(
        percent=percent,
        account_percent=account,
        app_percent=app,
        regain_at=now + pause if pause else None,
        observed_at=now,
    )


def retry_after_in(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """`Retry-After`, seconds or a date; None when missing, unreadable or not in the future."""
    text = headers.get("Retry-After", "").strip()
    seconds = _number(text)
    if seconds is None:
        try:
            moment = parsedate_to_datetime(text)
        except (ValueError, OverflowError):  # The second is of numbers beyond every clock.
            return None
        seconds = (moment.replace(tzinfo=moment.tzinfo or UTC) - now).total_seconds()
    return _pause(seconds)


def _account_entries(text: str | None) -> Iterator[Mapping[str, Any]]:
    """The entries about Instagram in `{"<id>": [{"type": "instagram", …}]}`.

    Messenger, pages and the rest have budgets of their own.
    """
    document = _decoded(text)
    for entries in document.values():
        for entry in entries if isinstance(entries, list) else []:
            if isinstance(entry, dict) and entry.get("type", "instagram") == "instagram":
                yield entry


def _decoded(text: str | None) -> dict[str, Any]:
    try:
        document = msgspec.json.decode(text or "{}")
    except (ValueError, RecursionError):
        return {}
    return document if isinstance(document, dict) else {}


def _percentages(entries: list[Mapping[str, Any]]) -> Iterator[int]:
    for entry in entries:
        for key in _PERCENTAGES:
            value = _number(entry.get(key))
            if value is not None:
                yield math.ceil(min(value, 1_000_000))


def _regain_pause(entries: list[Mapping[str, Any]]) -> timedelta | None:
    minutes = [_number(entry.get("estimated_time_to_regain_access")) or 0 for entry in entries]
    return _pause(60 * max(minutes, default=0))


def _pause(seconds: float) -> timedelta | None:
    return min(timedelta(seconds=min(seconds, 1e9)), LONGEST_PAUSE) if seconds > 0 else None


def _number(value: object) -> float | None:
    """A finite number of 0 or more, also when written as text."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) and number >= 0 else None
