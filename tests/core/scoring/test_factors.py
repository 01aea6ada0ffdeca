"""What each factor makes of days and counts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kith.core.scoring import factors

points = st.integers(0, 60)


@pytest.mark.parametrize(
    ("days", "value"), [(0, 0), (7, 5), (90, 50), (180, 75), (365, 94), (1_000, 100)]
)
def test_inactivity_is_half_after_a_quarter_and_nearly_full_after_a_year(
    days: int, value: int
) -> None:
    assert factors.inactivity(days) == value


@pytest.mark.parametrize(
    ("followers", "follows", "value"),
    [
        pytest.param(150, 6_900, 100, id="spam"),
        pytest.param(5_000, 5_000, 50, id="follow-for-follow"),
        pytest.param(2_000, 4_000, 75, id="twice-as-many"),
        pytest.param(50_000, 900, 0, id="creator"),
        pytest.param(210, 340, 23, id="ordinary"),
        pytest.param(20, 100, 10, id="new-or-private"),
        pytest.param(0, 7_500, 100, id="nobody-follows-them"),
        pytest.param(0, 0, 0, id="empty"),
        pytest.param(400_000_000, 0, 0, id="follows-nobody"),
    ],
)
def test_a_ratio_tells_of_follow_for_follow_only_where_many_are_followed(
    followers: int, follows: int, value: int
) -> None:
    assert factors.ratio(followers_count=followers, follows_count=follows) == value


@pytest.mark.parametrize(
    ("is_follower", "quiet_days", "value"),
    [
        pytest.param(False, 730, 75, id="no-reward"),
        pytest.param(False, 5, 1, id="contact-is-a-reward"),
        pytest.param(True, 730, 0, id="following-back-is-a-reward"),
        pytest.param(True, None, 0, id="following-back-is-enough"),
        pytest.param(False, None, 38, id="contact-unknown"),
        pytest.param(None, 730, 38, id="follow-back-unknown"),
        pytest.param(None, None, None, id="both-unknown"),
    ],
)
def test_age_counts_only_what_is_known_to_be_missing(
    is_follower: bool | None, quiet_days: int | None, value: int | None
) -> None:
    assert factors.age(follow_days=730, is_follower=is_follower, quiet_days=quiet_days) == value


def test_nobody_is_late_on_the_first_day() -> None:
    assert factors.lack_of_engagement(0, observed_days=0) == 0
    assert factors.lack_of_engagement(0, observed_days=90) == 50
    assert factors.lack_of_engagement(0, observed_days=180) == 100
    assert factors.lack_of_engagement(0, observed_days=4_000) == 100


def test_engagement_of_old_is_none() -> None:
    old = factors.engagement_score(
        given_points=0, received_points=0, contact_days=181, reciprocity=0.0
    )
    assert old == 0


@pytest.mark.parametrize(
    ("is_follower", "given_points", "received_points", "is_two_way", "value"),
    [
        pytest.param(True, 0, 0, True, 0.5, id="follows-back-in-silence"),
        pytest.param(True, 6, 6, True, 0.75, id="both-write"),
        pytest.param(False, 6, 600, True, 0.25, id="the-lesser-side-counts"),
        pytest.param(True, 90, 0, False, 1.0, id="one-direction-unknown"),
        pytest.param(None, 6, 6, True, 0.5, id="follow-back-unknown"),
        pytest.param(None, 6, 6, False, None, id="both-unknown"),
    ],
)
def test_half_of_reciprocity_is_following_back(
    is_follower: bool | None,
    given_points: int,
    received_points: int,
    is_two_way: bool,
    value: float | None,
) -> None:
    reciprocity = factors.reciprocity(
        is_follower=is_follower,
        given_points=given_points,
        received_points=received_points,
        is_two_way=is_two_way,
    )
    assert reciprocity == value


@given(
    points,
    points,
    points,
    st.none() | st.booleans(),
    st.booleans(),
    st.booleans(),
    st.integers(0, 200),
)
def test_whoever_reaches_out_more_is_never_less_engaged(
    given_points: int,
    received_points: int,
    more: int,
    is_follower: bool | None,
    is_two_way: bool,
    from_user: bool,
    days: int,
) -> None:
    def engagement(given: int, received: int) -> int:
        reciprocity = factors.reciprocity(
            is_follower=is_follower,
            given_points=given,
            received_points=received,
            is_two_way=is_two_way,
        )
        return factors.engagement_score(
            given_points=given,
            received_points=received,
            contact_days=days,
            reciprocity=reciprocity,
        )

    before = engagement(given_points, received_points)
    after = engagement(given_points + more * from_user, received_points + more * (not from_user))
    assert after >= before
