"""What a source tells about people: the one vocabulary in which the API and the export meet.

Records are immutable and carry no judgement. `None` always means "the source does not say".
"""

from __future__ import annotations

from enum import StrEnum

import msgspec


class ListName(StrEnum):
    """The two lists of an account: whom it follows, and who follows it."""

    FOLLOWING = "following"
    FOLLOWERS = "followers"


class ListState(StrEnum):
    """How much of a list a source gave: all of it, some of it, or nothing."""

    COMPLETE = "complete"
    PARTIAL = "partial"
    ABSENT = "absent"


class InteractionKind(StrEnum):
    """What was done, in one word for the many ways of doing it: a vote in a poll is a reaction to a story."""

    LIKE = "like"
    COMMENT = "comment"
    STORY_REACTION = "story_reaction"
    SAVED = "saved"
    MESSAGE = "message"
    MENTION = "mention"


class Direction(StrEnum):
    """Given: by the account to the person. Received: by the person to the account."""

    GIVEN = "given"
    RECEIVED = "received"


class PersonRecord(msgspec.Struct, frozen=True, gc=False):
    """One entry of a list, as a source gave it.

    `username` is lower case, without `@`. `since` is when the follow began, in whole epoch seconds (UTC);
    `since_is_exact` is false where the source tells minutes only (HTML exports).
    """

    username: str
    instagram_user_id: str | None = None
    name: str | None = None
    biography: str | None = None
    picture_url: str | None = None
    verified: bool | None = None
    followers_count: int | None = None
    follows_count: int | None = None
    since: int | None = None
    since_is_exact: bool = True


class ProfileRecord(msgspec.Struct, frozen=True):
    """The connected account itself, as `/me` gives it. Both ids are kept: Instagram uses one or the other."""

    username: str
    app_scoped_id: str | None = None
    instagram_user_id: str | None = None
    name: str | None = None
    biography: str | None = None
    website: str | None = None
    picture_url: str | None = None
    account_type: str | None = None
    followers_count: int | None = None
    follows_count: int | None = None
    media_count: int | None = None


class InteractionRecord(msgspec.Struct, frozen=True, gc=False):
    """One interaction of the account with a person, and never what was said or shown in it.

    `username` is lower case, without `@`. `at` is whole epoch seconds (UTC); HTML exports tell minutes only, so the
    same interaction from two sources can differ by less than a minute.
    """

    username: str
    kind: InteractionKind
    direction: Direction
    at: int | None = None


class EventRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One interaction that the API tells by itself, by a webhook or when asked for it, and never what was said in it.

    `key` is the same however often and by whichever way it is told. With whom it was is told by `username` (lower case,
    without `@`), by `person_id` (an id that Instagram made for this app), by both, or not at all. `at` is whole epoch
    seconds (UTC). `is_private` says that it came from the inbox.
    """

    key: str
    kind: InteractionKind
    direction: Direction
    at: int
    username: str | None = None
    person_id: str | None = None
    is_private: bool = False


class ListPage(msgspec.Struct, frozen=True):
    """Some consecutive entries of one list. `after` continues behind them; `None` says that the list ends here."""

    list: ListName
    people: tuple[PersonRecord, ...]
    after: str | None = None


class Notice(msgspec.Struct, frozen=True):
    """Something a person should know about what was read. `code` is stable, `message` a sentence."""

    code: str
    message: str
    file: str | None = None
