"""Whatever bytes a file of interactions holds: no crash, no guess, and the other files still count."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kith.core.exports import InteractionOutcome, open_export
from kith.core.records import InteractionRecord
from tests.core.exports import corpus
from tests.core.exports.interaction_corpus import (
    COMMENTS,
    INBOX,
    LIKES,
    NOW,
    STORIES,
    comment,
    export_of,
    knowing,
    labelled,
    liked,
    message,
    owner,
    read,
    thread,
)

SAME_FOLDER = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
FILES = (
    f"{LIKES}/liked_posts.json",
    f"{COMMENTS}/post_comments_1.json",
    f"{STORIES}/story_likes.html",
    f"{INBOX}/adalark_1/message_1.json",
    f"{INBOX}/bofinch_2/message_1.html",
)
KEYS = (
    *("title", "string_list_data", "string_map_data", "label_values", "timestamp", "href", "value"),
    *("label", "dict", "likes_media_likes", "Owner", "Username", "Media Owner", "messages"),
    *("participants", "name", "sender_name", "timestamp_ms", "content", "reactions", "actor"),
)


def found(folder: Path, content: bytes) -> tuple[list[InteractionRecord], InteractionOutcome]:
    """What is read when every file has this content, twice: it has to be the same."""
    files = {**export_of(knowing({"ada.lark": "Ada Lark"})), **dict.fromkeys(FILES, content)}
    with open_export([corpus.write_folder(folder, files)], now=NOW) as export:
        reading = export.accounts[0].interactions()
        records = [record for page in reading for record in page]
        outcome = reading.outcome
        assert [record for page in reading for record in page] == records
        assert reading.outcome == outcome
        return records, outcome


@SAME_FOLDER
@given(content=st.binary(max_size=400))
def test_bytes_that_mean_nothing_give_nothing(tmp_path: Path, content: bytes) -> None:
    records, _ = found(tmp_path, content)
    assert records == []


@SAME_FOLDER
@given(
    document=st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats(allow_nan=False)
        | st.text(max_size=8)
        | st.sampled_from(["ada.lark", "Ada Lark", "Me Marten", "Owner", "Username"]),
        lambda inner: (
            st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4)
        ),
        max_leaves=16,
    )
)
def test_json_of_any_other_shape_never_crashes(tmp_path: Path, document: object) -> None:
    found(tmp_path, json.dumps(document).encode())


@pytest.mark.parametrize(
    "content",
    [
        b"[" * 200_000,
        b"[" * 200_000 + b"]" * 200_000,
        b'{"a":' * 200_000,
        b'[{"label_values":[' + b'{"dict":[' * 900 + b"]}" * 900 + b"]}]",
        b'[{"label_values":[' + b'{"dict":[' * 90_000 + b"]}" * 90_000 + b"]}]",
        b'{"participants":' + b"[" * 200_000,
        b'{"messages":' + b"[" * 200_000 + b"]" * 200_000 + b"}",
        b"<div>" * 200_000 + b"</html>",
    ],
    ids=range(8),
)
def test_deep_nesting_gives_nothing_and_no_crash(tmp_path: Path, content: bytes) -> None:
    records, _ = found(tmp_path, content)
    assert records == []


@pytest.mark.parametrize(
    "name",
    [
        "<img src=x onerror=alert(1)>",
        "=HYPERLINK(1)",
        "a" * 10_000,
        "a\0b",
        "\0",
        "ada lark",
        "javascript:alert(1)",
        "",
        "\u200b",
    ],
)
def test_names_that_cannot_be_are_nobodys(tmp_path: Path, name: str) -> None:
    files = {
        f"{LIKES}/liked_posts.json": [liked(name), labelled(owner(name)), liked("ada.lark")],
        f"{COMMENTS}/post_comments_1.json": [comment(name), comment("ada.lark")],
        f"{INBOX}/x_1/message_1.json": thread(name, "Me Marten", messages=[message(name)]),
    }
    records, outcome = read(tmp_path, export_of(files))
    assert {each.username for each in records} == {"ada.lark"}
    assert sum(outcome.unmatched.values()) == 4


def test_names_of_deleted_accounts_are_kept_as_they_are(tmp_path: Path) -> None:
    files = {f"{LIKES}/liked_posts.json": [liked("__deleted__ab12cd34ef")]}
    records, _ = read(tmp_path, export_of(files))
    assert [each.username for each in records] == ["__deleted__ab12cd34ef"]


@pytest.mark.parametrize(
    "record",
    [
        {"title": 7, "string_list_data": [{"timestamp": 1}]},
        {"title": "x", "string_list_data": {"timestamp": 1}},
        {"title": "x", "string_list_data": [7]},
        {"label_values": [7]},
        {"label_values": {"label": "Username"}},
        {"string_map_data": []},
        {"timestamp": 1_700_000_000},
        "text",
        7,
        None,
        [],
        {},
    ],
    ids=range(12),
)
def test_a_record_of_another_type_is_counted_and_costs_no_other(
    tmp_path: Path, record: Any
) -> None:
    files = {f"{LIKES}/liked_posts.json": [liked("ada.lark"), record, liked("bo_finch")]}
    records, outcome = read(tmp_path, export_of(files))
    assert [each.username for each in records] == ["ada.lark", "bo_finch"]
    assert outcome.unreadable == 1


def test_long_texts_are_no_obstacle(tmp_path: Path) -> None:
    long = " ".join(map(str, range(200_000)))
    files = {
        f"{LIKES}/liked_posts.json": [
            labelled({"label": "Caption", "value": long}, owner("ada.lark")) for _ in range(3)
        ],
        f"{COMMENTS}/post_comments_1.json": [comment("ada.lark", long)],
    }
    records, _ = read(tmp_path, export_of(files))
    assert len(records) == 4
