"""Finds what is doubtful about a snapshot before anybody is called lost. Plain Python.

A doubtful snapshot is held: it changes nothing until the user has seen the numbers and said yes.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from kith.core.wording import count

# Noted before anything is compared.
FOUND_IN_READING = frozenset({"pages-in-circle"})
# A third of a list does not leave at once; below 50 people a third is too few to mean anything.
MASS_SHARE = 1 / 3
MASS_FROM = 50
# One person who happens to be the oldest may leave. That the two oldest are both among those who left is unlikely (one
# in a thousand where three of a hundred leave), and a list that is cut by a date range (the request dialog of an export
# proposes one) always looks like this.
CUT_FROM = 2
# The same at the other end: an older export, imported behind a newer one, has nobody of those who came in between.
OLDER_FROM = 2
# A list that grows while it is read shows somebody twice now and then, where a page begins; a page that comes twice
# (100 entries) hides another one.
REPEATED_FROM = 20
REPEATED_SHARE = 0.02
# The number on a profile and the length of the list differ by a few: deactivated and removed accounts stay counted.
# Users report up to 5 %.
COUNT_SHARE = 0.05
COUNT_FROM = 10


@dataclass(frozen=True)
class Doubt:
    """Why a list is not believed at once: a stable code, the list, a sentence with the numbers."""

    code: str
    list: str
    message: str

    def as_dict(self) -> dict[str, str]:
        return asdict(self)


@dataclass(frozen=True)
class ListEvidence:
    """What is known of one list, complete in the snapshot, at the moment of judging it."""

    name: str
    known: int
    """How many people the ledger has on this list."""
    found: int
    """How many the snapshot has."""
    lost: int
    """How many of the known ones it does not have."""
    has_baseline: bool
    oldest: int | None = None
    """The oldest follow time in the snapshot's list, in epoch seconds."""
    lost_older: int = 0
    """How many of the lost ones have a follow time before `oldest`."""
    newest: int | None = None
    """The newest follow time in the snapshot's list, where that may be older than what is known."""
    lost_newer: int = 0
    """How many of the lost ones have a follow time after `newest`."""
    repeated: int = 0
    """How many entries of pages were there before, by name."""
    told: int | None = None
    """The length of the list by the account's own profile."""


def pages_in_circle(name: str, pages: int, found: int, told: int | None) -> Doubt:
    """Found while a list was read: its pages led back to an earlier one instead of to the end."""
    counted = "" if told is None else f"; the profile counts {told:,}"
    return Doubt(
        "pages-in-circle",
        name,
        f"After {count(pages, 'page')} of {name}, Instagram led back to an earlier page instead of to the end: the "
        f"list is there in part only, with {count(found, 'person', 'people')}{counted}.",
    )


def doubts_about(list_: ListEvidence) -> list[Doubt]:
    return [
        doubt
        for doubt in (
            _emptied(list_),
            _mass_loss(list_),
            _cut(list_),
            _older(list_),
            _repeated(list_),
            _miscounted(list_),
        )
        if doubt
    ]


def _emptied(list_: ListEvidence) -> Doubt | None:
    if not list_.has_baseline or not list_.known or list_.found:
        return None
    return Doubt(
        "list-empty",
        list_.name,
        f"The list of {list_.name} is suddenly empty; kith knows {count(list_.known, 'person', 'people')} on it.",
    )


def _mass_loss(list_: ListEvidence) -> Doubt | None:
    if not list_.has_baseline or not list_.found:
        return None
    if list_.known < MASS_FROM or list_.lost <= list_.known * MASS_SHARE:
        return None
    return Doubt(
        "mass-loss",
        list_.name,
        f"{list_.lost:,} of {list_.known:,} people would be missing from {list_.name} at once, more than a third.",
    )


def _cut(list_: ListEvidence) -> Doubt | None:
    if not list_.has_baseline or list_.oldest is None:
        return None
    if list_.lost_older < CUT_FROM:
        return None
    day = _day(list_.oldest)
    return Doubt(
        "cut-list",
        list_.name,
        f"All {list_.lost_older:,} people on {list_.name} from before {day} are missing: the list looks cut by a "
        "date range. Ask Instagram for an export over all time.",
    )


def _older(list_: ListEvidence) -> Doubt | None:
    if not list_.has_baseline or list_.newest is None:
        return None
    if list_.lost_newer < OLDER_FROM:
        return None
    return Doubt(
        "older-list",
        list_.name,
        f"All {list_.lost_newer:,} people on {list_.name} from after {_day(list_.newest)} are missing: the list looks "
        "older than what kith knows already.",
    )


def _repeated(list_: ListEvidence) -> Doubt | None:
    """Where the profile tells the length of the list, that decides."""
    entries = list_.found + list_.repeated
    if list_.told is not None or list_.repeated <= max(REPEATED_FROM, entries * REPEATED_SHARE):
        return None
    return Doubt(
        "repeated-pages",
        list_.name,
        f"Of {entries:,} entries of {list_.name}, Instagram gave {list_.repeated:,} twice: others may be missing.",
    )


def _day(since: int) -> str:
    return datetime.fromtimestamp(since, tz=UTC).date().isoformat()


def _miscounted(list_: ListEvidence) -> Doubt | None:
    if list_.told is None or abs(list_.told - list_.found) <= max(
        COUNT_FROM, list_.told * COUNT_SHARE
    ):
        return None
    return Doubt(
        "count-mismatch",
        list_.name,
        f"The profile counts {list_.told:,} {list_.name}, the list has {list_.found:,}.",
    )
