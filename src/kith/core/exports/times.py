"""Moments in exports: epoch numbers, ISO dates, and the dates that rows of HTML pages show."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from kith.core.exports.months import AFTERNOON, MONTHS, MORNING

# 2010-10-06, when Instagram opened to the public: nobody can have followed before. Zero is no such date but stands
# for none.
LAUNCHED_AT = datetime(2010, 10, 6, tzinfo=UTC)
INSTAGRAM_OPENED = int(LAUNCHED_AT.timestamp())

# As seconds this is the year 5138, as milliseconds 1973: beyond it only milliseconds make sense.
_SURELY_MILLISECONDS = 100_000_000_000

# Rows of HTML pages show the time at UTC-8, in summer too and wherever the user lives: five published pairs of the
# same record in JSON and HTML (2024 to 2026) differ by exactly that.
_ROWS_BEHIND_UTC = timedelta(hours=8)

_CLOCK = re.compile(r"(?<!\d)(\d{1,2}):(\d{2})(?::\d{2})?(?!\d)")
_NUMERIC_DATE = re.compile(r"(?<!\d)(\d{1,4})([./-])\s?(\d{1,2})\2\s?(\d{1,4})(?!\d)")
_MARKED_MONTH = re.compile(r"(?<!\d)(\d{1,2})\s?[月월]|(?:tháng|thg|th)\s?(\d{1,2})(?!\d)")
_NUMBER = re.compile(r"\d+")
_SEPARATOR = re.compile(r"[\s,،、/-]+")


@dataclass
class Clock:
    """Reads when follows began, as epoch seconds (UTC). What lies after `now` or before Instagram is None.

    `impossible` counts those, but not records that tell no date.
    """

    now: datetime
    impossible: int = 0

    def __post_init__(self) -> None:
        self._latest = int(self.now.timestamp())

    def since(self, value: object) -> int | None:
        """Of a number, its digits, or an ISO 8601 date. None: zero, or no date."""
        if type(value) is int and INSTAGRAM_OPENED <= value <= self._latest:
            return value  # By far the most: spares a fifth of the time of reading a large export.
        return self._plausible(_seconds(value))

    def since_shown(self, text: str) -> int | None:
        """Of a date as a row of an HTML page shows it, true to the minute."""
        return self._plausible(html_time(text))

    def _plausible(self, seconds: int | None) -> int | None:
        if not seconds:
            return None
        if not INSTAGRAM_OPENED <= seconds <= self._latest:
            self.impossible += 1
            return None
        return seconds


def _seconds(value: object) -> int | None:
    if isinstance(value, str):
        text = value.strip()
        if not text.isdecimal():
            moment = instant(text)
            return None if moment is None else int(moment.timestamp())
        # Python refuses to read numbers of thousands of digits.
        number = int(text[:20])
    elif isinstance(value, int | float) and -1e18 < value < 1e18:
        number = int(value)
    else:
        return None
    return number // 1000 if number > _SURELY_MILLISECONDS else number


def instant(text: str) -> datetime | None:
    """The moment of an ISO 8601 date, in UTC; one without a zone is taken as UTC."""
    try:
        moment = datetime.fromisoformat(text.strip())
        # Years 1 and 9999 leave the calendar when they are moved to UTC.
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def html_time(text: str) -> int | None:
    """Give the epoch seconds, true to the minute, of a date as a row of an HTML page shows it in any known language.

    `None` means that the date cannot be read for certain, such as `01/02/2025`.
    """
    text = unicodedata.normalize("NFKC", text).casefold()
    clock = _CLOCK.search(text)
    if clock is None or len(text) > 80:
        return None
    rest = f"{text[: clock.start()]} {text[clock.end() :]}"
    date = _date(rest)
    hour = _hour(int(clock[1]), rest)
    if date is None or hour is None:
        return None
    try:
        shown_at = datetime(*date, hour, int(clock[2]), tzinfo=UTC)
    except ValueError:
        return None
    return int((shown_at + _ROWS_BEHIND_UTC).timestamp())


def _hour(shown: int, rest: str) -> int | None:
    words = f" {' '.join(_words(rest))} "
    is_afternoon = any(f" {word} " in words for word in AFTERNOON)
    is_morning = any(f" {word} " in words for word in MORNING)
    if is_morning == is_afternoon:
        return None if is_morning else shown
    if not 1 <= shown <= 12:
        return shown
    return shown % 12 + (12 if is_afternoon else 0)


def _date(rest: str) -> tuple[int, int, int] | None:
    numeric = _NUMERIC_DATE.search(rest)
    if numeric is not None:
        return _numeric_date(numeric)
    month = None
    if (marked := _MARKED_MONTH.search(rest)) is not None:
        month = int(marked[1] or marked[2])
        rest = rest[: marked.start()] + " " + rest[marked.end() :]
    else:
        month = next((MONTHS[word] for word in _words(rest) if word in MONTHS), None)
    numbers = sorted(int(number) for number in _NUMBER.findall(rest)[:3])
    if month is None or len(numbers) != 2:
        return None
    day, year = numbers
    return _calendar_day(year, month, day)


def _numeric_date(match: re.Match[str]) -> tuple[int, int, int] | None:
    first, separator, second, third = match.groups()
    if len(first) == 4:
        return _calendar_day(int(first), int(second), int(third))
    if len(third) != 4:
        return None
    day, month = int(first), int(second)
    if separator != "." and day <= 12 and month <= 12 and day != month:
        # Nobody can tell which of the two is the month.
        return None
    return _calendar_day(int(third), *((month, day) if month <= 12 else (day, month)))


def _calendar_day(year: int, month: int, day: int) -> tuple[int, int, int] | None:
    # Other calendars, such as the Thai one, count other years; better no date than a wrong one.
    return (year, month, day) if 2010 <= year <= 2100 else None


def _words(text: str) -> list[str]:
    """Give the words without their full stops, so that `a. m.`, `a.m.` and `am` are near each other."""
    return [word for word in _SEPARATOR.split(text.replace(".", "")) if word]
