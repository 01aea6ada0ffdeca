"""The client reads the sandbox's people, posts and comments: all of them, exactly, once."""

from typing import Any

import pytest

from kith.core.instagram import (
    InstagramClient,
    ListsNotOffered,
    NotFound,
    PermissionMissing,
    Rejected,
    Token,
    UnknownPath,
)
from kith.core.records import PersonRecord
from tests.contract.visitor import Visitor, whole_list
from tests.core.instagram.stage import NOW

ACCOUNT = "tiny.studio"


def as_told(person: PersonRecord) -> dict[str, Any]:
    return {
        "id": person.instagram_user_id,
        "username": person.username,
        "name": person.name,
        "biography": person.biography,
        "verified": person.verified,
        "followers_count": person.followers_count,
        "follows_count": person.follows_count,
        "since": person.since,
    }


@pytest.mark.parametrize("account", ["tiny.studio", "marlow.pine"])
@pytest.mark.parametrize("user_id_type", ["string", "number"])
def test_both_lists_are_read_whole_and_exactly(
    visitor: Visitor, account: str, user_id_type: str
) -> None:
    visitor.control("switch", user_id_type=user_id_type)
    truth = visitor.seen(f"people?account={account}")
    with visitor.client_of(account) as client:
        own = client.own_account()
        assert own.instagram_user_id
        following = whole_list(client.following_page, own.instagram_user_id)
        followers = whole_list(client.followers_page, own.instagram_user_id)
    assert list(map(as_told, following)) == truth["following"]
    assert list(map(as_told, followers)) == truth["followers"]


def test_small_pages_give_the_same_people(visitor: Visitor) -> None:
    truth = visitor.seen(f"people?account={ACCOUNT}")
    with visitor.client_of(ACCOUNT) as client:
        people = whole_list(client.following_page, "me", limit=7)
    assert [person.username for person in people] == [p["username"] for p in truth["following"]]


def test_all_pages_come_over_one_connection_and_cost_one_call_each(visitor: Visitor) -> None:
    with visitor.client_of("marlow.pine") as client:
        assert len(whole_list(client.following_page, "me")) == 2847
    assert len(visitor.calls()) == 29


def test_without_lists_the_api_says_so_and_counts_are_still_read(visitor: Visitor) -> None:
    truth = visitor.seen(f"people?account={ACCOUNT}")
    visitor.control("switch", lists=False)
    with visitor.client_of(ACCOUNT) as client:
        for ask in (client.following_page, client.followers_page):
            with pytest.raises(ListsNotOffered) as absence:
                ask("me")
            assert absence.value.code == 2500
        with pytest.raises(ListsNotOffered):
            client.unfollow("me", "1")
        assert client.own_account().followers_count == len(truth["followers"])


def test_one_person_is_found_with_the_badge(visitor: Visitor) -> None:
    truth = visitor.seen("people?account=marlow.pine")["following"]
    verified = next(person for person in truth if person["verified"])
    plain = next(person for person in truth if not person["verified"])
    with visitor.client_of("marlow.pine") as client:
        assert client.person(verified["id"]).username == verified["username"]
        assert client.is_verified(verified["id"]) is True
        assert client.is_verified(plain["id"]) is False


def test_somebody_elses_person_is_not_found_and_the_badge_unknown(visitor: Visitor) -> None:
    stranger = visitor.seen("people?account=marlow.pine")["following"][0]["id"]
    with visitor.client_of(ACCOUNT) as client:
        with pytest.raises(NotFound):
            client.person(stranger)
        assert client.is_verified(stranger) is None


def test_without_a_message_from_the_person_instagram_does_not_show_them(visitor: Visitor) -> None:
    visitor.control("switch", lists=False)
    people = visitor.seen(f"people?account={ACCOUNT}")["following"]
    with visitor.client_of(ACCOUNT) as client:
        answers = [client.is_verified(person["id"]) for person in people[:40]]
    assert None in answers
    assert False in answers


def test_posts_and_their_comments_are_read_to_the_end(visitor: Visitor) -> None:
    with visitor.client_of("marlow.pine") as client:
        posts, after = [], None
        while True:
            page = client.media_page(after=after, limit=10)
            posts += page.media
            after = page.after
            if after is None:
                break
        assert len(posts) == client.own_account().media_count
        assert all(post.posted_at and post.permalink for post in posts)
        talked_about = max(posts, key=lambda post: post.comments_count or 0)
        comments = _all_comments(client, talked_about.media_id)
    assert comments
    assert all(comment.username and comment.author_id for comment in comments)
    assert len({comment.comment_id for comment in comments}) == len(comments)


def _all_comments(client: InstagramClient, media_id: str) -> list[Any]:
    page = client.comments_page(media_id, limit=5)
    comments = [*page.comments]
    while page.after:
        page = client.comments_page(media_id, after=page.after, limit=5)
        comments += page.comments
    return comments


def test_comments_need_their_permission(visitor: Visitor) -> None:
    made = visitor.control("token", account="marlow.pine", scopes="instagram_business_basic")
    with visitor.client(Token(value=made["access_token"], issued_at=NOW)) as client:
        post = client.media_page(limit=1).media[0]
        with pytest.raises(PermissionMissing):
            client.comments_page(post.media_id)


def test_an_unfollow_happens_once_and_the_second_is_refused(visitor: Visitor) -> None:
    somebody = visitor.seen(f"people?account={ACCOUNT}")["following"][0]
    with visitor.client_of(ACCOUNT) as client:
        client.unfollow("me", somebody["id"])
        with pytest.raises(Rejected):
            client.unfollow("me", somebody["id"])
    state = next(a for a in visitor.seen("state")["accounts"] if a["username"] == ACCOUNT)
    assert [(u["username"], u["by"]) for u in state["unfollows"]] == [(somebody["username"], "api")]


def test_an_unknown_version_is_no_missing_list(visitor: Visitor) -> None:
    with visitor.client_of(ACCOUNT, graph_version="v99.9") as client, pytest.raises(UnknownPath):
        client.own_account()
