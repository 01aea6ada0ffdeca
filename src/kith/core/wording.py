"""Numbers and lengths of time as people say them: the same in messages, on pages and on the command line."""

from __future__ import annotations

_WEEKS_FROM, _MONTHS_FROM, _YEARS_FROM = 14, 60, 730


def duration(days: int) -> str:
    """13 days, 7 weeks, 23 months, 4 years: whole ones only, cut and never rounded up."""
    if days < 1:
        return "less than a day"
    if days < _WEEKS_FROM:
        return count(days, "day")
    if days < _MONTHS_FROM:
        return count(days // 7, "week")
    if days < _YEARS_FROM:
        return count(days // 30, "month")
    return count(days // 365, "year")


def count(number: int, thing: str, things: str = "") -> str:
    """1 day, 2 days, 1,000 days; `things` says what many are where an s does not: 1 person is, 2 people are."""
    return f"{number:,} {thing if number == 1 else things or f'{thing}s'}"
