"""Lists of people in JSON: what each file is, is decided by its shape alone; exports mix shapes of several years.

Shapes (seen 2018 to 2026): a list of records, one record alone, either below a key, or a map of names to dates.
A record holds `string_list_data`, or a bare `title`, or since 2026 `label_values`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from kith.core.exports.entries import Entry, Labelled
from kith.core.exports.errors import NotUnderstood
from kith.core.exports.needed import KINDS, Kind
from kith.core.exports.text import repair_mojibake
from kith.core.exports.times import Clock
from kith.core.exports.usernames import as_username, username_among
from kith.core.records import PersonRecord

_DAMAGED = "is not valid JSON: it is cut off or was changed; download the export again"
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
# msgspec tells of text that is no UTF-8 in a way of its own, and of deep nesting as Python does.
UNREADABLE_JSON = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
_RECORD_KEYS = frozenset({"string_list_data", "label_values"})
_KNOWN_WRAPPERS = {kind.wrapper: kind.name for kind in KINDS}
_FOREIGN_WRAPPERS = {
    "text_post_app_": "Threads",
    "followers_v": "Facebook",
    "following_v": "Facebook",
    "friends_v": "Facebook",
}


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
    body = document.removeprefix(_BYTE_ORDER_MARK).lstrip()
    try:
        return _entries(_records(_list_in(body, kind)), clock)
    except RecursionError:
        raise NotUnderstood("is nested too deeply to be a list of people") from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise NotUnderstood(_DAMAGED) from None


def flat_entries_in(document: bytes, kind: Kind, clock: Clock) -> Iterator[Entry]:
    """One list of connections.json, the single file of exports until 2020. Raises NotUnderstood."""
    body = document.removeprefix(_BYTE_ORDER_MARK)
    try:
        people = _MAP.decode(_OBJECT.decode(body)[kind.flat_key])
    except KeyError:
        raise NotUnderstood(f"does not have the list {kind.flat_key!r}") from None
    except RecursionError:
        raise NotUnderstood("is nested too deeply to be a list of people") from None
    except msgspec.ValidationError:
        raise NotUnderstood("does not hold names and dates") from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise NotUnderstood(_DAMAGED) from None
    return (_named(as_username(name), clock.since(date)) for name, date in people.items())


def flat_keys_in(document: bytes) -> frozenset[str]:
    """The lists that a connections.json has; empty when it is not understood."""
    try:
        return frozenset(_OBJECT.decode(document.removeprefix(_BYTE_ORDER_MARK)))
    except UNREADABLE_JSON:
        return frozenset()


def _list_in(body: bytes, kind: Kind) -> bytes | msgspec.Raw:
    """The JSON list of records within `body`, as text."""
    if body.startswith(b"["):
        return body
    if not body.startswith(b"{"):
        _ANYTHING.decode(body)
        raise NotUnderstood("holds no list of people")
    keys = _OBJECT.decode(body)
    if keys.keys() & _RECORD_KEYS:
        # A list of one is written as the record itself.
        return b"[" + body + b"]"
    content = _wrapped(keys, kind)
    if _first_byte(content) == b"{" and _OBJECT.decode(content).keys() & _RECORD_KEYS:
        return b"[" + bytes(content) + b"]"
    if _first_byte(content) != b"[":
        raise NotUnderstood("holds no list of people")
    return content


def _wrapped(keys: Mapping[str, msgspec.Raw], kind: Kind) -> msgspec.Raw:
    for key in keys:
        platform = next(
            (of for mark, of in _FOREIGN_WRAPPERS.items() if key.startswith(mark)), None
        )
        if platform:
            raise NotUnderstood(f"is a list of {platform}, not of Instagram")
        if _KNOWN_WRAPPERS.get(key, kind.name) != kind.name:
            raise NotUnderstood(f"holds another list than its name says ({key})")
    if "error" in keys:
        raise NotUnderstood("holds an error message of Instagram instead of people")
    if kind.wrapper in keys:
        return keys[kind.wrapper]
    lists = [value for value in keys.values() if _first_byte(value) == b"["]
    # An unknown key above an empty list may be anything; only people prove that it holds people.
    if len(lists) != 1 or not _RAW_RECORDS.decode(lists[0]):
        raise NotUnderstood(
            f"has an unknown form (keys: {', '.join(sorted(keys))[:100] or 'none'})"
        )
    return lists[0]


def _first_byte(value: msgspec.Raw) -> bytes:
    # A document can have hundreds of megabytes; a view does not copy them.
    return bytes(memoryview(value)[:1])


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
