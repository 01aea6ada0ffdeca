"""What the sources proved of each person so far: the measure of what kith can know, kept apart from its ledger."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from kith.people.comparing import LISTS
from tests.people.model.looks import MINUTE, Entry, Look
from tests.people.model.world import World

NO_NAME = ""


@dataclass
class Proof:
    """What is known of somebody.

    `name` was shown last, unless somebody else was shown with it since; `has_id` says whether an id was told with it,
    `times` are follow times to the second, by list, and `on` the lists on which they were when those were told last.
    """

    name: str
    on: int = 0
    has_id: bool = False
    times: dict[int, int] = field(default_factory=dict)


class Proofs:
    """Ids and seconds prove who somebody is; a name does while it has not passed on.

    An id and a follow time come from different sources, so only the name led from one to the other: who is renamed with
    one of them keeps no other proof, and who is back by nothing but a name keeps none (docs/decisions/0005).
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self._of: dict[int, Proof] = {}

    def confused_by(self, shown: Look, whole: int) -> set[int]:
        """Who cannot be told apart from another, or from themselves of before, by what this look shows.

        A second proves something on the lists that are or were seen whole: elsewhere somebody unseen may share it.
        """
        confused: set[int] = set()
        mine = dict(_entries_by_person(shown))
        proven = {number for number in mine if self._is_proven(number, mine[number], whole)}
        for number, entries in mine.items():
            name = _name(entries)
            namesakes = {
                other for other, proof in self._of.items() if proof.name == name and other != number
            }
            if (
                number not in proven
                and number in self._of
                and (self._of[number].name != name or namesakes)
            ):
                confused |= {number, *namesakes}
            if number not in proven:
                twins = self._twins(number, entries) - proven
                confused |= {number, *twins} if twins else set()
            for other in namesakes - proven:
                if not (shown.tells_ids and self._of[other].has_id):
                    confused |= {number, other}
        return confused

    def _is_proven(self, number: int, entries: dict[int, Entry], whole: int) -> bool:
        proof = self._of.get(number)
        if proof is None:
            return False
        return any(
            (entry.instagram_user_id and proof.has_id)
            or (
                bit & whole
                and entry.is_exact
                and entry.since == proof.times.get(bit)
                and self._is_unique(number, bit, entry)
            )
            for bit, entry in entries.items()
        )

    def _is_unique(self, number: int, bit: int, entry: Entry) -> bool:
        return entry.since is not None and not any(
            (bit, entry.since) in other.ever_since
            for other in self._world.people
            if other.number != number
        )

    def _twins(self, number: int, entries: dict[int, Entry]) -> set[int]:
        """Others who were shown on a list since the very second that is told of somebody now."""
        return {
            other
            for bit, entry in entries.items()
            for other, proof in self._of.items()
            if other != number
            and entry.is_exact
            and entry.since is not None
            and proof.times.get(bit) == entry.since
        }

    def people_without_a_twin(self) -> set[int]:
        """Those who share the second of no follow with anybody."""
        seconds = Counter(follow for one in self._world.people for follow in one.ever_since)
        return {
            one.number
            for one in self._world.people
            if all(seconds[follow] == 1 for follow in one.ever_since)
        }

    def take(self, shown: Look, complete: int) -> None:
        """To be called when the look was believed; `complete` are the lists that were taken for whole."""
        everybody = dict(_entries_by_person(shown))
        for number, entries in everybody.items():
            proof = self._of.setdefault(number, Proof(_name(entries)))
            is_proven = self._is_proven(number, entries, complete | proof.on)
            self._forget(proof, _name(entries), shown, is_proven=is_proven)
            proof.name = _name(entries)
            for other in self._of.values():
                if other is not proof and other.name == proof.name:
                    other.name = NO_NAME
            proof.has_id |= shown.tells_ids
            for bit, entry in entries.items():
                _note_time(proof, bit, entry)
        for number, proof in self._of.items():
            proof.on = proof.on & ~complete | sum(everybody.get(number, {}))

    def _forget(self, proof: Proof, name: str, shown: Look, *, is_proven: bool) -> None:
        if proof.name != name and shown.tells_ids:
            proof.times = proof.times if shown.tells_times else {}
        elif proof.name != name or not (is_proven or proof.on):
            proof.has_id = False
        if not is_proven:
            proof.times = {bit: since for bit, since in proof.times.items() if proof.on & bit}


def _note_time(proof: Proof, bit: int, entry: Entry) -> None:
    known = proof.times.get(bit)
    if entry.is_exact and entry.since is not None:
        proof.times[bit] = entry.since
    elif known and entry.since is not None and known // MINUTE != entry.since // MINUTE:
        del proof.times[bit]


def _name(entries: dict[int, Entry]) -> str:
    """Whoever is renamed during the reading stands under two names; the last one counts."""
    return next(reversed(entries.values())).name


def _entries_by_person(shown: Look) -> Iterator[tuple[int, dict[int, Entry]]]:
    """Everybody shown, with their entry by list in the order of reading."""
    for number in {entry.number for _, entry in shown.everybody()}:
        yield (
            number,
            {bit: one for bit in LISTS for one in shown.entries[bit] if one.number == number},
        )
