"""Which files of an export tell of interactions.

In JSON and in HTML, in any folder, whole or in numbered parts:
  liked_posts, liked_comments                      what the account liked
  post_comments, reels_comments, hype              what it commented; the last one is for stories
  story_likes, polls, quizzes, ...                 how it reacted to stories
  saved_posts                                      what it keeps
  inbox/THREAD/message_N, and other inboxes        conversations: the only files that tell what others did
  likes.json, comments.json, messages.json         the same before 2021
  no-data.txt in one of their folders              says that Instagram had nothing to tell
Not read: comments_reported, saved_collections and saved_music (they repeat or concern nobody), stories_viewed (seen,
not answered), broadcasts, and the files of Threads and Facebook. Names and keys were collected from public readers,
fixtures and exports of 2018 to September 2026.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from kith.core.exports.paths import INBOXES, FilePath
from kith.core.records import InteractionKind

NO_DATA = "no-data"
# Folders of other products that lie beside, with files of the same names and forms.
_FOREIGN = frozenset({"threads", "your_facebook_activity", "comments_and_reactions"})


@dataclass(frozen=True)
class InteractionFile:
    """One file as Instagram makes it. `wrapper` is the key around its records, in the years that had one."""

    stem: str
    kind: InteractionKind
    wrapper: str


_KIND = InteractionKind
FILES = {
    file.stem: file
    for file in (
        InteractionFile("liked_posts", _KIND.LIKE, "likes_media_likes"),
        InteractionFile("liked_comments", _KIND.LIKE, "likes_comment_likes"),
        InteractionFile("post_comments", _KIND.COMMENT, "comments_media_comments"),
        InteractionFile("reels_comments", _KIND.COMMENT, "comments_reels_comments"),
        InteractionFile("hype", _KIND.COMMENT, "comments_story_comments"),
        *(
            InteractionFile(stem, _KIND.STORY_REACTION, f"story_activities_{rest}")
            for stem, rest in (
                ("story_likes", "story_likes"),
                ("polls", "polls"),
                ("questions", "questions"),
                ("quizzes", "quizzes"),
                ("emoji_sliders", "emoji_sliders"),
                ("emoji_story_reactions", "emoji_quick_reactions"),
                ("avatar_story_reactions", "avatar_quick_reactions"),
                ("story_reaction_sticker_reactions", "reaction_sticker_reactions"),
                ("question_media_response", "questions_media"),
                ("countdowns", "countdowns"),
            )
        ),
        InteractionFile("saved_posts", _KIND.SAVED, "saved_saved_media"),
    )
}
THREAD = InteractionFile("message", _KIND.MESSAGE, "messages")
# Until 2020 these lay beside connections.json.
FLAT_FILES = {
    file.stem: file
    for file in (
        InteractionFile("likes", _KIND.LIKE, ""),
        InteractionFile("comments", _KIND.COMMENT, ""),
        InteractionFile("messages", _KIND.MESSAGE, ""),
    )
}
_KIND_OF_FOLDER = {
    "likes": _KIND.LIKE,
    "comments": _KIND.COMMENT,
    "story_interactions": _KIND.STORY_REACTION,
    "story_sticker_interactions": _KIND.STORY_REACTION,
    "saved": _KIND.SAVED,
    "messages": _KIND.MESSAGE,
}
_NUMBERED = re.compile(r"(?P<stem>[a-z_]+?)(?:_(?P<number>\d{1,5}))?")


@dataclass(frozen=True)
class Place:
    """What a path says of a file of interactions: which one, which part of it (0: not numbered), of which thread."""

    file: InteractionFile
    number: int
    format: str
    thread: str = ""

    @property
    def is_html(self) -> bool:
        return self.format == "html"

    @property
    def is_flat(self) -> bool:
        return FLAT_FILES.get(self.file.stem) is self.file

    @property
    def says_nothing_is_there(self) -> bool:
        return self.file.stem == NO_DATA


def place_of(path: FilePath) -> Place | None:
    """None when the file tells of no interactions."""
    if not _FOREIGN.isdisjoint(path.folders):
        return None
    if path.format == "txt":
        kind = _KIND_OF_FOLDER.get(path.folder) if path.stem == NO_DATA else None
        return Place(InteractionFile(NO_DATA, kind, ""), 0, path.format) if kind else None
    match = _NUMBERED.fullmatch(path.stem)
    if match is None:
        return None
    stem, number = match["stem"], int(match["number"] or 0)
    if stem == THREAD.stem:
        in_inbox = len(path.folders) > 1 and path.folders[-2] in INBOXES and number
        return Place(THREAD, number, path.format, path.folder) if in_inbox else None
    if stem in FILES:
        return Place(FILES[stem], number, path.format)
    if stem in FLAT_FILES and path.format == "json" and not number:
        return Place(FLAT_FILES[stem], 0, path.format)
    return None
