"""Conversations of every era and their traps: who wrote to whom and when, each under its number in the corpus."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kith.core.records import Direction, InteractionKind, InteractionRecord, ListState
from tests.core.exports import corpus
from tests.core.exports.interaction_corpus import (
    AT,
    INBOX,
    LIKES,
    PERSONAL,
    SECRET,
    counted,
    export_of,
    knowing,
    labelled,
    message,
    owner,
    read,
    thread,
)

LIKE, COMMENT = InteractionKind.LIKE, InteractionKind.COMMENT
STORY, SAVE = InteractionKind.STORY_REACTION, InteractionKind.SAVED
MESSAGE = InteractionKind.MESSAGE
GIVEN, RECEIVED = Direction.GIVEN, Direction.RECEIVED


def test_i04_messages_go_both_ways_with_their_times_in_seconds(tmp_path: Path) -> None:
    messages = [message("Me Marten", AT * 1000 + 969), message("Ada Lark", AT * 1000 - 60_000)]
    files = {
        **knowing({"ada.lark": "Ada Lark"}),
        f"{INBOX}/adalark_17900000000000001/message_1.json": thread(
            "Ada Lark", "Me Marten", messages=messages
        ),
    }
    records, outcome = read(tmp_path, export_of(files))
    assert records == [
        InteractionRecord("ada.lark", MESSAGE, GIVEN, AT),
        InteractionRecord("ada.lark", MESSAGE, RECEIVED, AT - 60),
    ]
    assert outcome.states[MESSAGE] is ListState.COMPLETE


def test_i04_parts_of_a_conversation_and_requests_are_one_each(tmp_path: Path) -> None:
    def part(name: str) -> dict[str, Any]:
        return thread(name, "Me Marten", messages=[message(name)])

    base = INBOX.removesuffix("/inbox")
    files = {
        **knowing({"ada.lark": "Ada Lark", "bo_finch": "Bo Finch", "gnu_ibis": "Gnu Müller"}),
        **{f"{INBOX}/adalark_1/message_{number}.json": part("Ada Lark") for number in (1, 2, 10)},
        f"{base}/message_requests/bofinch_2/message_1.json": part("Bo Finch"),
        f"{base}/archived_threads/gnu_3/message_1.json": part("Gnu Müller"),
        f"{base}/broadcast/news_4/message_1.json": part("Ada Lark"),
        f"{base}/secret_conversations.json": {},
    }
    assert counted(read(tmp_path, export_of(files))[0]) == {
        ("ada.lark", MESSAGE, RECEIVED): 3,
        ("bo_finch", MESSAGE, RECEIVED): 1,
        ("gnu_ibis", MESSAGE, RECEIVED): 1,
    }


def test_i04_messages_to_several_are_nobodys(tmp_path: Path) -> None:
    names = ("Ada Lark", "Bo Finch", "Me Marten")
    said = [message(name) for name in names]
    files = {
        **knowing({"ada.lark": "Ada Lark", "bo_finch": "Bo Finch"}),
        f"{INBOX}/walk_1/message_1.json": thread(*names, messages=said),
        f"{INBOX}/left_2/message_1.json": thread(
            "Ada Lark", "Me Marten", messages=said, joinable_mode={"mode": 1, "link": ""}
        ),
    }
    records, outcome = read(tmp_path, export_of(files))
    assert records == []
    assert outcome.in_groups == 6
    assert outcome.unmatched[MESSAGE] == 0


def test_i04_deleted_people_share_a_name_and_are_never_taken_for_one(tmp_path: Path) -> None:
    said = [message("Instagram User"), message("Me Marten")]
    one = thread("Instagram User", "Me Marten", messages=said)
    files = {
        **knowing({"ada.lark": "Instagram User"}),
        f"{INBOX}/instagramuser_1/message_1.json": one,
    }
    records, outcome = read(tmp_path, export_of(files))
    assert (records, outcome.unmatched[MESSAGE]) == ([], 2)
    # They are of nobody who is still there, so everybody else's messages are known.
    assert outcome.states[MESSAGE] is ListState.COMPLETE
    files[f"{INBOX}/instagramuser_2/message_1.json"] = one
    assert read(tmp_path, export_of(files))[1].unmatched[MESSAGE] == 4


def test_i04_a_liked_message_is_not_a_message_of_its_own(tmp_path: Path) -> None:
    hearts = [{"reaction": corpus.mojibake("❤"), "actor": "Ada Lark"}]
    own = [{"reaction": corpus.mojibake("❤"), "actor": "Me Marten"}]
    reacted = corpus.mojibake("Reacted 😂 to your message ")
    said = [
        message("Ada Lark", content="Liked a message"),
        message("Ada Lark", content=reacted),
        message("Me Marten", reactions=hearts),
        message("Ada Lark", reactions=own),
        message("Ada Lark", is_unsent=True),
        message("Ada Lark", users=[{"name": "Bo"}], type="Subscribe"),
    ]
    files = {
        **knowing({"ada.lark": "Ada Lark"}),
        f"{INBOX}/adalark_1/message_1.json": thread("Ada Lark", "Me Marten", messages=said),
    }
    assert counted(read(tmp_path, export_of(files))[0]) == {
        ("ada.lark", MESSAGE, GIVEN): 1,
        ("ada.lark", MESSAGE, RECEIVED): 1,
        ("ada.lark", LIKE, RECEIVED): 1,
    }


def test_i04_a_reaction_has_its_own_time_where_it_is_told(tmp_path: Path) -> None:
    said = [
        message("Me Marten", reactions=[{"actor": "Ada Lark", "timestamp": AT + 60}]),
        message("Me Marten", reactions=[{"actor": "Ada Lark"}]),
    ]
    files = {
        **knowing({"ada.lark": "Ada Lark"}),
        f"{INBOX}/adalark_1/message_1.json": thread("Ada Lark", "Me Marten", messages=said),
    }
    records, _ = read(tmp_path, export_of(files))
    assert [each.at for each in records if each.kind is LIKE] == [AT + 60, AT]


def test_i04_flat_messages_have_usernames(tmp_path: Path) -> None:
    def said(sender: str) -> dict[str, Any]:
        return {"sender": sender, "created_at": "2020-03-01T18:22:05.123456+00:00", "text": SECRET}

    conversations = [
        {"participants": [corpus.OWNER, "ada.lark"], "conversation": [said("ada.lark")] * 2},
        {"participants": ["bo_finch", corpus.OWNER], "conversation": [said(corpus.OWNER)]},
        {
            "participants": [corpus.OWNER, "ada.lark", "bo_finch"],
            "conversation": [said("ada.lark")] * 3,
        },
        {"participants": 7},
    ]
    flat = {
        **corpus.era_0(),
        "messages.json": conversations,
        "likes.json": {
            "media_likes": [["2020-01-02T10:00:00+00:00", "ada.lark"]],
            "comment_likes": [["2020-01-03T10:00:00+00:00", "bo_finch"], ["2020-01-03"], 5],
        },
        "comments.json": {
            "media_comments": [["2020-01-02T10:00:00+00:00", SECRET, "ada.lark"]],
            "live_comments": [],
            "story_comments": [["2020-01-02T10:00:00", SECRET, "dov.heron"]],
        },
    }
    records, outcome = read(tmp_path, flat)
    assert counted(records) == {
        ("ada.lark", MESSAGE, RECEIVED): 2,
        ("bo_finch", MESSAGE, GIVEN): 1,
        ("ada.lark", LIKE, GIVEN): 1,
        ("bo_finch", LIKE, GIVEN): 1,
        ("ada.lark", COMMENT, GIVEN): 1,
        ("dov.heron", COMMENT, GIVEN): 1,
    }
    assert (outcome.in_groups, outcome.unreadable) == (3, 3)
    assert {each.at for each in records if each.kind is MESSAGE} == {1_583_086_925}


def test_flat_names_count_only_beside_flat_lists(tmp_path: Path) -> None:
    files = export_of({"likes.json": {"media_likes": [["2020-01-02T10:00:00", "ada.lark"]]}})
    records, outcome = read(tmp_path, files)
    assert (records, outcome.unmatched[LIKE]) == ([], 0)


@pytest.mark.parametrize(
    "document",
    [
        [message("Ada Lark")],
        thread("Me Marten", messages=[message("Me Marten")]),
        thread("Ada Lark", "Me Marten", messages=[message("Ada Lark")], title=""),
        thread(messages=[message("Ada Lark")]),
        {"participants": None, "messages": []},
        thread("Ada Lark", "Me Marten", messages=[]),
        b"",
        b"{",
        b"null",
    ],
    ids=["list", "alone", "untitled", "nobody", "no-names", "silent", "empty", "cut", "null"],
)
def test_i04_odd_conversations_do_no_harm(tmp_path: Path, document: object) -> None:
    files = {
        **knowing({"bo_finch": "Bo Finch"}),
        f"{INBOX}/odd_1/message_1.json": document,
        f"{INBOX}/bofinch_2/message_1.json": thread(
            "Bo Finch", "Me Marten", messages=[message("Bo Finch")]
        ),
    }
    records, _ = read(tmp_path, export_of(files))
    assert counted(records) == {("bo_finch", MESSAGE, RECEIVED): 1}


def test_a_name_told_by_several_people_is_nobodys(tmp_path: Path) -> None:
    files = {
        **knowing({"ada.lark": "Ada Lark", "ada.lark2": "Ada Lark"}),
        f"{INBOX}/adalark_1/message_1.json": thread(
            "Ada Lark", "Me Marten", messages=[message("Ada Lark")]
        ),
    }
    records, outcome = read(tmp_path, export_of(files))
    assert (records, outcome.unmatched[MESSAGE]) == ([], 1)
    assert outcome.states[MESSAGE] is ListState.PARTIAL


def test_names_are_learned_from_likes_and_from_whoever_knows_them(tmp_path: Path) -> None:
    said = thread("Gnu Ibïs", "Me Marten", messages=[message("Gnu Ibïs")])
    files = {PERSONAL: corpus.personal(), f"{INBOX}/gnu_1/message_1.json": said}
    by_likes = {**files, f"{LIKES}/liked_posts.json": [labelled(owner("gnu_ibis", "Gnu Ibïs"))]}
    records, _ = read(tmp_path, export_of(by_likes))
    assert ("gnu_ibis", MESSAGE, RECEIVED) in counted(records)

    def named(wanted: frozenset[str]) -> list[tuple[str, str]]:
        assert wanted == {"Gnu Ibïs"}
        return [("gnu_ibis", "Gnu Ibïs"), ("bo_finch", "Bo Finch")]

    records, _ = read(tmp_path, export_of(files), named=named)
    assert counted(records) == {("gnu_ibis", MESSAGE, RECEIVED): 1}


@pytest.mark.parametrize(
    ("username", "display"),
    [("some_stranger", "Ada Lark"), ("ada.lark", "Ada"), ("ada.lark", "Ада")],
    ids=["on-no-list", "one-word", "one-word-elsewhere"],
)
def test_a_name_that_could_be_anybodys_is_nobodys(
    tmp_path: Path, username: str, display: str
) -> None:
    files = {
        **knowing({username: display}),
        f"{INBOX}/x_1/message_1.json": thread(display, "Me Marten", messages=[message(display)]),
    }
    records, outcome = read(tmp_path, export_of(files))
    assert (records, outcome.unmatched[MESSAGE]) == ([], 1)


def test_who_has_no_display_name_goes_by_a_username_of_the_lists(tmp_path: Path) -> None:
    files: dict[str, Any] = {PERSONAL: corpus.personal()}
    for number, name in enumerate(("ada.lark", "nobody.here", "elkowl")):
        said = thread(name, "Me Marten", messages=[message(name)])
        files[f"{INBOX}/x_{number}/message_1.json"] = said
    records, outcome = read(tmp_path, export_of(files))
    assert [each.username for each in records] == ["ada.lark"]
    assert outcome.unmatched[MESSAGE] == 2


def test_the_own_name_may_be_an_older_one(tmp_path: Path) -> None:
    people = {"ada.lark": "Ada Lark", "bo_finch": "Bo Finch", "cleo_wren": "Cleo Wren"}
    files = knowing(people)
    for number, name in enumerate(people.values()):
        said = thread(name, "Marten van Toen", messages=[message("Marten van Toen")])
        files[f"{INBOX}/x_{number}/message_1.json"] = said
    assert counted(read(tmp_path, export_of(files))[0]) == {
        (username, MESSAGE, GIVEN): 1 for username in people
    }
    fewer = {name: content for name, content in files.items() if "x_2" not in name}
    records, outcome = read(tmp_path, export_of(fewer))
    assert (records, outcome.unmatched[MESSAGE]) == ([], 2)


def test_whoever_writes_without_taking_part_is_nobody(tmp_path: Path) -> None:
    files = {
        **knowing({"ada.lark": "Ada Lark", "bo_finch": "Bo Finch"}),
        f"{INBOX}/adalark_1/message_1.json": thread(
            "Ada Lark", "Me Marten", messages=[message("Bo Finch"), message("Ada Lark")]
        ),
    }
    records, outcome = read(tmp_path, export_of(files))
    assert counted(records) == {("ada.lark", MESSAGE, RECEIVED): 1}
    assert outcome.unmatched[MESSAGE] == 1


def test_participants_may_stand_behind_the_messages(tmp_path: Path) -> None:
    document = thread("Ada [Lark]", "Me Marten", messages=[message("Ada [Lark]")] * 3)
    files = {
        **knowing({"ada.lark": "Ada [Lark]"}),
        f"{INBOX}/adalark_1/message_1.json": dict(sorted(document.items())),
    }
    assert counted(read(tmp_path, export_of(files))[0]) == {("ada.lark", MESSAGE, RECEIVED): 3}
