"""How far the data reach, and what silence in them means."""

from __future__ import annotations

import pytest

from kith.core.records import Direction, InteractionKind
from kith.core.scoring import POINTS, SHARES, Period, PersonFacts, Scoring, Way, reach_of

NOW = 1_790_000_000
DAY = 86_400
LIKES = Way(InteractionKind.LIKE, Direction.GIVEN)
COMMENTS = Way(InteractionKind.COMMENT, Direction.RECEIVED)
LONG_AGO = NOW - 3_000 * DAY


def last_days(days: int, *, until: int = 0) -> Period:
    return Period(NOW - days * DAY, NOW - until * DAY)


def test_shares_add_up_to_everything() -> None:
    assert sum(SHARES.values()) == pytest.approx(1)


def test_a_like_weighs_less_than_a_message_and_a_message_less_than_a_comment() -> None:
    assert set(POINTS) == set(InteractionKind)
    assert (
        POINTS[InteractionKind.LIKE]
        < POINTS[InteractionKind.MESSAGE]
        < POINTS[InteractionKind.COMMENT]
    )


def test_without_data_nothing_is_known() -> None:
    assert reach_of({}, now=NOW) is None


def test_everything_known_is_a_share_of_one() -> None:
    reach = reach_of(dict.fromkeys(SHARES, Period(LONG_AGO, NOW)), now=NOW)
    assert reach is not None
    assert reach.share == 1
    assert reach.counts_silence
    assert reach.is_two_way
    assert (reach.since, reach.until) == (LONG_AGO, NOW)


def test_the_part_of_the_window_that_data_cover_counts() -> None:
    whole = reach_of(dict.fromkeys(SHARES, last_days(90)), now=NOW)
    assert whole is not None
    assert whole.share == 0.5
    old = reach_of(dict.fromkeys(SHARES, last_days(4_000, until=135)), now=NOW)
    assert old is not None
    assert old.share == 0.25


def test_silence_in_likes_alone_means_something_and_in_comments_alone_nothing() -> None:
    likes = reach_of({LIKES: Period(LONG_AGO, NOW)}, now=NOW)
    comments = reach_of({COMMENTS: Period(LONG_AGO, NOW)}, now=NOW)
    assert likes is not None
    assert likes.counts_silence
    assert comments is not None
    assert not comments.counts_silence


def test_silence_is_counted_from_when_on_enough_is_known() -> None:
    """Years of comments do not make up for likes that are known for a hundred days only."""
    coverage = {LIKES: last_days(100), COMMENTS: Period(LONG_AGO, NOW)}
    reach = reach_of(coverage, now=NOW)
    assert reach is not None
    assert reach.since == NOW - 100 * DAY


def test_silence_is_counted_to_when_enough_is_known() -> None:
    coverage = {LIKES: Period(LONG_AGO, NOW - 20 * DAY), COMMENTS: Period(LONG_AGO, NOW)}
    reach = reach_of(coverage, now=NOW)
    assert reach is not None
    assert reach.until == NOW - 20 * DAY


def test_data_from_the_future_end_now() -> None:
    reach = reach_of({LIKES: Period(LONG_AGO, NOW + DAY)}, now=NOW)
    assert reach is not None
    assert reach.until == NOW


def test_the_time_after_the_data_end_is_not_silence() -> None:
    """Sixty days after the export somebody liked the day before it is not called quiet for two months."""
    scoring = Scoring(now=NOW, coverage=dict.fromkeys(SHARES, last_days(4_000, until=60)))
    insight = scoring.insight(
        PersonFacts(following_since=LONG_AGO, last_given=NOW - 61 * DAY, given=1, given_points=1)
    )
    assert insight.evidence.quiet_days == 1
    assert insight.factors.inactivity == 1
    assert insight.engagement_gap_days == 61
    assert scoring.window_since == NOW - (60 + 180) * DAY


def test_a_new_follow_is_no_old_silence() -> None:
    """To follow somebody again is a contact, though the last one in words was years ago."""
    insight = Scoring(now=NOW, coverage=dict.fromkeys(SHARES, Period(LONG_AGO, NOW))).insight(
        PersonFacts(following_since=NOW - 10 * DAY, last_received=NOW - 900 * DAY)
    )
    assert insight.evidence.quiet_days == 10
    assert insight.engagement_gap_days == 900


def test_never_in_contact_counts_from_the_follow_and_no_further_than_the_data() -> None:
    person = PersonFacts(following_since=NOW - 400 * DAY)
    whole = Scoring(now=NOW, coverage=dict.fromkeys(SHARES, Period(LONG_AGO, NOW)))
    cut = Scoring(now=NOW, coverage=dict.fromkeys(SHARES, last_days(90)))
    assert whole.insight(person).engagement_gap_days == 400
    assert cut.insight(person).engagement_gap_days == 90


def test_little_data_speak_for_a_person_and_never_against() -> None:
    comments = Scoring(now=NOW, coverage={COMMENTS: Period(LONG_AGO, NOW)})
    stranger = PersonFacts(
        following_since=NOW - 800 * DAY, is_follower=False, followers_count=300, follows_count=300
    )

    def commented(days: int) -> PersonFacts:
        return PersonFacts(
            following_since=NOW - 800 * DAY,
            is_follower=False,
            followers_count=300,
            follows_count=300,
            last_received=NOW - days * DAY,
            received=9,
            received_points=36,
        )

    unknown = comments.insight(stranger)
    lately, long_ago = comments.insight(commented(3)), comments.insight(commented(700))
    assert unknown.factors.inactivity is None
    assert unknown.engagement_gap_days is None
    assert lately.score is not None
    assert unknown.score is not None
    assert lately.score < unknown.score
    assert long_ago.score == unknown.score
    assert long_ago.factors.inactivity is None
    assert long_ago.engagement_gap_days == 700
