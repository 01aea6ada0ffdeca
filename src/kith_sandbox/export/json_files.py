"""The JSON files of an archive: two spaces, ASCII, and text broken as Instagram breaks it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from kith_sandbox.export.contents import Contents, Entry, SmallList
from kith_sandbox.export.eras import Era, RecordShape
from kith_sandbox.export.labels import Locale

_PROFILE = "https://www.instagram.com/"

# A record is thirteen lines, so that a file of 10,000 followers has 130,002 as at Instagram.
_VALUE_RECORD = """\
  {{
    "title": "",
    "media_list_data": [

    ],
    "string_list_data": [
      {{
        "href": "{href}",
        "value": "{value}",
        "timestamp": {at}
      }}
    ]
  }}"""
_TITLE_RECORD = """\
  {{
    "title": "{value}",
    "string_list_data": [
      {{
        "href": "{href}",
        "timestamp": {at}
      }}
    ]
  }}"""


def followers_pieces(entries: Iterable[Entry], *, wrapped: bool) -> Iterator[str]:
    """A file of followers: a bare list, or (2021) a list under a key."""
    records = (_record(entry, "value") for entry in entries)
    return below_key("relationships_followers", records) if wrapped else in_list(records)


def following_pieces(contents: Contents, shape: RecordShape) -> Iterator[str]:
    """The file of those who are followed."""
    records = (_record(entry, shape) for entry in contents.following())
    return below_key("relationships_following", records)


def small_pieces(small: SmallList, shape: RecordShape, locale: Locale) -> Iterator[str]:
    """One of the small lists. As labels, a single entry stands without a list around it."""
    if shape != "labels":
        return below_key(small.wrapper, (_record(entry, shape) for entry in small.entries))
    records = [_labels(entry, locale) for entry in small.entries]
    return iter([document(records[0] if len(records) == 1 else records)])


def hashtags_text(contents: Contents) -> str:
    """The tags that the account follows: they look like people and are none."""
    data = [
        {
            "title": "",
            "media_list_data": [],
            "string_list_data": [
                {
                    "href": f"{_PROFILE}explore/tags/{tag}",
                    "value": tag,
                    "timestamp": contents.account.created_at,
                }
            ],
        }
        for tag in contents.hashtags
    ]
    return document({"relationships_following_hashtags": data})


def personal_text(contents: Contents, era: Era, locale: Locale) -> str:
    """The account's own name and particulars; in English the labels changed in 2025."""
    account = contents.account
    email, private = locale.email, locale.private
    if email == "Email address" and not era.new_labels:
        email, private = "Email", "Private Account"
    values = {
        email: f"{account.username}@example.invalid",
        locale.username: account.username,
        locale.name: account.name,
        private: "False",
    }
    strings = {key: {"href": "", "value": text, "timestamp": 0} for key, text in values.items()}
    user = {"title": "", "media_map_data": {}, "string_map_data": strings}
    return document({"profile_user": [user]})


def e0_files(contents: Contents) -> Iterator[tuple[str, str]]:
    """The flat files of 2018 to 2020: readable UTF-8, names as keys, ISO dates."""
    lists = {small.e0_key: _dates(small.entries) for small in contents.small if small.e0_key}
    connections = {
        **lists,
        "following": _dates(contents.following()),
        "followers": _dates(contents.followers()),
        "following_hashtags": {tag: _iso(contents.account.created_at) for tag in contents.hashtags},
    }
    account = contents.account
    profile = {
        "username": account.username,
        "name": account.name,
        "biography": account.biography,
        "date_joined": _iso(account.created_at),
        "private_account": False,
    }
    yield "connections.json", json.dumps(connections, ensure_ascii=False)
    yield "profile.json", json.dumps(profile, ensure_ascii=False)


def document(data: object) -> str:
    """A whole file with every text broken."""
    return json.dumps(_broken(data), indent=2)


def mojibake(text: str) -> str:
    """Text as Instagram writes it: each byte of its UTF-8 as a character of its own."""
    return text.encode().decode("latin-1")


def _broken(data: object) -> object:
    if isinstance(data, str):
        return mojibake(data)
    if isinstance(data, list):
        return [_broken(each) for each in data]
    if isinstance(data, dict):
        return {mojibake(key): _broken(value) for key, value in data.items()}
    return data


def _record(entry: Entry, shape: RecordShape) -> str:
    # User names are plain ASCII without quotes: nothing in a record needs escaping.
    if shape == "title":
        href = f"{_PROFILE}_u/{entry.username}"
        return _TITLE_RECORD.format(value=entry.username, href=href, at=entry.at)
    href = f"{_PROFILE}{entry.username}"
    return _VALUE_RECORD.format(value=entry.username, href=href, at=entry.at)


def _labels(entry: Entry, locale: Locale) -> dict[str, object]:
    return {
        "timestamp": entry.at,
        "media": [],
        "label_values": [
            {"label": "URL", "value": entry.link},
            {"label": locale.name, "value": entry.name},
            {"label": locale.username, "value": entry.username},
        ],
        "fbid": entry.fbid,
    }


def in_list(records: Iterable[str]) -> Iterator[str]:
    """A file that is a list of records."""
    comma = ""
    yield "["
    for record in records:
        yield f"{comma}\n{record}"
        comma = ","
    yield "\n]"


def below_key(key: str, records: Iterable[str]) -> Iterator[str]:
    """A file with a key around its list of records."""
    yield f'{{\n  "{key}": '
    yield from in_list(records)
    yield "\n}"


def _dates(entries: Iterable[Entry]) -> dict[str, str]:
    return {entry.username: _iso(entry.at) for entry in entries}


def _iso(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat()
