"""Stores what a user sets: the weights of a score, the grace period, what an import leaves out."""

from __future__ import annotations

from typing import Any

from kith.accounts.models import Preferences, User

WEIGHTS = ("weight_inactivity", "weight_engagement", "weight_ratio", "weight_age")
LONGEST_GRACE_DAYS = 3_650


class PreferencesRefused(Exception):
    """A value that cannot be; the text says which, and what can."""


def set_weights(user: User, *, inactivity: int, engagement: int, ratio: int, age: int) -> None:
    """Four whole percentages of 0 to 100 that sum to 100. Raises PreferencesRefused."""
    weights = (inactivity, engagement, ratio, age)
    if any(not 0 <= weight <= 100 for weight in weights) or sum(weights) != 100:
        raise PreferencesRefused(
            f"The four weights must be between 0 and 100 and sum to 100, not to {sum(weights)}; "
            "for example 40, 35, 15 and 10."
        )
    _store(user, **dict(zip(WEIGHTS, weights, strict=True)))


def reset_weights(user: User) -> None:
    """The weights that kith comes with."""
    defaults = Preferences()
    _store(user, **{name: getattr(defaults, name) for name in WEIGHTS})


def set_suggestions(user: User, *, grace_days: int, verified_from_followers: int | None) -> None:
    """Raises PreferencesRefused."""
    if not 0 <= grace_days <= LONGEST_GRACE_DAYS:
        raise PreferencesRefused("The grace period must be 0 to 3,650 days; for example 14.")
    if verified_from_followers is not None and verified_from_followers < 1:
        raise PreferencesRefused(
            "The number of followers that stands in for the badge must be at least 1; for example 100,000. "
            "Leave it empty to switch it off."
        )
    _store(user, grace_days=grace_days, verified_from_followers=verified_from_followers)


def set_leaves_messages_out(user: User, *, leaves_out: bool) -> None:
    _store(user, leaves_messages_out=leaves_out)


def _store(user: User, **values: Any) -> None:
    Preferences.objects.update_or_create(user=user, defaults=values)
