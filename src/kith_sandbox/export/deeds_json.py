"""What an account did, in the JSON files of an archive."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from kith_sandbox.export.deeds import Conversation, Deed, Deeds, Said
from kith_sandbox.export.eras import Era
from kith_sandbox.export.json_files import below_key, document, in_list, mojibake
from kith_sandbox.export.labels import Locale

File = tuple[str, Iterable[str]]

_SITE = "https://www.instagram.com"
_THUMB = mojibake("👍")
_REACTION_WRAPPERS = {
    "story_likes": "story_activities_story_likes",
    "polls": "story_activities_polls",
    "emoji_sliders": "story_activities_emoji_sliders",
    "emoji_story_reactions": "story_activities_emoji_quick_reactions",
}


def deeds_files(deeds: Deeds, era: Era, locale: Locale) -> Iterator[File]:
    """All files, without extension, of an era that has folders. What would be empty is left out, as at Instagram."""
    top = era.activity_folder
    if era.activity_shape == "labels":
        yield (
            f"{top}likes/liked_posts",
            in_list(_labelled(each, locale) for each in deeds.liked_posts),
        )
        yield f"{top}saved/saved_posts", in_list(_labelled(each, locale) for each in deeds.saved)
    else:
        likes = (_titled(each, "p") for each in deeds.liked_posts)
        yield f"{top}likes/liked_posts", below_key("likes_media_likes", likes)
        saved = (_saved(each, locale) for each in deeds.saved)
        yield f"{top}saved/saved_posts", below_key("saved_saved_media", saved)
    likes = (_titled(each, "p") for each in deeds.liked_comments)
    yield f"{top}likes/liked_comments", below_key("likes_comment_likes", likes)
    yield from _comments(deeds, era, locale)
    for file, reactions in deeds.reactions.items():
        name = f"{top}{era.stories_folder}/{file}"
        if file == "story_likes" and era.activity_shape == "labels":
            yield name, in_list(_labelled(each, locale, story=True) for each in reactions)
        else:
            answers = (_reaction(each, file) for each in reactions)
            yield name, below_key(_REACTION_WRAPPERS[file], answers)
    for talk in deeds.conversations:
        if talk.messages:
            yield f"{top}messages/{talk.inbox}/{thread_of(talk, era)}/message_1", [_thread(talk)]


def thread_of(talk: Conversation, era: Era) -> str:
    """The folder of a conversation: the letters of its title, and a mark that was shorter until 2023."""
    letters = "".join(each for each in talk.title.lower() if each.isalnum() and each.isascii())
    mark = str(talk.mark) if era.activity_folder else f"{talk.mark % 10**10:010d}"
    return f"{letters}_{mark}"


def e0_files(deeds: Deeds) -> Iterator[tuple[str, str]]:
    """The flat files of 2018 to 2020: usernames everywhere, readable UTF-8, ISO dates."""
    likes = {
        "media_likes": [[_iso(each.at), each.username] for each in deeds.liked_posts],
        "comment_likes": [[_iso(each.at), each.username] for each in deeds.liked_comments],
    }
    comments = [*deeds.comments, *deeds.reels_comments]
    written = {
        "media_comments": [[_iso(each.at), each.text, each.username] for each in comments],
        "live_comments": [],
        "story_comments": [],
    }
    talks = [
        {
            "participants": list(talk.usernames),
            "conversation": [
                {"sender": each.username, "created_at": _iso(each.at), "text": each.text}
                for each in talk.messages
            ],
        }
        for talk in deeds.conversations
    ]
    for name, content in (("likes", likes), ("comments", written), ("messages", talks)):
        yield f"{name}.json", json.dumps(content, ensure_ascii=False)


def _comments(deeds: Deeds, era: Era, locale: Locale) -> Iterator[File]:
    folder = f"{era.activity_folder}comments"
    if era.wrapped_followers:
        # Until 2022 the owner of the post stood in the title here too.
        written = [_written_2021(each) for each in (*deeds.comments, *deeds.reels_comments)]
        yield f"{folder}/post_comments", [document({"comments_media_comments": written})]
        return
    posts = [_written(each, locale) for each in deeds.comments]
    # One comment alone stands without a list around it.
    yield f"{folder}/post_comments_1", [document(posts[0] if len(posts) == 1 else posts)]
    reels = [_written(each, locale) for each in deeds.reels_comments]
    yield f"{folder}/reels_comments", [document({"comments_reels_comments": reels})]


def _titled(deed: Deed, page: str) -> str:
    title = f'    "title": "{deed.username}",\n' if deed.username else ""
    return (
        f'  {{\n{title}    "string_list_data": [\n      {{\n        "href": "{_SITE}/{page}/{deed.code}/",\n'
        f'        "value": {json.dumps(_THUMB)},\n        "timestamp": {deed.at}\n      }}\n    ]\n  }}'
    )


def _reaction(deed: Deed, file: str) -> str:
    title = f'    "title": "{deed.username}",\n' if deed.username else ""
    value = "" if file == "story_likes" else f'"value": {json.dumps(mojibake(deed.text))}, '
    return f'  {{\n{title}    "string_list_data": [\n      {{{value}"timestamp": {deed.at}}}\n    ]\n  }}'


def _saved(deed: Deed, locale: Locale) -> str:
    title = f'    "title": "{deed.username}",\n' if deed.username else ""
    key = json.dumps(mojibake(locale.saved))
    return (
        f'  {{\n{title}    "string_map_data": {{\n      {key}: {{\n        "href": "{_SITE}/p/{deed.code}/",\n'
        f'        "timestamp": {deed.at}\n      }}\n    }}\n  }}'
    )


def _labelled(deed: Deed, locale: Locale, *, story: bool = False) -> str:
    """A table of labels; who is gone has no block of the owner, or of a story no name in its address."""
    url = f"{_SITE}/stories/{deed.username}/{deed.at}" if story else f"{_SITE}/p/{deed.code}/"
    blocks = [f'{{"label": "URL", "value": "{url}", "href": "{url}"}}']
    if not story:
        caption = json.dumps(mojibake(deed.text))
        blocks += [
            f'{{"label": "Caption", "value": {caption}}}',
            '{"title": "Hashtags", "dict": [{"title": "", "dict": [{"label": "Name", "value": "fog"}]}]}',
        ]
    if deed.username:
        name, username = (json.dumps(mojibake(label)) for label in (locale.name, locale.username))
        blocks.append(
            f'{{"dict": [{{"dict": [{{"label": "URL", "value": ""}}, '
            f'{{"label": {name}, "value": {json.dumps(mojibake(deed.name))}}}, '
            f'{{"label": {username}, "value": "{deed.username}"}}], "title": ""}}], "title": "Owner"}}'
        )
    lines = ",\n      ".join(blocks)
    return (
        f'  {{\n    "timestamp": {deed.at},\n    "media": [],\n    "label_values": [\n      {lines}\n    ],\n'
        f'    "fbid": "{18_000_000_000_000_000 + deed.at}"\n  }}'
    )


def _written(deed: Deed, locale: Locale) -> dict[str, object]:
    text, owner, time = locale.comment
    table: dict[str, object] = {text: {"value": deed.text}} if deed.text else {}
    if deed.username:
        table[owner] = {"value": deed.username}
    table[time] = {"timestamp": deed.at}
    picture = "" if deed.text else "https://media.example.invalid/wave.gif"
    return {"media_list_data": [{"uri": picture}], "string_map_data": table}


def _written_2021(deed: Deed) -> dict[str, object]:
    title = {"title": deed.username} if deed.username else {}
    return {**title, "string_list_data": [{"value": deed.text, "timestamp": deed.at}]}


def _thread(talk: Conversation) -> str:
    return document(
        {
            "participants": [{"name": name} for name in talk.names],
            "messages": [_message(each) for each in talk.messages],
            "title": talk.title,
            "is_still_participant": True,
            "thread_path": f"{talk.inbox}/{talk.mark}",
            "magic_words": [],
        }
    )


def _message(said: Said) -> dict[str, object]:
    hearts = [{"reaction": "❤", "actor": name} for name in said.liked_by]
    return {
        "sender_name": said.sender,
        "timestamp_ms": said.at * 1000 + said.at % 1000,
        "content": said.text,
        **({"reactions": hearts} if hearts else {}),
        "is_geoblocked_for_viewer": False,
    }


def _iso(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat()
