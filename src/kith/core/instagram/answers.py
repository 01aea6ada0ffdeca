"""Makes kith's records out of Instagram's answers. Whatever does not fit raises NotUnderstood."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec

from kith.core.instagram import nodes
from kith.core.instagram.errors import NotUnderstood, PointsToItself
from kith.core.instagram.reading import decoded, decoded_one
from kith.core.records import ListName, ListPage, PersonRecord, ProfileRecord


class Media(msgspec.Struct, frozen=True, kw_only=True):
    """A post of the account.

    `media_type` is IMAGE, VIDEO (reels too) or CAROUSEL_ALBUM; `like_count` is None when hidden.
    """

    media_id: str
    caption: str | None
    media_type: str | None
    permalink: str | None
    posted_at: datetime | None
    comments_count: int | None
    like_count: int | None


class Comment(msgspec.Struct, frozen=True, kw_only=True):
    """A comment under a post, with the first replies to it.

    `author_id` is an id that Instagram made for this app; `username` needs a permission.
    `has_more_replies` says that not all replies are here.
    """

    comment_id: str
    text: str | None
    username: str | None
    author_id: str | None
    parent_id: str | None
    commented_at: datetime | None
    like_count: int | None
    hidden: bool | None
    replies: tuple[Comment, ...] = ()
    has_more_replies: bool = False


class MediaPage(msgspec.Struct, frozen=True):
    """Some consecutive posts, newest first. `after` goes on behind them; None: no more."""

    media: tuple[Media, ...]
    after: str | None = None


class CommentsPage(msgspec.Struct, frozen=True):
    """Some consecutive comments, newest first. `after` goes on behind them; None: no more."""

    comments: tuple[Comment, ...]
    after: str | None = None


_profiles = msgspec.json.Decoder(nodes.ProfileNode)
_persons = msgspec.json.Decoder(nodes.PersonNode)
_people = msgspec.json.Decoder(nodes.PeopleAnswer)
_media = msgspec.json.Decoder(nodes.MediaAnswer)
_comments = msgspec.json.Decoder(nodes.CommentsAnswer)
_successes = msgspec.json.Decoder(nodes.Success)


def profile_in(body: bytes) -> ProfileRecord:
    """The connected account."""
    node = decoded_one(_profiles, body)
    return ProfileRecord(
        username=_bare(node.username),
        app_scoped_id=_text(node.id),
        instagram_user_id=_text(node.user_id),
        name=node.name,
        biography=node.biography,
        website=node.website,
        picture_url=node.profile_picture_url,
        account_type=node.account_type,
        followers_count=node.followers_count,
        follows_count=node.follows_count,
        media_count=node.media_count,
    )


def person_in(body: bytes) -> PersonRecord:
    """One person, in the words of the list edges or of Instagram's own profile of a person."""
    return _person(decoded_one(_persons, body), since=None)


def list_page_in(body: bytes, list_name: ListName, asked_after: str | None) -> ListPage:
    """One page of a list. An answer without a readable `data` list is never an empty page."""
    answer = decoded(_people, body)
    people = tuple(
        [
            _person(entry, _epoch_seconds(entry.followed_at or entry.timestamp))
            for entry in answer.data
        ]
    )
    return ListPage(list_name, people, _cursor(answer.paging, asked_after))


def media_page_in(body: bytes, asked_after: str | None) -> MediaPage:
    answer = decoded(_media, body)
    media = tuple(
        Media(
            media_id=str(node.id),
            caption=node.caption,
            media_type=node.media_type,
            permalink=node.permalink,
            posted_at=_moment(node.timestamp),
            comments_count=node.comments_count,
            like_count=node.like_count,
        )
        for node in answer.data
    )
    return MediaPage(media, _cursor(answer.paging, asked_after))


def comments_page_in(body: bytes, asked_after: str | None) -> CommentsPage:
    answer = decoded(_comments, body)
    return CommentsPage(tuple(map(_comment, answer.data)), _cursor(answer.paging, asked_after))


def confirmed_in(body: bytes) -> None:
    """Returns when the answer to a write says `"success": true`."""
    if not decoded(_successes, body).success:
        raise NotUnderstood("Instagram's answer does not confirm the change.")


def _person(node: nodes.PersonNode, since: int | None) -> PersonRecord:
    return PersonRecord(
        username=_bare(node.username),
        instagram_user_id=_text(node.id),
        name=node.name,
        biography=node.biography,
        picture_url=node.profile_picture_url or node.profile_pic,
        verified=node.is_verified_user if node.is_verified is None else node.is_verified,
        followers_count=node.follower_count
        if node.followers_count is None
        else node.followers_count,
        follows_count=node.follows_count,
        since=since,
    )


def _comment(node: nodes.CommentNode) -> Comment:
    author = node.author or nodes.Author()
    username = author.username or node.username
    replies = node.replies or nodes.Replies([])
    return Comment(
        comment_id=str(node.id),
        text=node.text,
        username=_bare(username) if username else None,
        author_id=_text(author.id),
        parent_id=_text(node.parent_id),
        commented_at=_moment(node.timestamp),
        like_count=node.like_count,
        hidden=node.hidden,
        replies=tuple(map(_comment, replies.data)),
        has_more_replies=bool(replies.paging and replies.paging.next),
    )


def _cursor(paging: nodes.Paging | None, asked_after: str | None) -> str | None:
    """Where to go on. Only a missing `next` ends a list: the last page may carry a cursor."""
    if paging is None or not paging.next:
        return None
    after = paging.cursors.after if paging.cursors else None
    if not after:
        raise NotUnderstood("Instagram's answer says that the list goes on, but not where.")
    if after == asked_after:
        raise PointsToItself("Instagram's answer points to itself as the next page.")
    return after


def _bare(username: str) -> str:
    return username.lower().removeprefix("@")


def _text(node_id: str | int | None) -> str | None:
    return None if node_id is None else str(node_id)


def _moment(value: str | int | None) -> datetime | None:
    """Aware UTC, from `2019-09-26T22:36:43+0000` or epoch seconds; None for what is neither."""
    try:
        if isinstance(value, int):
            return datetime.fromtimestamp(value, UTC)
        moment = datetime.fromisoformat(value) if value else None
        return moment and (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _epoch_seconds(value: str | int | None) -> int | None:
    moment = _moment(value)
    return None if moment is None else int(moment.timestamp())
