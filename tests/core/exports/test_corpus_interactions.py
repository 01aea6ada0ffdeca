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
    LIKES,
    POST,
    SAVED,
    SECRET,
    STORIES,
    comment,
    counted,
    export_of,
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
