"""The sandbox delivers as Meta does: to whom it shook hands with, signed, in three shapes, until it is answered 200."""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from kith_sandbox.server import start
from tests.sandbox.conftest import Visitor
from tests.sandbox.receiver import Receiver, receiving

ACCOUNT = "tiny.studio"
USER_ID = "17841400000000002"


@pytest.fixture
def app() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def subscriber(visitor: Visitor, app: Receiver) -> Visitor:
    """An app whose webhook is registered, and to which everything of the account is delivered."""
    visitor.control("webhook", url=app.url, verify_token="a-verify-token")
    subscribe(visitor, "comments,mentions,messages,message_reactions")
    return visitor


def subscribe(visitor: Visitor, names: str, method: str = "POST") -> httpx2.Response:
    query = {"access_token": visitor.token(ACCOUNT), "subscribed_fields": names}
    return visitor.http.request(method, "/v25.0/me/subscribed_apps", params=query)


def deliver(visitor: Visitor, **fields: Any) -> dict[str, Any]:
    return visitor.control("deliver", account=ACCOUNT, **fields)


def refused(visitor: Visitor, action: str, **fields: Any) -> str:
    answer = visitor.http.post(f"/sandbox/{action}", json=fields)
    assert answer.status_code == 400, answer.text
    return str(answer.json()["error"])


# Subscribing


def test_what_is_subscribed_to_is_told_and_ends_as_a_whole(visitor: Visitor) -> None:
    assert subscribe(visitor, "comments,mentions").json() == {"success": True}
    [app] = subscribe(visitor, "", "GET").json()["data"]
    assert app["subscribed_fields"] == ["comments", "mentions"]
    assert subscribe(visitor, "", "DELETE").json() == {"success": True}
    assert subscribe(visitor, "", "GET").json() == {"data": []}


@pytest.mark.parametrize("names", ["comments,sneezes", "", "comments,"])
def test_one_unknown_name_fails_the_whole_call(visitor: Visitor, names: str) -> None:
    answer = subscribe(visitor, names)
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (400, 100)
    assert "STORY_REACTIONS" in error["message"]
    assert visitor.account(ACCOUNT)["subscribed"] == []


# The handshake


def test_only_who_answers_the_challenge_is_registered(visitor: Visitor, app: Receiver) -> None:
    assert "handshake" in refused(visitor, "webhook", url=app.url, verify_token="wrong")
    assert visitor.state()["webhook"] == ""
    assert visitor.control("webhook", url=app.url, verify_token="a-verify-token")
    assert visitor.state()["webhook"] == app.url


@pytest.mark.parametrize("url", ["https://kith.example/x", "http://192.0.2.1/x", "hook"])
def test_the_sandbox_calls_this_machine_only(visitor: Visitor, url: str) -> None:
    assert "this machine only" in refused(visitor, "webhook", url=url)


# Deliveries


def test_a_delivery_is_signed_over_its_very_bytes(subscriber: Visitor, app: Receiver) -> None:
    assert deliver(subscriber)["statuses"] == [200]
    [(path, headers, body)] = app.posts
    digest = hmac.new(b"sandbox-secret", body, "sha256").hexdigest()
    assert (path, headers["X-Hub-Signature-256"]) == ("/hook", f"sha256={digest}")
    assert body.isascii()


@pytest.mark.parametrize("shape", ["changes", "flat"])
def test_comments_that_happen_are_delivered(subscriber: Visitor, app: Receiver, shape: str) -> None:
    written = subscriber.control("comment", account=ACCOUNT, username="new.guest")
    answer = subscriber.control(
        "comment", account=ACCOUNT, username=ACCOUNT, reply_to=written["id"]
    )
    deliver(subscriber, count=2, shape=shape)
    [document] = app.documents
    entries = document["entry"]
    assert {entry["id"] for entry in entries} == {USER_ID}
    told = entries if shape == "flat" else entries[0]["changes"]
    assert [each["field"] for each in told] == ["comments", "comments"]
    own, other = (each["value"] for each in told)
    assert (other["id"], other["from"]["username"]) == (written["id"], "new.guest")
    assert (own["id"], own["parent_id"]) == (answer["id"], written["id"])
    assert own["from"]["self_ig_scoped_id"]
    assert own["from"]["id"] == USER_ID


def test_messages_come_with_milliseconds(subscriber: Visitor, app: Receiver) -> None:
    somebody = subscriber.people(ACCOUNT)["followers"][0]
    deliver(subscriber, field="messages", username=somebody["username"])
    deliver(subscriber, field="messages", username=somebody["username"], echo=True)
    deliver(subscriber, field="message_reactions", username=somebody["username"])
    received, sent, heart = (document["entry"][0]["messaging"][0] for document in app.documents)
    assert received["sender"]["id"] == sent["recipient"]["id"] == somebody["id"]
    assert sent["message"]["is_echo"] is True
    assert heart["reaction"]["action"] == "react"
    assert len(str(received["timestamp"])) == 13
    assert received["message"]["mid"] != sent["message"]["mid"]


def test_batches_come_wrapped_duplicated_and_in_disorder(
    subscriber: Visitor, app: Receiver
) -> None:
    deliver(subscriber, count=20)
    deliver(subscriber, count=20, wrapped=True, times=2, reordered=True)
    first, [second] = app.documents
    ids, doubled = (
        [change["value"]["id"] for change in document["entry"][0]["changes"]]
        for document in (first, second)
    )
    assert sorted(doubled) == sorted(ids * 2)
    assert doubled[:20] == doubled[20:] != ids


def test_a_delivery_is_repeated_until_it_is_answered_with_200(
    subscriber: Visitor, app: Receiver
) -> None:
    app.answers = [500, 403]
    assert deliver(subscriber) == {
        "field": "comments",
        "statuses": [500, 403, 200],
        "delivered": True,
    }
    assert len({body for _, _, body in app.posts}) == 1
    app.answers = [500] * 5
    assert deliver(subscriber, tries=2)["delivered"] is False


@pytest.mark.parametrize("signature", ["wrong", "missing"])
def test_a_delivery_can_be_signed_wrongly(
    subscriber: Visitor, app: Receiver, signature: str
) -> None:
    deliver(subscriber, signature=signature)
    [(_, headers, body)] = app.posts
    right = f"sha256={hmac.new(b'sandbox-secret', body, 'sha256').hexdigest()}"
    assert headers.get("X-Hub-Signature-256") != right
    assert ("X-Hub-Signature-256" in headers) is (signature == "wrong")


def test_only_what_is_subscribed_to_is_delivered(visitor: Visitor, app: Receiver) -> None:
    assert "No webhook" in refused(visitor, "deliver", account=ACCOUNT)
    visitor.control("webhook", url=app.url, verify_token="a-verify-token")
    assert "not subscribed" in refused(visitor, "deliver", account=ACCOUNT)
    assert deliver(visitor, test=True)["delivered"]
    assert app.documents[0]["entry"][0]["id"] == "0"


@pytest.mark.parametrize(
    "fields",
    [
        {"account": "nobody"},
        {"field": "sneezes"},
        {"field": "comments", "shape": "messaging"},
        {"field": "messages", "username": "no.one"},
        {"count": 1_001},
        {"verify": "x"},
    ],
)
def test_mistakes_are_told_in_a_sentence(subscriber: Visitor, fields: dict[str, Any]) -> None:
    assert refused(subscriber, "deliver", **{"account": ACCOUNT, **fields}).endswith(".")


# Comments


def test_a_new_comment_is_on_the_api_as_well(visitor: Visitor) -> None:
    token = visitor.token(ACCOUNT)

    def newest() -> tuple[dict[str, Any], dict[str, Any]]:
        media = visitor.get("/me/media", token, fields="comments_count", limit=1).json()["data"][0]
        fields = "username,from{id,username},replies{username}"
        query = {"fields": fields, "limit": 1}
        return media, visitor.get(f"/{media['id']}/comments", token, **query).json()["data"][0]

    before, _ = newest()
    written = visitor.control("comment", account=ACCOUNT, username="new.guest")
    visitor.control("comment", account=ACCOUNT, username=ACCOUNT, reply_to=written["id"])
    after, comment = newest()
    assert after["comments_count"] == before["comments_count"] + 2
    assert (comment["id"], comment["from"]["username"]) == (written["id"], "new.guest")
    assert [reply["username"] for reply in comment["replies"]["data"]] == [ACCOUNT]


def test_comments_and_subscriptions_outlive_a_restart(tmp_path: Path) -> None:
    journal = tmp_path / "sandbox.jsonl"
    with start(port=0, state=journal) as running:
        before = Visitor(running)
        before.control("comment", account=ACCOUNT, username="new.guest", post=3)
        subscribe(before, "comments")
        written = list(running.sandbox.gallery.comments)
        before.http.close()
    with start(port=0, state=journal) as running:
        assert list(running.sandbox.gallery.comments) == written
        assert running.world.account(ACCOUNT).subscribed == ("comments",)


@pytest.mark.parametrize(
    "fields", [{"post": 36}, {"reply_to": "1"}, {"username": "Not A Name"}, {"text": "hi"}]
)
def test_an_impossible_comment_is_refused(visitor: Visitor, fields: dict[str, Any]) -> None:
    assert refused(visitor, "comment", account=ACCOUNT, **fields)


# The two callbacks


def test_a_removed_app_is_told_so_and_its_tokens_die(subscriber: Visitor, app: Receiver) -> None:
    token = subscriber.token(ACCOUNT)
    told = subscriber.control("call-back", account=ACCOUNT, kind="deauthorize")
    assert told == {"kind": "deauthorize", "status": 200}
    [(path, headers, body)] = app.posts
    assert path == "/auth/instagram/deauthorize"
    assert headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert body.startswith(b"signed_request=")
    assert subscriber.get("/me", token).json()["error"]["error_subcode"] == 458
    assert subscriber.account(ACCOUNT)["subscribed"] == []


def test_a_deletion_must_be_confirmed_by_a_page_that_is_there(
    subscriber: Visitor, app: Receiver
) -> None:
    page = app.url.replace("/hook", "/status")
    app.reply = json.dumps({"url": page, "confirmation_code": "abc"}).encode()
    told = subscriber.control("call-back", account=ACCOUNT, kind="data-deletion")
    assert (told["confirmed"], told["confirmation_code"]) == (True, "abc")
    app.reply = b"ok"
    again = subscriber.control("call-back", account=ACCOUNT, kind="data-deletion")
    assert again == {"kind": "data-deletion", "status": 200, "confirmed": False}


def test_the_control_page_offers_all_of_it(subscriber: Visitor, app: Receiver) -> None:
    page = subscriber.http.get("/sandbox/").text
    for action in ("comment", "webhook", "deliver", "call-back"):
        assert f'action="/sandbox/{action}"' in page
    form = {
        "account": ACCOUNT,
        "field": "comments",
        "count": "1",
        "shape": "",
        "signature": "right",
    }
    answer = subscriber.http.post("/sandbox/deliver", data=form, headers={"Accept": "text/html"})
    assert answer.status_code == 303
    assert len(app.posts) == 1
