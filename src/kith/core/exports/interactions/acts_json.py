"""What the account did, in JSON: likes, comments, reactions to stories, saved posts.

A record names whom it concerns in its title, in a table of texts (comments), or since the end of 2025 in a block of
labels titled Owner; its links lead to what was liked and not to a person, except those to stories. Eras mix within one
export, so the shape is told record by record.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from kith.core.exports.entries import Act, ActEntry
from kith.core.exports.errors import NotUnderstood
from kith.core.exports.interactions.files import InteractionFile
from kith.core.exports.interactions.owners import (
    Group,
    act_of_groups,
    act_of_texts,
    is_name_label,
    is_owner_title,
    is_username_label,
)
from kith.core.exports.json_documents import BYTE_ORDER_MARK, DAMAGED, UNREADABLE_JSON
from kith.core.exports.json_stream import Records
from kith.core.exports.text import remembered, repair_mojibake
from kith.core.exports.times import Clock
from kith.core.exports.usernames import as_username, username_of_story

Moment = int | float | str | None


class _Link(msgspec.Struct, gc=False):
    href: str | None = None
    timestamp: Moment = None


class _Text(msgspec.Struct, gc=False):
    value: str | None = None
    timestamp: Moment = None


class _Record(msgspec.Struct, gc=False):
    title: str | None = None
    timestamp: Moment = None
    string_list_data: list[_Link] | None = None
    string_map_data: dict[str, _Text] | None = None
    label_values: list[msgspec.Raw] | None = None


class _Block(msgspec.Struct, gc=False):
    """A label and its value, or a title and the blocks below it."""

    title: str | None = None
    label: str | None = None
    value: str | None = None
    blocks: list[_Block] | None = msgspec.field(default=None, name="dict")


_RECORDS = Records(_Record)
_BLOCK = msgspec.json.Decoder(_Block)
_OBJECT = msgspec.json.Decoder(dict[str, msgspec.Raw])
_TUPLES = Records(list[Any])

_username = remembered(as_username)
_name = remembered(repair_mojibake)


def acts_in(chunks: Iterator[bytes], file: InteractionFile, clock: Clock) -> Iterator[ActEntry]:
    """The records of one file. Raises NotUnderstood, possibly in the midst of them."""
    for records in _RECORDS.batches(chunks, file.wrapper):
        for record in records:
            if record is None:
                yield None
            elif record.label_values:
                yield _of_labels(record.label_values, clock.since(record.timestamp))
            elif record.string_map_data:
                yield _of_texts(record.title, record.string_map_data, clock)
            elif record.string_list_data:
                titled = _username(record.title) if record.title else None
                for link in record.string_list_data:
                    username = titled or username_of_story(link.href)
                    yield Act(username, clock.since(link.timestamp))
            elif record.title:
                yield Act(_username(record.title), clock.since(record.timestamp))
            else:
                yield None


def flat_acts_in(document: bytes, file: InteractionFile, clock: Clock) -> Iterator[Act | None]:
    """Of likes.json or comments.json, the files of exports until 2020: lists of a date, a text, and whose it was."""
    try:
        lists = _OBJECT.decode(document.removeprefix(BYTE_ORDER_MARK))
        found = [
            _TUPLES.decode(bytes(content))
            for key, content in lists.items()
            if key.endswith(f"_{file.stem}")
        ]
    except UNREADABLE_JSON:
        raise NotUnderstood(DAMAGED) from None
    if not found:
        raise NotUnderstood(f"has no list of {file.stem}")
    for record in (record for records in found for record in records):
        if record and len(record) > 1 and isinstance(record[-1], str):
            yield Act(as_username(record[-1]), clock.since(record[0]))
        else:
            yield None


def _of_texts(title: str | None, texts: Mapping[str, _Text], clock: Clock) -> ActEntry:
    moments = (text.timestamp for text in texts.values() if text.timestamp and not text.value)
    at = clock.since(next(moments, None))
    if title and (username := _username(title)):
        return Act(username, at)
    values = {
        repair_mojibake(label): repair_mojibake(text.value)
        for label, text in texts.items()
        if text.value
    }
    return act_of_texts(values, at)


def _of_labels(labels: Sequence[msgspec.Raw], at: int | None) -> ActEntry:
    """The owner stands last in nearly every record: captions and hashtags before are not even looked at."""
    try:
        last = _BLOCK.decode(labels[-1])
        if last.title and last.blocks and is_owner_title(last.title):
            act = _owner(last.blocks, at)
            if act:
                return act
        blocks = [*map(_BLOCK.decode, labels[:-1]), last]
        return act_of_groups(list(_groups(blocks)), at)
    except UNREADABLE_JSON:
        return None


def _groups(blocks: Sequence[_Block], title: str | None = None) -> Iterator[Group]:
    """The labels that stand together, below the nearest title."""
    values = {
        repair_mojibake(block.label): repair_mojibake(block.value)
        for block in blocks
        if block.label and block.value
    }
    if values:
        yield title, values
    for block in blocks:
        if block.blocks:
            yield from _groups(block.blocks, block.title or title or "")


def _owner(blocks: Sequence[_Block], at: int | None) -> Act | None:
    """Who is named by these labels, or by those in blocks between them."""
    username = name = None
    for block in blocks:
        if block.blocks:
            act = _owner(block.blocks, at)
            if act:
                return act
        elif not block.label or not block.value:
            continue
        elif is_username_label(block.label):
            username = _username(block.value)
        elif is_name_label(block.label):
            name = _name(block.value)
    return Act(username, at, name) if username else None
