"""The messages in a file of a conversation: who sent each and when, and never what it says."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from enum import Enum

import msgspec

from kith.core.exports.errors import NotUnderstood
from kith.core.exports.html_boxes import all_text, boxes_in, heading_of, last_text
from kith.core.exports.interactions.display_names import display_name
from kith.core.exports.json_documents import BYTE_ORDER_MARK, DAMAGED, UNREADABLE_JSON
from kith.core.exports.json_stream import Records
from kith.core.exports.times import Clock

Moment = int | float | str | None

# A liked message is told twice: as a reaction, and as a message of its own (exports of 2021 to 2026). Its words are
# known in English only; in other languages it counts as a message.
_LIKED = "Liked a message"
_REACTED = re.compile(r"Reacted \S{1,80} to your message\s*")


class Message(msgspec.Struct, frozen=True, gc=False):
    """`at` is in epoch seconds. `reactions` are by whom, and when where that is told."""

    sender: str
    at: int | None
    reactions: tuple[tuple[str, int | None], ...] = ()


class _Content(Enum):
    """What a text is decoded to, so that no text outlives its decoding."""

    ECHO = _LIKED
    OTHER = ""

    @classmethod
    def _missing_(cls, value: object) -> _Content:
        return cls.ECHO if _is_echo(str(value)) else cls.OTHER


class _Named(msgspec.Struct, gc=False):
    name: str


class _Reaction(msgspec.Struct, gc=False):
    actor: str | None = None
    timestamp: Moment = None


class _Anything(msgspec.Struct, gc=False):
    """Of which only is known that it is there."""


class _Message(msgspec.Struct, gc=False):
    """`users` are those who joined a group, or left it."""

    sender_name: str
    timestamp_ms: Moment = None
    content: _Content | None = None
    is_unsent: bool | None = None
    users: list[_Anything] | None = None
    reactions: list[_Reaction] | None = None


class _Thread(msgspec.Struct, gc=False):
    messages: msgspec.Raw
    joinable_mode: _Anything | None = None


class _Participants(msgspec.Struct, gc=False):
    participants: list[_Named]


class _FlatMessage(msgspec.Struct, gc=False):
    sender: str
    created_at: Moment = None


class _FlatThread(msgspec.Struct, gc=False):
    participants: list[str]
    conversation: list[_FlatMessage]


_THREAD = msgspec.json.Decoder(_Thread)
_PARTICIPANTS = msgspec.json.Decoder(_Participants)
_NAMES = msgspec.json.Decoder(list[_Named])
_MESSAGES = Records(_Message)
_FLAT_THREADS = Records(_FlatThread)
_FIRST_KEY = re.compile(rb'\s*\{\s*"participants"\s*:\s*(\[[^\[\]]*\])')
_TITLE = re.compile(rb"<title>([^<]{1,400})</title>", re.IGNORECASE)


def participants_in(chunks: Iterator[bytes]) -> tuple[str, ...]:
    """Who takes part, by display name. Mostly the beginning of the file tells. Raises NotUnderstood."""
    beginning = next(chunks, b"").removeprefix(BYTE_ORDER_MARK)
    match = _FIRST_KEY.match(beginning)
    try:
        if match:
            return _display_names(_NAMES.decode(match[1]))
        return _display_names(_PARTICIPANTS.decode(b"".join([beginning, *chunks])).participants)
    except UNREADABLE_JSON:
        raise NotUnderstood("does not tell who takes part in the conversation") from None


def _display_names(names: Iterable[_Named]) -> tuple[str, ...]:
    return tuple(display_name(each.name) for each in names)


def title_in(chunks: Iterator[bytes]) -> str | None:
    """The title of an HTML page: the other's name, or that of a group."""
    match = _TITLE.search(next(chunks, b""))
    return html.unescape(match[1].decode("utf-8", "replace")).strip() if match else None


def messages_in(document: bytes, clock: Clock) -> tuple[Iterator[Message | None], bool]:
    """Of a JSON file, the newest first; None stands for one that cannot be read. Raises NotUnderstood.

    And whether people can join the conversation: it is a group then, even if all but one have left.
    """
    try:
        thread = _THREAD.decode(document.removeprefix(BYTE_ORDER_MARK))
        messages = _MESSAGES.decode(bytes(thread.messages))
        return _told(messages, clock), thread.joinable_mode is not None
    except msgspec.ValidationError:
        raise NotUnderstood("has another form than a conversation") from None
    except UNREADABLE_JSON:
        raise NotUnderstood(DAMAGED) from None


def _told(messages: Iterable[_Message | None], clock: Clock) -> Iterator[Message | None]:
    for message in messages:
        if message is None:
            yield None
        elif not (message.content is _Content.ECHO or message.is_unsent or message.users):
            at = clock.since(message.timestamp_ms)
            yield Message(display_name(message.sender_name), at, _reactions(message, clock))


def html_messages_in(chunks: Iterator[bytes], clock: Clock) -> Iterator[Message | None]:
    """Of an HTML page. Raises NotUnderstood, possibly in the midst of them."""
    for box in boxes_in(chunks):
        sender, at = heading_of(box), clock.since_shown(last_text(box))
        texts = (all_text(part) for part in box.iter("div"))
        if sender is None:
            if at:
                yield None
        elif not any(_is_echo(text) for text in texts):
            yield Message(sender, at)


def flat_threads_in(
    chunks: Iterator[bytes], clock: Clock
) -> Iterator[tuple[tuple[str, ...], Iterable[Message]] | None]:
    """Of messages.json, in which until 2020 people have usernames. Raises NotUnderstood, possibly in the midst."""
    for threads in _FLAT_THREADS.batches(chunks, ""):
        for thread in threads:
            yield (tuple(thread.participants), _flat_messages(thread, clock)) if thread else None


def _flat_messages(thread: _FlatThread, clock: Clock) -> list[Message]:
    return [Message(each.sender, clock.since(each.created_at)) for each in thread.conversation]


def _reactions(message: _Message, clock: Clock) -> tuple[tuple[str, int | None], ...]:
    if not message.reactions:
        return ()
    return tuple(
        (display_name(each.actor), clock.since(each.timestamp))
        for each in message.reactions
        if each.actor
    )


def _is_echo(text: str) -> bool:
    return text == _LIKED or _REACTED.fullmatch(text) is not None
