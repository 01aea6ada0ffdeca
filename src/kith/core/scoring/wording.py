"""Numbers and lengths of time as people say them."""

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


def count(number: int, thing: str) -> str:
    """1 day, 2 days, 1,000 days."""
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"
