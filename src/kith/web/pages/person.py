"""One person: what is known of them, and their whole story with the account."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from django.urls import reverse

from kith.people.history import first_snapshot_of, former_names
from kith.people.models import FOLLOWER_BIT, FOLLOWING_BIT, Change, Person
from kith.people.queries import are_both_lists_known
from kith.web.pages.changes import ChangeLine, lines
from kith.web.pages.people import PersonRow, profile_url
from kith.web.pages.standing import Standing, standing_of

STORY_LINES = 200
FORMER_NAMES = 20
FIRST_SEEN_WORDS = {
    "api": "First seen in a sync with Instagram",
    "export": "First seen in an export",
}


@dataclass(frozen=True)
class FollowTime:
    """Since when one follows the other by Instagram's own word, and how exactly that is told."""

    label: str
    at: datetime | None
    precision: str


@dataclass(frozen=True)
class FirstSeen:
    """Which snapshot told of the person first: the beginning of the story."""

    word: str
    after: datetime | None
    before: datetime
    job_url: str


@dataclass(frozen=True)
class PersonPage:
    """A person and their changes, the newest first; the last page ends with how kith met them."""

    person: PersonRow
    story: list[ChangeLine]
    profile_url: str
    since: list[FollowTime] = field(default_factory=list)
    former_names: list[str] = field(default_factory=list)
    gone_at: datetime | None = None
    first_seen: FirstSeen | None = None
    next_url: str | None = None
    standing: Standing | None = None


def person_page(person: Person, before: int | None = None) -> PersonPage:
    """`before` is the id of the last change already seen."""
    changes = Change.objects.filter(person=person).order_by("-id")
    if before:
        changes = changes.filter(pk__lt=before)
    story = list(changes[: STORY_LINES + 1])
    more = len(story) > STORY_LINES
    url = reverse("person", args=[person.pk])
    return PersonPage(
        person=PersonRow.of(person, both_lists_known=are_both_lists_known(person.connection)),
        story=lines(story[:STORY_LINES]),
        profile_url=profile_url(person.username),
        since=_follow_times(person),
        former_names=former_names(person)[:FORMER_NAMES],
        gone_at=person.gone_at,
        first_seen=None if more else _first_seen(person),
        next_url=f"{url}?before={story[STORY_LINES - 1].pk}" if more else None,
        standing=standing_of(person),
    )


def _follow_times(person: Person) -> list[FollowTime]:
    follows = "You follow since" if person.is_following else "You followed since"
    followed = "Follows you since" if person.is_follower else "Followed you since"
    return [
        FollowTime(follows, person.following_since_at, _precision(person, FOLLOWING_BIT)),
        FollowTime(followed, person.follower_since_at, _precision(person, FOLLOWER_BIT)),
    ]


def _precision(person: Person, bit: int) -> str:
    return "to the second" if person.exact_bits & bit else "to the minute"


def _first_seen(person: Person) -> FirstSeen | None:
    snapshot = first_snapshot_of(person)
    if snapshot is None or snapshot.taken_at is None:
        return None
    job = getattr(snapshot, "job", None)
    return FirstSeen(
        word=FIRST_SEEN_WORDS[snapshot.source],
        after=snapshot.taken_after,
        before=snapshot.taken_at,
        job_url=reverse("job", args=[job.pk]) if job else "",
    )
