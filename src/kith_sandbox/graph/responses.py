"""Answers of the Graph API: one node, or an edge of one."""

from __future__ import annotations

from kith_sandbox.clock import graph_timestamp
from kith_sandbox.control.actions import perform
from kith_sandbox.graph.ask import Ask
from kith_sandbox.graph.errors import (
    GraphError,
    bad_parameter,
    missing_object,
    nonexisting_field,
    unknown_path,
    unsupported_method,
)
from kith_sandbox.graph.nodes import ACCOUNT, COMMENT, MEDIA, PERSON, PROFILE, Getter, describe
from kith_sandbox.graph.subscriptions import subscribed_apps
from kith_sandbox.paging import cut, paged
from kith_sandbox.people import Person
from kith_sandbox.tokens import BASIC, MANAGE_COMMENTS, MANAGE_MESSAGES
from kith_sandbox.world import FOLLOWERS, FOLLOWING, Account, place_parts

Body = dict[str, object]

LIST_EDGES = {"ig_following": FOLLOWING, "ig_followers": FOLLOWERS}
_PAGE, _COMMENT_PAGE = 100, 50


def node(ask: Ask, node_id: str) -> Body:
    """`GET /{id}`: the account itself, one of its posts, a comment, or a person."""
    if ask.request.method != "GET":
        raise unsupported_method(ask.request.method)
    account = _account(ask, node_id)
    if account is not None:
        return _account_body(ask, account, is_me=node_id == "me")
    media = ask.sandbox.gallery.media.get(node_id)
    if media is not None and media.account is ask.account:
        ask.needs(BASIC)
        return describe(ask, [media], MEDIA, ask.fields("id"), "IGMedia")[0]
    comment = ask.sandbox.gallery.comments.get(node_id)
    if comment is not None and ask.sandbox.gallery.media[comment.media_id].account is ask.account:
        ask.needs(MANAGE_COMMENTS)
        fields = ask.fields("timestamp", "text", "id")
        return describe(ask, [comment], COMMENT, fields, "IGComment")[0]
    return _person_body(ask, node_id)


def edge(ask: Ask, node_id: str, name: str) -> Body:
    """`GET /{id}/{edge}`, `DELETE /{id}/ig_following?user_id=`, and what `subscribed_apps` takes."""
    if name in LIST_EDGES and ask.sandbox.switches.lists:
        _own(ask, node_id)
        if ask.request.method == "DELETE" and name == "ig_following":
            return _unfollow(ask)
        _only_reading(ask)
        return _list(ask, name)
    if name == "subscribed_apps":
        _own(ask, node_id)
        return subscribed_apps(ask)
    if name == "media":
        _own(ask, node_id)
        _only_reading(ask)
        return _media(ask)
    if name in {"comments", "replies"}:
        _only_reading(ask)
        return _comments(ask, node_id, name)
    raise unknown_path(f"/{name}")


def _account(ask: Ask, node_id: str) -> Account | None:
    own = node_id == "me" or node_id in {ask.account.app_scoped_id, ask.account.user_id}
    return ask.account if own else None


def _own(ask: Ask, node_id: str) -> None:
    ask.needs(BASIC)
    if _account(ask, node_id) is None:
        raise missing_object(node_id, ask.request.method)


def _only_reading(ask: Ask) -> None:
    if ask.request.method != "GET":
        raise unsupported_method(ask.request.method)


def _account_body(ask: Ask, account: Account, *, is_me: bool) -> Body:
    ask.needs(BASIC)
    body = describe(ask, [account], ACCOUNT, ask.fields("id"), "IGUser")[0]
    return {"data": [body]} if is_me and ask.sandbox.switches.me_shape == "data" else body


def _person_body(ask: Ask, person_id: str) -> Body:
    """Somebody of the lists. Instagram itself tells only of people who wrote a message."""
    person = ask.sandbox.world.person_by_id(person_id)
    if person is None or not _is_near(ask.account, person):
        raise missing_object(person_id)
    if ask.sandbox.world.away.get(person.number):
        raise missing_object(person_id)
    if not ask.sandbox.switches.lists:
        ask.needs(MANAGE_MESSAGES)
        if not has_messaged(person):
            raise GraphError("User consent is required to access user profile", 230)
    return describe(ask, [person], PROFILE, ask.fields("id", "username"), "IGUser")[0]


def _is_near(account: Account, person: Person) -> bool:
    return account.first_number <= person.number < account.next_number


def has_messaged(person: Person) -> bool:
    """Whether the person once wrote to the account: every tenth did."""
    return person.number % 10 == 0


def _list(ask: Ask, name: str) -> Body:
    world, edges = ask.sandbox.world, ask.account.edges(LIST_EDGES[name])
    places = world.places(ask.account, LIST_EDGES[name])
    page = cut(places, ask.request, most=_PAGE, fault=ask.fault)
    people = [world.person(place_parts(place)[0]) for place in page.places]
    followed_at: Getter[Person] = lambda _, person, __: graph_timestamp(edges[person.number])  # noqa: E731
    table = {**PERSON, "followed_at": followed_at}
    data = describe(ask, people, table, ask.fields("id", "username"), "IGUser")
    return paged(page, data, ask.request, ask.token_text)


def _unfollow(ask: Ask) -> Body:
    person_id = ask.request.values.get("user_id", "")
    person = ask.sandbox.world.person_by_id(person_id)
    if person is None or person.number not in ask.account.following:
        raise bad_parameter(f"Param user_id: {person_id!r} is not followed by this account")
    wanted = {"account": ask.account.username, "kind": "unfollow", "username": person.username}
    perform(ask.sandbox, "happen", {**wanted, "by": "api"})
    return {"success": True}


def _media(ask: Ask) -> Body:
    media = ask.sandbox.gallery.of(ask.account)
    since, until = _moment(ask, "since"), _moment(ask, "until")
    media = [each for each in media if (since or 0) <= each.at <= (until or each.at)]
    page = cut(range(len(media)), ask.request, most=_PAGE, fault=ask.fault)
    chosen = [media[place] for place in page.places]
    data = describe(ask, chosen, MEDIA, ask.fields("id"), "IGMedia")
    return paged(page, data, ask.request, ask.token_text)


def _moment(ask: Ask, name: str) -> int | None:
    text = ask.request.args.get(name, "")
    if text and not text.isdecimal():
        raise bad_parameter(f"Param {name} must be a Unix timestamp")
    return int(text) if text else None


def _comments(ask: Ask, node_id: str, name: str) -> Body:
    gallery = ask.sandbox.gallery
    media, comment = gallery.media.get(node_id), gallery.comments.get(node_id)
    if media is not None and name == "replies":
        raise nonexisting_field(name, "IGMedia")
    if comment is not None and name == "comments":
        raise nonexisting_field(name, "IGComment")
    owner = media or (gallery.media[comment.media_id] if comment else None)
    if owner is None or owner.account is not ask.account:
        raise missing_object(node_id)
    ask.needs(MANAGE_COMMENTS)
    found = media.comments if media else comment.replies if comment else ()
    page = cut(range(len(found)), ask.request, most=_COMMENT_PAGE, fault=ask.fault)
    chosen = [found[place] for place in page.places]
    data = describe(ask, chosen, COMMENT, ask.fields("timestamp", "text", "id"), "IGComment")
    return paged(page, data, ask.request, ask.token_text)
