"""Reads one list of an export, page by page and file by file, and judges at the end how much of it there was."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from itertools import islice

from kith.core.exports import relationships_html, relationships_json
from kith.core.exports.archive import Member
from kith.core.exports.completeness import Evidence, ListOutcome, doubts
from kith.core.exports.entries import Entry
from kith.core.exports.errors import NotUnderstood
from kith.core.exports.labels import LabelPool, settle
from kith.core.exports.needed import FLAT_LISTS, KIND_OF_LIST, Kind
from kith.core.exports.page_header import DateRange
from kith.core.exports.times import Clock
from kith.core.records import ListName, ListPage, ListState, Notice, PersonRecord
from kith.core.wording import count


def entries_of(member: Member, kind: Kind, clock: Clock) -> Iterator[Entry]:
    """The records of one file. Raises NotUnderstood, possibly in the midst of them."""
    if member.name.is_html:
        return relationships_html.entries_in(member.read(), clock)
    if member.name.kind == FLAT_LISTS:
        return relationships_json.flat_entries_in(member.read(), kind, clock)
    return relationships_json.entries_in(member.read(), kind, clock)


@dataclass
class _Tally:
    """What one pass over the files has seen so far."""

    readable: int = 0
    unreadable: int = 0
    records_in_last_file: int = 0
    dated: int = 0
    oldest: int | None = None
    newest: int | None = None
    files_read: list[str] = field(default_factory=list)
    bad_file: str | None = None

    def add_page(self, people: Sequence[PersonRecord]) -> None:
        times = [person.since for person in people if person.since is not None]
        if times:
            self.dated += len(times)
            self.oldest = min(times if self.oldest is None else (self.oldest, *times))
            self.newest = max(times if self.newest is None else (self.newest, *times))


class ListReading:
    """One list, as pages. Iterating again gives the same pages; each pass leaves its `outcome`.

    Nothing is raised for a bad file. A list whose outcome is absent may have given pages before the bad file was met:
    they must not be used.
    """

    def __init__(
        self,
        name: ListName,
        members: Sequence[Member],
        *,
        absent_because: str,
        cut_to: DateRange | None,
        labels: Callable[[], LabelPool],
        now: datetime,
        page_size: int,
    ) -> None:
        self.list = name
        self._members = members
        self._absent_because = absent_because
        self._cut_to = cut_to
        self._labels = labels
        self._now = now
        self._page_size = page_size
        self._outcome: ListOutcome | None = None

    @property
    def outcome(self) -> ListOutcome:
        """Raises RuntimeError while the pages have not been read to their end."""
        if self._outcome is None:
            raise RuntimeError("The outcome of a list is known when all its pages have been read.")
        return self._outcome

    def __iter__(self) -> Iterator[ListPage]:
        self._outcome = None
        if self._absent_because:
            self._outcome = ListOutcome(ListState.ABSENT, self._absent_because)
            return
        tally, clock = _Tally(), Clock(self._now)
        people = self._people(tally, clock)
        number, page = 1, tuple[PersonRecord, ...]()
        try:
            page = tuple(islice(people, self._page_size))
            while page:
                # Only what comes behind a page tells whether the list ends with it.
                behind = tuple(islice(people, self._page_size))
                tally.add_page(page)
                yield ListPage(self.list, page, after=str(number) if behind else None)
                number, page = number + 1, behind
        except NotUnderstood as fault:
            self._outcome = _absent(str(fault), tally)
            return
        self._outcome = self._judged(tally, clock)

    def _people(self, tally: _Tally, clock: Clock) -> Iterator[PersonRecord]:
        labels = cache(self._labels)
        for member in self._members:
            readable, unreadable = 0, 0
            try:
                entries = entries_of(member, KIND_OF_LIST[self.list], clock)
                for person in settle(entries, labels):
                    if person is None:
                        unreadable += 1
                    else:
                        readable += 1
                        yield person
                _refuse_nameless(readable, unreadable)
            except NotUnderstood as fault:
                tally.unreadable += unreadable
                tally.bad_file = member.shown
                raise NotUnderstood(f"{member.shown} {fault}.") from None
            tally.readable += readable
            tally.unreadable += unreadable
            tally.records_in_last_file = readable + unreadable
            tally.files_read.append(member.shown)

    def _judged(self, tally: _Tally, clock: Clock) -> ListOutcome:
        evidence = Evidence(
            list=self.list,
            numbers=[member.name.number for member in self._members],
            records_in_last_file=tally.records_in_last_file,
            readable=tally.readable,
            unreadable=tally.unreadable,
            cut_to=self._cut_to,
        )
        reasons = doubts(evidence)
        return ListOutcome(
            ListState.PARTIAL if reasons else ListState.COMPLETE,
            " ".join(notice.message for notice in reasons) or None,
            count=tally.readable,
            unreadable=tally.unreadable,
            oldest_at=_moment(tally.oldest),
            newest_at=_moment(tally.newest),
            dated=tally.dated,
            notices=(*reasons, *_remarks(tally, clock)),
            files_read=tuple(tally.files_read),
        )


def _refuse_nameless(readable: int, unreadable: int) -> None:
    if unreadable and not readable:
        raise NotUnderstood(
            f"has {count(unreadable, 'record')}, none of which names anybody: its form is new to kith"
        )


def _absent(reason: str, tally: _Tally) -> ListOutcome:
    return ListOutcome(
        ListState.ABSENT,
        reason,
        unreadable=tally.unreadable,
        files_read=tuple(tally.files_read),
        notices=(Notice("list-unreadable", reason, tally.bad_file),),
    )


def _remarks(tally: _Tally, clock: Clock) -> Iterator[Notice]:
    if tally.unreadable:
        yield Notice(
            "unreadable-records",
            f"{count(tally.unreadable, 'record names nobody and was', 'records name nobody and were')} left out.",
        )
    if clock.impossible:
        yield Notice(
            "impossible-dates",
            f"{count(clock.impossible, 'date is', 'dates are')} in the future or before Instagram, and left out; "
            "the people are kept.",
        )


def _moment(seconds: int | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
