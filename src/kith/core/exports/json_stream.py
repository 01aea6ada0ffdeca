"""Reads a JSON list of any length in pieces, so that a file of a gigabyte costs no more memory than one of a megabyte.

A piece ends where a record ends. Where that is, is guessed from the text and proven by decoding: only if the bytes up
to there are a list of whole values, they decode.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Generic, TypeVar

import msgspec

from kith.core.exports.errors import NotUnderstood
from kith.core.exports.json_documents import BYTE_ORDER_MARK, DAMAGED, UNREADABLE_JSON, list_in

Record = TypeVar("Record")

# No record is longer, and a document that has to be read whole may not be either.
_MOST_PENDING = 32 * 1024 * 1024
# Most records are far shorter than this, and searching takes longer than decoding.
_NEAR_THE_END = 8 * 1024
_GUESSES = 16

_FIRST = re.compile(rb"\s*([\[{])(?:\s*(\"[^\"\\]{1,64}\")\s*:)?")
_WRAPPED_LIST = re.compile(rb'\{\s*"([^"\\]{1,100})"\s*:\s*\[')
_RAW_RECORDS = msgspec.json.Decoder(list[msgspec.Raw])
_OBJECT = msgspec.json.Decoder(dict[str, msgspec.Raw])


class Records(Generic[Record]):
    """Decodes the records of a file, each as one type; None stands for a record that is not of this type."""

    def __init__(self, type_: type[Record]) -> None:
        self._list = msgspec.json.Decoder(list[type_])  # type: ignore[valid-type]
        self._one = msgspec.json.Decoder(type_)

    def batches(self, chunks: Iterator[bytes], wrapper: str) -> Iterator[list[Record | None]]:
        """The records in the order of the file; `wrapper` is the key that may stand around them.

        Raises NotUnderstood, possibly behind some batches: then the rest of the file cannot be read.
        """
        tape = _Tape(chunks)
        start = _start_of_list(tape, wrapper)
        if start is None:
            yield self._whole(tape.to_the_end(), wrapper)
            return
        tape.skip(start)
        yield from self._pieces(tape, is_wrapped=start > 1)

    def decode(self, text: bytes) -> list[Record | None]:
        """A whole JSON list. Raises what UNREADABLE_JSON names."""
        try:
            return self._list.decode(text)
        except msgspec.ValidationError:
            # Some field is of another type than ever seen: that costs its record, and not the others.
            return [self._lenient(raw) for raw in _RAW_RECORDS.decode(text)]

    def _lenient(self, raw: msgspec.Raw) -> Record | None:
        try:
            return self._one.decode(raw)
        except UNREADABLE_JSON:
            return None

    def _whole(self, document: bytes, wrapper: str) -> list[Record | None]:
        try:
            return self.decode(bytes(list_in(document, wrapper)))
        except RecursionError:
            raise NotUnderstood("is nested too deeply to be of Instagram") from None
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise NotUnderstood(DAMAGED) from None

    def _pieces(self, tape: _Tape, *, is_wrapped: bool) -> Iterator[list[Record | None]]:
        enough = 0
        while tape.grow(enough):
            found = self._up_to_a_boundary(tape)
            # Trying again with every chunk would take time that grows with the square of the length.
            enough = 2 * len(tape.rest) if found is None else 0
            if found is not None:
                yield found
        last = self._up_to_the_end(tape.rest, is_wrapped=is_wrapped)
        if last is not None:
            yield last
            return
        salvaged = self._up_to_a_boundary(tape)
        if salvaged:
            yield salvaged
        raise NotUnderstood(DAMAGED)

    def _up_to_a_boundary(self, tape: _Tape) -> list[Record | None] | None:
        """The whole records at the beginning of what is left, taken off; None where none is found to end."""
        for end, next_start in _boundaries(tape.rest):
            try:
                found = self.decode(b"[%b]" % tape.rest[:end])
            except UNREADABLE_JSON:
                continue
            tape.skip(next_start)
            return found
        return None

    def _up_to_the_end(self, rest: bytes, *, is_wrapped: bool) -> list[Record | None] | None:
        end = len(rest)
        for _ in range(_GUESSES):
            end = rest.rfind(b"]", 0, end)
            if end < 0:
                return None
            try:
                found = self.decode(b"[%b]" % rest[:end])
            except UNREADABLE_JSON:
                continue
            return found if _is_end(rest[end + 1 :], is_wrapped=is_wrapped) else None
        return None


class _Tape:
    """What has been read of a file and not yet used."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self.rest = b""
        self.grow()
        self.rest = self.rest.removeprefix(BYTE_ORDER_MARK).lstrip()

    def grow(self, enough: int = 0) -> bool:
        """Reads a chunk, and more until there is enough; False at the end of the file."""
        parts, length, is_more = [self.rest], len(self.rest), False
        for chunk in self._chunks:
            parts.append(chunk)
            length += len(chunk)
            if length >= enough:
                is_more = True
                break
            if length > _MOST_PENDING:
                raise NotUnderstood("has an unknown form, in which no end of a record is found")
        self.rest = b"".join(parts)
        return is_more

    def skip(self, length: int) -> None:
        self.rest = self.rest[length:]

    def to_the_end(self) -> bytes:
        self.grow(2 * _MOST_PENDING)
        return self.rest


def _start_of_list(tape: _Tape, wrapper: str) -> int | None:
    """How many bytes lie before the first record; None for a document that has to be seen whole."""
    if tape.rest.startswith(b"["):
        return 1
    match = _WRAPPED_LIST.match(tape.rest)
    return match.end() if match and match[1].decode("utf-8", "replace") == wrapper else None


def _boundaries(text: bytes) -> Iterator[tuple[int, int]]:
    """Where records may end and the next ones begin, the last first. Most records of a file begin with the same key."""
    first = _FIRST.match(text)
    if first is None:
        return
    closing, opening = (rb"\}", rb"\{") if first[1] == b"{" else (rb"\]", rb"\[")
    between = closing + rb"\s*,\s*(?=" + opening
    patterns = [between + rb"\s*" + re.escape(first[2]) + rb")"] if first[2] else []
    for pattern in (*patterns, between + rb")"):
        boundary = re.compile(pattern)
        for start in (max(0, len(text) - _NEAR_THE_END), 0):
            found = list(boundary.finditer(text, start))
            if found:
                yield from (
                    (match.start() + 1, match.end()) for match in found[: -_GUESSES - 1 : -1]
                )
                break


def _is_end(tail: bytes, *, is_wrapped: bool) -> bool:
    """Whether a document may go on like this behind its list: with nothing, or with the rest of an object."""
    if not is_wrapped:
        return not tail.strip()
    try:
        _OBJECT.decode(b'{"list":0%b' % tail)
    except UNREADABLE_JSON:
        return False
    return True
