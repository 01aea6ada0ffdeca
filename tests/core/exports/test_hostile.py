"""Whatever bytes a list file holds: no crash, and never a complete list with fewer people than there were."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kith.core.exports import choose_account, open_export
from kith.core.records import ListName, ListState
from tests.core.exports.corpus import FOLLOWERS, LISTS, as_bytes, values, write_folder
from tests.core.exports.test_html_lists import link_box, page_2025, page_2026

SAME_FOLDER = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
JSON_PAGE = as_bytes(values(FOLLOWERS))


def followers(folder: Path, content: bytes, ending: str) -> tuple[list[str], ListState, int]:
    file = f"{LISTS}/followers_1.{ending}"
    with open_export([write_folder(folder, {file: content})]) as export:
        reading = choose_account(export, None).read(ListName.FOLLOWERS)
        names = [person.username for page in reading for person in page.people]
        return names, reading.outcome.state, reading.outcome.unreadable


@pytest.mark.parametrize(
    ("ending", "content"),
    [
        pytest.param("json", JSON_PAGE, id="json"),
        pytest.param("html", page_2025(map(link_box, FOLLOWERS)).encode(), id="html-2025"),
        pytest.param("html", page_2026(map(link_box, FOLLOWERS)).encode(), id="html-2026"),
    ],
)
def test_a_file_cut_at_any_byte_is_complete_only_with_everybody(
    tmp_path: Path, ending: str, content: bytes
) -> None:
    for length in range(len(content) + 1):
        names, state, _ = followers(tmp_path, content[:length], ending)
        if state is ListState.COMPLETE:
            assert tuple(names) == FOLLOWERS, length
    assert followers(tmp_path, content, ending)[1] is ListState.COMPLETE


@SAME_FOLDER
@given(content=st.binary(max_size=400), ending=st.sampled_from(["json", "html"]))
def test_bytes_that_mean_nothing_never_make_a_complete_list(
    tmp_path: Path, content: bytes, ending: str
) -> None:
    names, state, _ = followers(tmp_path, content, ending)
    assert state is not ListState.COMPLETE or content.strip() == b"[]" or names


@SAME_FOLDER
@given(
    document=st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(
                st.sampled_from(
                    ["string_list_data", "label_values", "title", "href", "value", "timestamp",
                     "relationships_followers", "label"]
                ),
                inner,
                max_size=4,
            )
        ),
        max_leaves=12,
    )
)  # fmt: skip
def test_json_of_any_other_shape_never_crashes(tmp_path: Path, document: object) -> None:
    followers(tmp_path, json.dumps(document).encode(), "json")


@SAME_FOLDER
@given(names=st.lists(st.from_regex(r"[a-z0-9][a-z0-9._]{3,20}", fullmatch=True), max_size=30))
def test_what_was_written_is_read(tmp_path: Path, names: list[str]) -> None:
    names = [name for name in names if name not in {"reel", "reels", "share", "stories"}]
    written = (names, ListState.COMPLETE, 0)
    assert followers(tmp_path, as_bytes(values(names)), "json") == written


@pytest.mark.parametrize(
    ("ending", "content"),
    [
        ("json", b"[" * 200_000),
        ("json", b"[" * 200_000 + b"]" * 200_000),
        ("json", b'{"a":' * 200_000),
        ("html", b"<div>" * 200_000 + b"</html>"),
        ("html", page_2026([f"{'<div>' * 3000}{link_box('ada.lark')}"]).encode()),
    ],
    ids=["open-lists", "lists", "objects", "elements", "a-person-too-deep"],
)
def test_deep_nesting_is_no_list_and_no_crash(tmp_path: Path, ending: str, content: bytes) -> None:
    names, state, _ = followers(tmp_path, content, ending)
    assert state is ListState.ABSENT or names == ["ada.lark"]
