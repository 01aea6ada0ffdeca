"""The username in a record of a list.

Until 2025 a record holds it as `value`, since then as `title`, and at all times in its `href`:
`https://www.instagram.com/NAME`, later `https://www.instagram.com/_u/NAME` (seen in exports of 2021 to 2026).
"""

from __future__ import annotations

import re

# Instagram allows 30 letters. Deleted accounts stay in the lists under a longer made-up name.
_NAME = r"__deleted__[A-Za-z0-9._]{0,64}|[A-Za-z0-9._]{1,30}"
_USERNAME = re.compile(_NAME)
_LOWER_CASE_USERNAME = re.compile(r"[a-z0-9._]{1,30}")
_PLAIN_PROFILE = "https://www.instagram.com/"
_PROFILE = re.compile(
    rf"(?:https?://)?(?:www\.)?instagram\.com/(?:_u/)?(?P<name>{_NAME})/?(?:[?#].*)?",
    re.IGNORECASE | re.DOTALL,
)
_STORY = re.compile(
    rf"https?://(?:www\.)?instagram\.com/stories/(?!highlights/)(?P<name>{_NAME})/", re.IGNORECASE
)

# Instagram's own pages, which stand where a profile's name stands.
_PAGES = frozenset(
    {"_u", "accounts", "direct", "explore", "p", "reel", "reels", "s", "share", "stories", "tv"}
)


def username_among(href: str | None, value: str | None, title: str | None) -> str | None:
    """The username of a list's record: of the link, else the value (which may be a link too), else the title."""
    # Nearly every follower has this form, and there may be a million of them.
    is_plain = value is not None and href == _PLAIN_PROFILE + value
    if is_plain and value and _LOWER_CASE_USERNAME.fullmatch(value) and value not in _PAGES:
        return value
    return (
        username_of_profile(href)
        or username_of_profile(value)
        or as_username(value)
        or as_username(title)
    )


def username_of_profile(link: str | None) -> str | None:
    """Whose profile on instagram.com a link leads to; None for any other page, host or text."""
    match = _PROFILE.fullmatch(link.strip()) if link else None
    if match is None:
        return None
    username = match["name"].lower()
    return None if username in _PAGES else username


def username_of_story(link: str | None) -> str | None:
    """Whose story a link leads to: `https://www.instagram.com/stories/NAME/ID` is the one that tells."""
    match = _STORY.match(link) if link else None
    return match["name"].lower() if match else None


def as_username(text: str | None) -> str | None:
    """A name as kith writes it, lower case and without `@`; None if it cannot be a username."""
    name = text.strip().removeprefix("@").rstrip("/") if text else ""
    return name.lower() if _USERNAME.fullmatch(name) else None
