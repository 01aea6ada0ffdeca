"""Lists of people in JSON: what each file is, is decided by its shape alone; exports mix shapes of several years.

Shapes (seen 2018 to 2026): a list of records, one record alone, either below a key, or a map of names to dates.
A record holds `string_list_data`, or a bare `title`, or since 2026 `label_values`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from kith.core.exports.entries import Entry, Labelled
from kith.core.exports.errors import NotUnderstood
from kith.core.exports.json_documents import (
    BYTE_ORDER_MARK,
    DAMAGED,
    UNREADABLE_JSON,
    list_in,
)
from kith.core.exports.needed import Kind
from kith.core.exports.text import repair_mojibake
from kith.core.exports.times import Clock
from kith.core.exports.usernames import as_username, username_among
from kith.core.records import PersonRecord


class _Link(msgspec.Struct, gc=False):
    href: str | None = None
    value: str | None = None
    timestamp: int | float | str | None = None


class _Record(msgspec.Struct, gc=False):
    title: str | None = None
    string_list_data: list[_Link] | None = None
    timestamp: int | float | str | None = None
    label_values: msgspec.Raw = msgspec.Raw()


_RECORDS = msgspec.json.Decoder(list[_Record])
_RAW_RECORDS = msgspec.json.Decoder(list[msgspec.Raw])
_OBJECT = msgspec.json.Decoder(dict[str, msgspec.Raw])
_MAP = msgspec.json.Decoder(dict[str, str | int | float | None])
_ANYTHING = msgspec.json.Decoder()


def entries_in(document: bytes, kind: Kind, clock: Clock) -> Iterator[Entry]:
    """The records of one file. Raises NotUnderstood, before the first one, when the file is no list of this kind."""
    body = document.removeprefix(BYTE_ORDER_MARK).lstrip()
    try:
        return _entries(_records(list_in(body, kind.wrapper)), clock)
    except RecursionError:
        raise NotUnderstood("is nested too deeply to be a list of people") from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise NotUnderstood(DAMAGED) from None


def flat_entries_in(document: bytes, kind: Kind, clock: Clock) -> Iterator[Entry]:
    """One list of connections.json, the single file of exports until 2020. Raises NotUnderstood."""
    body = document.removeprefix(BYTE_ORDER_MARK)
    try:
        people = _MAP.decode(_OBJECT.decode(body)[kind.flat_key])
    except KeyError:
        raise NotUnderstood(f"does not have the list {kind.flat_key!r}") from None
    except RecursionError:
        raise NotUnderstood("is nested too deeply to be a list of people") from None
    except msgspec.ValidationError:
        raise NotUnderstood("does not hold names and dates") from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise NotUnderstood(DAMAGED) from None
    return (_named(as_username(name), clock.since(date)) for name, date in people.items())


def flat_keys_in(document: bytes) -> frozenset[str]:
    """The lists that a connections.json has; empty when it is not understood."""
    try:
        return frozenset(_OBJECT.decode(document.removeprefix(BYTE_ORDER_MARK)))
    except UNREADABLE_JSON:
        return frozenset()


def _records(text: bytes | msgspec.Raw) -> Iterable[_Record | None]:
    try:
        return _RECORDS.decode(text)
    except msgspec.ValidationError:
        # Some field is of another type than ever seen: keep what is readable, record by record.
        return [_lenient_record(raw) for raw in _RAW_RECORDS.decode(text)]


def _lenient_record(raw: msgspec.Raw) -> _Record | None:
    try:
        fields = _ANYTHING.decode(raw)
    except UNREADABLE_JSON:
        return None
    if not isinstance(fields, dict):
        return None
    links = fields.get("string_list_data")
    labels = fields.get("label_values")
    return _Record(
        title=_text(fields.get("title")),
        string_list_data=[
            _Link(_text(link.get("href")), _text(link.get("value")), _moment(link.get("timestamp")))
            for link in (links if isinstance(links, list) else [])
            if isinstance(link, dict)
        ],
        timestamp=_moment(fields.get("timestamp")),
        label_values=msgspec.Raw(msgspec.json.encode(labels)) if labels else msgspec.Raw(),
    )


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _moment(value: object) -> int | float | str | None:
    return value if isinstance(value, int | float | str) else None


def _entries(records: Iterable[_Record | None], clock: Clock) -> Iterator[Entry]:
    since = clock.since
    for record in records:
        if record is None:
            yield None
        elif record.string_list_data:
            for link in record.string_list_data:
                name = username_among(link.href, link.value, record.title)
                yield PersonRecord(name, since=since(link.timestamp)) if name else None
        elif record.label_values:
            yield _labelled(record, clock)
        else:
            yield _named(as_username(record.title), since(record.timestamp))


def _named(username: str | None, since: int | None) -> PersonRecord | None:
    return PersonRecord(username, since=since) if username else None


def _labelled(record: _Record, clock: Clock) -> Labelled | None:
    """Labels with a text; blocks within (hashtags, owners of posts) tell of somebody else and are left out."""
    try:
        pairs: Any = _ANYTHING.decode(record.label_values)
    except UNREADABLE_JSON:
        return None
    if not isinstance(pairs, list):
        return None
    values: dict[str, str] = {}
    for pair in pairs:
        label, value = (
            (pair.get("label"), pair.get("value")) if isinstance(pair, dict) else (None, None)
        )
        if isinstance(label, str) and isinstance(value, str):
            values.setdefault(repair_mojibake(label), repair_mojibake(value))
    return Labelled(values, since=clock.since(record.timestamp))
