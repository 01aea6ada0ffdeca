"""Between whom a conversation is. Only one with a single other person, who is known, tells of an interaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from kith.core.records import Direction

# The account itself is in all of its conversations; nobody else is in most of at least so many.
_ENOUGH_CONVERSATIONS = 3
# Whoever has deleted their account is called so in every export in English seen from 2022 to 2026.
_NAMES_OF_THE_DELETED = frozenset({"instagram user", "instagramuser"})


class Unattributed(StrEnum):
    """Why the messages of a conversation are nobody's."""

    GROUP = "group"
    ALONE = "alone"
    DELETED = "deleted"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Pair:
    """The two sides of a conversation, by the names that stand at its messages."""

    own: str
    other: str

    def side(self, sender: str) -> Direction | None:
        """Which way a message of this sender went; None for anybody else."""
        if sender == self.own:
            return Direction.GIVEN
        return Direction.RECEIVED if sender == self.other else None


class Conversations:
    """All conversations of an export: the participants of each, by the id of its thread.

    `own_names` are those that the export gives for the account itself. A display name can have changed, so when none of
    them takes part anywhere, the name that takes part in most conversations is the account's.
    """

    def __init__(
        self, participants: Mapping[str, Sequence[str]], own_names: Iterable[str | None]
    ) -> None:
        occurring = Counter(name for names in participants.values() for name in set(names))
        self.own = frozenset(name for name in own_names if name and name in occurring) or (
            _most_frequent(occurring, len(participants))
        )
        self._between = {
            thread: self._pair(names, self.own) for thread, names in participants.items()
        }
        others = Counter(pair.other for pair in self._between.values() if isinstance(pair, Pair))
        # Two conversations with the same name are two people: one person has one.
        self.others = frozenset(name for name, count in others.items() if count == 1)

    def between(self, thread: str) -> Pair | Unattributed:
        pair = self._between.get(thread, Unattributed.UNKNOWN)
        if isinstance(pair, Pair) and pair.other not in self.others:
            return Unattributed.UNKNOWN
        return pair

    @staticmethod
    def _pair(names: Sequence[str], own: frozenset[str]) -> Pair | Unattributed:
        if len(names) > 2:
            return Unattributed.GROUP
        mine = [name for name in names if name in own]
        others = [name for name in names if name not in own]
        if len(mine) == len(others) == 1:
            is_deleted = others[0].lower() in _NAMES_OF_THE_DELETED
            return Unattributed.DELETED if is_deleted else Pair(mine[0], others[0])
        return Unattributed.ALONE if len(names) == len(mine) == 1 else Unattributed.UNKNOWN


def _most_frequent(occurring: Counter[str], conversations: int) -> frozenset[str]:
    found = occurring.most_common(2)
    if not found or found[0][1] < max(_ENOUGH_CONVERSATIONS, conversations / 2):
        return frozenset()
    is_alone = len(found) == 1 or found[1][1] < found[0][1]
    return frozenset({found[0][0]}) if is_alone else frozenset()
