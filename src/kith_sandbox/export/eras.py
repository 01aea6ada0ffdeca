"""How the archive looked over the years. The marks that tell one era from the next are in `ERAS`.

The eras were put together from public readers of exports and their fixtures (compiled 2026-11);
dates are approximate, and Instagram has mixed eras in one archive.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

RecordShape = Literal["value", "title", "labels"]


@dataclass(frozen=True, slots=True)
class Era:
    """One way of writing an archive.

    lists_folder, personal_file: paths without extension. wrapped_followers: the followers are one
    file with a key around them. Shapes: `value` has the name in `value`, `title` has it in `title`
    with a `/_u/` address, `labels` is a table of labels. frame: the year of the HTML frame. activity_shape: of likes,
    saved posts and liked stories, whose owner is in the title or in a block of labels.
    """

    lists_folder: str
    personal_file: str
    wrapped_followers: bool
    following_shape: RecordShape
    small_shape: RecordShape
    blocked_shape: RecordShape
    profiles_word: Literal["accounts", "profiles"]
    frame: Literal[2025, 2026]
    new_labels: bool
    activity_folder: str = ""
    stories_folder: str = "story_sticker_interactions"
    activity_shape: Literal["title", "labels"] = "title"


_ROOT = "followers_and_following"
_SUPER = "connections/followers_and_following"
_PERSONAL = "personal_information/personal_information/personal_information"

ERAS: dict[str, Era | None] = {
    # 2018 to 2020: flat files, names as keys, ISO dates, readable UTF-8, no HTML.
    "E0": None,
    # 2021 to 2022: folders in the root, the followers as one wrapped file.
    "E1": Era(
        _ROOT,
        "account_information/personal_information",
        wrapped_followers=True,
        following_shape="value",
        small_shape="value",
        blocked_shape="value",
        profiles_word="accounts",
        frame=2025,
        new_labels=False,
    ),
    # 2022 to 2023: the followers as bare lists of 10,000.
    "E2": Era(
        _ROOT,
        "personal_information/personal_information",
        wrapped_followers=False,
        following_shape="value",
        small_shape="value",
        blocked_shape="value",
        profiles_word="accounts",
        frame=2025,
        new_labels=False,
    ),
    # 2024 to 2025: super folders, accounts become profiles, blocked ones move to `title`.
    "E3": Era(
        _SUPER,
        _PERSONAL,
        wrapped_followers=False,
        following_shape="value",
        small_shape="value",
        blocked_shape="title",
        profiles_word="profiles",
        frame=2025,
        new_labels=False,
        activity_folder="your_instagram_activity/",
        stories_folder="story_interactions",
    ),
    # From autumn 2025: following without `value`.
    "E4": Era(
        _SUPER,
        _PERSONAL,
        wrapped_followers=False,
        following_shape="title",
        small_shape="value",
        blocked_shape="title",
        profiles_word="profiles",
        frame=2025,
        new_labels=True,
        activity_folder="your_instagram_activity/",
        stories_folder="story_interactions",
    ),
    # From the end of 2025: as E4 for the lists; likes are tables of labels, and the HTML has a header with the date.
    "E5": Era(
        _SUPER,
        _PERSONAL,
        wrapped_followers=False,
        following_shape="title",
        small_shape="value",
        blocked_shape="title",
        profiles_word="profiles",
        frame=2026,
        new_labels=True,
        activity_folder="your_instagram_activity/",
        stories_folder="story_interactions",
        activity_shape="labels",
    ),
    # From spring 2026: the small lists are tables of labels.
    "E6": Era(
        _SUPER,
        _PERSONAL,
        wrapped_followers=False,
        following_shape="title",
        small_shape="labels",
        blocked_shape="labels",
        profiles_word="profiles",
        frame=2026,
        new_labels=True,
        activity_folder="your_instagram_activity/",
        stories_folder="story_interactions",
        activity_shape="labels",
    ),
}
