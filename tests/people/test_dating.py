"""Between which snapshots a change happened."""

from __future__ import annotations

from datetime import datetime

import pytest

from kith.people.comparing import BOTH, FOLLOWER, FOLLOWING, KnownRow, StagedRow
from kith.people.dating import Dates, Departure, PastSnapshot
from kith.people.describing import Event
from kith.people.resolving import Resolution
from tests.factories import day
from tests.people.rows import known, staged


def past(*snapshots: tuple[int, str, int, int]) -> list[PastSnapshot]:
    """Of (day, source, lists whole, lists in part), the newest first. The API tells ids, an export follow times."""
    return [
        PastSnapshot(
            number,
            day(number),
            whole,
            part,
            ids=BOTH if source == "api" else 0,
            times=BOTH if source == "json" else 0,
        )
        for number, source, whole, part in sorted(snapshots, reverse=True)
    ]


def after(
    event: Event,
    snapshots: list[PastSnapshot],
    departures: dict[int, Departure] | None = None,
    resolution: Resolution | None = None,
) -> datetime | None:
    dates = Dates(resolution or Resolution([], [], []), snapshots, departures or {})
    return dates.after(event)


def left(row: KnownRow, bits: int, kind: str = "lost_follower") -> Event:
    return Event(kind, bits, row, None)


def came(row: StagedRow) -> Event:
    return Event("new_follower", FOLLOWER, None, row)


def test_a_change_lies_behind_the_last_whole_list() -> None:
    snapshots = past((1, "api", BOTH, 0), (2, "api", BOTH, 0), (3, "api", FOLLOWING, FOLLOWER))
    assert after(left(known("ada", 1), FOLLOWER), snapshots) == day(2)
    assert after(left(known("ada", 1), FOLLOWING), snapshots) == day(3)
    assert after(left(known("ada", 1, BOTH), BOTH, "gone"), snapshots) == day(2)


def test_of_a_list_that_was_never_whole_the_first_part_counts() -> None:
    snapshots = past(
        (1, "api", FOLLOWING, 0), (2, "api", 0, FOLLOWER), (3, "api", FOLLOWING, FOLLOWER)
    )
    assert after(left(known("ada", 1, BOTH), BOTH, "gone"), snapshots) == day(2)


def test_a_snapshot_of_which_nobody_knows_when_it_was_made_dates_nothing() -> None:
    snapshots = [PastSnapshot(1, None, BOTH, 0, 0, 0)]
    assert after(left(known("ada", 1), FOLLOWER), snapshots) is None


def test_who_is_missed_on_the_second_list_left_behind_the_first_departure() -> None:
    snapshots = past((1, "api", BOTH, 0), (2, "api", FOLLOWING, 0), (3, "api", FOLLOWER, 0))
    unseen = known("ada", 1, FOLLOWING, is_gone=True)
    gone = left(unseen, BOTH, "gone")
    assert after(gone, snapshots, {1: Departure(3, day(1))}) == day(1)
    assert after(gone, snapshots) is None


def test_somebody_former_may_have_changed_the_name_ever_since_leaving() -> None:
    snapshots = past((1, "api", BOTH, 0), (2, "api", BOTH, 0), (3, "api", BOTH, 0))
    former = known("ada", 1, 0, instagram_user_id="9")
    renamed = Event("renamed", FOLLOWER, former, staged("ada.l", instagram_user_id="9"))
    assert after(renamed, snapshots, {1: Departure(2, day(1))}) == day(1)
    back = renamed._replace(kind="new_follower")
    assert after(back, snapshots) == day(3)


@pytest.mark.parametrize(("number", "expected"), [("9", 1), (None, 2)])
def test_a_rename_lies_behind_the_last_snapshot_that_told_what_proves_it(
    number: str | None, expected: int
) -> None:
    """In between, others may have had the name: a source without ids or times would not have shown it."""
    snapshots = past(
        (1, "api", BOTH, 0), (2, "json", BOTH, 0), (3, "api", BOTH, 0), (4, "json", BOTH, 0)
    )
    snapshots = snapshots[1:] if number is None else [snapshots[0], *snapshots[2:]]
    row = known("ada", 1, instagram_user_id="9")
    renamed = Event("renamed", FOLLOWER, row, staged("ada.l", instagram_user_id=number))
    assert after(renamed, snapshots) == day(expected)


def test_who_has_somebodys_name_may_have_it_since_the_last_proof() -> None:
    snapshots = past((1, "api", BOTH, 0), (2, "json", BOTH, 0))
    holder = known("ada", 1, instagram_user_id="9")
    heir = staged("ada", instagram_user_id="8")
    taken = Resolution([], [holder], [heir], unmatched=[holder])
    assert after(came(heir), snapshots, resolution=taken) == day(1)
    assert after(left(holder, FOLLOWER), snapshots, resolution=taken) == day(1)
    assert after(came(staged("bea")), snapshots, resolution=taken) == day(2)
