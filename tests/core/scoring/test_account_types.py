"""What sort of account somebody has, told or guessed, and what it does to a score."""

from __future__ import annotations

import pytest

from kith.core.scoring import (
    AccountType,
    Badge,
    Modifier,
    PersonFacts,
    Scoring,
    Sort,
    account_type_told,
    badge_labels,
    sort_of_account,
)

NOW = 1_790_000_000
FOLLOWED = NOW - 3_000 * 86_400


@pytest.mark.parametrize(
    ("word", "told"),
    [
        ("MEDIA_CREATOR", AccountType.CREATOR),
        ("Media_Creator", AccountType.CREATOR),
        ("BUSINESS", AccountType.BUSINESS),
        ("PERSONAL", AccountType.PERSONAL),
        ("SOMETHING_NEW", None),
        ("", None),
        (None, None),
    ],
)
def test_the_words_of_the_api_are_understood_in_any_case(
    word: str | None, told: AccountType | None
) -> None:
    assert account_type_told(word) is told


@pytest.mark.parametrize(
    ("followers", "label"),
    [
        (0, "personal"),
        (999, "personal"),
        (1_000, "small public account"),
        (10_000, "mid-sized account"),
        (100_000, "large account"),
        (1_000_000, "very large account"),
    ],
)
def test_what_is_not_told_is_guessed_by_size_and_said_to_be_a_guess(
    followers: int, label: str
) -> None:
    assert sort_of_account(None, followers) == Sort(label, is_inferred=True)


def test_told_goes_before_guessed_and_unknown_stays_unknown() -> None:
    assert sort_of_account(AccountType.BUSINESS, 5) == Sort("business", is_inferred=False)
    assert sort_of_account(None, None) is None


def person(**facts: object) -> PersonFacts:
    return PersonFacts(following_since=FOLLOWED, is_follower=False, **facts)  # type: ignore[arg-type]


def scored(
    somebody: PersonFacts, *, verified_from: int | None = None
) -> tuple[int, tuple[Modifier, ...]]:
    # Nothing but the age of the follow is known, and that by half: 50 before modifiers.
    insight = Scoring(now=NOW, verified_from=verified_from).insight(somebody)
    assert insight.score is not None
    return insight.score, insight.modifiers


def test_only_told_types_and_badges_take_points_off() -> None:
    plain, none = scored(person())
    assert (plain, none) == (50, ())
    assert scored(person(account_type=AccountType.CREATOR)) == (10, (Modifier.CREATOR,))
    assert scored(person(account_type=AccountType.BUSINESS)) == (20, (Modifier.BUSINESS,))
    assert scored(person(account_type=AccountType.PERSONAL)) == (50, ())
    assert scored(person(verified=True)) == (0, (Modifier.VERIFIED,))
    assert scored(person(followers_count=5_000_000)) == (50, ())


def test_a_score_never_falls_below_zero() -> None:
    both = (Modifier.VERIFIED, Modifier.CREATOR)
    assert scored(person(verified=True, account_type=AccountType.CREATOR)) == (0, both)


def test_a_threshold_stands_in_for_the_badge_only_where_none_is_told() -> None:
    large = {"followers_count": 100_000}
    assert scored(person(**large), verified_from=100_000) == (0, (Modifier.COUNTS_AS_VERIFIED,))
    assert scored(person(**large), verified_from=100_001) == (50, ())
    assert scored(person(**large, verified=False), verified_from=100_000) == (50, ())
    assert scored(person(), verified_from=1) == (50, ())


def test_who_counts_as_verified_is_not_said_to_be_verified() -> None:
    insight = Scoring(now=NOW, verified_from=1_000).insight(person(followers_count=5_000))
    assert insight.badges & Badge.COUNTS_AS_VERIFIED
    assert not insight.badges & Badge.VERIFIED
    assert "Verified" not in badge_labels(insight.badges)
