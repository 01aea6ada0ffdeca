"""What one reading of the interactions has found so far, and the outcome it comes to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import groupby
from operator import attrgetter
from typing import Literal

from kith.core.exports.completeness import ENOUGH_DATES, is_of_preset_age
from kith.core.exports.page_header import DateRange
from kith.core.exports.times import LAUNCHED_AT
from kith.core.records import Direction, InteractionKind, InteractionRecord, ListState, Notice
from kith.core.wording import count

# The kinds that exports have files of. Nothing in an export tells of mentions.
KINDS_IN_EXPORTS = (
    InteractionKind.LIKE,
    InteractionKind.COMMENT,
    InteractionKind.STORY_REACTION,
    InteractionKind.SAVED,
    InteractionKind.MESSAGE,
)
# More unreadable records than one in so many, and the others are not all there is.
_READABLE_PER_UNREADABLE = 100
_MOST_FILES_TOLD = 10


@dataclass(frozen=True)
class InteractionOutcome:
    """How the reading of the interactions ended.

    `states` tells zero from unknown: a kind that is absent was not in the export (or not asked for) and says nothing of
    anybody; one that is partial lacks some. `counts` are the records given. Of the others, `unmatched` concern somebody
    whose username the export does not tell, `own` are on the account's own posts, `in_groups` were sent to several
    people, `unreadable` are of no known form. `undated` of the records given have no time; the others lie between
    `oldest_at` and `newest_at`. `cut_to` is the range the export was requested for, as far as it tells; `seems_cut`
    says that the oldest interaction is just as old as one of the ranges on offer.

    `known` tells from when until when every interaction of a kind and direction is known: whoever has none in that time
    had none. It lacks what is not known for any time, such as messages while it is unknown whose some of them are.
    """

    states: Mapping[InteractionKind, ListState]
    counts: Mapping[tuple[InteractionKind, Direction], int]
    unmatched: Mapping[InteractionKind, int]
    own: int = 0
    in_groups: int = 0
    unreadable: int = 0
    undated: int = 0
    files_read: int = 0
    oldest_at: datetime | None = None
    newest_at: datetime | None = None
    cut_to: DateRange | None = None
    seems_cut: bool = False
    known: Mapping[tuple[InteractionKind, Direction], DateRange] = field(default_factory=dict)
    notices: tuple[Notice, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether the export has no files of interactions at all: unknown, which is not zero."""
        return all(state is ListState.ABSENT for state in self.states.values())


@dataclass(frozen=True)
class Made:
    """When the export was made, between two moments, and for which range: COMPLETE is for all, None is not told."""

    taken_after: datetime
    taken_at: datetime
    range: DateRange | Literal["complete"] | None

    @property
    def cut_to(self) -> DateRange | None:
        return self.range if isinstance(self.range, DateRange) else None

    def period(self, oldest_at: datetime | None, newest_at: datetime | None) -> DateRange | None:
        """The time of which nothing is missing. Where the range is not told, it cannot have begun after the oldest."""
        until = self.taken_after if newest_at is None else max(self.taken_after, newest_at)
        if self.cut_to:
            return DateRange(self.cut_to.from_at, min(self.cut_to.to_at, until))
        since = oldest_at if self.range is None else LAUNCHED_AT
        return None if since is None else DateRange(since, until)


@dataclass
class KindTally:
    """What the files of one kind had. `of_the_gone` are the unmatched ones that are known to be of deleted accounts."""

    files_read: int = 0
    files_failed: int = 0
    broke_off: bool = False
    said_to_be_empty: bool = False
    has_gap: bool = False
    given: Counter[Direction] = field(default_factory=Counter)
    unmatched: int = 0
    of_the_gone: int = 0
    own: int = 0
    unreadable: int = 0

    @property
    def readable(self) -> int:
        return self.given.total() + self.unmatched + self.own

    @property
    def is_there(self) -> bool:
        return self.files_read > 0 or self.said_to_be_empty

    @property
    def is_doubtful(self) -> bool:
        return self.unreadable * _READABLE_PER_UNREADABLE > self.readable


class InteractionTally:
    """Counts what comes by."""

    def __init__(self) -> None:
        self.kinds = {kind: KindTally() for kind in KINDS_IN_EXPORTS}
        self.in_groups = 0
        self.undated = 0
        self.oldest: int | None = None
        self.newest: int | None = None
        self._failures: list[Notice] = []

    def add_page(self, records: Sequence[InteractionRecord]) -> None:
        # By runs of the same kind: hashing two enums for each record would take a tenth of the time of reading it.
        for (kind, direction), run in groupby(records, attrgetter("kind", "direction")):
            self.kinds[kind].given[direction] += sum(1 for _ in run)
        times = [record.at for record in records if record.at is not None]
        self.undated += len(records) - len(times)
        if times:
            self.oldest = min(times if self.oldest is None else (self.oldest, *times))
            self.newest = max(times if self.newest is None else (self.newest, *times))

    def fail(self, kind: InteractionKind, file: str, reason: str, *, broke_off: bool) -> None:
        """A file could not be read; it `broke_off` if some of it could."""
        self.kinds[kind].files_failed += 1
        self.kinds[kind].broke_off |= broke_off
        self._failures.append(Notice("interactions-unreadable", f"{file} {reason}.", file))

    def outcome(self, made: Made, remarks: Sequence[Notice]) -> InteractionOutcome:
        dated = sum(kind.given.total() for kind in self.kinds.values()) - self.undated
        oldest_at = _moment(self.oldest)
        seems_cut = (
            oldest_at is not None
            and dated >= ENOUGH_DATES
            and is_of_preset_age(oldest_at, made.taken_at)
        )
        is_cut = made.cut_to is not None or seems_cut
        return InteractionOutcome(
            states={kind: self._state(kind, is_cut=is_cut) for kind in self.kinds},
            counts={
                (kind, direction): count
                for kind, tally in self.kinds.items()
                for direction, count in tally.given.items()
            },
            unmatched={kind: tally.unmatched for kind, tally in self.kinds.items()},
            own=sum(tally.own for tally in self.kinds.values()),
            in_groups=self.in_groups,
            unreadable=sum(tally.unreadable for tally in self.kinds.values()),
            undated=self.undated,
            files_read=sum(tally.files_read for tally in self.kinds.values()),
            oldest_at=oldest_at,
            newest_at=_moment(self.newest),
            cut_to=made.cut_to,
            seems_cut=seems_cut,
            known=self._known(made),
            notices=(
                *remarks,
                *self._told_failures(),
                *_told_cuts(made.cut_to, oldest_at if seems_cut else None),
            ),
        )

    def _state(self, kind: InteractionKind, *, is_cut: bool) -> ListState:
        if not self.kinds[kind].is_there:
            # What came before a file broke off is true all the same.
            return ListState.PARTIAL if self.kinds[kind].broke_off else ListState.ABSENT
        return ListState.PARTIAL if is_cut or self._lacks_some(kind) else ListState.COMPLETE

    def _lacks_some(self, kind: InteractionKind) -> bool:
        tally = self.kinds[kind]
        # Messages of somebody unknown can be anybody's; a like whose owner is not told was of somebody who is gone.
        are_anybodys = kind is InteractionKind.MESSAGE and tally.unmatched > tally.of_the_gone
        return tally.files_failed > 0 or tally.has_gap or tally.is_doubtful or are_anybodys

    def _known(self, made: Made) -> dict[tuple[InteractionKind, Direction], DateRange]:
        period = made.period(_moment(self.oldest), _moment(self.newest))
        if period is None:
            return {}
        whole = [
            kind for kind in self.kinds if self.kinds[kind].is_there and not self._lacks_some(kind)
        ]
        known = {(kind, Direction.GIVEN): period for kind in whole}
        if InteractionKind.MESSAGE in whole:
            known[InteractionKind.MESSAGE, Direction.RECEIVED] = period
        return known

    def _told_failures(self) -> Iterator[Notice]:
        yield from self._failures[:_MOST_FILES_TOLD]
        more = len(self._failures) - _MOST_FILES_TOLD
        if more > 0:
            message = f"{count(more, 'more file')} of interactions could not be read."
            yield Notice("interactions-unreadable", message)


def _told_cuts(cut_to: DateRange | None, suspicious: datetime | None) -> Iterator[Notice]:
    if cut_to:
        message = f"The export was requested for {cut_to} only: interactions before or after are not in it."
        yield Notice("interactions-date-range", message)
    elif suspicious:
        message = (
            f"The oldest interaction is of {suspicious:%Y-%m-%d}. If there were older ones, the export was "
            "requested for a date range: request one with 'All time'."
        )
        yield Notice("interactions-maybe-cut", message)


def _moment(seconds: int | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
