"""An invented world in which people follow, leave, swap names and disappear; it remembers what really happened."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from kith.people.comparing import BOTH, FOLLOWER, FOLLOWING, LISTS
from tests.factories import day

SIZE = 12
NAMES = ("ada", "ada.l", "bea", "b_ea", "cleo", "c.leo", "dora", "eve", "fay", "gil", "hal", "ida")
# Longer than a second and shorter than a minute: two follows can share a minute.
STEP = 23


class Happened(NamedTuple):
    """What really happened to somebody: `came` to or `left` a list, or `renamed`."""

    at: int
    number: int
    what: str
    bit: int = 0


@dataclass
class Somebody:
    """`since` are the seconds in which their follows began, by list. Those of an account that is away go on."""

    number: int
    name: str
    since: dict[int, int] = field(default_factory=dict)
    state: str = "here"
    names: set[str] = field(default_factory=set)
    """Every name they ever had."""
    ever_since: set[tuple[int, int]] = field(default_factory=set)
    """Every follow they ever had: the list, and the second in which it began."""

    def __post_init__(self) -> None:
        self.names.add(self.name)

    @property
    def shown_name(self) -> str:
        """Exports keep deleted accounts under names of their own."""
        return f"__deleted__{self.number:02}" if self.state == "deleted" else self.name


class World:
    """Everybody there is, and all that ever happened. Numbers may be any: they are taken modulo the people."""

    def __init__(self) -> None:
        self.clock = int(day(1).timestamp())
        self.people = [Somebody(number, NAMES[number]) for number in range(SIZE)]
        self.log: list[Happened] = []
        self._fresh = 0

    def happen(self, what: str, one: int, other: int) -> None:
        """One of HAPPENINGS, to one person or two. Where it cannot happen, nothing does."""
        self.clock += STEP
        HAPPENINGS[what](self, self.people[one % SIZE], self.people[other % SIZE])

    def pass_time(self, seconds: int) -> None:
        self.clock += seconds

    def shown(self, bit: int, *, with_deleted: bool) -> Iterator[Somebody]:
        """Whom a list shows now."""
        for person in self.people:
            is_shown = person.state == "here" or (with_deleted and person.state == "deleted")
            if is_shown and bit in person.since:
                yield person

    def happened(
        self, number: int, what: str, bit: int, after: float, before: float
    ) -> list[Happened]:
        return [
            one
            for one in self.log
            if (one.number, one.what) == (number, what)
            and (not bit or one.bit == bit)
            and after <= one.at <= before
        ]

    def _note(self, person: Somebody, what: str, bit: int = 0) -> None:
        self.log.append(Happened(self.clock, person.number, what, bit))

    def _begin(self, person: Somebody, bit: int) -> None:
        if person.state == "here" and bit not in person.since:
            person.since[bit] = self.clock
            person.ever_since.add((bit, self.clock))
            self._note(person, "came", bit)

    def _end(self, person: Somebody, bit: int) -> None:
        if person.state == "here" and person.since.pop(bit, None) is not None:
            self._note(person, "left", bit)

    def _call(self, person: Somebody, name: str) -> None:
        person.name = name
        person.names.add(name)
        self._note(person, "renamed")

    def _is_free(self, name: str) -> bool:
        return all(person.name != name or person.state == "deleted" for person in self.people)

    def follow(self, one: Somebody, _: Somebody) -> None:
        self._begin(one, FOLLOWER)

    def be_followed(self, one: Somebody, _: Somebody) -> None:
        self._begin(one, FOLLOWING)

    def together(self, one: Somebody, other: Somebody) -> None:
        """Two requests that were accepted with one tap."""
        self._begin(one, FOLLOWER)
        self._begin(other, FOLLOWER)

    def befriend(self, one: Somebody, _: Somebody) -> None:
        self._begin(one, FOLLOWING)
        self.clock += STEP
        self._begin(one, FOLLOWER)

    def leave(self, one: Somebody, _: Somebody) -> None:
        self._end(one, FOLLOWER)

    def drop(self, one: Somebody, _: Somebody) -> None:
        self._end(one, FOLLOWING)

    def follow_anew(self, one: Somebody, _: Somebody) -> None:
        if FOLLOWER in one.since:
            self._end(one, FOLLOWER)
            self.clock += STEP
            self._begin(one, FOLLOWER)

    def block(self, one: Somebody, _: Somebody) -> None:
        for bit in LISTS:
            self._end(one, bit)

    def rename(self, one: Somebody, other: Somebody) -> None:
        """To a name that was somebody's once, if it is free, else to one that never was."""
        if one.state == "here":
            self._call(
                one, NAMES[other.number] if self._is_free(NAMES[other.number]) else self._new_name()
            )

    def swap(self, one: Somebody, other: Somebody) -> None:
        if one is not other and "deleted" not in {one.state, other.state}:
            self._pass_on([one, other])

    def ring(self, one: Somebody, other: Somebody) -> None:
        third = self.people[(other.number + 1) % SIZE]
        if len({one.number, other.number, third.number}) == 3:
            self._pass_on([one, other, third])

    def inherit(self, one: Somebody, other: Somebody) -> None:
        """One takes another name, and the other takes the freed one at once."""
        if one is not other and one.state == other.state == "here":
            freed = one.name
            self._call(one, self._new_name())
            self._call(other, freed)

    def go_away(self, one: Somebody, _: Somebody) -> None:
        if one.state == "here":
            one.state = "away"
            self._note_all(one, "left")

    def come_back(self, one: Somebody, _: Somebody) -> None:
        if one.state == "away":
            one.state = "here"
            self._note_all(one, "came")

    def delete(self, one: Somebody, _: Somebody) -> None:
        if one.state == "here":
            one.state = "deleted"
            self._note_all(one, "left")

    def _note_all(self, person: Somebody, what: str) -> None:
        for bit in person.since:
            self._note(person, what, bit)

    def _pass_on(self, people: list[Somebody]) -> None:
        if all(person.state == "here" for person in people):
            names = [person.name for person in people]
            for person, name in zip(people, [*names[1:], names[0]], strict=True):
                self._call(person, name)

    def _new_name(self) -> str:
        self._fresh += 1
        return f"n{self._fresh}"


HAPPENINGS: dict[str, Callable[[World, Somebody, Somebody], None]] = {
    one.__name__: one
    for one in (
        World.follow, World.be_followed, World.befriend, World.together, World.leave, World.drop, World.follow_anew,
        World.block, World.rename, World.swap, World.ring, World.inherit, World.go_away, World.come_back, World.delete,
    )
}  # fmt: skip
RENAMES = ("rename", "swap", "ring", "inherit")
__all__ = ["BOTH", "HAPPENINGS", "RENAMES", "SIZE", "Happened", "Somebody", "World"]
