"""Pages of people: what they carry, where a list ends, and when there is no list at all."""

import time

import httpx2
import pytest

from kith.core.instagram import (
    ListsNotOffered,
    NonexistingField,
    NotFound,
    NotUnderstood,
    Rejected,
)
from kith.core.records import ListName, ListPage, PersonRecord
from tests.core.instagram.stage import Stage, answer, as_json, error, missing_field, page, person


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


def test_a_time_without_a_zone_is_utc_wherever_kith_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    told = person(1, followed_at="2024-03-05T10:11:12")
    with monkeypatch.context() as elsewhere:
        elsewhere.setenv("TZ", "Asia/Tokyo")
        time.tzset()
        (bo,) = Stage(page(told)).client().followers_page("1").people
    time.tzset()
    assert bo.since == 1709633472


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
    [
        (error(100, "Invalid parameter"), Rejected),
        (error(100, error_subcode=33), NotFound),
        (missing_field("username"), NonexistingField),
    ],
)
def test_another_refusal_does_not_mean_that_there_are_no_lists(
    reply: httpx2.Response, kind: type[Exception]
) -> None:
    with pytest.raises(kind) as refusal:
        Stage(reply).client().following_page("1")
    assert not isinstance(refusal.value, ListsNotOffered)


# Texts that other machines have damaged


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        (rb"a\ud83d", "a\N{REPLACEMENT CHARACTER}"),
        (rb"\udf0a \ud83c\udf0a", "\N{REPLACEMENT CHARACTER} 🌊"),
        (rb"x\u0000y \ud83c\udf0a", "xy 🌊"),
        (rb"\\u0000 \\ud83d", r"\u0000 \ud83d"),
    ],
)
def test_halves_of_emoji_and_nul_characters_do_not_hide_a_page(sent: bytes, read: str) -> None:
    body = b'{"data": [{"id": "1", "username": "bo", "name": "%s"}]}' % sent
    (bo,) = Stage(httpx2.Response(200, content=body)).client().followers_page("1").people
    assert bo.name == read


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


def test_a_body_may_be_as_json_writes_it() -> None:
    """Escaped text, as Instagram sends it, reads like plain text."""
    body = as_json({"data": [person(1, name="Zoë 🌊")]})
    assert b"\\ud83c" in body
    (zoe,) = Stage(httpx2.Response(200, content=body)).client().followers_page("1").people
    assert zoe.name == "Zoë 🌊"
