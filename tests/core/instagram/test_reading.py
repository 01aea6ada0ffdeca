"""What answers say about the account, one person, posts and comments; a subscription; an unfollow."""

from datetime import UTC, datetime

import httpx2
import pytest

from kith.core.instagram import (
    Comment,
    Media,
    NonexistingField,
    NotUnderstood,
    PermissionMissing,
    Rejected,
    UnknownPath,
)
from kith.core.records import ProfileRecord
from tests.core.instagram.stage import (
    TOKEN_VALUE,
    Stage,
    answer,
    error,
    missing_field,
    page,
    person,
)

ADA = {
    "id": "26000000000000001",
    "user_id": 17841400000000001,
    "username": "Ada.Invented",
    "name": "Ada 🌊",
    "biography": "sails",
    "website": "https://ada.example",
    "profile_picture_url": "https://cdn.example/a.jpg",
    "account_type": "MEDIA_CREATOR",
    "followers_count": 1234,
    "follows_count": 2847,
    "media_count": 9,
}


# The account


@pytest.mark.parametrize("shape", [ADA, {"data": [ADA]}])
def test_the_account_is_read_in_both_shapes_with_ids_as_text(shape: object) -> None:
    stage = Stage(answer(shape))
    assert stage.client().own_account() == ProfileRecord(
        username="ada.invented",
        app_scoped_id="26000000000000001",
        instagram_user_id="17841400000000001",
        name="Ada 🌊",
        biography="sails",
        website="https://ada.example",
        picture_url="https://cdn.example/a.jpg",
        account_type="MEDIA_CREATOR",
        followers_count=1234,
        follows_count=2847,
        media_count=9,
    )
    assert stage.last.url.path == "/v25.0/me"
    assert stage.last.headers["Authorization"] == f"Bearer {TOKEN_VALUE}"
    assert TOKEN_VALUE not in str(stage.last.url)


def test_what_the_account_does_not_tell_is_unknown() -> None:
    profile = Stage(answer({"username": "ada"})).client().test_connection()
    assert profile == ProfileRecord(username="ada")


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        7,
        None,
        {"data": []},
        {"data": [ADA, 1]} | {"data": {}},
        {"username": ""},
        {"username": None},
        {"username": "ada", "followers_count": -1},
        {"username": "ada", "followers_count": "many"},
        {"username": "ada", "followers_count": 10**30},
        {"username": "two words"},
        {"username": "@"},
    ],
)
def test_an_account_that_cannot_be_read_is_not_understood(body: object) -> None:
    with pytest.raises(NotUnderstood):
        Stage(answer(body)).client().own_account()


def test_a_field_that_does_not_exist_is_left_out_from_then_on() -> None:
    stage = Stage(missing_field("account_type"), missing_field("website"), answer(ADA))
    client = stage.client()
    client.own_account()
    client.own_account()
    asked = [request.url.params["fields"].split(",") for request in stage.requests]
    assert len(asked) == 4
    assert "account_type" in asked[0]
    assert "account_type" not in asked[1]
    assert asked[2] == asked[3]
    assert {"account_type", "website"}.isdisjoint(asked[2])


@pytest.mark.parametrize("name", ["username", "id", "never_asked_for"])
def test_a_refused_field_that_is_needed_or_was_not_asked_is_an_error(name: str) -> None:
    stage = Stage(missing_field(name))
    with pytest.raises(NonexistingField):
        stage.client().own_account()
    assert len(stage.requests) == 1


def test_an_api_that_refuses_every_field_does_not_loop() -> None:
    def refuse_last(request: httpx2.Request) -> httpx2.Response:
        return missing_field(request.url.params["fields"].split(",")[-1])

    stage = Stage(refuse_last)
    with pytest.raises(NonexistingField):
        stage.client().own_account()
    assert len(stage.requests) < 12


def test_an_unknown_version_is_told_as_such() -> None:
    with pytest.raises(UnknownPath) as refusal:
        Stage(error(2500, "Unknown path components: /me")).client().own_account()
    assert "INSTAGRAM_GRAPH_VERSION" in refusal.value.advice


# One person


def test_one_person_is_read_in_the_words_of_a_gateway() -> None:
    told = person(
        1, is_verified=False, followers_count=0, profile_picture_url="https://cdn.example/p"
    )
    bo = Stage(answer(told)).client().person("9001")
    assert (bo.username, bo.verified, bo.followers_count) == ("invented.1", False, 0)
    assert bo.picture_url == "https://cdn.example/p"


def test_one_person_is_read_in_the_words_of_instagram() -> None:
    refused = [
        "biography",
        "profile_picture_url",
        "followers_count",
        "follows_count",
        "is_verified",
    ]
    told = person(1, profile_pic="https://cdn.example/p", follower_count=8, is_verified_user=True)
    stage = Stage(*map(missing_field, refused), answer(told))
    bo = stage.client().person("9001")
    assert (
        stage.last.url.params["fields"]
        == "id,username,name,profile_pic,follower_count,is_verified_user"
    )
    assert (bo.picture_url, bo.followers_count, bo.verified) == ("https://cdn.example/p", 8, True)


@pytest.mark.parametrize(
    ("reply", "verified"),
    [
        (answer(person(1, is_verified=True)), True),
        (answer(person(1, is_verified=False)), False),
        (answer(person(1)), None),
        (error(230, "User consent is required to access user profile"), None),
        (error(100, error_subcode=33), None),
    ],
)
def test_the_badge_is_yes_no_or_unknown(reply: httpx2.Response, verified: bool | None) -> None:
    assert Stage(reply).client().is_verified("9001") is verified


def test_a_missing_permission_is_not_taken_for_an_unknown_badge() -> None:
    with pytest.raises(PermissionMissing):
        Stage(error(10)).client().is_verified("9001")


# Media and comments


def test_media_come_with_what_is_told() -> None:
    told = {
        "id": 17900000000000001,
        "caption": "tea",
        "media_type": "VIDEO",
        "permalink": "https://www.instagram.com/p/x/",
        "timestamp": "2019-09-26T22:36:43+0000",
        "comments_count": 3,
    }
    stage = Stage(page(told, {"id": "2"}, after="QVFI", more=True))
    media = stage.client().media_page(after="QVFH", limit=25)
    assert media.after == "QVFI"
    assert media.media[0] == Media(
        media_id="17900000000000001",
        caption="tea",
        media_type="VIDEO",
        permalink="https://www.instagram.com/p/x/",
        posted_at=datetime(2019, 9, 26, 22, 36, 43, tzinfo=UTC),
        comments_count=3,
        like_count=None,
    )
    assert media.media[1].posted_at is None
    assert stage.last.url.path == "/v25.0/me/media"


def test_comments_come_with_their_authors_where_these_are_told() -> None:
    told = {
        "id": "1",
        "text": "hi",
        "timestamp": "2017-08-31T19:16:02+0000",
        "from": {"id": 99, "username": "Bo.Invented"},
        "like_count": 2,
        "hidden": False,
        "parent_id": "8",
    }
    stage = Stage(
        page(told, {"id": "2", "text": "ho", "username": "cy"}, {"id": "3", "from": {"id": "7"}})
    )
    page_of_comments = stage.client().comments_page("m/1")
    assert page_of_comments.after is None
    first, second, third = page_of_comments.comments
    assert first == Comment(
        comment_id="1",
        text="hi",
        username="bo.invented",
        author_id="99",
        parent_id="8",
        commented_at=datetime(2017, 8, 31, 19, 16, 2, tzinfo=UTC),
        like_count=2,
        hidden=False,
    )
    assert (second.username, second.author_id) == ("cy", None)
    assert (third.username, third.author_id) == (None, "7")
    assert stage.last.url.raw_path.startswith(b"/v25.0/m%2F1/comments?")
    assert stage.last.url.params["limit"] == "50"


def test_a_nested_field_that_does_not_exist_is_left_out_too() -> None:
    stage = Stage(missing_field("from", "IGComment"), page({"id": "1", "username": "bo"}))
    stage.client().comments_page("1")
    assert "from" not in stage.last.url.params["fields"]


def test_replies_come_with_their_comment_as_far_as_they_are_told() -> None:
    told = [{"id": "2", "username": "Bo", "timestamp": "2017-08-31T19:16:02+0000"}, {"id": "3"}]
    more = {"cursors": {"after": "x"}, "next": "https://graph.instagram.com/x"}
    stage = Stage(
        page(
            {"id": "1", "replies": {"data": told}},
            {"id": "4", "replies": {"data": [], "paging": more}},
        )
    )
    first, second = stage.client().comments_page("m").comments
    assert [(reply.comment_id, reply.username) for reply in first.replies] == [
        ("2", "bo"),
        ("3", None),
    ]
    assert (first.has_more_replies, second.has_more_replies) == (False, True)
    assert "replies{id,timestamp,username}" in stage.last.url.params["fields"]


@pytest.mark.parametrize("body", [{}, {"data": [{}]}, {"data": 1}])
def test_media_and_comments_that_cannot_be_read_are_not_understood(body: object) -> None:
    for call in (
        Stage(answer(body)).client().media_page,
        Stage(answer(body)).client().comments_page,
    ):
        with pytest.raises(NotUnderstood):
            call("1")


# Webhooks


def test_a_subscription_names_its_fields_and_ends_as_a_whole() -> None:
    stage = Stage(answer({"success": True}))
    client = stage.client()
    client.subscribe(["comments", "mentions"])
    assert (stage.last.method, stage.last.url.path) == ("POST", "/v25.0/me/subscribed_apps")
    assert dict(stage.last.url.params) == {"subscribed_fields": "comments,mentions"}
    client.unsubscribe()
    assert (stage.last.method, stage.last.url.path) == ("DELETE", "/v25.0/me/subscribed_apps")


@pytest.mark.parametrize(
    "reply", [error(100, "Param subscribed_fields"), answer({"success": False})]
)
def test_a_subscription_that_is_refused_is_rejected(reply: httpx2.Response) -> None:
    with pytest.raises(Rejected):
        Stage(reply).client().subscribe(["sneezes"])


# Unfollowing


def test_an_unfollow_names_both_accounts() -> None:
    stage = Stage(answer({"success": True}))
    stage.client().unfollow("17841", "9001")
    assert (stage.last.method, stage.last.url.path) == ("DELETE", "/v25.0/17841/ig_following")
    assert dict(stage.last.url.params) == {"user_id": "9001"}


def test_an_unfollow_that_instagram_did_not_do_is_rejected() -> None:
    with pytest.raises(Rejected):
        Stage(answer({"success": False})).client().unfollow("1", "9001")
