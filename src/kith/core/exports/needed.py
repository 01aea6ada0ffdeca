"""Which files of an export are read. Everything else (photos, contacts, searches) is never opened.

Needed, in JSON and in HTML, in any folder and any letter case:
  followers.*, followers_N.*, following.*, following_N.*     the two lists
  the small lists of KINDS                                   pending requests, blocked, close friends, ...
  personal_information.*                                     whose export it is
  connections.json, profile.json                             the same before 2021
  followers_and_following/no-data.txt                        says that Instagram had nothing to tell
Interactions, and apart from them messages, are needed by those who want them: see interactions/files.py.
Not needed: the same names in a folder of another product (Threads, Facebook), and what macOS adds to ZIPs.
File names are English in every language. Names and times of change were collected from public readers, fixtures and
exports of 2018 to September 2026.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from kith.core.exports.interactions.files import place_of
from kith.core.exports.paths import FilePath, file_path
from kith.core.records import InteractionKind, ListName

FLAT_LISTS = "connections"  # Until 2020 one file held all lists.
FLAT_PROFILE = "profile"
OWN_ACCOUNT = "personal_information"
NO_DATA = "no-data"

# Folders of Threads and Facebook with files of the same names.
_FOREIGN = frozenset({"threads", "friends_and_followers"})


@dataclass(frozen=True)
class Kind:
    """One list of people. `wrapper` is its key in a JSON object, `flat_key` the one in connections.json."""

    name: str
    wrapper: str
    flat_key: str
    stems: tuple[str, ...]


KINDS = (
    Kind(ListName.FOLLOWERS, "relationships_followers", "followers", ("followers",)),
    Kind(ListName.FOLLOWING, "relationships_following", "following", ("following",)),
    Kind(
        "pending_requests",
        "relationships_follow_requests_sent",
        "follow_requests_sent",
        ("pending_follow_requests",),
    ),
    Kind(
        "recent_requests",
        "relationships_permanent_follow_requests",
        "permanent_follow_requests",
        ("recent_follow_requests", "permanent_follow_requests"),
    ),
    Kind(
        "requests_received",
        "relationships_follow_requests_received",
        "follow_requests_received",
        ("follow_requests_youve_received",),
    ),
    Kind(
        "recently_unfollowed",
        "relationships_unfollowed_users",
        "unfollowed_users",
        ("recently_unfollowed_profiles", "recently_unfollowed_accounts", "recently_unfollowed"),
    ),
    Kind("close_friends", "relationships_close_friends", "close_friends", ("close_friends",)),
    Kind(
        "favorites",
        "relationships_feed_favorites",
        "feed_favorites",
        ("profiles_youve_favorited", "accounts_youve_favorited"),
    ),
    Kind(
        "blocked",
        "relationships_blocked_users",
        "blocked_users",
        ("blocked_profiles", "blocked_accounts"),
    ),
    Kind(
        "restricted",
        "relationships_restricted_users",
        "restricted_users",
        ("restricted_profiles", "restricted_accounts"),
    ),
    Kind(
        "hide_story_from",
        "relationships_hide_stories_from",
        "hide_stories_from",
        ("hide_story_from",),
    ),
    Kind(
        "removed_suggestions",
        "relationships_dismissed_suggested_users",
        "dismissed_suggested_users",
        ("removed_suggestions",),
    ),
)
SMALL_KINDS = KINDS[2:]
KIND_OF_LIST = {ListName.FOLLOWERS: KINDS[0], ListName.FOLLOWING: KINDS[1]}

_KIND_OF_STEM = {stem: kind.name for kind in KINDS for stem in kind.stems}
_OTHERS = {
    (OWN_ACCOUNT, "json"),
    (OWN_ACCOUNT, "html"),
    (FLAT_LISTS, "json"),
    (FLAT_PROFILE, "json"),
}
_NUMBERED = re.compile(r"(?P<stem>followers|following)_(?P<number>\d{1,5})")
_APOSTROPHE = re.compile(r"you[^a-z0-9]{0,3}ve_")


@dataclass(frozen=True)
class Name:
    """What a path says about a needed file: which list, and which part of it (from 1)."""

    kind: str
    number: int
    format: str

    @property
    def is_html(self) -> bool:
        return self.format == "html"


class Need(StrEnum):
    """What a file is needed for. Who gives an export is asked before interactions, and once more before messages."""

    LISTS = "lists"
    INTERACTIONS = "interactions"
    MESSAGES = "messages"


def name_of(path: FilePath) -> Name | None:
    """What `path` says; None when it is no file of lists or of the own account."""
    if path.folder in _FOREIGN:
        return None
    stem, format_ = _APOSTROPHE.sub("youve_", path.stem), path.format
    if format_ == "txt":
        is_no_data = stem == NO_DATA and path.folder == "followers_and_following"
        return Name(NO_DATA, 1, format_) if is_no_data else None
    if (stem, format_) in _OTHERS:
        return Name(stem, 1, format_)
    numbered = _NUMBERED.fullmatch(stem)
    if numbered:
        return Name(numbered["stem"], int(numbered["number"]), format_)
    kind = _KIND_OF_STEM.get(stem)
    return Name(kind, 1, format_) if kind else None


def need_of(member_path: str) -> Need | None:
    """What kith wants this member of an archive for; None: it may stay where it is."""
    path = file_path(member_path)
    if path is None:
        return None
    if name_of(path):
        return Need.LISTS
    place = place_of(path)
    if place is None:
        return None
    return Need.MESSAGES if place.file.kind is InteractionKind.MESSAGE else Need.INTERACTIONS


def is_needed(member_path: str) -> bool:
    """Whether this member tells of the lists, or whose they are."""
    return need_of(member_path) is Need.LISTS
