"""Says what a resolved comparison means: which changes happened, and to whom. Plain Python.

A list whose first complete snapshot this is has nothing to be compared with: its `baseline` bit is not set, and it
reports nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from kith.people.comparing import BOTH, FOLLOWER, FOLLOWING, KnownRow, Resolution, Scope, StagedRow

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
        return self.staged.username if self.staged else self.known.username  # type: ignore[union-attr]


def events(resolution: Resolution, scope: Scope, baseline: int) -> Iterator[Event]:
    """Every change that the comparison proves, for lists that have a baseline."""
    for known, staged in resolution.matched:
        yield from _events_of_match(known, staged, scope, baseline)
    for staged in resolution.new:
        yield from (Event(CAME[bit], bit, None, staged) for bit in _each(staged.bits & baseline))
    for known in resolution.vanished:
        yield from _events_of_vanished(known, scope, baseline)


def _each(bits: int) -> Iterator[int]:
    return (bit for bit in (FOLLOWING, FOLLOWER) if bits & bit)


def _events_of_match(
    known: KnownRow, staged: StagedRow, scope: Scope, baseline: int
) -> Iterator[Event]:
    if known.username != staged.username and (known.bits | staged.bits) & baseline:
        yield Event("renamed", known.bits or staged.bits, known, staged)
    after = scope.bits_after(known.bits, staged.bits)
    if known.is_gone and after & baseline:
        # Gone is said of people who left both lists at once: whichever list they are not back on, they left.
        yield Event("returned", after, known, staged)
        left = BOTH & ~after & scope.complete & baseline
        yield from (Event(LEFT[bit], bit, known, staged) for bit in _each(left))
        return
    came, left = after & ~known.bits & baseline, known.bits & ~after & baseline
    yield from (Event(CAME[bit], bit, known, staged) for bit in _each(came))
    yield from (Event(LEFT[bit], bit, known, staged) for bit in _each(left))


def _events_of_vanished(known: KnownRow, scope: Scope, baseline: int) -> Iterator[Event]:
    left = known.bits & scope.complete & baseline
    if left == BOTH:
        yield Event("gone", BOTH, known, None)
    else:
        yield from (Event(LEFT[bit], bit, known, None) for bit in _each(left))
