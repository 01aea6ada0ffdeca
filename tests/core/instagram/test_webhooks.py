"""A delivery is read in all its shapes; whatever nobody can read is counted, and the rest is not lost."""

from __future__ import annotations

import json
from typing import Any

import pytest

from kith.core.instagram import NotUnderstood, delivery_in, event_key, fields_for
from kith.core.records import Direction, EventRecord, InteractionKind
from tests.core.instagram.test_signatures import BODY

ACCOUNT = "17841400000000001"
AT = 1_767_225_600
IGSID = "9900000000000007"
COMMENT = {
    "id": "17900000000000001",
    "from": {"id": IGSID, "username": "Ada.Lark"},
    "text": "hi",
    "media": {"id": "17800000000000001", "media_product_type": "FEED"},
}
MESSAGE = {
    "sender": {"id": IGSID},
    "recipient": {"id": ACCOUNT},
    "timestamp": AT * 1000 + 735,
    "message": {"mid": "aWdf1", "text": "Hi", "attachments": [{"type": "image", "payload": {}}]},
}
COMMENTED = EventRecord(
    key="comment:17900000000000001",
    kind=InteractionKind.COMMENT,
    direction=Direction.RECEIVED,
    at=AT,
    username="ada.lark",
    person_id=IGSID,
)
WRITTEN = EventRecord(
    key="message:aWdf1",
    kind=InteractionKind.MESSAGE,
    direction=Direction.RECEIVED,
    at=AT,
    person_id=IGSID,
    is_private=True,
)


def body(*entries: dict[str, Any], wrapped: bool = False, **changes: Any) -> bytes:
    document = {"object": "instagram", "entry": list(entries)} | changes
    return json.dumps([document] if wrapped else document).encode()


def changes(*values: dict[str, Any], field: str = "comments", **entry: Any) -> dict[str, Any]:
    told = [{"field": field, "value": value} for value in values]
    return {"id": ACCOUNT, "time": AT, "changes": told} | entry


def messaging(*items: dict[str, Any]) -> dict[str, Any]:
    return {"id": ACCOUNT, "time": AT * 1000 + 999, "messaging": list(items)}


def events(*entries: dict[str, Any], **how: Any) -> list[EventRecord]:
    """What is read when nothing is unreadable, all of it of the one account."""
    delivery = delivery_in(body(*entries, **how))
    assert delivery.unreadable == 0
    assert {account for account, _ in delivery.events} <= {ACCOUNT}
    return [event for _, event in delivery.events]


@pytest.mark.parametrize("wrapped", [False, True])
@pytest.mark.parametrize(
    "entry",
    [
        changes(COMMENT),
        {"id": ACCOUNT, "time": AT, "field": "comments", "value": COMMENT},
        changes({**COMMENT, "id": None, "comment_id": 17900000000000001}),
        changes(COMMENT, field="live_comments"),
        changes(COMMENT, id=int(ACCOUNT), time=str(AT)),
        changes({**COMMENT, "parent_id": "1", "new": [{}]}, changed_fields=["comments"]),
    ],
)
def test_a_comment_is_read_in_every_shape(entry: dict[str, Any], wrapped: bool) -> None:
    assert events(entry, wrapped=wrapped) == [COMMENTED]


def test_the_signed_sample_is_read() -> None:
    [(account, event)] = delivery_in(BODY).events
    assert (account, event.username, event.person_id, event.at) == (ACCOUNT, "ada", "99", AT)


def test_a_message_is_read_without_its_words() -> None:
    assert events(messaging(MESSAGE)) == [WRITTEN]
    assert "Hi" not in str(delivery_in(body(messaging(MESSAGE))))


def test_a_message_told_as_a_change_is_the_same_message() -> None:
    told = {**MESSAGE, "timestamp": str(AT)}
    assert events(changes(told, field="messages")) == [WRITTEN]


@pytest.mark.parametrize(
    "told",
    [
        {"message": {"mid": "aWdf1", "is_echo": True}},
        {"message": {"mid": "aWdf1"}},
    ],
)
def test_what_the_account_writes_is_given(told: dict[str, Any]) -> None:
    sent = {**MESSAGE, "sender": {"id": ACCOUNT}, "recipient": {"id": IGSID}, **told}
    [event] = events(messaging(sent))
    assert (event.direction, event.person_id) == (Direction.GIVEN, IGSID)


@pytest.mark.parametrize(
    "message",
    [
        {"mid": "m", "attachments": [{"type": "story_mention", "payload": {"url": "x"}}]},
        {"mid": "m", "reply_to": {"story": {"id": "1", "url": "x"}}},
    ],
)
def test_whatever_comes_by_the_inbox_is_a_message_as_in_an_export(message: dict[str, Any]) -> None:
    [event] = events(messaging({**MESSAGE, "message": message}))
    assert event.kind is InteractionKind.MESSAGE


def test_a_heart_for_a_message_is_a_like_as_in_an_export() -> None:
    heart = {"mid": "aWdf1", "action": "react", "reaction": "love", "emoji": "x"}
    told = {**MESSAGE, "message": None, "reaction": heart}
    again = {**told, "reaction": {**heart, "action": "unreact"}}
    own = {**told, "sender": {"id": ACCOUNT}, "recipient": {"id": IGSID}}
    [event] = events(messaging(told, again, own))
    assert (event.kind, event.direction) == (InteractionKind.LIKE, Direction.RECEIVED)
    assert (event.person_id, event.is_private) == (IGSID, True)


def test_a_mention_tells_of_nobody() -> None:
    [event] = events(changes({"media_id": "1791", "comment_id": "1789"}, field="mentions"))
    assert (event.kind, event.username, event.person_id) == (InteractionKind.MENTION, None, None)
    assert event.key == "mention:1791:1789"


@pytest.mark.parametrize(
    "entry",
    [
        changes({**COMMENT, "from": {"id": ACCOUNT, "username": "me", "self_ig_scoped_id": "5"}}),
        changes({**COMMENT, "from": {"id": "5", "username": "me", "self_ig_scoped_id": "5"}}),
        changes({**COMMENT, "from": {"id": ACCOUNT, "username": "me"}}),
        messaging({**MESSAGE, "is_self": True}),
        messaging({**MESSAGE, "message": {"mid": "m", "is_self": True}}),
        messaging({**MESSAGE, "sender": {"id": ACCOUNT}}),
        messaging({**MESSAGE, "message": {"mid": "m", "is_deleted": True}}),
        messaging({**MESSAGE, "message": None, "read": {"mid": "m"}}),
        messaging({**MESSAGE, "message": None, "postback": {"mid": "m", "title": "t"}}),
        changes({"media_id": "1", "impressions": -1}, field="story_insights"),
        changes({"anything": 1}, field="a_field_of_tomorrow"),
        {"id": ACCOUNT, "time": AT, "standby": [{}]},
        {"id": ACCOUNT, "time": AT},
    ],
)
def test_what_is_no_interaction_of_somebody_is_passed_over(entry: dict[str, Any]) -> None:
    assert events(entry) == []


def test_events_of_other_objects_are_passed_over() -> None:
    assert events(changes(COMMENT), object="page") == []


def test_a_batch_of_a_thousand_is_read_in_its_order() -> None:
    told = [{**COMMENT, "id": str(number)} for number in range(500)]
    read = events(changes(*told), changes(*told))
    assert [event.key for event in read[:2]] == ["comment:0", "comment:1"]
    assert len(read) == 1000


def test_the_test_event_of_the_dashboard_is_read() -> None:
    sample = {"id": "17865799348089039", "from": {"id": "232323232", "username": "test"}}
    delivery = delivery_in(body(changes(sample, id="0")))
    assert [account for account, _ in delivery.events] == ["0"]


@pytest.mark.parametrize(
    ("entry", "unreadable"),
    [
        (changes({"from": {"username": "ada"}}, COMMENT), 1),
        (changes({**COMMENT, "from": None}, COMMENT), 1),
        (changes({**COMMENT, "from": {"username": "two words"}}, COMMENT), 1),
        (changes({**COMMENT, "id": {"a": 1}}, COMMENT), 1),
        (changes(COMMENT, time=None), 1),
        (changes(COMMENT, time=-5), 1),
        (changes(COMMENT, time=10**15), 1),
        (changes({}, field="mentions"), 1),
        (messaging({"sender": {"id": "1"}}, MESSAGE), 1),
        (messaging({**MESSAGE, "timestamp": "soon"}, MESSAGE), 1),
        (messaging({**MESSAGE, "message": {"mid": 5}}), 1),
        ({"id": ACCOUNT, "changes": 5}, 1),
        ({"time": AT}, 1),
    ],
)
def test_what_nobody_can_read_is_counted_and_the_rest_is_read(
    entry: dict[str, Any], unreadable: int
) -> None:
    delivery = delivery_in(body(entry, changes(COMMENT)))
    assert delivery.unreadable == unreadable
    assert delivery.events[-1] == (ACCOUNT, COMMENTED)


@pytest.mark.parametrize(
    "raw", [b"", b"hello", b"5", b"null", b"{}", b'{"object":"instagram"}', b"[" * 200_000, b"\xff"]
)
def test_what_is_no_delivery_at_all_is_refused(raw: bytes) -> None:
    with pytest.raises(NotUnderstood):
        delivery_in(raw)


def test_deep_nonsense_in_a_value_is_no_crash() -> None:
    deep = b'{"a":' * 100_000 + b"1" + b"}" * 100_000
    raw = body(changes({**COMMENT, "text": "DEEP"})).replace(b'"DEEP"', deep)
    with pytest.raises(NotUnderstood):
        delivery_in(raw)


def test_half_an_emoji_hides_nothing() -> None:
    raw = body(changes({**COMMENT, "text": "CUT"})).replace(b"CUT", rb"\ud83d")
    assert delivery_in(raw).events == ((ACCOUNT, COMMENTED),)


def test_a_long_key_keeps_its_kind_and_stays_apart() -> None:
    one, other = (event_key("message", "m" * 300 + end) for end in "ab")
    assert one != other
    assert len(one) <= 200
    assert one.startswith("message:")
    assert event_key("comment", "178") == "comment:178"


@pytest.mark.parametrize(
    ("scopes", "names"),
    [
        ((), ("comments", "live_comments", "mentions")),
        (("instagram_business_basic",), ()),
        (
            ("instagram_business_manage_messages", "instagram_business_manage_comments"),
            ("comments", "live_comments", "mentions", "messages", "message_reactions"),
        ),
    ],
)
def test_only_what_is_permitted_is_asked_for(
    scopes: tuple[str, ...], names: tuple[str, ...]
) -> None:
    assert fields_for(scopes) == names
