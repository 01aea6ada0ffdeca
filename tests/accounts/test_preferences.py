"""What a user sets is stored whole or refused with a reason."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from kith.accounts.models import Preferences
from kith.accounts.queries import preferences_of
from kith.accounts.services.preferences import (
    PreferencesRefused,
    reset_weights,
    set_leaves_messages_out,
    set_suggestions,
    set_weights,
)
from tests.factories import make_user

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def weights() -> tuple[int, int, int, int]:
    found = preferences_of(make_user())
    return (
        found.weight_inactivity,
        found.weight_engagement,
        found.weight_ratio,
        found.weight_age,
    )


def test_a_user_who_has_set_nothing_has_the_defaults() -> None:
    found = preferences_of(make_user())
    assert weights() == (40, 35, 15, 10)
    assert (found.grace_days, found.verified_from_followers) == (14, None)
    assert not Preferences.objects.exists()


def test_weights_are_stored_and_reset() -> None:
    set_weights(make_user(), inactivity=100, engagement=0, ratio=0, age=0)
    assert weights() == (100, 0, 0, 0)
    reset_weights(make_user())
    assert weights() == (40, 35, 15, 10)


@pytest.mark.parametrize("wrong", [(50, 50, 50, 50), (40, 35, 15, 9), (110, -10, 0, 0)])
def test_weights_that_do_not_sum_to_100_are_refused(wrong: tuple[int, int, int, int]) -> None:
    names = ("inactivity", "engagement", "ratio", "age")
    with pytest.raises(PreferencesRefused, match="sum to 100"):
        set_weights(make_user(), **dict(zip(names, wrong, strict=True)))
    assert weights() == (40, 35, 15, 10)


def test_the_database_itself_refuses_weights_that_do_not_sum_to_100() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Preferences.objects.create(user=make_user(), weight_age=11)


def test_suggestions_and_messages_are_set_each_for_itself() -> None:
    set_suggestions(make_user(), grace_days=30, verified_from_followers=100_000)
    set_leaves_messages_out(make_user(), leaves_out=True)
    found = preferences_of(make_user())
    assert (found.grace_days, found.verified_from_followers) == (30, 100_000)
    assert found.leaves_messages_out
    for wrong in ({"grace_days": -1}, {"grace_days": 4_000}):
        with pytest.raises(PreferencesRefused, match="grace period"):
            set_suggestions(make_user(), verified_from_followers=None, **wrong)
    with pytest.raises(PreferencesRefused, match="at least 1"):
        set_suggestions(make_user(), grace_days=14, verified_from_followers=0)
