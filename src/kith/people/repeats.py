"""Leaves out what was said before. Plain Python.

A change is described by what differs between the ledger and a snapshot. Now and then that is a part of something that
was reported already, or the end of something that never was.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from kith.people.describing import CAME, LEFT, Event


class Said(NamedTuple):
    """A change that was reported: by which snapshot, and of what kind."""

    snapshot_id: int
    kind: str


Story = Sequence[Said]
"""What was reported of somebody, the oldest first."""


def people_with_a_story(happened: Iterable[Event]) -> set[int]:
    """Row ids of those whose story decides what is said of them now."""
    return {
        event.known.id
        for event in happened
        if event.known
        and (
            event.kind == "returned"
            or (event.kind in CAME.values() and event.known.bits)
            or (event.kind in LEFT.values() and not event.known.bits)
        )
    }


def without_repeats(
    happened: Iterable[Event], stories: Mapping[int, Story], whole: Mapping[int, int]
) -> Iterator[Event]:
    """`whole` tells by list which snapshot had it whole last."""
    for event in happened:
        story = stories.get(event.known.id, ()) if event.known else ()
        if not _is_repeated(event, story, whole):
            yield event


def _is_repeated(event: Event, story: Story, whole: Mapping[int, int]) -> bool:
    known = event.known
    if known is None:
        return False
    if event.kind in CAME.values() and known.bits:
        # When they were said to be back, this list was not known whole: it belongs to that return.
        since = whole.get(event.bits)
        return any(
            one.kind == "returned" and since is not None and one.snapshot_id > since
            for one in story
        )
    if event.kind in LEFT.values() and not known.bits:
        # Before they were gone from both lists, they had been missed on this one.
        return _last(story, {event.kind, CAME[event.bits], "returned"}) == event.kind
    if event.kind == "returned" and not known.is_gone and not known.is_deleted:
        # Their follow was there all the time, only it could not be told under which name.
        last = (_last(story, {LEFT[bit], CAME[bit], "gone"}) for bit in LEFT if event.bits & bit)
        return not any(kind in {*LEFT.values(), "gone"} for kind in last)
    return False


def _last(story: Story, kinds: set[str]) -> str | None:
    """The last of these kinds that was said of somebody."""
    return next((one.kind for one in reversed(story) if one.kind in kinds), None)
