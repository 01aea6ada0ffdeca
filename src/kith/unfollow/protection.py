"""Who must not be unfollowed, and why: asked when people are reviewed, approved, and at the moment of doing it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet

from kith.accounts.models import Preferences
from kith.core.wording import count
from kith.people.models import KeptPerson, Person
from kith.unfollow.models import Unfollow

NOT_FOLLOWED = "You do not follow them any more."
NOT_KNOWN = "The import that told of them was undone."
VERIFIED = "They are verified; verified people are never unfollowed."
# Mostly the first one may be unfollowed.
LOOKED_AT_ONCE = 20


def protected(people: Iterable[Person], preferences: Preferences) -> dict[int, str]:
    """The reason by person id, for those who are protected: kept, verified, or not followed any more."""
    found = list(people)
    kept = _notes(found)
    reasons = {person.pk: _reason(person, kept, preferences) for person in found}
    return {pk: reason for pk, reason in reasons.items() if reason}


def next_unprotected(
    waiting: QuerySet[Unfollow], preferences: Preferences, now: datetime
) -> Unfollow | None:
    """The first who waits and may be unfollowed; those who are protected by now leave the queue with the reason."""
    while some := list(waiting.select_related("person")[:LOOKED_AT_ONCE]):
        reasons = protected([each.person for each in some if each.person], preferences)
        for unfollow in some:
            reason = reasons.get(unfollow.person_id) if unfollow.person_id else NOT_KNOWN
            if reason is None:
                return unfollow
            Unfollow.objects.filter(pk=unfollow.pk, status=Unfollow.Status.PENDING).update(
                status=Unfollow.Status.REMOVED, error=reason, ended_at=now
            )
    return None


def _notes(people: list[Person]) -> dict[int, str]:
    """The notes about those who are kept; a name that was kept before kith met its person is theirs."""
    kept = KeptPerson.objects.filter(person__in=people)
    notes = dict(kept.values_list("person_id", "note"))
    names = {(person.connection_id, person.username): person.pk for person in people}
    by_name = KeptPerson.objects.filter(
        connection__in={connection_id for connection_id, _ in names},
        username__in=[username for _, username in names],
        person__isnull=True,
    )
    for connection_id, username, note in by_name.values_list("connection_id", "username", "note"):
        if (connection_id, username) in names:
            notes.setdefault(names[connection_id, username], note)
    return notes


def _reason(person: Person, kept: dict[int, str], preferences: Preferences) -> str:
    if not person.is_following:
        return NOT_FOLLOWED
    if person.pk in kept:
        note = kept[person.pk]
        return f"They are on your keep list{f': {note}' if note else '.'}"
    if person.verified:
        return VERIFIED
    threshold = preferences.verified_from_followers
    if threshold and person.verified is None and (person.followers_count or 0) >= threshold:
        return f"They have at least {count(threshold, 'follower')}, which you let stand in for the verified badge."
    return ""
