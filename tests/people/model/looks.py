"""What a source shows of the world at one moment: the API with ids, an export with seconds or with minutes; cut, in
part, or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import NamedTuple

from kith.core.records import ListName, ListState, PersonRecord
from kith.people.comparing import DELETED, LISTS, KnownRow
from kith.people.models import LIST_BITS
from tests.people.model.world import World

NAME_OF_LIST = {bit: name for name, bit in LIST_BITS.items()}
MINUTE = 60
# A gateway tells follow times as well.
BY_API = ("api", "gateway")


class Way(NamedTuple):
    """How to look. `states` are those of following and followers; `part` picks whom a partial list shows.

    `cut` hides so many of the oldest followers, and the source does not say so. `slack` is how many seconds before and
    after the moment an export may have been made, by its name.
    """

    source: str
    states: tuple[ListState, ListState]
    part: int
    cut: int
    slack: int
    renames_within: tuple[tuple[str, int, int], ...]


@dataclass
class Entry:
    """Somebody on a list, as the source shows them."""

    number: int
    name: str
    since: int | None
    is_exact: bool
    instagram_user_id: str | None

    def record(self) -> PersonRecord:
        return PersonRecord(
            self.name,
            instagram_user_id=self.instagram_user_id,
            since=self.since,
            since_is_exact=self.is_exact,
        )


@dataclass
class Look:
    """What was shown: by list the entries, and whom it hid though they are there."""

    source: str
    after: datetime
    at: datetime
    states: dict[int, ListState] = field(default_factory=dict)
    entries: dict[int, list[Entry]] = field(default_factory=dict)
    hidden: dict[int, set[int]] = field(default_factory=dict)

    def is_complete(self, bit: int) -> bool:
        return self.states[bit] is ListState.COMPLETE

    def entry(self, bit: int, number: int) -> Entry | None:
        """Somebody on a list, under the name that was read last: whoever is renamed meanwhile stands under two."""
        mine = [one for _, one in self.everybody() if one.number == number]
        here = next((one for one in self.entries[bit] if one.number == number), None)
        return replace(here, name=mine[-1].name) if here else None

    def everybody(self) -> Iterator[tuple[int, Entry]]:
        return ((bit, entry) for bit in LISTS for entry in self.entries[bit])

    def living(self) -> Iterator[tuple[int, Entry]]:
        return ((bit, one) for bit, one in self.everybody() if not one.name.startswith(DELETED))

    def latest_names(self) -> dict[str, int]:
        """Whose each name is, by what was read last."""
        return {entry.name: entry.number for _, entry in self.everybody()}

    def number_of(self, row: KnownRow) -> int | None:
        """Whom a row of the ledger stands for, if they are shown: by the id where ids are told, else by the name."""
        if not self.tells_ids:
            return self.latest_names().get(row.username)
        ids = {entry.instagram_user_id: entry.number for _, entry in self.everybody()}
        return ids.get(row.instagram_user_id)

    @property
    def tells_ids(self) -> bool:
        return self.source == "api"

    @property
    def tells_times(self) -> bool:
        return any(entry.is_exact and entry.since for _, entry in self.everybody())


def id_of(number: int) -> str:
    return f"1700000{number:04}"


def look(world: World, way: Way) -> Look:
    """Following is read before followers; the API shows each as it is then."""
    start = world.clock
    shown = Look("api" if way.source in BY_API else "export", _moment(start), _moment(start))
    for bit, state in zip(LISTS, way.states, strict=True):
        if bit != LISTS[0] and way.source in BY_API:
            for happening in way.renames_within:
                world.happen(*happening)
        shown.states[bit] = state
        shown.entries[bit], shown.hidden[bit] = _list(world, way, bit, state)
    slack = way.slack if way.source not in BY_API else 0
    shown.after, shown.at = _moment(start - slack), _moment(world.clock + slack)
    return shown


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, tz=UTC)


def _list(world: World, way: Way, bit: int, state: ListState) -> tuple[list[Entry], set[int]]:
    if state is ListState.ABSENT:
        return [], set()
    people = list(world.shown(bit, with_deleted=way.source not in BY_API))
    hidden: set[int] = set()
    if state is ListState.PARTIAL:
        people = [person for person in people if way.part >> person.number & 1]
    elif way.cut and way.source not in BY_API and NAME_OF_LIST[bit] is ListName.FOLLOWERS:
        oldest = sorted(people, key=lambda person: person.since[bit])[: way.cut]
        hidden = {person.number for person in oldest}
    return [
        Entry(
            person.number,
            person.shown_name,
            _told_since(way.source, person.since[bit]),
            is_exact=way.source != "html",
            instagram_user_id=id_of(person.number) if way.source in BY_API else None,
        )
        for person in people
        if person.number not in hidden
    ], hidden


def _told_since(source: str, since: int) -> int | None:
    return {"api": None, "html": since // MINUTE * MINUTE}.get(source, since)
