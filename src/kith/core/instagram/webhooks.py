"""Reads what Instagram delivers to a webhook: who did what, when, to which account, and nothing of what was said.

Facts: https://developers.facebook.com/docs/instagram-platform/webhooks (2026-03) and .../webhooks/examples (2025-11).
Up to 1,000 updates come at once, in three shapes, at least once each and in any order.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from typing import Annotated, TypeVar

import msgspec
from msgspec import Meta

from kith.core.instagram.nodes import Id, Username
from kith.core.instagram.reading import decoded
from kith.core.records import Direction, EventRecord, InteractionKind

T = TypeVar("T")

HANDSHAKE = "subscribe"
# What is asked for, by the permission that it needs; the names are those that Meta's own refusal of a wrong one lists.
_FIELDS: Mapping[str, tuple[str, ...]] = {
    "instagram_business_manage_comments": ("comments", "live_comments", "mentions"),
    "instagram_business_manage_messages": ("messages", "message_reactions"),
}
_COMMENTS = frozenset({"comments", "live_comments"})
_INBOX = frozenset({"messages", "message_reactions"})
# Seconds from here on are of the year 5138; as milliseconds they are of 1973.
_MILLISECONDS = 10**11
# A key that is longer is replaced by its digest. Ids of messages have been seen with 170 characters.
_LONGEST_KEY = 200
_Time = Annotated[int, Meta(ge=0, le=10**14)] | Annotated[str, Meta(pattern=r"^\d{1,14}\Z")]


class Delivery(msgspec.Struct, frozen=True):
    """What came at once: each event with the professional id of its account, and how many parts nobody can read."""

    events: tuple[tuple[str, EventRecord], ...]
    unreadable: int = 0


class _Notification(msgspec.Struct):
    object: str
    entry: list[msgspec.Raw]


class _Entry(msgspec.Struct):
    """An account's part. A flat one has `field` and `value` itself."""

    id: Id
    time: _Time | None = None
    changes: list[msgspec.Raw] | None = None
    messaging: list[msgspec.Raw] | None = None
    field: str | None = None
    value: msgspec.Raw = msgspec.Raw(b"null")


class _Change(msgspec.Struct):
    field: str
    value: msgspec.Raw = msgspec.Raw(b"null")


class _Author(msgspec.Struct):
    id: Id | None = None
    username: Username | None = None
    self_ig_scoped_id: Id | None = None


class _Comment(msgspec.Struct, rename={"author": "from"}):
    """Facebook's samples name the id `comment_id`, Instagram's `id`. The time is the entry's."""

    author: _Author
    id: Id | None = None
    comment_id: Id | None = None


class _Mention(msgspec.Struct):
    media_id: Id | None = None
    comment_id: Id | None = None


class _Party(msgspec.Struct):
    id: Id


class _Message(msgspec.Struct):
    mid: str
    is_echo: bool = False
    is_deleted: bool = False
    is_self: bool = False


class _Reaction(msgspec.Struct):
    mid: str
    action: str = ""


class _Messaging(msgspec.Struct):
    sender: _Party
    recipient: _Party
    timestamp: _Time | None = None
    is_self: bool = False
    message: _Message | None = None
    reaction: _Reaction | None = None


_notifications = msgspec.json.Decoder(list[msgspec.Raw] | _Notification)
_inner_notifications = msgspec.json.Decoder(_Notification)
_entries = msgspec.json.Decoder(_Entry)
_changes = msgspec.json.Decoder(_Change)
_comments = msgspec.json.Decoder(_Comment)
_mentions = msgspec.json.Decoder(_Mention)
_messagings = msgspec.json.Decoder(_Messaging)


def fields_for(scopes: Iterable[str]) -> tuple[str, ...]:
    """What to subscribe to with these permissions; nobody tells those of a pasted token, so it gets the comments."""
    granted = set(scopes) or {"instagram_business_manage_comments"}
    return tuple(name for scope, names in _FIELDS.items() if scope in granted for name in names)


def event_key(*parts: str) -> str:
    """What an event is known by, such as `comment:178…`, in at most 200 characters."""
    key = ":".join(parts)
    return key if len(key) <= _LONGEST_KEY else f"{parts[0]}:{sha256(key.encode()).hexdigest()}"


def delivery_in(body: bytes) -> Delivery:
    """What a POST tells. Parts that are not as documented are counted; raises NotUnderstood when all of it is not."""
    reading = _Reading()
    events = tuple(reading.events(body))
    return Delivery(events, reading.unreadable)


class _Reading:
    """Reads one body, and counts what it cannot read."""

    def __init__(self) -> None:
        self.unreadable = 0

    def events(self, body: bytes) -> Iterator[tuple[str, EventRecord]]:
        for notification in self._notifications(body):
            if notification.object != "instagram":
                continue
            for entry in self._parts(_entries, notification.entry):
                account_id = str(entry.id)
                for event in self._of_entry(entry, account_id):
                    yield account_id, event

    def _notifications(self, body: bytes) -> Iterator[_Notification]:
        """Documentation wraps it in an array, deliveries mostly do not."""
        found = decoded(_notifications, body)
        if isinstance(found, _Notification):
            yield found
        else:
            yield from self._parts(_inner_notifications, found)

    def _of_entry(self, entry: _Entry, account_id: str) -> Iterator[EventRecord]:
        changes = list(self._parts(_changes, entry.changes or []))
        if entry.field is not None:
            changes.append(_Change(entry.field, entry.value))
        messaging = list(entry.messaging or [])
        for change in changes:
            if change.field in _COMMENTS:
                yield from self._comments(change.value, entry, account_id)
            elif change.field == "mentions":
                yield from self._mentions(change.value, entry)
            elif change.field in _INBOX:
                messaging.append(change.value)
        for each in self._parts(_messagings, messaging):
            yield from self._of_inbox(each, entry, account_id)

    def _comments(
        self, value: msgspec.Raw, entry: _Entry, account_id: str
    ) -> Iterator[EventRecord]:
        for comment in self._parts(_comments, [value]):
            comment_id, author = comment.id or comment.comment_id, comment.author
            at = _seconds(entry.time)
            if comment_id is None or at is None:
                self.unreadable += 1
                continue
            # Meta marks what the account itself writes (docs: self-messaging, 2026-03).
            if author.self_ig_scoped_id is None and _text(author.id) != account_id:
                yield EventRecord(
                    key=event_key("comment", str(comment_id)),
                    kind=InteractionKind.COMMENT,
                    direction=Direction.RECEIVED,
                    at=at,
                    username=author.username.lower().removeprefix("@") if author.username else None,
                    person_id=_text(author.id),
                )

    def _mentions(self, value: msgspec.Raw, entry: _Entry) -> Iterator[EventRecord]:
        """Who it was is not told, and with Instagram Login there is no way to ask (SDK v25.0.2)."""
        for mention in self._parts(_mentions, [value]):
            at = _seconds(entry.time)
            if at is None or (mention.media_id is None and mention.comment_id is None):
                self.unreadable += 1
                continue
            yield EventRecord(
                key=event_key("mention", str(mention.media_id), str(mention.comment_id)),
                kind=InteractionKind.MENTION,
                direction=Direction.RECEIVED,
                at=at,
            )

    def _of_inbox(self, each: _Messaging, entry: _Entry, account_id: str) -> Iterator[EventRecord]:
        """Replies to stories and mentions in stories come as messages, and count as such: as they do in an export."""
        sender, recipient = str(each.sender.id), str(each.recipient.id)
        message, reaction = each.message, each.reaction
        is_given = sender == account_id or bool(message and message.is_echo)
        is_own = each.is_self or sender == recipient or bool(message and message.is_self)
        if is_own or not (message or reaction) or (message and message.is_deleted):
            return
        at = _seconds(each.timestamp if each.timestamp is not None else entry.time)
        if at is None:
            self.unreadable += 1
        elif message:
            yield EventRecord(
                key=event_key("message", message.mid),
                kind=InteractionKind.MESSAGE,
                direction=Direction.GIVEN if is_given else Direction.RECEIVED,
                at=at,
                person_id=recipient if is_given else sender,
                is_private=True,
            )
        elif reaction and not is_given and reaction.action != "unreact":
            # As in an export: what others think of a message is a like, what the account thinks of theirs is not told.
            yield EventRecord(
                key=event_key("reaction", sender, reaction.mid),
                kind=InteractionKind.LIKE,
                direction=Direction.RECEIVED,
                at=at,
                person_id=sender,
                is_private=True,
            )

    def _parts(self, decoder: msgspec.json.Decoder[T], parts: Iterable[msgspec.Raw]) -> Iterator[T]:
        for part in parts:
            try:
                yield decoder.decode(part)
            except (msgspec.DecodeError, RecursionError):
                self.unreadable += 1


def _seconds(time: int | str | None) -> int | None:
    """Seconds come with changes, milliseconds with messages; samples of the dashboard mix them up."""
    if time is None:
        return None
    number = int(time)
    return number // 1000 if number >= _MILLISECONDS else number


def _text(node_id: str | int | None) -> str | None:
    return None if node_id is None else str(node_id)
