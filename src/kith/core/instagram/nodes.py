"""The documents that Instagram sends, as far as kith reads them; the rest may change freely.

Ids are text, or numbers beyond 2^53 that are kept exactly. Counts beyond 64 bits are refused.
"""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

Id = Annotated[str, Meta(min_length=1, max_length=64)] | Annotated[int, Meta(ge=0)]
Username = Annotated[str, Meta(pattern=r"^@?[^\s@/]{1,64}\Z")]
Count = Annotated[int, Meta(ge=0, le=2**63 - 1)] | None


class Cursors(msgspec.Struct):
    after: str | None = None


class Paging(msgspec.Struct):
    cursors: Cursors | None = None
    next: str | None = None


class PersonNode(msgspec.Struct, gc=False):
    username: Username
    id: Id | None = None
    name: str | None = None
    biography: str | None = None
    profile_picture_url: str | None = None
    profile_pic: str | None = None
    is_verified: bool | None = None
    is_verified_user: bool | None = None
    followers_count: Count = None
    follower_count: Count = None
    follows_count: Count = None


class ListEntry(PersonNode, kw_only=True, gc=False):
    id: Id
    followed_at: str | int | None = None
    timestamp: str | int | None = None


class ProfileNode(msgspec.Struct):
    username: Username
    id: Id | None = None
    user_id: Id | None = None
    name: str | None = None
    biography: str | None = None
    website: str | None = None
    profile_picture_url: str | None = None
    account_type: str | None = None
    followers_count: Count = None
    follows_count: Count = None
    media_count: Count = None


class MediaNode(msgspec.Struct):
    id: Id
    caption: str | None = None
    media_type: str | None = None
    permalink: str | None = None
    timestamp: str | int | None = None
    comments_count: Count = None
    like_count: Count = None


class Author(msgspec.Struct):
    id: Id | None = None
    username: str | None = None


class Replies(msgspec.Struct):
    data: list[CommentNode]
    paging: Paging | None = None


class CommentNode(msgspec.Struct, rename={"author": "from"}):
    id: Id
    text: str | None = None
    timestamp: str | int | None = None
    username: str | None = None
    author: Author | None = None
    like_count: Count = None
    hidden: bool | None = None
    parent_id: Id | None = None
    replies: Replies | None = None


class PeopleAnswer(msgspec.Struct):
    data: list[ListEntry]
    paging: Paging | None = None


class MediaAnswer(msgspec.Struct):
    data: list[MediaNode]
    paging: Paging | None = None


class CommentsAnswer(msgspec.Struct):
    data: list[CommentNode]
    paging: Paging | None = None


class Success(msgspec.Struct):
    """What a write answers."""

    success: bool
