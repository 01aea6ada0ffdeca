"""Whose a display name is: conversations tell only these, and everything else goes by usernames.

An export pairs the two in its newer lists and likes (those of a third of the people in conversations, as one reader
counted in May 2026). Who has not chosen a display name goes by the username.
"""

from __future__ import annotations

from collections.abc import Iterable

from kith.core.exports.text import repair_mojibake
from kith.core.exports.usernames import as_username

# All accounts that were deleted share this name.
_NOBODYS = frozenset({"instagram user", "instagramuser"})


def display_name(text: str) -> str:
    """A name from a JSON file as it was meant."""
    return repair_mojibake(text).strip()


class DisplayNames:
    """Learns pairs of names as they are met, of those display names that are `wanted`: there are far fewer of them."""

    def __init__(self, wanted: Iterable[str] = ()) -> None:
        self.wanted = frozenset(name for name in wanted if name.lower() not in _NOBODYS)
        self._usernames: dict[str, str | None] = {}

    @property
    def handles(self) -> frozenset[str]:
        """Those that can only be usernames; plain words in lower case can be display names."""
        return frozenset(
            name for name in self.wanted if as_username(name) == name and not name.isalpha()
        )

    def learn(self, username: str, name: str | None) -> None:
        """Two people of the same name make it nobody's: better nobody than the wrong one."""
        name = name.strip() if name and self.wanted else ""
        if name in self.wanted and self._usernames.setdefault(name, username) != username:
            self._usernames[name] = None

    def username(self, name: str) -> str | None:
        return self._usernames.get(name)
