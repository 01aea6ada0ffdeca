"""What the address of the ranked list asks for, and the addresses that ask for something else."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.http import urlencode

from kith.people import ranking
from kith.people.choices import BADGES, CATEGORIES, SWITCHES, RankedFilters

_CHOICES: dict[str, Collection[str]] = {
    "category": CATEGORIES,
    "badge": BADGES,
    "kept": {"yes", "no"},
}
_NUMBERS = {"score_from", "score_to", "quiet_from", "followers_from", "followers_to"}
_RATIOS = {"ratio_from", "ratio_to"}
_DAYS = {"followed_after", "followed_before"}


@dataclass(frozen=True)
class RankedQuery:
    """What the address asks for. Unknown values count as not given."""

    filters: RankedFilters = field(default_factory=RankedFilters)
    sort: str = "score"
    downwards: bool = True
    page: int = 1

    @classmethod
    def from_address(cls, query: QueryDict) -> RankedQuery:
        sort = query.get("sort", "score")
        sort = sort if sort in ranking.SORTS else "score"
        direction = query.get("direction", "")
        first = ranking.SORTS[sort][1]
        number = query.get("page", "1")
        return cls(
            filters=_filters(query),
            sort=sort,
            downwards={"asc": False, "desc": True}.get(direction, first),
            page=max(1, int(number)) if number.isdecimal() and len(number) < 6 else 1,
        )

    def parameters(self, **changed: object) -> dict[str, str]:
        """The address as a dictionary, defaults left out; paging starts anew unless it is what changed."""
        wanted: dict[str, object] = {
            each.name: getattr(self.filters, each.name) for each in fields(self.filters)
        }
        if self.sort != "score":
            wanted["sort"] = self.sort
        if self.downwards != ranking.SORTS[self.sort][1]:
            wanted["direction"] = "desc" if self.downwards else "asc"
        wanted |= changed
        said = {name: _said(value) for name, value in wanted.items()}
        return {name: text for name, text in said.items() if text}

    @property
    def chips(self) -> dict[str, str]:
        """What the search form carries along beside its own fields."""
        own = {"search", "sort", *_NUMBERS, *_RATIOS, *_DAYS}
        return {name: text for name, text in self.parameters().items() if name not in own}

    @property
    def parameters_text(self) -> str:
        return urlencode(self.parameters())

    def url(self, **changed: object) -> str:
        query = urlencode(self.parameters(**changed))
        return f"{reverse('ranked')}{'?' if query else ''}{query}"


def _said(value: object) -> str:
    if isinstance(value, bool) or value is None:
        return "1" if value else ""
    return str(value)


def _filters(query: QueryDict) -> RankedFilters:
    found: dict[str, Any] = {
        "search": query.get("search", "").replace("\x00", "").strip()[:100],
        **{name: query.get(name) == "1" for name in SWITCHES},
        **{name: query[name] for name in _CHOICES if query.get(name) in _CHOICES[name]},
        **{name: _whole(query.get(name, "")) for name in _NUMBERS},
        **{name: _decimal(query.get(name, "")) for name in _RATIOS},
        **{name: _day(query.get(name, "")) for name in _DAYS},
    }
    # As the badge was chosen before it became a choice of its own.
    found["inactive"] = found["inactive"] or query.get("badge") == "inactive"
    return RankedFilters(**found)


def _whole(text: str) -> int | None:
    """Longer numbers than the database's are cut: nobody has so many either way."""
    return int(text[:16]) if text.isdecimal() else None


def _decimal(text: str) -> float | None:
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        return None
    return min(number, 1e9) if number >= 0 else None


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 1990 < day.year < 2200 else None
