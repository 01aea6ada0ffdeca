"""Nodes, edges, pages and refusals of the Graph API."""

from __future__ import annotations

import pytest

from tests.sandbox.conftest import PERSON_FIELDS, Visitor

ME_FIELDS = (
    "account_type,biography,followers_count,follows_count,id,media_count,name,profile_picture_url,"
    "user_id,username,website"
)


def test_me_has_every_field_and_both_ids(visitor: Visitor) -> None:
    me = visitor.get("/v25.0/me", visitor.token(), fields=ME_FIELDS).json()
    assert (me["id"], me["user_id"]) == ("10200000000000001", "17841400000000001")
    assert (me["followers_count"], me["follows_count"]) == (1_234, 2_847)
    assert me["account_type"] == "MEDIA_CREATOR"
    assert set(me) == set(ME_FIELDS.split(","))


def test_me_can_be_wrapped_and_its_id_a_number(visitor: Visitor) -> None:
    visitor.control("switch", me_shape="data", user_id_type="number")
    me = visitor.get("/me", visitor.token(), fields="user_id,username").json()
    assert me["data"][0]["user_id"] == 17841400000000001


@pytest.mark.parametrize("prefix", ["", "/v19.0", "/v25.0", "/v26.0"])
@pytest.mark.parametrize("node", ["me", "10200000000000001", "17841400000000001"])
def test_the_account_answers_under_three_names_and_any_version(
    visitor: Visitor, prefix: str, node: str
) -> None:
    answer = visitor.get(f"{prefix}/{node}", visitor.token(), fields="username")
    assert answer.json()["username"] == "marlow.pine"


def test_a_bearer_token_is_as_good_as_a_parameter(visitor: Visitor) -> None:
    headers = {"Authorization": f"Bearer {visitor.token()}"}
    assert visitor.http.get("/v25.0/me", headers=headers).status_code == 200


@pytest.mark.parametrize("edge", ["ig_following", "ig_followers"])
def test_the_pages_of_a_list_are_the_truth(visitor: Visitor, edge: str) -> None:
    listed = visitor.read_list(edge, visitor.token(), fields=PERSON_FIELDS)
    truth = visitor.people()[edge.removeprefix("ig_")]
    assert [person["id"] for person in listed] == [person["id"] for person in truth]
    assert [person["username"] for person in listed] == [each["username"] for each in truth]
    times = [person["followed_at"] for person in listed]
    assert times == sorted(times, reverse=True)


def test_a_page_has_at_most_a_hundred_and_leads_to_the_next(visitor: Visitor) -> None:
    token = visitor.token()
    page = visitor.get("/v25.0/me/ig_following", token, limit=500).json()
    assert len(page["data"]) == 100
    assert set(page["data"][0]) == {"id", "username"}
    assert f"access_token={token}" in page["paging"]["next"]
    following = visitor.http.get(page["paging"]["next"]).json()
    by_cursor = visitor.get(
        "/v25.0/me/ig_following", token, limit=500, after=page["paging"]["cursors"]["after"]
    ).json()
    assert following["data"] == by_cursor["data"]
    assert following["data"][0] not in page["data"]


def test_the_last_page_has_no_next(visitor: Visitor) -> None:
    token = visitor.token("tiny.studio")
    page = visitor.get("/me/ig_followers", token, limit=100).json()
    assert len(page["data"]) == 92
    assert "next" not in page["paging"]


def test_a_cursor_stays_right_when_people_come(visitor: Visitor) -> None:
    token = visitor.token("tiny.studio")
    page = visitor.get("/me/ig_followers", token, limit=50).json()
    after = page["paging"]["cursors"]["after"]
    expected = visitor.get("/me/ig_followers", token, limit=50, after=after).json()["data"]
    visitor.control("happen", account="tiny.studio", kind="follows_me", username="newly.here")
    again = visitor.get("/me/ig_followers", token, limit=50, after=after).json()["data"]
    assert again == expected


def test_a_made_up_cursor_is_refused(visitor: Visitor) -> None:
    answer = visitor.get("/me/ig_followers", visitor.token(), after="nonsense")
    assert answer.json()["error"]["code"] == 100


@pytest.mark.parametrize("edge", ["ig_followers", "ig_following"])
def test_without_list_edges_the_refusal_is_instagrams(visitor: Visitor, edge: str) -> None:
    visitor.control("switch", lists="off")
    answer = visitor.get(f"/v25.0/17841400000000001/{edge}", visitor.token())
    error = answer.json()["error"]
    assert answer.status_code == 400
    assert error.pop("fbtrace_id")
    assert error == {
        "message": f"Unknown path components: /{edge}",
        "type": "IGApiException",
        "code": 2500,
    }


@pytest.mark.parametrize("path", ["/me/followers", "/me/following", "/v25.0/me/insights_of_mine"])
def test_an_unknown_edge_is_code_2500(visitor: Visitor, path: str) -> None:
    assert visitor.get(path, visitor.token()).json()["error"]["code"] == 2500


@pytest.mark.parametrize("version", ["v3.0", "v25.1", "v25", "v123.0"])
def test_an_unknown_version_is_code_2500(visitor: Visitor, version: str) -> None:
    error = visitor.get(f"/{version}/me", visitor.token()).json()["error"]
    assert (error["code"], error["message"]) == (2500, "Unknown path components: /me")


@pytest.mark.parametrize(
    ("path", "field", "node"),
    [
        ("/me", "ig_followers", "IGUser"),
        ("/me/ig_following", "email", "IGUser"),
        ("/me/media", "impressions", "IGMedia"),
        ("/17900000001000000/comments", "likes", "IGComment"),
    ],
)
def test_an_unknown_field_is_named(visitor: Visitor, path: str, field: str, node: str) -> None:
    answer = visitor.get(path, visitor.token(), fields=f"id,{field}")
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (400, 100)
    assert error["message"] == f"Tried accessing nonexisting field ({field}) on node type ({node})"


def test_a_foreign_object_is_missing(visitor: Visitor) -> None:
    token = visitor.token()
    for path in ("/17841400000000002", "/1", "/17900000002000000", "/17841400000000002/media"):
        error = visitor.get(path, token).json()["error"]
        assert (error["code"], error["error_subcode"]) == (100, 33), path


def test_no_token_and_a_forged_one_are_told_apart(visitor: Visitor) -> None:
    missing = visitor.get("/v25.0/me").json()["error"]
    assert (missing["code"], missing["message"].split()[0]) == (2500, "An")
    real = visitor.token()
    for forged in ("IGAAnonsense", real[:-4] + "AAAA", real.lower()):
        answer = visitor.get("/v25.0/me", forged)
        assert (answer.status_code, answer.json()["error"]["code"]) == (400, 190)


@pytest.mark.parametrize(
    ("path", "scope"),
    [
        ("/me", "instagram_business_manage_comments"),
        ("/me/ig_following", "instagram_business_manage_comments"),
        ("/17900000001000000/comments", "instagram_business_basic"),
    ],
)
def test_a_missing_scope_is_code_10(visitor: Visitor, path: str, scope: str) -> None:
    token = visitor.token(scopes=scope)
    assert visitor.get(path, token).json()["error"]["code"] == 10


def test_media_are_newest_first_and_read_by_since(visitor: Visitor) -> None:
    token = visitor.token()
    media = visitor.get("/me/media", token, limit=100, fields="id,timestamp,owner").json()["data"]
    times = [each["timestamp"] for each in media]
    assert times == sorted(times, reverse=True)
    assert media[0]["owner"] == {"id": "10200000000000001"}
    now = int(visitor.state()["clock"]["epoch"])
    recent = visitor.get("/me/media", token, since=now - 30 * 86_400, until=now).json()["data"]
    assert 0 < len(recent) < len(media)


def test_comments_come_fifty_at_a_time_with_their_authors(visitor: Visitor) -> None:
    token, path = visitor.token(), "/17900000001000000/comments"
    fields = (
        "id,text,timestamp,username,from{id,username},like_count,hidden,replies{id,text,parent_id}"
    )
    pages, after = [], None
    while True:
        query = {"limit": 100, "fields": fields, **({"after": after} if after else {})}
        page = visitor.get(path, token, **query).json()
        pages.append(page["data"])
        if "next" not in page["paging"]:
            break
        after = page["paging"]["cursors"]["after"]
    assert [len(each) for each in pages] == [50, 50, 30]
    comments = [comment for page in pages for comment in page]
    known = {each["id"] for name in ("following", "followers") for each in visitor.people()[name]}
    assert {comment["from"]["id"] for comment in comments} <= known
    reply = next(each for each in comments if "replies" in each)["replies"]["data"][0]
    alone = visitor.get(f"/{reply['parent_id']}/replies", token).json()["data"]
    assert [each["id"] for each in alone] == [reply["id"]]


def test_one_person_can_be_asked_for(visitor: Visitor) -> None:
    token = visitor.token()
    truth = visitor.people()["followers"][0]
    fields = "username,is_verified,followers_count,is_user_follow_business"
    person = visitor.get(f"/v25.0/{truth['id']}", token, fields=fields).json()
    assert person == {
        "id": truth["id"],
        "username": truth["username"],
        "is_verified": truth["verified"],
        "followers_count": truth["followers_count"],
        "is_user_follow_business": True,
    }
    foreigner = visitor.people("tiny.studio")["followers"][0]["id"]
    assert visitor.get(f"/{foreigner}", token).json()["error"]["error_subcode"] == 33


def test_without_list_edges_only_people_who_wrote_can_be_asked_for(visitor: Visitor) -> None:
    visitor.control("switch", lists=False)
    token = visitor.token()
    answers = [
        visitor.get(f"/{person['id']}", token, fields="username,is_verified_user")
        for person in visitor.people()["followers"][:60]
    ]
    codes = {answer.json().get("error", {}).get("code") for answer in answers}
    assert codes == {None, 230}


def test_unfollowing_takes_the_person_off_the_list_and_is_recorded(visitor: Visitor) -> None:
    token, person = visitor.token(), visitor.people()["following"][5]
    query = {"user_id": person["id"], "access_token": token}
    answer = visitor.http.delete("/v25.0/17841400000000001/ig_following", params=query)
    assert answer.json() == {"success": True}
    account = visitor.account()
    assert account["following"] == 2_846
    assert [(each["username"], each["by"]) for each in account["unfollows"]] == [
        (person["username"], "api")
    ]
    again = visitor.http.delete("/v25.0/me/ig_following", params=query)
    assert (again.status_code, again.json()["error"]["code"]) == (400, 100)


def test_pictures_are_small_drawings(visitor: Visitor) -> None:
    fields = {"fields": "profile_picture_url", "limit": 50}
    page = visitor.get("/me/ig_following", visitor.token(), **fields).json()
    url = next(each for each in page["data"] if "profile_picture_url" in each)
    picture = visitor.http.get(url["profile_picture_url"])
    assert picture.headers["content-type"].startswith("image/svg+xml")
    assert len(picture.content) < 1_000
