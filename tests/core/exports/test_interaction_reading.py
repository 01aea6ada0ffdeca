"""Interactions are read in pages, the same ones each time, and the outcome tells zero from unknown."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from kith.core.exports import Limits, NoRelationshipData, TooLarge, open_export
from kith.core.records import Direction, InteractionKind, ListState
from tests.core.exports import corpus
from tests.core.exports.interaction_corpus import (
    ACTIVITY,
    AT,
    COMMENTS,
    INBOX,
    LIKES,
    NOW,
    SAVED,
    STORIES,
    comment,
    counted,
    export_of,
    knowing,
    labelled,
    liked,
    message,
    owner,
    read,
    thread,
    titled,
)
from tests.core.exports.test_html_lists import FROM_TO, MADE, page_2026, pages

DAY = 86_400
LIKE, COMMENT = InteractionKind.LIKE, InteractionKind.COMMENT
STORY, SAVE = InteractionKind.STORY_REACTION, InteractionKind.SAVED
MESSAGE = InteractionKind.MESSAGE
COMPLETE, PARTIAL, ABSENT = ListState.COMPLETE, ListState.PARTIAL, ListState.ABSENT


def likes(*names: str) -> dict[str, Any]:
    return {
        f"{LIKES}/liked_posts.json": [
            labelled(owner(name), at=AT - place) for place, name in enumerate(names)
        ]
    }


def everything() -> dict[str, Any]:
    """An export with something of every kind."""
    return {
        **corpus.era_6(),
        **knowing({"ada.lark": "Ada Lark"}),
        **likes("ada.lark", "bo_finch", corpus.OWNER),
        f"{COMMENTS}/post_comments_1.json": [comment("ada.lark"), comment(None)],
        f"{STORIES}/story_likes.json": {"story_activities_story_likes": [titled("bo_finch")]},
        f"{SAVED}/saved_posts.json": [labelled(owner("cleo_wren"))],
        f"{INBOX}/adalark_1/message_1.json": thread(
            "Ada Lark", "Me Marten", messages=[message("Ada Lark"), message("Me Marten")]
        ),
    }


@pytest.mark.parametrize(
    ("count", "sizes"), [(0, []), (9, [9]), (10, [10]), (11, [10, 1]), (25, [10, 10, 5])]
)
def test_pages_are_full_but_for_the_last(tmp_path: Path, count: int, sizes: list[int]) -> None:
    files = export_of(likes(*(f"owl_{number}" for number in range(count))))
    path = corpus.write_zip(tmp_path / "export.zip", files)
    with open_export([path], now=NOW) as export:
        pages = list(export.accounts[0].interactions(page_size=10))
    assert [len(page) for page in pages] == sizes


def test_reading_again_gives_the_same_pages_and_outcome(tmp_path: Path) -> None:
    path = corpus.write_zip(tmp_path / "export.zip", everything())
    with open_export([path], now=NOW) as export, open_export([path], now=NOW) as later:
        reading = export.accounts[0].interactions(page_size=3)
        pages, outcome = list(reading), reading.outcome
        assert list(reading) == pages
        assert reading.outcome == outcome
        assert list(later.accounts[0].interactions(page_size=3)) == pages


def test_a_folder_and_a_zip_give_the_same(tmp_path: Path) -> None:
    records, _ = read(tmp_path, everything())
    folder = corpus.write_folder(tmp_path / "export", everything())
    with open_export([folder], now=NOW) as export:
        assert [each for page in export.accounts[0].interactions() for each in page] == records


def test_the_outcome_is_known_only_at_the_end(tmp_path: Path) -> None:
    path = corpus.write_zip(tmp_path / "export.zip", everything())
    with open_export([path], now=NOW) as export:
        reading = export.accounts[0].interactions(page_size=2)
        next(iter(reading))
        with pytest.raises(RuntimeError):
            _ = reading.outcome


def test_the_outcome_tells_counts_times_and_what_was_left_out(tmp_path: Path) -> None:
    records, outcome = read(tmp_path, everything())
    assert sum(outcome.counts.values()) == len(records) == 7
    assert outcome.counts[LIKE, records[0].direction] == 2
    assert (outcome.own, outcome.unreadable, outcome.files_read) == (1, 0, 5)
    assert outcome.unmatched[COMMENT] == 1
    assert outcome.newest_at == datetime.fromtimestamp(AT, UTC)
    assert outcome.oldest_at == datetime.fromtimestamp(AT - 1, UTC)
    assert not outcome.is_empty


def test_an_export_of_lists_only_knows_nothing_of_interactions(tmp_path: Path) -> None:
    records, outcome = read(tmp_path, corpus.base())
    assert records == []
    assert outcome.is_empty
    assert set(outcome.states.values()) == {ABSENT}
    assert outcome.notices == ()


def test_zero_is_told_from_unknown(tmp_path: Path) -> None:
    files = {
        **corpus.base(),
        f"{LIKES}/liked_posts.json": {"likes_media_likes": []},
        f"{COMMENTS}/no-data.txt": b"You have no data in this section",
        f"{SAVED}/saved_posts.json": b"[{",
        f"{ACTIVITY}/media/no-data.txt": b"You have no data in this section",
    }
    _, outcome = read(tmp_path, files)
    assert outcome.states == {
        LIKE: COMPLETE,
        COMMENT: COMPLETE,
        STORY: ABSENT,
        SAVE: ABSENT,
        MESSAGE: ABSENT,
    }


def test_messages_can_be_left_out(tmp_path: Path) -> None:
    records, outcome = read(tmp_path, everything(), with_messages=False)
    assert {each.kind for each in records} == set(InteractionKind) - {
        InteractionKind.MESSAGE,
        InteractionKind.MENTION,
    }
    assert outcome.states[MESSAGE] is ABSENT


def test_one_bad_file_is_told_and_the_others_count(tmp_path: Path) -> None:
    files = {**everything(), f"{LIKES}/liked_comments.json": b'{"error": "try again"}'}
    records, outcome = read(tmp_path, files)
    assert len(records) == 7
    assert outcome.states[LIKE] is PARTIAL
    (notice,) = [note for note in outcome.notices if note.code == "interactions-unreadable"]
    assert notice.file is not None
    assert notice.file.endswith("liked_comments.json")
    assert notice.message.endswith(".")


def test_a_file_whose_records_name_nobody_is_not_understood(tmp_path: Path) -> None:
    files = export_of({f"{LIKES}/liked_posts.json": [{"new": "form"}, {"new": "form"}]})
    records, outcome = read(tmp_path, files)
    assert (records, outcome.unreadable) == ([], 2)
    assert outcome.states[LIKE] is ABSENT


def test_a_list_below_the_key_of_another_is_refused(tmp_path: Path) -> None:
    files = export_of({f"{LIKES}/liked_posts.json": {"likes_comment_likes": [liked("ada.lark")]}})
    assert read(tmp_path, files)[0] == []


def test_a_thousand_bad_files_make_few_notices(tmp_path: Path) -> None:
    bad = {f"{INBOX}/x_{number}/message_1.json": b"[" for number in range(60)}
    _, outcome = read(tmp_path, export_of(bad))
    assert len(outcome.notices) < 15
    assert "50 more" in outcome.notices[-1].message


@pytest.mark.parametrize(("days", "is_cut"), [(365, True), (91, True), (400, False), (1, False)])
def test_an_oldest_interaction_as_old_as_a_range_seems_cut(
    tmp_path: Path, *, days: int, is_cut: bool
) -> None:
    taken = int(datetime(2026, 8, 11, 12, tzinfo=UTC).timestamp())
    oldest = taken - days * DAY
    written = [liked("ada.lark", taken - number * 3_600) for number in range(11)]
    files = {f"{LIKES}/liked_posts.json": {"likes_media_likes": [*written, liked("x_y", oldest)]}}
    _, outcome = read(tmp_path, export_of(files))
    assert outcome.seems_cut is is_cut
    assert outcome.states[LIKE] is (PARTIAL if is_cut else COMPLETE)
    assert [note.code for note in outcome.notices] == ["interactions-maybe-cut"] * is_cut


def test_where_no_range_is_told_silence_counts_from_the_oldest_interaction_on(
    tmp_path: Path,
) -> None:
    _, outcome = read(tmp_path, everything())
    oldest = datetime.fromtimestamp(AT - 1, UTC)
    ways = [(kind, Direction.GIVEN) for kind in (LIKE, COMMENT, STORY, SAVE, MESSAGE)]
    assert set(outcome.known) == {*ways, (MESSAGE, Direction.RECEIVED)}
    for period in outcome.known.values():
        assert period.from_at == oldest
        assert datetime(2026, 8, 10, tzinfo=UTC) < period.to_at < datetime(2026, 8, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("times", "since"),
    [(MADE, "2010-10-06"), (MADE + FROM_TO.format("2025-08-11"), "2025-08-11")],
    ids=["all", "range"],
)
def test_a_told_range_bounds_what_silence_means(tmp_path: Path, times: str, since: str) -> None:
    files = {
        **pages(lambda boxes: page_2026(boxes, times)),
        f"{SAVED}/no-data.txt": b"You have no data in this section",
    }
    _, outcome = read(tmp_path, files)
    assert {way: f"{period.from_at:%Y-%m-%d}" for way, period in outcome.known.items()} == {
        (SAVE, Direction.GIVEN): since
    }


def test_of_what_lacks_some_silence_means_nothing(tmp_path: Path) -> None:
    stranger = thread("Zoë Ibis", "Me Marten", messages=[message("Zoë Ibis")])
    files = {
        **everything(),
        f"{INBOX}/zoe_2/message_1.json": stranger,
        f"{LIKES}/liked_comments.json": b"[",
        f"{COMMENTS}/post_comments_3.json": [comment("ada.lark")],
    }
    _, outcome = read(tmp_path, files)
    assert set(outcome.known) == {(STORY, Direction.GIVEN), (SAVE, Direction.GIVEN)}
    assert {"interactions-gap", "messages-unmatched"} <= {note.code for note in outcome.notices}
    assert outcome.states[COMMENT] is PARTIAL


def test_parts_of_an_export_are_united(tmp_path: Path) -> None:
    lists = corpus.write_zip(tmp_path / f"{corpus.ZIP_NAME}.zip", corpus.era_6())
    more = {**likes("ada.lark"), **knowing({})}
    del more[f"{corpus.LISTS}/close_friends.json"]
    part = corpus.write_zip(tmp_path / "instagram-me.marten-2026-08-11-Ef567890.zip", more)
    with open_export([lists, part], now=NOW) as export:
        (account,) = export.accounts
        assert sum(len(page) for page in account.interactions()) == 1


def test_the_same_twice_is_read_once_and_of_two_the_larger(tmp_path: Path) -> None:
    small, large = likes("ada.lark"), likes("ada.lark", "bo_finch")
    twice = {**corpus.below("mine", export_of(large)), **corpus.below("copy", export_of(large))}
    records, outcome = read(tmp_path, twice)
    assert (len(records), outcome.notices) == (2, ())
    rivals = {**corpus.below("mine", export_of(large)), **corpus.below("copy", export_of(small))}
    records, outcome = read(tmp_path, rivals)
    assert len(records) == 2
    assert "interactions-twice" in {note.code for note in outcome.notices}


def test_interactions_alone_are_no_export_of_people(tmp_path: Path) -> None:
    path = corpus.write_zip(tmp_path / f"{corpus.ZIP_NAME}.zip", likes("ada.lark"))
    with pytest.raises(NoRelationshipData), open_export([path]):
        pass


def test_interactions_change_neither_the_lists_nor_their_fingerprint(tmp_path: Path) -> None:
    paths = [
        corpus.write_zip(tmp_path / name / f"{corpus.ZIP_NAME}.zip", files)
        for name, files in (("a", corpus.era_6()), ("b", export_of(likes("ada.lark"))))
        if (tmp_path / name).mkdir() is None
    ]
    accounts = []
    for path in paths:
        with open_export([path], now=NOW) as export:
            (account,) = export.accounts
            accounts.append((account.fingerprint, account.files, account.taken_at))
    assert accounts[0] == accounts[1]


@pytest.mark.parametrize(
    "limits",
    [
        Limits(interaction_bytes=100),
        Limits(interaction_total_bytes=100),
        Limits(thread_bytes=100),
    ],
    ids=["file", "total", "thread"],
)
def test_more_than_the_limits_is_refused(tmp_path: Path, limits: Limits) -> None:
    path = corpus.write_zip(tmp_path / "export.zip", everything())
    with pytest.raises(TooLarge), open_export([path], limits=limits):
        pass


def test_look_alikes_of_other_products_are_not_mixed_in(tmp_path: Path) -> None:
    document = {"likes_media_likes": [liked("ada.lark")]}
    said = thread("Ada Lark", "Me Marten", messages=[message("Ada Lark")])
    files = {
        **corpus.base(),
        f"{ACTIVITY}/threads/liked_posts.json": document,
        "your_facebook_activity/messages/inbox/ada_1/message_1.json": said,
        f"__MACOSX/{LIKES}/._liked_posts.json": b"\0\5",
    }
    assert counted(read(tmp_path, files)[0]) == {}
