"""A person as a row, wherever rows of people are shown."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from django.urls import reverse

from kith.environment import LOOPBACK_NAMES
from kith.people.models import Person

INSTAGRAM = "https://www.instagram.com"


def initials(name: str | None, username: str) -> str:
    """One or two letters for a person without a picture: of the name, else of the user name."""
    words = [word for word in (name or "").split() if unicodedata.category(word[0])[0] == "L"]
    letters = [words[0][0], words[-1][0]] if len(words) > 1 else [word[0] for word in words[:1]]
    if not letters:
        letters = [next((c for c in username if c.isalnum()), "·")]
    return "".join(letters).upper()


def profile_url(username: str) -> str:
    return f"{INSTAGRAM}/{username}/"


@dataclass(frozen=True)
class PersonRow:
    """One person of a list."""

    id: int
    username: str
    name: str
    initials: str
    picture_url: str
    verified: bool
    is_deleted: bool
    relation_word: str
    followers_count: int | None
    follows_count: int | None
    following_since: datetime | None
    follower_since: datetime | None
    biography: str
    profile_url: str
    person_url: str
    keep_url: str = ""
    """Empty where nobody is added to the keep list, and for whoever is on it."""
    is_kept: bool = False

    @classmethod
    def of(cls, person: Person, *, both_lists_known: bool = True) -> PersonRow:
        return cls(
            id=person.pk,
            username=person.username,
            name=person.name or "",
            initials=initials(person.name, person.username),
            picture_url=safe_picture(person.picture_url),
            verified=bool(person.verified),
            is_deleted=person.is_deleted,
            relation_word=relation_word(person, both_lists_known=both_lists_known),
            followers_count=person.followers_count,
            follows_count=person.follows_count,
            following_since=person.following_since_at,
            follower_since=person.follower_since_at,
            biography=person.biography or "",
            profile_url=profile_url(person.username),
            person_url=reverse("person", args=[person.pk]),
        )


def safe_picture(url: str | None) -> str:
    """The address of a picture as a source gave it, or nothing when it is no address that a picture can have."""
    try:
        parts = urlsplit(url or "")
        is_local = parts.scheme == "http" and parts.hostname in LOOPBACK_NAMES
    except ValueError:
        return ""
    return url or "" if parts.scheme == "https" or is_local else ""


def relation_word(person: Person, *, both_lists_known: bool) -> str:
    """How the two stand to each other, as far as it is known."""
    if person.is_following and person.is_follower:
        return "Mutual"
    if person.is_following:
        return "Doesn't follow back" if both_lists_known else "You follow them"
    if person.is_follower:
        return "Fan" if both_lists_known else "Follows you"
    return "Account gone" if person.gone_at else "No longer connected"
