"""Whatever a conversation holds and however it is broken: nothing that kith gives or says repeats a word of it."""

from __future__ import annotations

import json
import traceback
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kith.core.exports import open_export
from kith.core.exports.errors import NotUnderstood
from kith.core.exports.interactions import messages
from kith.core.exports.times import Clock
from tests.core.exports import corpus
from tests.core.exports.interaction_corpus import (
    INBOX,
    NOW,
    SECRET,
    export_of,
    knowing,
    message,
    thread,
)
from tests.core.exports.test_html_interactions import conversation, said

SAME_FOLDER = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
WORDS = SECRET.split()
CONVERSATION = thread(
    "Ada Lark",
    "Me Marten",
    messages=[
        message("Ada Lark", share={"link": SECRET, "share_text": SECRET}),
        message("Me Marten", reactions=[{"reaction": SECRET, "actor": "Ada Lark"}]),
    ],
)


def everything_told(folder: Path, document: object, ending: str = "json") -> str:
    """All that comes out of an export with this conversation, as text."""
    files = {
        **export_of(knowing({"ada.lark": "Ada Lark"})),
        f"{INBOX}/adalark_1/message_1.{ending}": document,
    }
    with open_export([corpus.write_folder(folder, files)], now=NOW) as export:
        (account,) = export.accounts
        reading = account.interactions()
        pages = list(reading)
        json_of = msgspec.json.encode(pages).decode()
        told = (pages, reading, reading.outcome, account.notices, export.notices, account.files)
        return json_of + repr(told) + repr(vars(reading))


def is_silent(told: str) -> bool:
    return not any(word in told for word in ("pier", "meet me", "under the old"))


def test_no_text_is_in_any_record_outcome_or_notice(tmp_path: Path) -> None:
    told = everything_told(tmp_path, CONVERSATION)
    assert "ada.lark" in told
    assert is_silent(told)


def test_no_text_is_told_of_pages_either(tmp_path: Path) -> None:
    page = conversation("Ada Lark", said("Ada Lark"), said("Me Marten"))
    for length in (*range(0, len(page), 61), len(page)):
        assert is_silent(everything_told(tmp_path, page[:length], "html")), length


def test_no_text_is_told_wherever_the_file_breaks_off(tmp_path: Path) -> None:
    document = corpus.as_bytes(CONVERSATION)
    for length in range(0, len(document), 23):
        assert is_silent(everything_told(tmp_path, document[:length])), length


@SAME_FOLDER
@given(
    field=st.sampled_from(
        ["sender_name", "timestamp_ms", "content", "is_unsent", "users", "reactions", "type"]
    ),
    value=st.none()
    | st.booleans()
    | st.integers()
    | st.just(SECRET)
    | st.just([SECRET])
    | st.just({"name": SECRET})
    | st.just([{"actor": 5, "text": SECRET}]),
)
def test_no_text_is_told_of_fields_of_other_types(tmp_path: Path, field: str, value: Any) -> None:
    odd = {**message("Ada Lark"), field: value}
    document = thread("Ada Lark", "Me Marten", messages=[odd, message("Ada Lark")])
    told = everything_told(tmp_path, document)
    assert is_silent(told)
    assert "ada.lark" in told


@pytest.mark.parametrize("place", ["participants", "messages", "title"])
@pytest.mark.parametrize("value", [SECRET, [SECRET], {"name": SECRET}, [{"name": [SECRET]}]])
def test_no_text_is_told_of_conversations_of_another_form(
    tmp_path: Path, place: str, value: Any
) -> None:
    assert is_silent(everything_told(tmp_path, {**CONVERSATION, place: value}))


def test_what_is_decoded_of_a_message_has_no_text() -> None:
    document = json.dumps(CONVERSATION).encode()
    told, is_group = messages.messages_in(document, Clock(NOW))
    assert not is_group
    assert is_silent(repr(list(told)))
    decoded = messages._MESSAGES.decode(json.dumps(CONVERSATION["messages"]).encode())
    assert is_silent(repr(decoded))


def test_a_traceback_of_a_broken_conversation_has_no_text() -> None:
    document = json.dumps(CONVERSATION).encode().replace(b"}]", b"}", 1)
    with pytest.raises(NotUnderstood) as failure:
        messages.messages_in(document, Clock(NOW))
    assert is_silent("".join(traceback.format_exception(failure.value)))
