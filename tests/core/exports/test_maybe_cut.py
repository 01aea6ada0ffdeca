"""Signs that a date range cut one of the lists (L27): told as a notice, because they prove nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from kith.core.exports import ListOutcome, maybe_cut
from kith.core.records import ListState

TAKEN_AT = datetime(2026, 8, 11, tzinfo=UTC)


def list_since(days: int, *, dated: int = 50) -> ListOutcome:
    oldest_at = TAKEN_AT - timedelta(days=days)
    return ListOutcome(ListState.COMPLETE, count=dated, dated=dated, oldest_at=oldest_at)


@pytest.mark.parametrize(
    ("following", "followers"),
    [(2900, 364), (364, 2900), (1200, 900), (120, 30)],
    ids=["L27-last-year", "L27-following-cut", "L27-late-bloomer", "L27-last-month"],
)
def test_lists_that_begin_far_apart_may_be_cut(following: int, followers: int) -> None:
    (notice,) = maybe_cut(list_since(following), list_since(followers), taken_at=TAKEN_AT)
    assert notice.code == "maybe-cut"
    assert f"{TAKEN_AT - timedelta(days=min(following, followers)):%Y-%m-%d}" in notice.message


@pytest.mark.parametrize(
    ("following", "followers"),
    [
        (list_since(2900), list_since(2840)),
        (list_since(2900, dated=9), list_since(364)),
        (list_since(2900), list_since(364, dated=9)),
        (list_since(2900), ListOutcome(ListState.ABSENT, "missing")),
        (list_since(366), list_since(365)),
    ],
    ids=[
        "begin-together",
        "L27-few-following",
        "L27-few-followers",
        "one-absent",
        "a-year-old-account",
    ],
)
def test_nothing_is_said_without_a_sign(following: ListOutcome, followers: ListOutcome) -> None:
    assert maybe_cut(following, followers, taken_at=TAKEN_AT) == ()
