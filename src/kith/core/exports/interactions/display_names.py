"""Whose a display name is: conversations tell only these, and everything else goes by usernames.

An export pairs the two in its newer lists and likes (those of a third of the people in conversations, as one reader
counted in May 2026). Who has not chosen a display name goes by the username. A name is somebody's only if nothing
speaks for another: it is more than one plain word, one person alone is known by it, and that person is in the two
lists. Many people are called Anna, and not all of them are known by name.
"""

from __future__ import annotations

from collections.abc import Iterable

from kith.core.exports.labels import Occurring
from kith.core.exports.text import repair_mojibake
from kith.core.exports.usernames import as_username


def display_name(text: str) -> str:
    """A name from a JSON file as it was meant."""
    return repair_mojibake(text).strip()


class DisplayNames:
    """Learns pairs of names as they are met, of those display names that are wanted: there are far fewer of them.

    `occurring` are those of some usernames that are in the two lists.
    """

    def __init__(self, wanted: Iterable[str], occurring: Occurring) -> None:
        # What is nothing but letters can be one word.
        self.wanted = frozenset(name for name in wanted if not name.isalpha())
        self._occurring = occurring
        self._usernames: dict[str, str | None] = {}
        for handle in self._in_lists(name for name in self.wanted if as_username(name) == name):
            self._usernames[handle] = handle

    def learn(self, username: str, name: str) -> None:
        """Two people of the same name make it nobody's: better nobody than the wrong one."""
        name = name.strip()
        if name in self.wanted and self._usernames.setdefault(name, username) != username:
            self._usernames[name] = None

    def resolved(self) -> dict[str, str]:
        """Usernames by display name, once everything has been learned."""
        known = self._in_lists(filter(None, self._usernames.values()))
        return {name: user for name, user in self._usernames.items() if user in known}

    def _in_lists(self, usernames: Iterable[str]) -> frozenset[str]:
        asked = frozenset(usernames)
        return self._occurring(asked) if asked else asked
