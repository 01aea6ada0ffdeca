"""What answers say: account, people, lists, media, comments, in every shape and trap."""

from datetime import UTC, datetime

import httpx2
import pytest

from kith.core.instagram import (
    Comment,
    ListsNotOffered,
    Media,
    NonexistingField,
    NotFound,
    NotUnderstood,
    PermissionMissing,
    Rejected,
    UnknownPath,
)
from kith.core.records import ListName, ListPage, PersonRecord, ProfileRecord
from tests.core.instagram.stage import TOKEN_VALUE, Stage, answer, as_json, error, page, person

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


def missing_field(name: str, node: str = "IGUser") -> httpx2.Response:
    return error(100, f"Tried accessing nonexisting field ({name}) on node type ({node})")


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


# Lists


def test_a_page_of_people_carries_everything_that_was_told() -> None:
    told = person(
        1,
        username="@Bo.Invented",
        name="בו",
        biography="",
        profile_picture_url="https://cdn.example/b.jpg",
        is_verified=True,
        followers_count=5,
        follows_count=0,
        followed_at="2024-03-05T10:11:12+0000",
    )
    stage = Stage(page(told, person(2), after="QVFI=2", more=True))
    assert stage.client().following_page("17841/..", after="QVFI=1") == ListPage(
        ListName.FOLLOWING,
        (
            PersonRecord(
                username="bo.invented",
                instagram_user_id="9001",
                name="בו",
                biography="",
                picture_url="https://cdn.example/b.jpg",
                verified=True,
                followers_count=5,
                follows_count=0,
                since=1709633472,
            ),
            PersonRecord(username="invented.2", instagram_user_id="9002"),
        ),
        after="QVFI=2",
    )
    assert stage.last.url.raw_path.startswith(b"/v25.0/17841%2F../ig_following?")
    assert stage.last.url.params["limit"] == "100"
    assert stage.last.url.params["after"] == "QVFI=1"


def test_followers_have_an_edge_of_their_own() -> None:
    stage = Stage(page(person(1)))
    assert stage.client().followers_page("1", limit=50).list is ListName.FOLLOWERS
    assert stage.last.url.path == "/v25.0/1/ig_followers"
    assert stage.last.url.params["limit"] == "50"
    assert "after" not in stage.last.url.params


@pytest.mark.parametrize(
    "paging",
    [
        None,
        {},
        {"cursors": None},
        {"cursors": {"after": "QVFI"}},
        {"cursors": {"after": "QVFI"}, "next": ""},
    ],
)
def test_a_list_ends_where_there_is_no_next(paging: object) -> None:
    body = {"data": [person(1)], "paging": paging}
    assert Stage(answer(body)).client().followers_page("1").after is None


def test_a_list_may_end_without_any_paging() -> None:
    assert Stage(answer({"data": []})).client().followers_page("1") == ListPage(
        ListName.FOLLOWERS, ()
    )


def test_an_empty_page_with_a_next_is_not_the_end() -> None:
    assert Stage(page(after="QVFI", more=True)).client().followers_page("1").after == "QVFI"


@pytest.mark.parametrize("cursors", [None, {}, {"after": None}, {"after": ""}, {"after": "same"}])
def test_a_next_that_leads_nowhere_is_not_understood(cursors: object) -> None:
    """Taking it for the end would lose people; following it would never end."""
    body = {"data": [person(1)], "paging": {"cursors": cursors, "next": "https://x"}}
    with pytest.raises(NotUnderstood):
        Stage(answer(body)).client().followers_page("1", after="same")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"data": None},
        {"data": {}},
        {"data": "none"},
        {"people": []},
        [],
        {"data": [None]},
        {"data": [[]]},
        {"data": [person(1), {"id": "2"}]},
        {"data": [person(1), {"username": "x"}]},
        {"data": [person(1, id="")]},
        {"data": [person(1, id=None)]},
        {"data": [person(1, id=1.5)]},
        {"data": [person(1, username=7)]},
        {"data": [], "paging": 1},
    ],
)
def test_a_list_that_cannot_be_read_is_never_an_empty_page(body: object) -> None:
    with pytest.raises(NotUnderstood):
        Stage(answer(body)).client().followers_page("1")


def test_ids_beyond_the_exact_range_of_floats_are_kept() -> None:
    body = b'{"data": [{"id": 17841400000000001, "username": "bo"}]}'
    (bo,) = Stage(httpx2.Response(200, content=body)).client().followers_page("1").people
    assert bo.instagram_user_id == "17841400000000001"


@pytest.mark.parametrize(
    ("told", "since"),
    [
        ("2024-03-05T10:11:12+0000", 1709633472),
        ("2024-03-05T11:11:12+01:00", 1709633472),
        ("2024-03-05T10:11:12Z", 1709633472),
        ("2024-03-05T10:11:12.900Z", 1709633472),
        ("2024-03-05T10:11:12", 1709633472),
        (1709633472, 1709633472),
        ("yesterday", None),
        (10**18, None),
        (None, None),
    ],
)
@pytest.mark.parametrize("name", ["followed_at", "timestamp"])
def test_follow_times_are_epoch_seconds_or_unknown(
    name: str, told: object, since: int | None
) -> None:
    (bo,) = Stage(page(person(1, **{name: told}))).client().followers_page("1").people
    assert bo.since == since


def test_a_gateway_without_follow_times_is_asked_again_without_them() -> None:
    stage = Stage(missing_field("followed_at"), page(person(1)))
    client = stage.client()
    client.followers_page("1")
    client.following_page("1")
    assert len(stage.requests) == 3
    assert "followed_at" not in stage.last.url.params["fields"]


NO_SUCH_EDGE = [
    error(2500, "Unknown path components: /ig_following", type="IGApiException"),
    missing_field("ig_following"),
    error(100, "(#100) Tried accessing nonexisting field (ig_following) on node type (IGUser)"),
]


@pytest.mark.parametrize("refusal", NO_SUCH_EDGE)
def test_an_api_without_lists_is_told_plainly(refusal: httpx2.Response) -> None:
    stage = Stage(refusal)
    for call in (
        stage.client().following_page,
        lambda account: stage.client().unfollow(account, "9001"),
    ):
        with pytest.raises(ListsNotOffered) as absence:
            call("1")
        assert "export" in absence.value.advice
        assert not absence.value.retry
    assert len(stage.requests) == 2


@pytest.mark.parametrize(
    ("reply", "kind"),
    [(error(100, "Invalid parameter"), Rejected), (error(100, error_subcode=33), NotFound)],
)
def test_another_refusal_does_not_mean_that_there_are_no_lists(
    reply: httpx2.Response, kind: type[Exception]
) -> None:
    with pytest.raises(kind) as refusal:
        Stage(reply).client().following_page("1")
    assert not isinstance(refusal.value, ListsNotOffered)


# Texts that other machines have damaged


def test_halves_of_emoji_and_nul_characters_do_not_hide_a_page() -> None:
    person = rb'{"id": "1", "username": "bo", "name": "a\ud83d", "biography": "%s"}'
    body = b'{"data": [' + person % rb"x\u0000y \ud83c\udf0a \\u0000" + b"]}"
    (bo,) = Stage(httpx2.Response(200, content=body)).client().followers_page("1").people
    assert (bo.name, bo.biography) == ("a\N{REPLACEMENT CHARACTER}", "xy 🌊 \\u0000")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"\xef\xbb\xbf{}",
        b'{"data": [{"id": "1", "username": "\xff"}]}',
        b"<html>",
        b'{"data": [{"id":',
        b'{"data": ' + b"[" * 200000,
        b'{"x": ' + b"[" * 200000 + b"]" * 200000 + b', "data": []}',
    ],
)
def test_a_body_that_is_no_json_is_not_understood(body: bytes) -> None:
    with pytest.raises(NotUnderstood):
        Stage(httpx2.Response(200, content=body)).client().followers_page("1")


def test_members_that_nobody_knows_do_no_harm() -> None:
    body = {
        "data": [person(1, new={"a": [1]})],
        "summary": {"total_count": 1},
        "paging": {"previous": "x"},
    }
    assert len(Stage(answer(body)).client().followers_page("1").people) == 1


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


@pytest.mark.parametrize("body", [{}, {"data": [{}]}, {"data": 1}])
def test_media_and_comments_that_cannot_be_read_are_not_understood(body: object) -> None:
    for call in (
        Stage(answer(body)).client().media_page,
        Stage(answer(body)).client().comments_page,
    ):
        with pytest.raises(NotUnderstood):
            call("1")


# Unfollowing


def test_an_unfollow_names_both_accounts() -> None:
    stage = Stage(answer({"success": True}))
    stage.client().unfollow("17841", "9001")
    assert (stage.last.method, stage.last.url.path) == ("DELETE", "/v25.0/17841/ig_following")
    assert dict(stage.last.url.params) == {"user_id": "9001"}


def test_an_unfollow_that_instagram_did_not_do_is_rejected() -> None:
    with pytest.raises(Rejected):
        Stage(answer({"success": False})).client().unfollow("1", "9001")


def test_a_body_may_be_as_json_writes_it() -> None:
    """Escaped text, as Instagram sends it, reads like plain text."""
    body = as_json({"data": [person(1, name="Zoë 🌊")]})
    assert b"\\ud83c" in body
    (zoe,) = Stage(httpx2.Response(200, content=body)).client().followers_page("1").people
    assert zoe.name == "Zoë 🌊"
