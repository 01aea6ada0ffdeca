"""What can be asked of an account, a person, a post and a comment: one table of fields each.

Account, media and comment have the fields of Instagram Login as Meta's generated SDK lists them
(facebook-python-business-sdk 25.0.2, 2026-06-24). The person is what a gateway with list edges
would give, and the User Profile API (`profile_pic`, `follower_count`, `is_..._follow_...`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from kith_sandbox.clock import graph_timestamp
from kith_sandbox.graph.ask import Ask
from kith_sandbox.graph.errors import nonexisting_field
from kith_sandbox.graph.fields import Fields
from kith_sandbox.media import OWNER, Comment, Media
from kith_sandbox.people import Person
from kith_sandbox.world import FOLLOWERS, FOLLOWING, Account

T = TypeVar("T")
Getter = Callable[[Ask, T, Fields], object]

OMITTED = object()  # What a getter returns when the answer has no such key.


def account_id(ask: Ask, account: Account) -> object:
    """The professional id, as text or as a number."""
    as_text = ask.sandbox.switches.user_id_type == "string"
    return account.user_id if as_text else int(account.user_id)


def picture_url(ask: Ask, picture_of: str) -> str:
    """Where the sandbox serves the picture of somebody."""
    return f"{ask.request.host_url}pictures/{picture_of}.svg"


def _author(ask: Ask, comment: Comment, inner: Fields) -> dict[str, object]:
    known: dict[str, object] = {"id": ask.account.user_id, "username": ask.account.username}
    if comment.author != OWNER:
        person = ask.sandbox.world.person(comment.author)
        known = {"id": person.id, "username": person.username}
    unknown = next((name for name in inner if name not in known), None)
    if unknown is not None:
        raise nonexisting_field(unknown, "IGCommentFromUser")
    return {name: known[name] for name in inner or known}


def _replies(ask: Ask, comment: Comment, inner: Fields) -> object:
    if not comment.replies:
        return OMITTED
    fields = inner or {"timestamp": {}, "text": {}, "id": {}}
    return {"data": describe(ask, comment.replies, COMMENT, fields, "IGComment")}


ACCOUNT: dict[str, Getter[Account]] = {
    "account_type": lambda _, account, __: account.account_type,
    "biography": lambda _, account, __: account.biography,
    "followers_count": lambda ask, account, _: ask.sandbox.world.count(account, FOLLOWERS),
    "follows_count": lambda ask, account, _: ask.sandbox.world.count(account, FOLLOWING),
    "id": lambda _, account, __: account.app_scoped_id,
    "media_count": lambda ask, account, _: len(ask.sandbox.gallery.of(account)),
    "name": lambda _, account, __: account.name,
    "profile_picture_url": lambda ask, account, _: picture_url(ask, account.user_id),
    "user_id": lambda ask, account, _: account_id(ask, account),
    "username": lambda _, account, __: account.username,
    "website": lambda _, account, __: account.website or OMITTED,
}

PERSON: dict[str, Getter[Person]] = {
    "id": lambda _, person, __: person.id,
    "username": lambda _, person, __: person.username,
    "name": lambda _, person, __: person.name,
    "profile_picture_url": lambda ask, person, _: (
        picture_url(ask, person.id) if person.picture else OMITTED
    ),
    "biography": lambda _, person, __: person.biography,
    "followers_count": lambda _, person, __: person.followers_count,
    "follows_count": lambda _, person, __: person.follows_count,
    "is_verified": lambda _, person, __: person.verified,
}

PROFILE: dict[str, Getter[Person]] = {
    **PERSON,
    "profile_pic": PERSON["profile_picture_url"],
    "follower_count": PERSON["followers_count"],
    "is_verified_user": PERSON["is_verified"],
    "is_user_follow_business": lambda ask, person, _: person.number in ask.account.followers,
    "is_business_follow_user": lambda ask, person, _: person.number in ask.account.following,
}

COMMENT: dict[str, Getter[Comment]] = {
    "from": _author,
    "hidden": lambda _, comment, __: comment.hidden,
    "id": lambda _, comment, __: comment.id,
    "like_count": lambda _, comment, __: comment.like_count,
    "media": lambda _, comment, __: {"id": comment.media_id},
    "parent_id": lambda _, comment, __: comment.parent_id or OMITTED,
    "replies": _replies,
    "text": lambda _, comment, __: comment.text,
    "timestamp": lambda _, comment, __: graph_timestamp(comment.at),
    "username": lambda ask, comment, _: _author(ask, comment, {})["username"],
}

MEDIA: dict[str, Getter[Media]] = {
    "caption": lambda _, media, __: media.caption or OMITTED,
    "comments_count": lambda _, media, __: media.comments_count,
    "id": lambda _, media, __: media.id,
    "is_comment_enabled": lambda _, __, ___: True,
    "is_shared_to_feed": lambda _, media, __: media.kind == "VIDEO" or OMITTED,
    "like_count": lambda _, media, __: media.like_count,
    "media_product_type": lambda _, media, __: media.product,
    "media_type": lambda _, media, __: media.kind,
    "media_url": lambda ask, media, _: picture_url(ask, media.id),
    "owner": lambda _, media, __: {"id": media.account.app_scoped_id},
    "permalink": lambda _, media, __: f"https://www.instagram.com/p/{media.shortcode}/",
    "shortcode": lambda _, media, __: media.shortcode,
    "thumbnail_url": lambda ask, media, _: (
        picture_url(ask, media.id) if media.kind == "VIDEO" else OMITTED
    ),
    "timestamp": lambda _, media, __: graph_timestamp(media.at),
    "username": lambda _, media, __: media.account.username,
}


def describe(
    ask: Ask, things: Iterable[T], table: dict[str, Getter[T]], fields: Fields, node: str
) -> list[dict[str, object]]:
    """The asked fields of each thing. Raises the `GraphError` of a field that is not there."""
    unknown = next((name for name in fields if name not in table), None)
    if unknown is not None:
        raise nonexisting_field(unknown, node)
    getters = [(name, table[name], inner) for name, inner in fields.items()]
    if "id" not in fields:  # The Graph API always adds it.
        getters.append(("id", table["id"], {}))
    described = []
    for each in things:
        answer = {}
        for name, get, inner in getters:
            value = get(ask, each, inner)
            if value is not OMITTED:
                answer[name] = value
        described.append(answer)
    return described
