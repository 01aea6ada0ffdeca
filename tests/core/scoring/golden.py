"""Reads golden.md: invented people in words and numbers, with what kith should make of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from kith.core.records import Direction, InteractionKind
from kith.core.scoring import (
    POINTS,
    SHARES,
    Period,
    PersonFacts,
    Scoring,
    Way,
    account_type_told,
)

NOW = 1_790_000_000
DAY = 86_400
_PAGE = Path(__file__).with_name("golden.md")
_DAYS = {"day": 1, "week": 7, "month": 30, "year": 365}
_KINDS = {
    "like": InteractionKind.LIKE,
    "comment": InteractionKind.COMMENT,
    "story reaction": InteractionKind.STORY_REACTION,
    "saved post": InteractionKind.SAVED,
    "message": InteractionKind.MESSAGE,
}

_EVER = Period(0, NOW)
_EXPORTED = [
    way for way in SHARES if way.direction is Direction.GIVEN or way.kind is InteractionKind.MESSAGE
]
_RECEIVED_COMMENTS = Way(InteractionKind.COMMENT, Direction.RECEIVED)
COVERAGE: dict[str, dict[Way, Period]] = {
    "Everything is known": dict.fromkeys(SHARES, _EVER),
    "A whole export": dict.fromkeys(_EXPORTED, _EVER),
    "The two lists and nothing else": {},
    "An export cut to the last 90 days": dict.fromkeys(_EXPORTED, Period(NOW - 90 * DAY, NOW)),
    "Only the comments under your posts": {_RECEIVED_COMMENTS: _EVER},
}


class Golden(NamedTuple):
    """One line of a table."""

    section: str
    who: str
    score: int
    category: str
    scoring: Scoring
    facts: PersonFacts


def golden_people() -> Iterator[Golden]:
    """Everybody on the page, in its order."""
    section = ""
    for line in _PAGE.read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            section = line[3:]
        if re.match(r"\| \d", line):
            score, category, who, *told = (cell.strip() for cell in line.strip("|").split("|"))
            scoring = Scoring(now=NOW, coverage=COVERAGE[section])
            yield Golden(section, who, int(score), category, scoring, _facts(*told))


def _facts(followed: str, back: str, numbers: str, told: str, between: str) -> PersonFacts:
    followers, follows = (_number(part) for part in numbers.split("/"))
    last = re.search(r"last (.+)", between)
    contact = _ago(last[1].removesuffix(" ago")) if last else None
    given, given_points = _counted(between, "you")
    received, received_points = _counted(between, "they")
    return PersonFacts(
        following_since=_ago(followed),
        is_follower={"yes": True, "no": False, "?": None}[back],
        followers_count=followers,
        follows_count=follows,
        verified=None if told == "?" else "verified" in told,
        account_type=account_type_told(told.rpartition(", ")[2]),
        last_given=contact,
        given=given,
        given_points=given_points,
        received=received,
        received_points=received_points,
    )


def _number(text: str) -> int | None:
    return None if "?" in text else int(text.replace(",", ""))


def _ago(text: str) -> int:
    if text == "today":
        return NOW
    number, unit = text.split()
    return NOW - int(number) * _DAYS[unit.removesuffix("s")] * DAY


def _counted(between: str, who: str) -> tuple[int, int]:
    """How many interactions came from `who`, and their points."""
    part = re.search(rf"{who}: ([^;]+)", between)
    found = re.findall(r"(\d+) ([a-z ]+?)s?(?:,|$)", part[1]) if part else []
    counts = [(int(number), POINTS[_KINDS[kind]]) for number, kind in found]
    return sum(number for number, _ in counts), sum(number * points for number, points in counts)
