"""The other lists of people: requests, blocked, close friends and the like. They are hints, so one may fail alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from kith.core.exports.archive import Member
from kith.core.exports.entries import Entry, Labelled
from kith.core.exports.errors import NotUnderstood
from kith.core.exports.labels import LabelPool
from kith.core.exports.needed import FLAT_LISTS, SMALL_KINDS, Kind
from kith.core.exports.reading import entries_of
from kith.core.exports.relationships_json import flat_keys_in
from kith.core.exports.times import Clock
from kith.core.records import Notice, PersonRecord
from kith.core.wording import count


@dataclass
class SmallLists:
    """`labelled` are the records whose label of usernames has to be found over all lists together."""

    people: dict[str, tuple[PersonRecord, ...]] = field(default_factory=dict)
    labelled: list[Labelled] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)


@dataclass(frozen=True)
class _File:
    member: Member
    kind: Kind
    entries: list[Entry]


def read_small_lists(
    members: Sequence[Member], pool_of: Callable[[list[Labelled]], LabelPool], now: datetime
) -> SmallLists:
    """First all files, then whose the records are: labels are resolved over the whole export."""
    lists = SmallLists()
    files = list(_files(members, lists, Clock(now)))
    lists.labelled = [
        entry for file in files for entry in file.entries if isinstance(entry, Labelled)
    ]
    pool = pool_of(lists.labelled)
    for file in files:
        _take_in(file, pool, lists)
    return lists


def _files(members: Sequence[Member], lists: SmallLists, clock: Clock) -> Iterator[_File]:
    for member, kind in _small_members(members):
        try:
            yield _File(member, kind, list(entries_of(member, kind, clock)))
        except NotUnderstood as fault:
            lists.notices.append(_unreadable(member, f"{member.shown} {fault}."))


def _small_members(members: Sequence[Member]) -> Iterator[tuple[Member, Kind]]:
    kinds = {kind.name: kind for kind in SMALL_KINDS}
    for member in members:
        if member.name.kind in kinds:
            yield member, kinds[member.name.kind]
        elif member.name.kind == FLAT_LISTS:
            try:
                keys = flat_keys_in(member.read())
            except NotUnderstood:
                continue  # The two lists tell of this file.
            yield from ((member, kind) for kind in SMALL_KINDS if kind.flat_key in keys)


def _take_in(file: _File, pool: LabelPool, lists: SmallLists) -> None:
    found = [pool.person(entry) if isinstance(entry, Labelled) else entry for entry in file.entries]
    named = [person for person in found if person]
    unreadable = found.count(None)
    if unreadable:
        message = f"{file.member.shown}: of {count(len(found), 'record')}, {count(unreadable, 'names', 'name')} nobody."
        lists.notices.append(_unreadable(file.member, message))
    if named or not found:
        people = {person.username: person for person in lists.people.get(file.kind.name, ())}
        for person in named:
            people.setdefault(person.username, person)
        lists.people[file.kind.name] = tuple(people.values())


def _unreadable(member: Member, message: str) -> Notice:
    return Notice("small-list-unreadable", message, member.shown)
