"""Says what a resolved comparison means: which changes happened, and to whom. Plain Python.

A list whose first complete snapshot this is has nothing to be compared with: its `baseline` bit is not set, and it
reports nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from kith.people.comparing import (
    BOTH,
    FOLLOWER,
    FOLLOWING,
    LISTS,
    KnownRow,
    Scope,
    StagedRow,
    is_same_follow,
)
from kith.people.resolving import Resolution
from kith.people.unclear import Unclear

CAME = {FOLLOWING: "followed", FOLLOWER: "new_follower"}
LEFT = {FOLLOWING: "unfollowed", FOLLOWER: "lost_follower"}


class Event(NamedTuple):
    """A change before it is dated. `bits` are the lists it is about; exactly one of the two rows may be None."""

    kind: str
    bits: int
    known: KnownRow | None
    staged: StagedRow | None

    @property
    def username(self) -> str:
        """The name at the end of it; of a deleted account the last name that was told."""
        if self.staged and not (self.known and self.staged.is_deleted):
            return self.staged.username
        return self.known.last_name if self.known else ""


def events(resolution: Resolution, scope: Scope, baseline: int) -> Iterator[Event]:
    """Every change that the comparison proves, for lists that have a baseline."""
    unclear = resolution.unclear
    for known, staged in resolution.matched:
        yield from _events_of_match(known, staged, scope, baseline, unclear)
    for staged in resolution.new:
        if not staged.is_deleted:
            came = staged.bits & baseline & ~unclear.staged.get(staged.username, 0)
            yield from (Event(CAME[bit], bit, None, staged) for bit in _each(came))
    for known in resolution.vanished:
        yield from _events_of_vanished(known, scope, baseline, unclear)


def leavers(resolution: Resolution, scope: Scope) -> Iterator[tuple[KnownRow, int]]:
    """Everybody whom the snapshot takes off a list, with the lists they leave. Deleted accounts left before."""
    unclear = resolution.unclear
    for known in resolution.vanished:
        left = known.bits & scope.complete & ~unclear.known.get(known.id, 0)
        if left and not known.is_deleted:
            yield known, left
    for known, staged in resolution.matched:
        left = (
            known.bits
            & ~scope.bits_after(known.bits, staged.bits)
            & ~unclear.known.get(known.id, 0)
        )
        if left and not known.is_deleted and not staged.is_deleted:
            yield known, left


def gone_people(resolution: Resolution, scope: Scope) -> Iterator[int]:
    """Row ids of those of whom it is known from now on that they left without being seen since.

    Who left one list while the other is not known whole is among them: missed there too, they are gone.
    """
    for known in resolution.vanished:
        unclear = resolution.unclear.known.get(known.id, 0)
        if known.bits == BOTH and not known.is_deleted and not unclear & scope.complete:
            yield known.id
    yield from (
        known.id
        for known, staged in resolution.matched
        if staged.is_deleted and not known.is_deleted and not known.is_gone
    )


def _each(bits: int) -> Iterator[int]:
    return (bit for bit in LISTS if bits & bit)


def _events_of_match(
    known: KnownRow, staged: StagedRow, scope: Scope, baseline: int, unclear: Unclear
) -> Iterator[Event]:
    if staged.is_deleted:
        if known.bits & baseline and not known.is_deleted:
            yield Event("gone", known.bits, known, staged)
        return
    if _is_renamed(known, staged) and (known.bits | staged.bits) & baseline:
        yield Event("renamed", known.bits or staged.bits, known, staged)
    after = scope.bits_after(known.bits, staged.bits)
    if known.is_deleted or (known.is_gone and not known.bits):
        yield from _events_of_return(known, staged, after, scope.complete & baseline, baseline)
        return
    left = known.bits & ~after & baseline & ~unclear.known.get(known.id, 0)
    yield from (Event(LEFT[bit], bit, known, staged) for bit in _each(left))
    came = after & ~known.bits & baseline & ~unclear.staged.get(staged.username, 0)
    # Who comes back with the follow time of before never ended that follow: the account was away, on both lists.
    if any(is_same_follow(known, staged, bit) for bit in _each(came)):
        yield Event("returned", came, known, staged)
    else:
        yield from (Event(CAME[bit], bit, known, staged) for bit in _each(came))


def _is_renamed(known: KnownRow, staged: StagedRow) -> bool:
    return known.last_name != staged.username and not known.is_deleted and not staged.is_nameless


def _events_of_return(
    known: KnownRow, staged: StagedRow, after: int, told: int, baseline: int
) -> Iterator[Event]:
    if not after & baseline:
        return
    yield Event("returned", after & baseline, known, staged)
    if not known.is_deleted:
        # Gone is said of people who left both lists: whichever of them they are not back on, they left.
        yield from (Event(LEFT[bit], bit, known, staged) for bit in _each(BOTH & ~after & told))


def _events_of_vanished(
    known: KnownRow, scope: Scope, baseline: int, unclear: Unclear
) -> Iterator[Event]:
    if known.is_deleted:
        return
    left = known.bits & scope.complete
    # Who may be there still on one list is not said to have left the other: they may have vanished.
    if not left & baseline or left & unclear.known.get(known.id, 0):
        return
    if left == BOTH or (known.is_gone and left == known.bits):
        yield Event("gone", BOTH, known, None)
    else:
        yield from (Event(LEFT[bit], bit, known, None) for bit in _each(left & baseline))
