"""What was said before is not said again."""

from __future__ import annotations

from typing import Any

import pytest

from kith.people.comparing import BOTH, FOLLOWER, FOLLOWING
from kith.people.describing import CAME, LEFT, Event
from kith.people.repeats import Said, people_with_a_story, without_repeats
from tests.people.rows import known, staged

WHOLE_BEFORE = {FOLLOWING: 5, FOLLOWER: 5}


def said(event: Event, *story: tuple[int, str], whole: dict[int, int] | None = None) -> bool:
    """Whether an event is reported of ada, of whom this was reported before: (snapshot, kind), the oldest first."""
    stories = {1: [Said(*one) for one in story]}
    return list(without_repeats([event], stories, whole or WHOLE_BEFORE)) == [event]


def came(bit: int, bits: int) -> Event:
    return Event(CAME[bit], bit, known("ada", 1, bits), staged("ada", BOTH))


def left(bit: int, bits: int = BOTH) -> Event:
    return Event(LEFT[bit], bit, known("ada", 1, bits), None)


def returned(bits: int, **fields: Any) -> Event:
    return Event("returned", bits, known("ada", 1, 0, **fields), staged("ada", bits))


def test_who_was_said_to_be_back_is_not_new_on_the_list_that_was_not_known_whole_then() -> None:
    assert not said(came(FOLLOWER, FOLLOWING), (6, "returned"))
    assert said(came(FOLLOWER, FOLLOWING), (4, "returned"))
    assert said(came(FOLLOWER, FOLLOWING))
    assert said(came(FOLLOWER, FOLLOWING), (6, "returned"), whole={FOLLOWING: 5, FOLLOWER: 7})


def test_who_was_missed_on_a_list_before_is_not_said_to_leave_it_when_they_are_back() -> None:
    assert not said(left(FOLLOWER, 0), (3, "lost_follower"), (4, "gone"))
    assert said(left(FOLLOWER, 0), (3, "lost_follower"), (4, "new_follower"), (5, "gone"))
    assert said(left(FOLLOWER, 0), (4, "gone"))
    assert said(left(FOLLOWER), (3, "lost_follower"))


def test_who_was_not_said_to_have_left_is_not_said_to_be_back() -> None:
    """Their follow was there all the time, only it could not be told under which name."""
    assert not said(returned(FOLLOWER))
    assert not said(returned(FOLLOWER), (2, "lost_follower"), (3, "new_follower"))
    assert said(returned(FOLLOWER), (2, "lost_follower"))
    assert said(returned(BOTH), (2, "gone"))
    assert said(returned(FOLLOWER, is_gone=True))


@pytest.mark.parametrize(
    ("event", "has_a_story"),
    [
        (came(FOLLOWER, 0), False),
        (came(FOLLOWER, FOLLOWING), True),
        (left(FOLLOWER), False),
        (left(FOLLOWER, 0), True),
        (returned(BOTH), True),
        (Event("new_follower", FOLLOWER, None, staged("ada")), False),
    ],
)
def test_only_those_are_looked_up_whose_story_decides(event: Event, has_a_story: bool) -> None:
    assert people_with_a_story([event]) == ({1} if has_a_story else set())
