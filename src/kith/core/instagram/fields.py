"""Which fields each kind of node is asked for, and which of them the API at hand has refused.

The nodes' fields: facebook-python-business-sdk v25.0.2 (2026-06), `*ForIGOnlyAPI`; those of people:
Instagram's User Profile API. A gateway that offers lists may know more fields, or fewer.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

PROFILE = (
    "id", "user_id", "username", "name", "biography", "website", "profile_picture_url",
    "account_type", "followers_count", "follows_count", "media_count",
)  # fmt: skip
PERSON = (
    "id", "username", "name", "biography", "profile_picture_url",
    "followers_count", "follows_count", "is_verified",
)  # fmt: skip
LIST_ENTRY = (*PERSON, "followed_at")
MEDIA = (
    "id", "caption", "media_type", "permalink", "timestamp", "comments_count", "like_count",
)  # fmt: skip
COMMENT = (
    "id", "text", "timestamp", "username", "from{id,username}", "like_count", "hidden", "parent_id",
    "replies{id,timestamp,username}",
)  # fmt: skip

# What Instagram's own profile of a person calls the same.
OTHER_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "is_verified": "is_verified_user",
        "profile_picture_url": "profile_pic",
        "followers_count": "follower_count",
    }
)
_NEEDED = frozenset({"id", "username"})


class AskedFields:
    """The fields to ask of one kind of node. One that is refused is not asked for again."""

    def __init__(
        self, names: tuple[str, ...], other_names: Mapping[str, str] = MappingProxyType({})
    ) -> None:
        self._names = list(names)
        self._other_names = dict(other_names)

    def __str__(self) -> str:
        return ",".join(self._names)

    def leave_out(self, refused: str) -> bool:
        """Whether the call can be repeated without the `refused` field."""
        for place, name in enumerate(self._names):
            if name.partition("{")[0] == refused and refused not in _NEEDED:
                other = self._other_names.pop(name, None)
                self._names[place : place + 1] = [other] if other else []
                return True
        return False
