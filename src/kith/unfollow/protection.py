"""Who must not be unfollowed, and why: asked when people are reviewed, approved, and at the moment of doing it."""

from __future__ import annotations

from collections.abc import Iterable

from kith.accounts.models import Preferences
from kith.people.models import KeptPerson, Person

NOT_FOLLOWED = "You do not follow them any more."
VERIFIED = "They are verified; verified people are never unfollowed."


def protected(people: Iterable[Person], preferences: Preferences) -> dict[int, str]:
    """The reason by person id, for those who are protected: kept, verified, or not followed any more."""
    found = list(people)
    kept = {row.person_id: row.note for row in KeptPerson.objects.filter(person__in=found)}
    reasons = {person.pk: _reason(person, kept, preferences) for person in found}
    return {pk: reason for pk, reason in reasons.items() if reason}


def _reason(person: Person, kept: dict[int | None, str], preferences: Preferences) -> str:
    if not person.is_following:
        return NOT_FOLLOWED
    if person.pk in kept:
        note = kept[person.pk]
        return f"They are on your keep list{f': {note}' if note else '.'}"
    if person.verified:
        return VERIFIED
    threshold = preferences.verified_from_followers
    if threshold and person.verified is None and (person.followers_count or 0) >= threshold:
        return f"They have at least {threshold:,} followers, which you let stand in for the verified badge."
    return ""
