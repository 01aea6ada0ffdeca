"""Writes exports as Instagram did from 2018 to 2026, about invented people."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

OWNER = "me.marten"
FOLLOWING = ("ada.lark", "bo_finch", "cleo_wren", "dov.heron", "elk_owl")
FOLLOWERS = ("ada.lark", "bo_finch", "fan.vole", "gnu_ibis")
STARTED = 1_749_860_021
ZIP_NAME = "instagram-me.marten-2026-08-11-AbCd1234"
LISTS = "connections/followers_and_following"
OLD_LISTS = "followers_and_following"
PROFILE = "https://www.instagram.com/"
Files = Mapping[str, Any]


def since(position: int) -> int:
    """Newest first, a day apart."""
    return STARTED - position * 86_400


def as_value(name: str, when: object) -> dict[str, Any]:
    """Shape A until 2025: the name in `value`."""
    link = {"href": PROFILE + name, "value": name, "timestamp": when}
    return {"title": "", "media_list_data": [], "string_list_data": [link]}


def as_title(name: str, when: object) -> dict[str, Any]:
    """Shape A since October 2025: the name in `title`, `/_u/` in the address."""
    return {"title": name, "string_list_data": [{"href": f"{PROFILE}_u/{name}", "timestamp": when}]}


def as_labels(
    name: str,
    when: object,
    *,
    label: str = "Username",
    name_label: str = "Name",
    display: str = "Dov Heron",
) -> dict[str, Any]:
    """Shape C, the small lists since 2026: localised labels, and the link in the bio for a URL."""
    return {
        "timestamp": when,
        "media": [],
        "label_values": [
            {"label": "URL", "value": "http://heron-shop.example/try"},
            {"label": name_label, "value": display},
            {"label": label, "value": name},
        ],
        "fbid": "17841400000000001",
    }


def mojibake(text: str) -> str:
    """Each byte of UTF-8 as a character of its own, as JSON exports have it."""
    return text.encode().decode("latin-1")


def values(names: Iterable[str]) -> list[dict[str, Any]]:
    return [as_value(name, since(position)) for position, name in enumerate(names)]


def titles(names: Iterable[str]) -> list[dict[str, Any]]:
    return [as_title(name, since(position)) for position, name in enumerate(names)]


def labelled(names: Iterable[str], **labels: str) -> list[dict[str, Any]]:
    return [as_labels(name, since(position), **labels) for position, name in enumerate(names)]


def following(records: list[dict[str, Any]]) -> dict[str, Any]:
    return {"relationships_following": records}


def personal(
    username: str = OWNER, *, label: str = "Username", name_label: str = "Name"
) -> dict[str, Any]:
    def told(value: str) -> dict[str, Any]:
        return {"href": "", "value": value, "timestamp": 0}

    told_values = {
        "Email address": told("me@example.invalid"),
        label: told(username),
        name_label: told("Me Marten"),
    }
    return {"profile_user": [{"title": "", "media_map_data": {}, "string_map_data": told_values}]}


def base() -> dict[str, Any]:
    """The export of 2024 to 2025 with the base lists, and nothing else."""
    return {
        f"{LISTS}/followers_1.json": values(FOLLOWERS),
        f"{LISTS}/following.json": following(values(FOLLOWING)),
    }


def era_0() -> dict[str, Any]:
    """2018 to 2020: everything in one file, ISO dates."""

    def dated(names: Iterable[str]) -> dict[str, str]:
        return {name: f"2019-0{number}-04T09:30:12+00:00" for number, name in enumerate(names, 1)}

    connections = {
        "blocked_users": dated(["spam_stoat"]),
        "restricted_users": {},
        "follow_requests_sent": dated(["cleo_wren"]),
        "permanent_follow_requests": {},
        "following": dated(FOLLOWING),
        "followers": dated(FOLLOWERS),
        "following_hashtags": dated(["cats"]),
        "dismissed_suggested_users": {},
        "close_friends": {},
    }
    return {
        "connections.json": connections,
        "profile.json": {"username": OWNER, "name": "Me Marten"},
    }


def era_1() -> dict[str, Any]:
    """2021 to 2022: folders in the root, followers in a wrapper."""
    return {
        f"{OLD_LISTS}/followers.json": {"relationships_followers": values(FOLLOWERS)},
        f"{OLD_LISTS}/following.json": following(values(FOLLOWING)),
        f"{OLD_LISTS}/blocked_accounts.json": {
            "relationships_blocked_users": values(["spam_stoat"])
        },
        f"{OLD_LISTS}/recently_unfollowed_accounts.json": {
            "relationships_unfollowed_users": values(["old_auk"])
        },
        "account_information/personal_information.json": personal(),
    }


def era_2() -> dict[str, Any]:
    """2022 to 2023: followers as a bare list."""
    return {
        f"{OLD_LISTS}/followers_1.json": values(FOLLOWERS),
        f"{OLD_LISTS}/following.json": following(values(FOLLOWING)),
        "personal_information/personal_information.json": personal(),
    }


def era_3() -> dict[str, Any]:
    """2024 to 2025: folders above the folders."""
    return {
        **base(),
        f"{LISTS}/pending_follow_requests.json": {
            "relationships_follow_requests_sent": values(["cleo_wren"])
        },
        f"{LISTS}/blocked_profiles.json": {"relationships_blocked_users": titles(["spam_stoat"])},
        f"{LISTS}/profiles_you've_favorited.json": {
            "relationships_feed_favorites": values(["ada.lark"])
        },
        "personal_information/personal_information/personal_information.json": personal(),
        "your_instagram_activity/likes/liked_posts.json": {"likes_media_likes": []},
    }


def era_4() -> dict[str, Any]:
    """Since October 2025: following by title."""
    return {**era_3(), f"{LISTS}/following.json": following(titles(FOLLOWING))}


def era_6(**labels: str) -> dict[str, Any]:
    """Since 2026: the small lists by label. One display name has the shape of a username."""
    return {
        **era_4(),
        f"{LISTS}/pending_follow_requests.json": labelled(["cleo_wren"], **labels),
        f"{LISTS}/close_friends.json": [
            *labelled(["ada.lark", "bo_finch"], **labels),
            as_labels("elk_owl", since(3), **{**labels, "display": "elk_owl"}),
        ],
        f"{LISTS}/blocked_profiles.json": labelled(["spam_stoat"], **labels),
        f"{LISTS}/hide_story_from.json": as_labels("gnu_ibis", since(0), **labels),
    }


def as_bytes(content: object) -> bytes:
    if isinstance(content, bytes):
        return content
    if isinstance(content, str):
        return content.encode()
    return json.dumps(content, indent=2).encode()


def write_zip(path: Path, files: Files) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, as_bytes(content))
    return path


def write_folder(folder: Path, files: Files) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(as_bytes(content))
    return folder


def below(root: str, files: Files) -> dict[str, Any]:
    """The same files inside of a folder."""
    return {f"{root}/{name}": content for name, content in files.items()}
