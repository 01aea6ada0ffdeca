"""One account of an export, as of one day: whose it is, when it was made, and its lists."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import cached_property
from itertools import chain
from typing import Literal

from kith.core.exports.archive import Member
from kith.core.exports.entries import Labelled
from kith.core.exports.errors import NotUnderstood
from kith.core.exports.interactions.reading import (
    InteractionReading,
    Named,
    Surroundings,
    chosen_files,
)
from kith.core.exports.interactions.tally import Made
from kith.core.exports.labels import LabelPool
from kith.core.exports.layout import Piece, digest_of
from kith.core.exports.moments import Taken, taken_between
from kith.core.exports.needed import FLAT_LISTS, KIND_OF_LIST, KINDS, NO_DATA
from kith.core.exports.own_account import OwnAccount
from kith.core.exports.page_header import DateRange, PageHeader, header_of
from kith.core.exports.reading import ListReading, entries_of
from kith.core.exports.small_lists import SmallLists, read_small_lists
from kith.core.exports.times import Clock
from kith.core.records import InteractionKind, ListName, Notice, PersonRecord
from kith.core.wording import count

COMPLETE: Literal["complete"] = "complete"


class AccountExport:
    """What one export says about one account. Files are read when something is asked, one at a time."""

    def __init__(self, piece: Piece, *, now: datetime) -> None:
        self._piece = piece
        self._now = now
        self._members = _chosen(piece.members)
        self._interactions, self._interaction_notices = chosen_files(
            piece.interactions,
            is_flat=any(member.name.kind == FLAT_LISTS for member in self._members),
        )

    @property
    def username(self) -> str | None:
        """As the export says itself, else as the name of the ZIP or folder says."""
        return self._piece.username

    @property
    def name(self) -> str | None:
        return self._piece.own.name

    @property
    def exported_on(self) -> date | None:
        """The day in the name of the ZIP or folder."""
        return self._piece.exported_on

    @property
    def taken_after(self) -> datetime:
        """The earliest moment at which the export can have been made."""
        return self._taken.after

    @property
    def taken_at(self) -> datetime:
        """The latest such moment."""
        return self._taken.at

    @property
    def range(self) -> DateRange | Literal["complete"] | None:
        """The dates it was requested for; None when it does not tell, as JSON never does."""
        if self._header is None:
            return None
        return self._header.cut_to or COMPLETE

    @property
    def files(self) -> tuple[str, ...]:
        """The files that are read."""
        return tuple(member.shown for member in self._members)

    @property
    def notices(self) -> tuple[Notice, ...]:
        return (*self._piece.notices, *self._twins(), *self._small_lists.notices)

    @cached_property
    def fingerprint(self) -> str:
        """The same for the same contents, in whatever ZIP, parts or folder they come."""
        parts = sorted(
            f"{member.name.kind} {member.name.number} {member.name.format} ".encode()
            + digest_of(member)
            for member in self._members
        )
        return hashlib.sha256(b"\n".join(parts)).hexdigest()

    def fingerprint_with(self, *, messages: bool) -> str:
        """The fingerprint of the lists and of the interactions that are read, with or without messages.

        Of interactions the sizes of the files stand for their contents: to read a gigabyte twice would double the time.
        """
        sizes = sorted(
            f"{file.place.file.kind} {file.place.file.stem} {file.place.thread} {file.place.number} {file.size}"
            for file in self._interactions
            if messages or file.place.file.kind is not InteractionKind.MESSAGE
        )
        if not sizes:
            return self.fingerprint
        return hashlib.sha256("\n".join([self.fingerprint, *sizes]).encode()).hexdigest()

    def small_lists(self) -> dict[str, list[PersonRecord]]:
        """The other lists of people, by name (`pending_requests`, `blocked`, …), nobody twice. Unreadable ones are
        left out and in `notices`."""
        return {name: list(people) for name, people in self._small_lists.people.items()}

    def read(self, list_name: ListName, *, page_size: int = 1000) -> ListReading:
        members = self._members_of(list_name)
        return ListReading(
            list_name,
            members,
            absent_because=self._piece.clashes.get(list_name, "")
            or ("" if members else self._missing(list_name)),
            cut_to=self._header.cut_to if self._header else None,
            labels=self._labels,
            now=self._now,
            page_size=page_size,
        )

    def interactions(
        self, *, with_messages: bool = True, named: Named | None = None, page_size: int = 5000
    ) -> InteractionReading:
        """What the account did to others and, as far as an export tells, others to it.

        Conversations have display names only. `named` may help to tell whose they are: it is asked for some, and tells
        the pairs of username and display name that it knows.
        """
        return InteractionReading(
            [
                file
                for file in self._interactions
                if with_messages or file.place.file.kind is not InteractionKind.MESSAGE
            ],
            Surroundings(
                own=OwnAccount(self.username, self.name),
                made=Made(self.taken_after, self.taken_at, self.range),
                labels=self._labels,
                occurring=self._occurring,
                named=lambda wanted: chain(self._named(), named(wanted) if named else ()),
                notices=tuple(self._interaction_notices),
            ),
            now=self._now,
            page_size=page_size,
        )

    def _named(self) -> Iterator[tuple[str, str]]:
        for people in self._small_lists.people.values():
            yield from ((person.username, person.name) for person in people if person.name)

    def _members_of(self, list_name: ListName) -> list[Member]:
        found = [member for member in self._members if member.name.kind in {list_name, FLAT_LISTS}]
        return sorted(found, key=lambda member: member.name.number)

    def _missing(self, list_name: ListName) -> str:
        if self._piece.has_empty_section:
            says = "Instagram says in its place that there was no data."
        else:
            says = "It may be in another part of the export, or was not requested."
        return f"The export has no file of {list_name}. {says}"

    def _twins(self) -> Iterator[Notice]:
        left_out = [member for member in self._piece.members if member not in self._members]
        if left_out:
            yield Notice(
                "json-preferred",
                f"{count(len(left_out), 'file is', 'files are')} there as JSON and as HTML; "
                "the JSON was read, which has exact times.",
                left_out[0].shown,
            )

    @cached_property
    def _small_lists(self) -> SmallLists:
        return read_small_lists(self._members, self._labels_of, self._now)

    def _labels(self) -> LabelPool:
        """A pool that has seen the small lists, new each time so that each reading finds the same."""
        return self._labels_of(self._small_lists.labelled)

    def _labels_of(self, records: list[Labelled]) -> LabelPool:
        pool = LabelPool(self._occurring)
        pool.learn(records)
        return pool

    def _occurring(self, usernames: frozenset[str]) -> frozenset[str]:
        return frozenset(
            entry.username
            for list_name in ListName
            for member in self._members_of(list_name)
            for entry in _readable(member, list_name, Clock(self._now))
            if isinstance(entry, PersonRecord) and entry.username in usernames
        )

    @cached_property
    def _header(self) -> PageHeader | None:
        """Of the pages that are read: one that was left out may be of another request."""
        kinds = {kind.name for kind in KINDS}
        for member in self._members:
            if member.name.is_html and member.name.kind in kinds:
                try:
                    header = header_of(member.read())
                except NotUnderstood:
                    continue
                if header:
                    return header
        return None

    @cached_property
    def _taken(self) -> Taken:
        return taken_between(
            header=self._header,
            exported_on=self.exported_on,
            newest_at=None if self._header else self._newest_at(),
            now=self._now,
        )

    def _newest_at(self) -> datetime | None:
        """Of the first file of each list. Files begin with the newest; if one does not, its bound is only looser."""
        times = [
            entry.since
            for list_name in ListName
            for member in self._members_of(list_name)[:1]
            for entry in _readable(member, list_name, Clock(self._now))
            if entry is not None and entry.since is not None
        ]
        return datetime.fromtimestamp(max(times), UTC) if times else None


def _chosen(members: list[Member]) -> tuple[Member, ...]:
    """All but the HTML twins of JSON files, and the marks of empty sections."""
    json_names = {
        (member.name.kind, member.name.number) for member in members if not member.name.is_html
    }
    if any(member.name.kind == FLAT_LISTS for member in members):
        json_names |= {(kind.name, 1) for kind in KIND_OF_LIST.values()}
    return tuple(
        member
        for member in sorted(members, key=lambda member: (member.name.kind, member.name.number))
        if member.name.kind != NO_DATA
        and not (member.name.is_html and (member.name.kind, member.name.number) in json_names)
    )


def _readable(
    member: Member, list_name: ListName, clock: Clock
) -> Iterator[PersonRecord | Labelled | None]:
    """The entries of a file as far as it can be read; whether it can is judged where the list is read."""
    try:
        yield from entries_of(member, KIND_OF_LIST[list_name], clock)
    except NotUnderstood:
        return
