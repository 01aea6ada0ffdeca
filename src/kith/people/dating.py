"""Says between which moments a change happened. Plain Python.

A change lies between the last snapshot that shows the state before it and the one that shows the state after. Names
move from one person to another: where an id or a follow time says so, only a snapshot that told ids or follow times
shows the state before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from kith.people.comparing import LISTS, KnownRow, StagedRow
from kith.people.describing import Event
from kith.people.resolving import Resolution

API, EXPORT = "api", "export"


class PastSnapshot(NamedTuple):
    """An applied snapshot: the lists it had whole and in part, and the earliest moment at which it can be made."""

    id: int
    source: str
    taken_after: datetime | None
    complete: int
    partial: int


class Departure(NamedTuple):
    """The latest change that said of somebody that they left: the snapshot that showed it, and its `after`."""

    snapshot_id: int
    after: datetime | None


class Dates:
    """The earliest moment of each change of one snapshot.

    `past` are the applied snapshots before it, the newest first. `departures` are those of people who are known to
    have left before, by row id.
    """

    def __init__(
        self,
        resolution: Resolution,
        past: Sequence[PastSnapshot],
        departures: Mapping[int, Departure],
    ) -> None:
        self._past = past
        self._departures = departures
        self._rivals = _rivals(resolution)
        self._doubled = {stays.id for stays, _ in resolution.doubled if not stays.bits}

    def after(self, event: Event) -> datetime | None:
        """None: it is not known since when it can have happened."""
        past, source = self._past, self._source_of_proof(event)
        times: list[datetime | None] = []
        if self._reaches_back(event):
            departure = self._departures.get(event.known.id) if event.known else None
            if departure is None:
                return None
            times.append(departure.after)
            past = [one for one in past if one.id < departure.snapshot_id]
        told = [_last_told(past, bit, source) for bit in LISTS if event.bits & bit]
        times += [one.taken_after for one in told if one]
        known = [at for at in times if at is not None]
        return min(known) if known and len(known) == len(times) else None

    def _reaches_back(self, event: Event) -> bool:
        """Whether it may have happened while nobody knew where the person was."""
        return needs_departure(event) or (
            event.kind == "renamed" and event.known is not None and event.known.id in self._doubled
        )

    def _source_of_proof(self, event: Event) -> str | None:
        """Which source tells what the change rests on, where that is more than a name."""
        known, staged = event.known, event.staged
        if known and staged and known.username != staged.username:
            return _source_that_tells(known, staged)
        rivals = self._rivals.get(known.username if known else event.username)
        return _source_that_tells(*rivals) if rivals else None


def needs_departure(event: Event) -> bool:
    """Whether the change may have happened at the time of an earlier departure."""
    known = event.known
    if known is None or event.kind in {"returned", "followed", "new_follower"}:
        return False
    return not known.bits or (known.is_gone and event.kind == "gone")


def _last_told(past: Sequence[PastSnapshot], bit: int, source: str | None) -> PastSnapshot | None:
    """The last snapshot that had the list whole. Of a list that was never whole, the first that had any of it."""
    told = [one for one in past if source in {None, one.source}]
    whole = next((one for one in told if one.complete & bit), None)
    return whole or next((one for one in reversed(told) if one.partial & bit), None)


def _source_that_tells(known: KnownRow, staged: StagedRow) -> str:
    """Where the last proof of who had the name was: with two ids the API, else the exports with their times."""
    return API if known.instagram_user_id and staged.instagram_user_id else EXPORT


def _rivals(resolution: Resolution) -> dict[str, tuple[KnownRow, StagedRow]]:
    """Names that one person had before and another has now."""
    renamed = [pair for pair in resolution.matched if pair[0].username != pair[1].username]
    before = {known.username: known for known in resolution.unmatched}
    before |= {known.username: known for known, _ in renamed}
    if not before:
        return {}
    now = (*resolution.new, *(staged for _, staged in renamed))
    return {
        staged.username: (before[staged.username], staged)
        for staged in now
        if staged.username in before
    }
