"""What a person reads about a score."""

from __future__ import annotations

from kith.core.scoring import (
    SHARES,
    Badge,
    Insight,
    Period,
    PersonFacts,
    Scoring,
    badge_labels,
    explain,
    why,
)

NOW = 1_790_000_000
DAY = 86_400
LONG_AGO = NOW - 4_000 * DAY
FULL = Scoring(now=NOW, coverage=dict.fromkeys(SHARES, Period(LONG_AGO, NOW)))
LISTS = Scoring(now=NOW)
MARA = PersonFacts(
    following_since=NOW - 1_460 * DAY,
    is_follower=True,
    followers_count=210,
    follows_count=340,
    verified=False,
    last_given=NOW - 2 * DAY,
    given=110,
    given_points=270,
    received=75,
    received_points=225,
)
STRANGER = PersonFacts(
    following_since=NOW - 1_460 * DAY,
    is_follower=False,
    followers_count=150,
    follows_count=6_900,
    verified=False,
)


def sentences(insight: Insight) -> dict[str, str]:
    return {line.name: line.sentence for line in explain(insight).factors}


def test_a_friend_reads_like_a_friend() -> None:
    insight = FULL.insight(MARA)
    assert sentences(insight) == {
        "Inactivity": "Your last known contact was 2 days ago.",
        "Engagement": "110 interactions came from you and 75 from them in the last 180 days; they follow you back.",
        "Ratio": "They follow 340 and have 210 followers: nothing unusual.",
        "Age": "You have followed them for 4 years, and they follow you back.",
    }
    assert why(insight) == "Last contact 2 days ago, 185 interactions in 180 days"
    assert badge_labels(insight.badges) == ("Mutual",)


def test_a_stranger_reads_without_reproach() -> None:
    insight = FULL.insight(STRANGER)
    assert sentences(insight) == {
        "Inactivity": "No contact is known since you followed them 4 years ago.",
        "Engagement": "Nothing is known to have passed between you in the last 180 days; they do not follow you back.",
        "Ratio": "They follow 6,900 and have 150 followers: they follow far more than follow them.",
        "Age": "You have followed them for 4 years, and they do not follow you back.",
    }
    assert why(insight) == "No contact in 4 years, nothing between you lately"
    assert badge_labels(insight.badges) == ("Inactive 90d+", "Low Engagement")


def test_the_whole_text_tells_score_points_and_certainty() -> None:
    text = explain(FULL.insight(STRANGER)).text
    assert text.startswith("99 of 100 (Critical). Inactivity (40 points): No contact")
    assert text.endswith("How sure this is: high (100%).")


def test_what_is_unknown_is_said_to_be_unknown() -> None:
    insight = LISTS.insight(PersonFacts(following_since=NOW - 800 * DAY, is_follower=False))
    told = sentences(insight)
    assert told["Inactivity"].startswith("It is not known when you were last in contact.")
    assert told["Engagement"].startswith("Too little is known of likes, comments and messages")
    assert told["Ratio"].startswith("How many they follow and are followed by is not known.")
    assert told["Age"].endswith("whether there is contact is not known, so this counts by half.")
    assert why(insight) == "Does not follow back (little is known)"
    assert insight.badges & Badge.NOT_ENOUGH_DATA


def test_where_nothing_is_known_there_is_no_score() -> None:
    insight = LISTS.insight(PersonFacts())
    assert insight.score is None
    assert insight.category is None
    assert insight.confidence == 0
    assert why(insight) == "Not enough is known"
    assert explain(insight).text.startswith("Too little is known for a score.")


def test_a_young_follow_says_that_it_counts_in_part() -> None:
    insight = FULL.insight(PersonFacts(following_since=NOW - 3 * DAY, is_follower=False))
    assert "Of these, 3 days could be seen, so this counts in part." in explain(insight).text
    assert why(insight) == "Followed 3 days ago, nothing between you lately"


def test_old_data_say_when_they_end() -> None:
    old = Scoring(now=NOW, coverage=dict.fromkeys(SHARES, Period(LONG_AGO, NOW - 70 * DAY)))
    told = sentences(old.insight(MARA))
    assert told["Inactivity"] == (
        "Your last known contact was 2 days ago; your data end 2 months ago, "
        "and the time since then does not count."
    )
    assert "in the last 180 days of your data" in told["Engagement"]


def test_a_known_contact_is_told_even_where_too_little_is_known_to_count_it() -> None:
    comments = {way: Period(LONG_AGO, NOW) for way in SHARES if way.kind == "mention"}
    insight = Scoring(now=NOW, coverage=comments).insight(
        PersonFacts(
            following_since=LONG_AGO,
            is_follower=True,
            last_received=NOW - 300 * DAY,
        )
    )
    assert sentences(insight)["Inactivity"].startswith(
        "Your last known contact was 10 months ago, but too little is known to count it."
    )


def test_badges_are_in_the_order_in_which_they_are_shown() -> None:
    insight = FULL.insight(PersonFacts(is_kept=True, is_follower=True, verified=True))
    assert badge_labels(insight.badges)[:3] == ("Verified", "Kept", "Mutual")
