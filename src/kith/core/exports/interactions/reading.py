"""Reads the interactions of an export, page by page and file by file, and says at the end how much there was."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from kith.core.exports.archive import InteractionMember
from kith.core.exports.interactions.acts import Acts
from kith.core.exports.interactions.correspondence import Correspondence
from kith.core.exports.interactions.display_names import DisplayNames
from kith.core.exports.interactions.owners import OWNER_LABELS
from kith.core.exports.interactions.tally import (
    KINDS_IN_EXPORTS,
    InteractionOutcome,
    InteractionTally,
    Made,
)
from kith.core.exports.labels import LabelPool, Occurring
from kith.core.exports.own_account import OwnAccount
from kith.core.exports.times import Clock
from kith.core.records import InteractionKind, InteractionRecord, Notice
from kith.core.wording import count

# Asked for some display names, tells pairs of a username and such a name that are known from elsewhere.
Named = Callable[[frozenset[str]], Iterable[tuple[str, str]]]


@dataclass(frozen=True)
class Surroundings:
    """What the rest of the export tells. `occurring` are those of some usernames that are in the two lists."""

    own: OwnAccount
    made: Made
    labels: Callable[[], LabelPool]
    occurring: Occurring
    named: Named
    notices: tuple[Notice, ...] = ()


class InteractionReading:
    """The interactions, as pages. Iterating again gives the same pages; each pass leaves its `outcome`.

    Nothing is raised for a bad file; what it had before it broke off is given. Of messages only who and when is read.
    """

    def __init__(
        self,
        files: Sequence[InteractionMember],
        around: Surroundings,
        *,
        now: datetime,
        page_size: int,
    ) -> None:
        self._files = files
        self._around = around
        self._now = now
        self._page_size = page_size
        self._outcome: InteractionOutcome | None = None

    @property
    def outcome(self) -> InteractionOutcome:
        """Raises RuntimeError while the pages have not been read to their end."""
        if self._outcome is None:
            raise RuntimeError("The outcome is known when all pages have been read.")
        return self._outcome

    def __iter__(self) -> Iterator[list[InteractionRecord]]:
        self._outcome = None
        tally, clock = InteractionTally(), Clock(self._now)
        records = self._records(tally, clock)
        while page := list(islice(records, self._page_size)):
            tally.add_page(page)
            yield page
        remarks = (*self._around.notices, *_remarks(tally, clock))
        self._outcome = tally.outcome(self._around.made, remarks)

    def _records(self, tally: InteractionTally, clock: Clock) -> Iterator[InteractionRecord]:
        by_kind: dict[InteractionKind, list[InteractionMember]] = {}
        for file in self._files:
            kind = file.place.file.kind
            if file.place.says_nothing_is_there:
                tally.kinds[kind].said_to_be_empty = True
            else:
                by_kind.setdefault(kind, []).append(file)
        for kind, files in by_kind.items():
            tally.kinds[kind].has_gap = any(_gaps(files))
        messages = by_kind.pop(InteractionKind.MESSAGE, [])
        correspondence = Correspondence(messages, self._around.own, clock=clock, tally=tally)
        names = self._names(correspondence.conversations.others)
        acts = Acts(
            own_username=self._around.own.username,
            names=names,
            labels=self._labels,
            clock=clock,
            tally=tally,
        )
        for kind in KINDS_IN_EXPORTS:
            for file in by_kind.get(kind, ()):
                yield from acts.records(file)
        # Last, when all display names that the other files tell are known.
        yield from correspondence.records(names.resolved())

    def _names(self, wanted: frozenset[str]) -> DisplayNames:
        names = DisplayNames(wanted, self._around.occurring)
        if names.wanted:
            for username, name in self._around.named(names.wanted):
                names.learn(username, name)
        return names

    def _labels(self, file: InteractionMember) -> LabelPool:
        if file.place.file.kind is InteractionKind.COMMENT:
            return LabelPool(self._around.occurring, OWNER_LABELS)
        return self._around.labels()


def chosen_files(
    files: Iterable[InteractionMember], *, is_flat: bool
) -> tuple[list[InteractionMember], list[Notice]]:
    """Each file once, in the order of reading: as JSON rather than as HTML, and of two different ones the larger.

    Files of before 2021 count only for an export of that age (`is_flat`): others can have the same names.
    """
    best: dict[tuple[str, str, int], InteractionMember] = {}
    notices = []
    for file in sorted(_in_one_format(files), key=lambda file: (-file.size, file.shown)):
        place = file.place
        if place.is_flat and not is_flat:
            continue
        rival = best.setdefault((*_subject(file), place.number), file)
        if rival.size != file.size:
            notices.append(
                Notice(
                    "interactions-twice",
                    f"{rival.shown} and {file.shown} are different files for the same part; the larger was read.",
                    file.shown,
                )
            )
    return [best[key] for key in sorted(best)], notices


def _in_one_format(files: Iterable[InteractionMember]) -> Iterator[InteractionMember]:
    """The two formats may be divided into parts differently, so they are never mixed for one subject."""
    found = list(files)
    in_json = {_subject(file) for file in found if not file.place.is_html}
    yield from (file for file in found if not file.place.is_html or _subject(file) not in in_json)


def _subject(file: InteractionMember) -> tuple[str, str]:
    place = file.place
    return f"{place.file.kind} {place.file.stem}", place.thread


def _gaps(files: Sequence[InteractionMember]) -> Iterator[tuple[str, str]]:
    """What lacks a part: of conversations, and of other files in numbered parts. The last one may be missing unseen."""
    numbers: dict[tuple[str, str], set[int]] = {}
    for file in files:
        if file.place.number:
            numbers.setdefault(_subject(file), set()).add(file.place.number)
    yield from (subject for subject, parts in numbers.items() if len(parts) < max(parts))


def _remarks(tally: InteractionTally, clock: Clock) -> Iterator[Notice]:
    unreadable = sum(kind.unreadable for kind in tally.kinds.values())
    if unreadable:
        yield Notice(
            "interactions-unreadable-records",
            f"{count(unreadable, 'record')} of interactions left out: the form is new to kith.",
        )
    if any(kind.has_gap for kind in tally.kinds.values()):
        yield Notice(
            "interactions-gap",
            "Parts of likes, comments or conversations are missing. Look for the other parts of the export.",
        )
    unmatched = tally.kinds[InteractionKind.MESSAGE].unmatched
    if unmatched:
        yield Notice(
            "messages-unmatched",
            f"{count(unmatched, 'message')} left out: the export does not tell the username of the other person.",
        )
    if clock.impossible:
        yield Notice(
            "interactions-impossible-dates",
            f"{count(clock.impossible, 'date is', 'dates are')} in the future or before Instagram, and left out; "
            "the interactions are kept.",
        )
