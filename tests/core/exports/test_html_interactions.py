"""Interactions in HTML, in the grammars of 2025 and 2026, and conversations that tell only a title."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from kith.core.records import Direction, InteractionKind, InteractionRecord, ListState
from tests.core.exports import corpus
from tests.core.exports.interaction_corpus import (
    ACTIVITY,
    COMMENTS,
    INBOX,
    LIKES,
    PERSONAL,
    SAVED,
    SECRET,
    STORIES,
    counted,
    knowing,
    liked,
    read,
)
from tests.core.exports.test_html_lists import BOX, DATE, FROM_TO, MADE, page_2025, page_2026, pages

AT = 1_786_297_740  # DATE, which is shown at UTC-8
POST = '<a target="_blank" href="https://www.instagram.com/p/CAAAAAAAAA1/">👍</a>'
LIKE, COMMENT = InteractionKind.LIKE, InteractionKind.COMMENT
STORY, SAVE = InteractionKind.STORY_REACTION, InteractionKind.SAVED
MESSAGE, GIVEN = InteractionKind.MESSAGE, Direction.GIVEN


def heading(name: str, tag: str = "h2") -> str:
    return f'<{tag} class="_3-95 _2pim _a6-h _a6-i">{html.escape(name)}</{tag}>' if name else ""


def liked_2025(name: str) -> str:
    return (
        f'{BOX}{heading(name, "div")}<div class="_a6-p"><div><div>{POST}</div>'
        f"<div>{DATE}</div></div></div></div>"
    )


def story_2025(name: str) -> str:
    return f'{BOX}{heading(name, "div")}<div class="_a6-p"><div><div>{DATE}</div></div></div></div>'


def row(label: str, value: str) -> str:
    return f'<tr><td class="_a6_q">{label}</td><td class="_2piu _a6_r">{value}</td></tr>'


def inner(*rows: str, title: str = "") -> str:
    return f'{BOX}{heading(title)}<div class="_a6-p"><table>{"".join(rows)}</table></div></div>'


def labelled_2026(*inner_boxes: str, url: str = POST) -> str:
    flat = inner(row("URL", url), row("Caption", "sunset"))
    return (
        f'{BOX}<div class="_3-95 _a6-p">{flat}{"".join(inner_boxes)}</div>'
        f'<div class="_3-94 _a6-o">{DATE}</div></div>'
    )


def owner(name: str, title: str = "Owner", label: str = "Username") -> str:
    return inner(row("URL", ""), row("Name", "Ada &amp; Lark"), row(label, name), title=title)


TAGS = inner(row("Name", "walk"), title="Hashtags")


def comment(name: str, labels: tuple[str, str, str] = ("Comment", "Media Owner", "Time")) -> str:
    text, media_owner, time = labels
    wide = '<tr><td colspan="2" class="_2pin _a6_q">{}<div><div>{}</div></div></td></tr>'
    owner_row = wide.format(media_owner, name) if name else ""
    return (
        f'{BOX}<div class="_a6-p"><table>{wide.format(text, SECRET)}{owner_row}'
        f'<tr><td class="_2pin _a6_q">{time}</td><td class="_2pin _2piu _a6_r">{DATE}</td></tr>'
        "</table></div></div>"
    )


def saved_2025(name: str) -> str:
    return (
        f'{BOX}{heading(name, "div")}<div class="_a6-p"><table><tr><td class="_2pin _a6_q">Saved on'
        f"<div><div>{POST}</div><div>{DATE}</div></div></td></tr></table></div></div>"
    )


def with_lists(files: dict[str, Any]) -> dict[str, Any]:
    return {**pages(page_2026), **files}


@pytest.mark.parametrize(
    ("file", "box", "kind"),
    [
        (f"{LIKES}/liked_posts.html", liked_2025, LIKE),
        (f"{LIKES}/liked_posts.html", lambda name: labelled_2026(TAGS, owner(name)), LIKE),
        (f"{LIKES}/liked_posts.html", lambda name: labelled_2026(owner(name), TAGS), LIKE),
        (f"{LIKES}/liked_posts.html", lambda name: labelled_2026(owner(name, "Eigner")), LIKE),
        (f"{LIKES}/liked_comments.html", liked_2025, LIKE),
        (f"{COMMENTS}/post_comments_1.html", comment, COMMENT),
        (
            f"{COMMENTS}/reels_comments.html",
            lambda name: comment(name, ("Opmerking", "Media-eigenaar", "Tijd")),
            COMMENT,
        ),
        (f"{STORIES}/story_likes.html", story_2025, STORY),
        (f"{STORIES}/polls.html", lambda name: labelled_2026(owner(name)), STORY),
        (
            f"{STORIES}/story_likes.html",
            lambda name: labelled_2026(url=f"https://www.instagram.com/stories/{name}/123"),
            STORY,
        ),
        (f"{SAVED}/saved_posts.html", saved_2025, SAVE),
        (f"{SAVED}/saved_posts.html", lambda name: labelled_2026(owner(name)), SAVE),
    ],
)
@pytest.mark.parametrize("page", [page_2025, page_2026])
def test_each_grammar_tells_whom_it_concerns_and_when(
    tmp_path: Path,
    page: Callable[[Iterable[str]], str],
    file: str,
    box: Callable[[str], str],
    kind: InteractionKind,
) -> None:
    files = {file: page([box("ada.lark"), box("bo_finch")])}
    records, outcome = read(tmp_path, with_lists(files))
    assert records == [
        InteractionRecord("ada.lark", kind, GIVEN, AT),
        InteractionRecord("bo_finch", kind, GIVEN, AT),
    ]
    assert outcome.states[kind] is ListState.COMPLETE


def test_boxes_without_a_person_are_nobodys(tmp_path: Path) -> None:
    files = {
        f"{LIKES}/liked_posts.html": page_2026(
            [liked_2025(""), labelled_2026(TAGS), liked_2025("ada.lark"), f"{BOX}<p>?</p></div>"]
        ),
        f"{COMMENTS}/post_comments_1.html": page_2026([comment(""), comment("ada.lark")]),
    }
    records, outcome = read(tmp_path, with_lists(files))
    assert counted(records) == {("ada.lark", LIKE, GIVEN): 1, ("ada.lark", COMMENT, GIVEN): 1}
    assert (outcome.unmatched[LIKE], outcome.unmatched[COMMENT]) == (2, 1)
    assert outcome.unreadable == 1


def test_a_page_that_breaks_off_gives_what_it_had_and_says_so(tmp_path: Path) -> None:
    whole = page_2026([liked_2025("ada.lark"), liked_2025("bo_finch")])
    for length in range(0, len(whole), 37):
        files = {f"{LIKES}/liked_posts.html": whole[:length]}
        records, outcome = read(tmp_path, with_lists(files))
        assert [each.username for each in records] in (
            [],
            ["ada.lark"],
            ["ada.lark", "bo_finch"],
        )
        assert outcome.states[LIKE] is not ListState.COMPLETE
        assert any(note.code == "interactions-unreadable" for note in outcome.notices)


def test_json_is_read_rather_than_pages_of_the_same(tmp_path: Path) -> None:
    files = {
        f"{LIKES}/liked_posts.json": {"likes_media_likes": [liked("ada.lark")]},
        f"{LIKES}/liked_posts.html": page_2026([liked_2025("ada.lark")]),
        f"{LIKES}/liked_posts_1.html": page_2026([liked_2025("bo_finch")]),
    }
    records, _ = read(tmp_path, with_lists(files))
    assert counted(records) == {("ada.lark", LIKE, GIVEN): 1}


def test_a_range_in_the_header_cuts_the_interactions(tmp_path: Path) -> None:
    files = {
        **pages(lambda boxes: page_2026(boxes, MADE + FROM_TO.format("2025-08-11"))),
        f"{LIKES}/liked_posts.html": page_2026([liked_2025("ada.lark")]),
    }
    _, outcome = read(tmp_path, files)
    assert outcome.cut_to is not None
    assert outcome.states[LIKE] is ListState.PARTIAL
    assert any(note.code == "interactions-date-range" for note in outcome.notices)


def said(sender: str, text: str = SECRET) -> str:
    return (
        f'{BOX}{heading(sender)}<div class="_3-95 _a6-p"><div><div></div><div>{text}</div>'
        f'<ul class="_a6-q"><li>❤ Ada</li></ul></div></div><div class="_3-94 _a6-o">{DATE}</div></div>'
    )


def conversation(title: str, *boxes: str) -> str:
    return page_2026(boxes).replace("<title>x</title>", f"<title>{html.escape(title)}</title>")


def talking(files: dict[str, Any]) -> dict[str, Any]:
    known = knowing({"ada.lark": "Ada O'Lark", "bo_finch": "Bo Finch"})
    return {**with_lists(files), **known, PERSONAL: corpus.personal()}


def test_i04_messages_in_html_go_both_ways(tmp_path: Path) -> None:
    folder = f"{INBOX}/adalark_1"
    files = {
        f"{folder}/message_1.html": conversation(
            "Ada O'Lark", said("Ada O'Lark"), said("Me Marten"), said("Me Marten")
        ),
        f"{folder}/message_2.html": conversation(
            "Ada O'Lark", said("Ada O'Lark", "Liked a message"), said("Ada O'Lark")
        ),
    }
    records, outcome = read(tmp_path, talking(files))
    assert counted(records) == {
        ("ada.lark", MESSAGE, GIVEN): 2,
        ("ada.lark", MESSAGE, Direction.RECEIVED): 2,
    }
    assert {each.at for each in records} == {AT}
    assert outcome.files_read == 2


def test_i04_a_page_that_may_be_of_a_group_is_nobodys(tmp_path: Path) -> None:
    files = {
        f"{INBOX}/walk_1/message_1.html": conversation("Ada O'Lark", said("Bo Finch")),
        f"{INBOX}/walk_1/message_2.html": conversation("Ada O'Lark", said("Ada O'Lark")),
        f"{INBOX}/mine_2/message_1.html": conversation("Bo Finch", said("Me Marten")),
    }
    records, outcome = read(tmp_path, talking(files))
    assert records == []
    assert outcome.in_groups == 2
    assert outcome.unmatched[MESSAGE] == 1


def test_flat_folders_of_pages_are_read_too(tmp_path: Path) -> None:
    files = {"likes/liked_posts.html": page_2025([liked_2025("ada.lark")])}
    records, _ = read(tmp_path, with_lists(files))
    assert counted(records) == {("ada.lark", LIKE, GIVEN): 1}
    assert not [name for name in files if name.startswith(ACTIVITY)]
