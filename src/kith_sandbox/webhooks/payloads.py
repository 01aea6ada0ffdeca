"""The bodies of deliveries: https://developers.facebook.com/docs/instagram-platform/webhooks/examples (2025-11).

An account's entry holds `changes`, or `messaging`, or one flat `field` with its `value`.
"""

from __future__ import annotations

from random import Random

from kith_sandbox.control.asked import Asked, ControlError
from kith_sandbox.media import OWNER, Comment
from kith_sandbox.sandbox import Sandbox
from kith_sandbox.world import Account

Value = dict[str, object]

COMMENT_FIELDS = ("comments", "live_comments")
INBOX_FIELDS = ("messages", "message_reactions")
DELIVERED = (*COMMENT_FIELDS, "mentions", *INBOX_FIELDS)
SHAPES = ("changes", "flat", "messaging")


def document(sandbox: Sandbox, account: Account, asked: Asked) -> dict[str, object]:
    """A delivery of `count` events of one field, as the switches of the control call want it."""
    field, now = asked.choice("field", DELIVERED, "comments"), sandbox.clock.now()
    values = _values(sandbox, account, field, asked)
    if asked.flag("reordered"):
        Random(len(values)).shuffle(values)
    values *= asked.whole("times", 1, low=1, high=100)
    standard = "messaging" if field in INBOX_FIELDS else "changes"
    shape = asked.choice("shape", SHAPES, standard)
    if shape == "messaging" and field not in INBOX_FIELDS:
        raise ControlError(f"{field} come as changes or flat, never as messaging.")
    entry_id = "0" if asked.flag("test") else account.user_id
    return {"object": "instagram", "entry": _entries(entry_id, field, shape, values, now)}


def _entries(entry_id: str, field: str, shape: str, values: list[Value], now: float) -> list[Value]:
    """The time of sending is in seconds with changes, in milliseconds with messaging."""
    if shape == "flat":
        head = {"id": entry_id, "time": int(now)}
        return [{**head, "field": field, "value": value} for value in values]
    if shape == "messaging":
        return [{"id": entry_id, "time": int(now * 1000), "messaging": values}]
    changes = [{"field": field, "value": value} for value in values]
    return [{"id": entry_id, "time": int(now), "changes": changes}]


def _values(sandbox: Sandbox, account: Account, field: str, asked: Asked) -> list[Value]:
    count = asked.whole("count", 1, low=1, high=1_000)
    if field in COMMENT_FIELDS:
        return _comments(sandbox, account, count)
    if field == "mentions":
        return [{"media_id": _made_up(), "comment_id": _made_up()} for _ in range(count)]
    return [_messaging(sandbox, account, field, asked) for _ in range(count)]


def _comments(sandbox: Sandbox, account: Account, count: int) -> list[Value]:
    """The newest comments and replies, the newest first."""
    top = [comment for media in sandbox.gallery.of(account) for comment in media.comments]
    found = [each for comment in top for each in (comment, *comment.replies)]
    newest = sorted(found, key=lambda comment: (comment.at, comment.id), reverse=True)[:count]
    return [_comment(sandbox, account, comment) for comment in newest]


def _comment(sandbox: Sandbox, account: Account, comment: Comment) -> Value:
    author: Value = {"id": account.user_id, "username": account.username}
    if comment.author == OWNER:
        author["self_ig_scoped_id"] = account.app_scoped_id
    else:
        person = sandbox.world.person(comment.author)
        author = {"id": person.id, "username": person.username}
    product = sandbox.gallery.media[comment.media_id].product
    value: Value = {
        "id": comment.id,
        "from": author,
        "text": comment.text,
        "media": {"id": comment.media_id, "media_product_type": product},
    }
    return value | ({"parent_id": comment.parent_id} if comment.parent_id else {})


def _messaging(sandbox: Sandbox, account: Account, field: str, asked: Asked) -> Value:
    """A message by somebody (without a name: by somebody nobody knows), or with `echo` to them."""
    username = asked.text("username", "")
    person_id = sandbox.world.person(sandbox.world.find(username)).id if username else _made_up()
    sender, recipient = person_id, account.user_id
    if asked.flag("echo"):
        sender, recipient = recipient, sender
    told: Value = {
        "sender": {"id": sender},
        "recipient": {"id": recipient},
        "timestamp": int(sandbox.clock.now() * 1000),
    }
    mid = f"aWdfZG1f{_made_up()}ZD"
    if field == "message_reactions":
        reaction = {"mid": mid, "action": "react", "reaction": "love", "emoji": "\u2764"}
        return {**told, "reaction": reaction}
    return {**told, "message": {"mid": mid, "text": "Such lovely light"} | _echo(asked)}


def _echo(asked: Asked) -> Value:
    return {"is_echo": True} if asked.flag("echo") else {}


def _made_up() -> str:
    return str(Random().randrange(10**16, 10**17))
