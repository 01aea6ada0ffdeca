"""Every shape and trap of the interactions in exports from 2018 to 2026, each under its number in the corpus."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kith.core.records import Direction, InteractionKind, InteractionRecord, ListState
from tests.core.exports import corpus
from tests.core.exports.interaction_corpus import (
    AT,
    COMMENTS,
    HASHTAGS,
    INBOX,
    LIKES,
    PERSONAL,
    POST,
    SAVED,
    SECRET,
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

LIKE, COMMENT = InteractionKind.LIKE, InteractionKind.COMMENT
STORY, SAVE = InteractionKind.STORY_REACTION, InteractionKind.SAVED
MESSAGE = InteractionKind.MESSAGE
GIVEN, RECEIVED = Direction.GIVEN, Direction.RECEIVED


def test_i01_likes_until_2025_have_the_owner_in_the_title(tmp_path: Path) -> None:
    likes = {"likes_media_likes": [liked("ada.lark"), liked(None), liked("ada.lark", AT - 5)]}
    records, outcome = read(tmp_path, export_of({f"{LIKES}/liked_posts.json": likes}))
    assert records == [
        InteractionRecord("ada.lark", LIKE, GIVEN, AT),
        InteractionRecord("ada.lark", LIKE, GIVEN, AT - 5),
    ]
    assert outcome.unmatched[LIKE] == 1
    assert outcome.unreadable == 0
    assert outcome.states[LIKE] is ListState.COMPLETE


LIKES_BY_LABEL = {
    "owner-last": labelled({"label": "Caption", "value": "Morning walk"}, owner("ada.lark")),
    "hashtags-before": labelled(HASHTAGS, owner("ada.lark")),
    "hashtags-behind": labelled(owner("ada.lark"), HASHTAGS),
    "owner-in-media": labelled({"title": "Media", "dict": [owner("ada.lark")]}),
    "owner-in-owner": labelled({"title": "Owner", "dict": [owner("ada.lark")]}),
    "title-before-dict": labelled(dict(reversed(owner("ada.lark").items()))),
    "title-in-another-language": labelled(HASHTAGS, owner("ada.lark", title="Eigenaar")),
    "owner-and-others": labelled(owner("bo_finch", title="Tagged"), owner("ada.lark")),
    "flat": labelled({"label": "Username", "value": "ada.lark"}),
}


@pytest.mark.parametrize(
    "record", LIKES_BY_LABEL.values(), ids=[f"I01-{name}" for name in LIKES_BY_LABEL]
)
def test_i01_likes_since_2025_name_the_owner_in_a_block(
    tmp_path: Path, record: dict[str, Any]
) -> None:
    records, _ = read(tmp_path, export_of({f"{LIKES}/liked_posts.json": [record]}))
    assert records == [InteractionRecord("ada.lark", LIKE, GIVEN, AT)]


@pytest.mark.parametrize(
    "record",
    [
        labelled(HASHTAGS),
        labelled(owner("")),
        labelled(owner("bo_finch", title="Tagged"), owner("cleo_wren", title="Tagged")),
        labelled({"label": "Caption", "value": "sunset"}),
    ],
    ids=["I01-no-owner", "I01-empty-owner", "I01-only-others", "I01-caption-like-a-name"],
)
def test_i01_a_like_without_owner_is_nobodys(tmp_path: Path, record: dict[str, Any]) -> None:
    files = {f"{LIKES}/liked_posts.json": [record, labelled(owner("ada.lark")), record]}
    records, outcome = read(tmp_path, export_of(files))
    assert [each.username for each in records] == ["ada.lark"]
    assert outcome.unmatched[LIKE] == 2


def test_i01_one_like_stands_without_a_list_around_it(tmp_path: Path) -> None:
    files = {f"{LIKES}/liked_posts.json": labelled(owner("ada.lark"))}
    assert len(read(tmp_path, export_of(files))[0]) == 1


def test_i01_both_shapes_in_one_file_and_in_parts(tmp_path: Path) -> None:
    files = {
        f"{LIKES}/liked_posts.json": [liked("ada.lark"), labelled(owner("bo_finch"))],
        f"{LIKES}/liked_posts_1.json": {"likes_media_likes": [liked("cleo_wren")]},
    }
    records, _ = read(tmp_path, export_of(files))
    assert [each.username for each in records] == ["ada.lark", "bo_finch", "cleo_wren"]


@pytest.mark.parametrize(
    "labels",
    [("URL", "Имя", "Имя пользователя"), ("Iru", "Tamu", "Qelvor")],
    ids=["known", "invented"],
)
def test_i01_labels_in_any_language_are_resolved_over_the_file(
    tmp_path: Path, labels: tuple[str, str, str]
) -> None:
    written = tuple(corpus.mojibake(label) for label in labels)
    people = [("ada.lark", "Ada Lark"), ("bo_finch", "Bo!"), ("cleo_wren", "Cleo Wren ☕")]
    records = [
        labelled(HASHTAGS, owner(name, display, title="Ovnor", labels=written))  # type: ignore[arg-type]
        for name, display in people
    ]
    found, _ = read(tmp_path, export_of({f"{LIKES}/liked_posts.json": records}))
    assert [each.username for each in found] == [name for name, _ in people]


def test_i02_liked_comments_are_likes_of_their_authors(tmp_path: Path) -> None:
    files = {
        f"{LIKES}/liked_comments.json": {"likes_comment_likes": [liked("bo_finch")]},
        f"{LIKES}/liked_posts.json": {"likes_media_likes": [liked("ada.lark")]},
    }
    assert counted(read(tmp_path, export_of(files))[0]) == {
        ("bo_finch", LIKE, GIVEN): 1,
        ("ada.lark", LIKE, GIVEN): 1,
    }
    files[f"{LIKES}/liked_comments.json"] = [labelled({"label": "Username", "value": "bo_finch"})]  # type: ignore[assignment]
    assert ("bo_finch", LIKE, GIVEN) in counted(read(tmp_path, export_of(files))[0])


COMMENTS_WRITTEN = {
    "V0-title": {"comments_media_comments": [titled("ada.lark", value=SECRET)]},
    "V1-list": [comment("ada.lark")],
    "V2-single": comment("ada.lark"),
    "V3-gif": [comment("ada.lark", None)],
    "V5-wrapped": {"comments_media_comments": [comment("ada.lark")]},
    "nl": [comment("ada.lark", labels=("Opmerking", "Media-eigenaar", "Tijd"))],
}


@pytest.mark.parametrize(
    "document", COMMENTS_WRITTEN.values(), ids=[f"I02-{name}" for name in COMMENTS_WRITTEN]
)
def test_i02_comments_name_whose_post_they_are_under(tmp_path: Path, document: object) -> None:
    records, outcome = read(tmp_path, export_of({f"{COMMENTS}/post_comments_1.json": document}))
    assert records == [InteractionRecord("ada.lark", COMMENT, GIVEN, AT)]
    assert outcome.states[COMMENT] is ListState.COMPLETE


def test_i02_comments_on_reels_and_stories_count_as_comments(tmp_path: Path) -> None:
    files = {
        f"{COMMENTS}/reels_comments.json": {"comments_reels_comments": [comment("cleo_wren")]},
        f"{COMMENTS}/hype.json": {"comments_story_comments": [comment("dov.heron")]},
        f"{COMMENTS}/post_comments_2.json": [comment("ada.lark"), comment("ada.lark", "Ha")],
        f"{COMMENTS}/comments_reported.json": [comment("elk_owl")],
    }
    assert counted(read(tmp_path, export_of(files))[0]) == {
        ("cleo_wren", COMMENT, GIVEN): 1,
        ("dov.heron", COMMENT, GIVEN): 1,
        ("ada.lark", COMMENT, GIVEN): 2,
    }


def test_i02_comments_without_owner_are_nobodys_whatever_word_they_are(tmp_path: Path) -> None:
    written = [comment(None, "wow"), comment("ada.lark"), comment(None, "nice"), comment(None)]
    records, outcome = read(tmp_path, export_of({f"{COMMENTS}/post_comments_1.json": written}))
    assert [each.username for each in records] == ["ada.lark"]
    assert outcome.unmatched[COMMENT] == 3


def test_i02_in_an_unknown_language_the_values_tell_the_owner_from_the_text(tmp_path: Path) -> None:
    labels = ("Toro", "Ovnor", "Zit")
    texts = ("So good!", "wow", "Where is this?", "Ha ha")
    people = ("ada.lark", "bo_finch", "ada.lark", "cleo_wren")
    written = [comment(*each, labels=labels) for each in zip(people, texts, strict=True)]
    records, _ = read(tmp_path, export_of({f"{COMMENTS}/post_comments_1.json": written}))
    assert [each.username for each in records] == list(people)


def test_i02_a_lone_unknown_label_proves_nothing(tmp_path: Path) -> None:
    written = [comment(None, word, labels=("Toro", "Ovnor", "Zit")) for word in ("wow", "nice")]
    records, outcome = read(tmp_path, export_of({f"{COMMENTS}/post_comments_1.json": written}))
    assert records == []
    assert outcome.unmatched[COMMENT] == 2


def test_i02_comments_and_likes_on_ones_own_posts_are_no_interaction(tmp_path: Path) -> None:
    files = {
        f"{COMMENTS}/post_comments_1.json": [comment(corpus.OWNER), comment("ada.lark")],
        f"{LIKES}/liked_posts.json": [labelled(owner(corpus.OWNER))],
    }
    records, outcome = read(tmp_path, export_of(files))
    assert counted(records) == {("ada.lark", COMMENT, GIVEN): 1}
    assert outcome.own == 2
    assert outcome.states[LIKE] is ListState.COMPLETE


STORY_FILES = {
    "story_likes": "story_activities_story_likes",
    "polls": "story_activities_polls",
    "questions": "story_activities_questions",
    "quizzes": "story_activities_quizzes",
    "emoji_sliders": "story_activities_emoji_sliders",
    "emoji_story_reactions": "story_activities_emoji_quick_reactions",
    "avatar_story_reactions": "story_activities_avatar_quick_reactions",
    "story_reaction_sticker_reactions": "story_activities_reaction_sticker_reactions",
    "question_media_response": "story_activities_questions_media",
    "countdowns": "story_activities_countdowns",
}


@pytest.mark.parametrize("folder", [STORIES, "story_sticker_interactions"], ids=["new", "old"])
@pytest.mark.parametrize("file", STORY_FILES, ids=[f"I03-{name}" for name in STORY_FILES])
def test_i03_every_reaction_to_a_story_counts(tmp_path: Path, folder: str, file: str) -> None:
    document = {STORY_FILES[file]: [titled("ada.lark"), titled("bo_finch", value="Option A")]}
    records, _ = read(tmp_path, export_of({f"{folder}/{file}.json": document}))
    assert records == [
        InteractionRecord("ada.lark", STORY, GIVEN, AT),
        InteractionRecord("bo_finch", STORY, GIVEN, AT),
    ]


STORY_LINK = "https://www.instagram.com/stories/ada.lark/1234567890123456789"
STORIES_BY_LABEL = {
    "address-and-owner": labelled(owner("ada.lark"), url=STORY_LINK),
    "address-only": labelled(url=STORY_LINK),
    "owner-only": labelled(owner("ada.lark"), url=""),
    "question": labelled(
        {"label": "Question", "value": "tea_or_coffee"}, owner("ada.lark"), url=STORY_LINK
    ),
}


@pytest.mark.parametrize(
    "record", STORIES_BY_LABEL.values(), ids=[f"I03-{name}" for name in STORIES_BY_LABEL]
)
def test_i03_since_2026_a_story_is_told_by_its_address_or_owner(
    tmp_path: Path, record: dict[str, Any]
) -> None:
    records, _ = read(tmp_path, export_of({f"{STORIES}/story_likes.json": [record]}))
    assert records == [InteractionRecord("ada.lark", STORY, GIVEN, AT)]


@pytest.mark.parametrize("label", ["Saved on", "Opgeslagen op"])
def test_saved_posts_name_the_owner_in_either_shape(tmp_path: Path, label: str) -> None:
    old = {"title": "ada.lark", "string_map_data": {label: {"href": POST, "timestamp": AT}}}
    for document in ({"saved_saved_media": [old]}, [labelled(owner("ada.lark"))]):
        records, _ = read(tmp_path, export_of({f"{SAVED}/saved_posts.json": document}))
        assert records == [InteractionRecord("ada.lark", SAVE, GIVEN, AT)]


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


def test_the_flat_eras_folders_and_the_newest_ones_are_read_alike(tmp_path: Path) -> None:
    files = {
        **corpus.era_1(),
        "likes/liked_posts.json": {"likes_media_likes": [liked("ada.lark")]},
        "comments/post_comments.json": {
            "comments_media_comments": [titled("ada.lark", value=SECRET)]
        },
        "messages/inbox/adalark_aB3dE6gH9k/message_1.json": thread(
            "Ada Lark", "Me Marten", messages=[message("Ada Lark")]
        ),
    }
    records, outcome = read(tmp_path, files)
    assert counted(records) == {("ada.lark", LIKE, GIVEN): 1, ("ada.lark", COMMENT, GIVEN): 1}
    assert outcome.unmatched[MESSAGE] == 1


@pytest.mark.parametrize(
    ("written", "at"),
    [
        (AT, AT),
        (AT * 1000, AT),
        (str(AT), AT),
        (float(AT), AT),
        (0, None),
        (None, None),
        (-2_048_515_200, None),
        (AT * 1_000_000, None),
        (4_000_000_000, None),
        ("soon", None),
    ],
)
def test_times_that_cannot_be_are_unknown_and_the_interaction_stays(
    tmp_path: Path, written: object, at: int | None
) -> None:
    files = {f"{LIKES}/liked_posts.json": {"likes_media_likes": [liked("ada.lark", written)]}}
    records, outcome = read(tmp_path, export_of(files))
    assert records == [InteractionRecord("ada.lark", LIKE, GIVEN, at)]
    assert outcome.undated == (at is None)


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
