"""Exports of other products, told by their file names. Their lists have the same names and other meanings."""

from __future__ import annotations

import re
from collections.abc import Iterable

_MARKS = {
    "Threads": re.compile(r"(^|/)threads/(followers|following)\.(json|html)$"),
    "Facebook": re.compile(
        r"(^|/)(your_facebook_activity|friends_and_followers|about_you|connections/friends)/"
        r"|(^|/)facebook-[^/]+/"
    ),
    "X": re.compile(r"(^|/)data/(follower|following|tweets?|account)\.js$"),
    "TikTok": re.compile(r"(^|/)(user_data_tiktok|user_data)\.json$"),
}


def other_platform(paths: Iterable[str]) -> str | None:
    """The product whose export these files are, when it is one of those that people confuse with Instagram's."""
    for path in paths:
        lowered = path.lower()
        for platform, mark in _MARKS.items():
            if mark.search(lowered):
                return platform
    return None
