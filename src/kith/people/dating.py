"""Says between which moments a change happened. Plain Python.

A change lies between the last snapshot that shows the state before it and the one that shows the state after. Names
move from one person to another: where an id or a follow time says so, only a snapshot that told ids or follow times
shows the state before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from kith.people.comparing import LISTS
from kith.people.describing import CAME, Event
from kith.people.resolving import Resolution
from kith.people.unclear import IDS, proof_of, rivals


class PastSnapshot(NamedTuple):
    """An applied snapshot: the earliest moment at which it can be made, and the lists that it had whole and in part.

    `ids` and `times` are the lists on which it told ids, and follow times to the second.
    """

    id: int
    taken_after: datetime | None
    complete: int
    partial: int
    ids: int
    times: int


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
        pairs = rivals(resolution.matched, resolution.unmatched, resolution.new)
        self._proofs: dict[int | str, str] = {}
        for known, staged in pairs:
            self._proofs[known.id] = self._proofs[staged.username] = proof_of(known, staged)
        self._doubled = {stays.id for stays, _ in resolution.doubled if not stays.bits}

    def after(self, event: Event) -> datetime | None:
        """None: it is not known since when it can have happened."""
        past, proof = self._past, self._proof(event)
        times: list[datetime | None] = []
        if self._reaches_back(event):
            departure = self._departures.get(event.known.id) if event.known else None
            if departure is None:
                return None
            times.append(departure.after)
            past = [one for one in past if one.id < departure.snapshot_id]
        shows = _last_without if event.kind in CAME.values() else _last_told
        proofs = {None, proof}
        told = [shows(past, bit, one) for one in proofs for bit in LISTS if event.bits & bit]
        times += [one.taken_after for one in told if one]
        known = [at for at in times if at is not None]
        return min(known) if known and len(known) == len(times) else None

    def _reaches_back(self, event: Event) -> bool:
        """Whether it may have happened while nobody knew where the person was."""
        return needs_departure(event) or (
            event.kind == "renamed" and event.known is not None and event.known.id in self._doubled
        )

    def _proof(self, event: Event) -> str | None:
        """What the change rests on, where that is more than a name."""
        known, staged = event.known, event.staged
        if known and staged and known.username != staged.username:
            return proof_of(known, staged)
        return self._proofs.get(known.id if known else event.username)


def needs_departure(event: Event) -> bool:
    """Whether the change may have happened at the time of an earlier departure."""
    known = event.known
    if known is None or event.kind in {"returned", "followed", "new_follower"}:
        return False
    return not known.bits or (known.is_gone and event.kind == "gone")


def _last_told(past: Sequence[PastSnapshot], bit: int, proof: str | None) -> PastSnapshot | None:
    """The last snapshot that had the list whole, and told such a proof of people on it.

    Else it is the first that told any of them, or such a proof of anybody.
    """
    if proof:
        told = [one for one in past if (one.ids if proof == IDS else one.times)]
        whole = [
            one for one in told if one.complete & bit & (one.ids if proof == IDS else one.times)
        ]
    else:
        told = [one for one in past if one.partial & bit]
        whole = [one for one in past if one.complete & bit]
    return whole[0] if whole else told[-1] if told else None


def _last_without(past: Sequence[PastSnapshot], bit: int, proof: str | None) -> PastSnapshot | None:
    """The last snapshot that shows that somebody was not there: it had the list whole."""
    whole = [one for one in past if one.complete & bit]
    proven = [one for one in whole if not proof or (one.ids if proof == IDS else one.times) & bit]
    return next(iter(proven or whole), None)
