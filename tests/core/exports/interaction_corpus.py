"""Writes what exports of 2018 to 2026 tell of interactions, about invented people, and reads it back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from kith.core.exports import InteractionOutcome, open_export
from kith.core.records import InteractionRecord
from tests.core.exports import corpus

NOW = datetime(2026, 9, 1, 12, tzinfo=UTC)
AT = 1_770_775_983  # 2026-02-11 02:13:03 UTC
ACTIVITY = "your_instagram_activity"
LIKES = f"{ACTIVITY}/likes"
COMMENTS = f"{ACTIVITY}/comments"
STORIES = f"{ACTIVITY}/story_interactions"
SAVED = f"{ACTIVITY}/saved"
INBOX = f"{ACTIVITY}/messages/inbox"
PERSONAL = "personal_information/personal_information/personal_information.json"
POST = "https://www.instagram.com/p/CAAAAAAAAA1/"
THUMB = corpus.mojibake("👍")
SECRET = "meet me under the old pier"

Counts = dict[tuple[str, str, str], int]
"""How often, by username, kind and direction."""


def export_of(files: corpus.Files) -> dict[str, Any]:
    """A whole export of 2026 with these files besides the lists."""
    return {**corpus.era_6(), **files}


def read(
    tmp_path: Path, files: corpus.Files, **asked: Any
) -> tuple[list[InteractionRecord], InteractionOutcome]:
    path = corpus.write_zip(tmp_path / f"{corpus.ZIP_NAME}.zip", files)
    with open_export([path], now=NOW) as export:
        reading = export.accounts[0].interactions(**asked)
        records = [record for page in reading for record in page]
        return records, reading.outcome


def counted(records: list[InteractionRecord]) -> Counts:
    return dict(Counter((each.username, str(each.kind), str(each.direction)) for each in records))


def titled(name: str | None, at: object = AT, **link: str) -> dict[str, Any]:
    """Shape A: whom it concerns in the title."""
    record = {"string_list_data": [{**link, "timestamp": at}]}
    return {"title": name, **record} if name is not None else record


def liked(name: str | None, at: object = AT) -> dict[str, Any]:
    return titled(name, at, href=POST, value=THUMB)


def pairs(name: str, display: str, labels: tuple[str, str, str]) -> list[dict[str, str]]:
    url, name_label, username_label = labels
    return [
        {"label": url, "value": ""},
        {"label": name_label, "value": corpus.mojibake(display)},
        {"label": username_label, "value": name},
    ]


ENGLISH = ("URL", "Name", "Username")


def owner(
    name: str,
    display: str | None = None,
    *,
    title: str = "Owner",
    labels: tuple[str, str, str] = ENGLISH,
) -> dict[str, Any]:
    called = display or name.replace("_", ".").replace(".", " ").title()
    return {"dict": [{"dict": pairs(name, called, labels), "title": ""}], "title": title}


HASHTAGS = {
    "title": "Hashtags",
    "dict": [{"title": "", "dict": [{"label": "Name", "value": "walk"}]}],
}


def labelled(*blocks: dict[str, Any], at: object = AT, url: str = POST) -> dict[str, Any]:
    """Shape C: labels, and blocks of them."""
    link = {"label": "URL", "value": url, "href": url}
    return {"timestamp": at, "media": [], "label_values": [link, *blocks], "fbid": "1807991"}


def comment(
    name: str | None,
    text: str | None = SECRET,
    at: object = AT,
    labels: tuple[str, str, str] = ("Comment", "Media Owner", "Time"),
) -> dict[str, Any]:
    """Shape D: a table whose keys are in the language of the account."""
    text_label, owner_label, time_label = (corpus.mojibake(label) for label in labels)
    table: dict[str, Any] = {time_label: {"timestamp": at}}
    if name is not None:
        table[owner_label] = {"value": name}
    if text is not None:
        table[text_label] = {"value": corpus.mojibake(text)}
    return {"media_list_data": [{"uri": ""}], "string_map_data": table}


def message(sender: str, at: object = AT * 1000, **more: Any) -> dict[str, Any]:
    return {
        "sender_name": corpus.mojibake(sender),
        "timestamp_ms": at,
        "content": SECRET,
        "is_geoblocked_for_viewer": False,
        **more,
    }


def thread(*names: str, messages: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    return {
        "participants": [{"name": corpus.mojibake(name)} for name in names],
        "messages": messages,
        "title": names[0] if names else "",
        "is_still_participant": True,
        "thread_path": "inbox/x",
        "magic_words": [],
        **more,
    }


def knowing(people: Mapping[str, str]) -> dict[str, Any]:
    """A list that pairs usernames with display names."""
    records = [
        corpus.as_labels(username, AT, display=corpus.mojibake(display))
        for username, display in people.items()
    ]
    return {f"{corpus.LISTS}/close_friends.json": records, PERSONAL: corpus.personal()}
