"""The forms in which a JSON file of an export holds its records: a list, a list below a key, or a record alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from kith.core.exports.errors import NotUnderstood
from kith.core.exports.interactions.files import FILES
from kith.core.exports.needed import KINDS

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
DAMAGED = "is not valid JSON: it is cut off or was changed; download the export again"
# msgspec tells of text that is no UTF-8 in a way of its own, and of deep nesting as Python does.
UNREADABLE_JSON = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)

_RECORD_KEYS = frozenset({"string_list_data", "label_values", "string_map_data"})
_KNOWN_WRAPPERS = {kind.wrapper for kind in KINDS} | {file.wrapper for file in FILES.values()}
_FOREIGN_WRAPPERS = {
    "text_post_app_": "Threads",
    "followers_v": "Facebook",
    "following_v": "Facebook",
    "friends_v": "Facebook",
}
_RAW_RECORDS = msgspec.json.Decoder(list[msgspec.Raw])
_OBJECT = msgspec.json.Decoder(dict[str, msgspec.Raw])
_ANYTHING = msgspec.json.Decoder()


def list_in(body: bytes, wrapper: str) -> bytes | msgspec.Raw:
    """The JSON list of records within `body`, as text; `wrapper` is the key that belongs around it.

    Raises NotUnderstood for another list or none, and whatever UNREADABLE_JSON names.
    """
    if body.startswith(b"["):
        return body
    if not body.startswith(b"{"):
        _ANYTHING.decode(body)
        raise NotUnderstood("holds no list of records")
    keys = _OBJECT.decode(body)
    if keys.keys() & _RECORD_KEYS:
        # A list of one is written as the record itself.
        return b"[" + body + b"]"
    content = _wrapped(keys, wrapper)
    if _first_byte(content) == b"{" and _OBJECT.decode(content).keys() & _RECORD_KEYS:
        return b"[" + bytes(content) + b"]"
    if _first_byte(content) != b"[":
        raise NotUnderstood("holds no list of records")
    return content


def _wrapped(keys: Mapping[str, msgspec.Raw], wrapper: str) -> msgspec.Raw:
    _refuse_others(keys, wrapper)
    if "error" in keys:
        raise NotUnderstood("holds an error message of Instagram instead of records")
    if wrapper in keys:
        return keys[wrapper]
    lists = [value for value in keys.values() if _first_byte(value) == b"["]
    # An unknown key above an empty list may be anything; only records prove that it holds records.
    if len(lists) != 1 or not _RAW_RECORDS.decode(lists[0]):
        raise NotUnderstood(
            f"has an unknown form (keys: {', '.join(sorted(keys))[:100] or 'none'})"
        )
    return lists[0]


def _refuse_others(keys: Iterable[str], wrapper: str) -> None:
    for key in keys:
        platform = next(
            (of for mark, of in _FOREIGN_WRAPPERS.items() if key.startswith(mark)), None
        )
        if platform:
            raise NotUnderstood(f"is a list of {platform}, not of Instagram")
        if key in _KNOWN_WRAPPERS and key != wrapper:
            raise NotUnderstood(f"holds another list than its name says ({key})")


def _first_byte(value: msgspec.Raw) -> bytes:
    # A document can have hundreds of megabytes; a view does not copy them.
    return bytes(memoryview(value)[:1])
