"""A list read in pieces has the records of the list read whole, wherever the pieces end."""

from __future__ import annotations

import json
import tracemalloc
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kith.core.exports.errors import NotUnderstood
from kith.core.exports.json_stream import Records
from tests.core.exports.interaction_corpus import HASHTAGS, labelled, liked, owner


class Numbered(msgspec.Struct):
    number: int
    more: msgspec.Raw = msgspec.Raw()


RECORDS = Records(Numbered)
LAYOUTS: dict[str, dict[str, Any]] = {
    "indented": {"indent": 2},
    "plain": {},
    "dense": {"separators": (",", ":")},
}


def pieces(document: bytes, size: int) -> Iterator[bytes]:
    return (document[at : at + size] for at in range(0, len(document), size))


def numbers(document: bytes, size: int, wrapper: str = "records") -> list[int | None]:
    return [
        record and record.number
        for batch in RECORDS.batches(pieces(document, size), wrapper)
        for record in batch
    ]


# Text that looks like the end of a record, and blocks that are one inside of another.
TRICKY = [
    {"number": number, "more": more}
    for number, more in enumerate(
        (
            '"},{"number": 99}',
            [{"number": 98}, {"number": 97}],
            {"a": [[{"number": 96}], {"b": "]}"}]},
            "\\",
            "\u2028 ☕ \n",
            None,
        )
        * 3
    )
]


@pytest.mark.parametrize("wrap", [False, True], ids=["bare", "wrapped"])
@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
def test_pieces_of_any_size_give_every_record_once(layout: dict[str, Any], *, wrap: bool) -> None:
    content = {"records": TRICKY, "more": [1, [2]]} if wrap else TRICKY
    document = json.dumps(content, **layout).encode()
    for size in range(1, 400):
        assert numbers(document, size) == list(range(len(TRICKY))), size


@settings(deadline=None, max_examples=80)
@given(
    records=st.lists(
        st.fixed_dictionaries(
            {"number": st.integers(0, 9)},
            optional={
                "more": st.recursive(
                    st.text("{}[],\"'\\ a", max_size=6),
                    lambda inner: (
                        st.lists(inner, max_size=3)
                        | st.dictionaries(st.sampled_from(["number", "a"]), inner, max_size=2)
                    ),
                    max_leaves=6,
                )
            },
        ),
        max_size=12,
    ),
    size=st.integers(1, 300),
    indent=st.sampled_from([None, 0, 2]),
)
def test_whatever_the_records_hold(
    records: list[dict[str, Any]], size: int, indent: int | None
) -> None:
    document = json.dumps(records, indent=indent).encode()
    assert numbers(document, size) == [record["number"] for record in records]


def test_records_whose_keys_come_in_another_order_are_found(tmp_path: object) -> None:
    records = [{"number": 0}, *({"more": [{"number": 5}], "number": n} for n in range(1, 50))]
    document = json.dumps(records).encode()
    for size in (7, 64, 300):
        assert numbers(document, size) == list(range(50))


def test_a_record_of_another_type_costs_itself_alone() -> None:
    records = [{"number": 0}, {"number": "one"}, 7, None, [], {}, {"number": 6}]
    document = json.dumps(records).encode()
    for size in (5, 1000):
        assert numbers(document, size) == [0, None, None, None, None, None, 6]


@pytest.mark.parametrize("wrap", [False, True], ids=["bare", "wrapped"])
def test_a_file_that_breaks_off_gives_what_it_had_and_says_so(*, wrap: bool) -> None:
    whole = json.dumps({"records": TRICKY} if wrap else TRICKY).encode()
    for length in range(len(whole)):
        found: list[int] = []
        batches = RECORDS.batches(pieces(whole[:length], 50), "records")
        with pytest.raises(NotUnderstood):
            found.extend(record.number for batch in batches for record in batch if record)
        assert found == list(range(len(found))), length
    assert len(found) >= len(TRICKY) - 1


@pytest.mark.parametrize(
    "document",
    [
        b"",
        b"null",
        b"7",
        b"{}",
        b'{"error": "try later"}',
        b'{"one": [], "two": []}',
        b"[1, 2] [3]",
        b'{"records": [] trailing',
        b"[" * 100_000,
        b'{"records": ' + b"[" * 100_000,
        b'{"a":' * 100_000,
        b"[" + b'"' * 1_000,
        b"\xff\xfe",
        b'[{"number": \xff}]',
    ],
    ids=range(14),
)
def test_what_is_no_list_is_not_understood(document: bytes) -> None:
    for size in (11, 262_144):
        with pytest.raises(NotUnderstood):
            numbers(document, size)


def test_a_list_that_never_ends_a_record_is_given_up(tmp_path: object) -> None:
    endless = (b"[" + b"0," * 200_000 if not at else b"0," * 200_000 for at in range(10**6))
    with pytest.raises(NotUnderstood):
        list(RECORDS.batches(endless, "records"))


def test_an_unknown_key_around_the_only_list_is_accepted() -> None:
    document = json.dumps({"newer_name": TRICKY}).encode()
    assert len(numbers(document, 100)) == len(TRICKY)


def test_a_byte_order_mark_and_spaces_are_skipped() -> None:
    assert numbers(b'\xef\xbb\xbf \n [ {"number": 1} ] \n', 100) == [1]


class Record(msgspec.Struct):
    title: str | None = None
    label_values: list[msgspec.Raw] | None = None


@pytest.mark.parametrize("shape", ["title", "labels"])
def test_memory_does_not_grow_with_the_file(shape: str) -> None:
    record = liked("ada.lark") if shape == "title" else labelled(HASHTAGS, owner("ada.lark"))
    text = json.dumps(record, indent=2).encode()
    hundred = b",".join([text] * 100)

    def document() -> Iterator[bytes]:
        yield b"[" + hundred
        for _ in range(400):
            yield b"," + hundred
        yield b"]"

    tracemalloc.start()
    count = sum(len(batch) for batch in Records(Record).batches(document(), "x"))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 40_100
    assert peak < 3_000_000
