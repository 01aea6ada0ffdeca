"""Judges what kith reports by what really happened.

Whatever is said of somebody must be true of them, and said once. Nobody can follow everybody through every change: when
a name passes on between two sources that have neither ids nor follow times in common, it looks like one who left and
another who came. Such people are `confused` from then on, and nothing that is said of them is judged. Everybody else
is, whatever happens around them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kith.people.comparing import BOTH, FOLLOWER, FOLLOWING, LISTS, KnownRow
from tests.people.model.ledgers import Claim
from tests.people.model.looks import Entry, Look
from tests.people.model.proofs import Proofs
from tests.people.model.world import Happened, World

LEFT = {"unfollowed": FOLLOWING, "lost_follower": FOLLOWER}
CAME = {"followed": FOLLOWING, "new_follower": FOLLOWER}
KIND_OF_LEAVING = {bit: kind for kind, bit in LEFT.items()}
KIND_OF_COMING = {bit: kind for kind, bit in CAME.items()}
Rows = dict[int, KnownRow]


@dataclass
class Step:
    """What one applied snapshot showed, said and did. `complete` are the lists that were taken for whole.

    `baseline` are those that some snapshot before had whole.
    """

    shown: Look
    claims: list[Claim]
    before: Rows
    after: Rows
    baseline: int
    complete: int

    def said_of(self, row_id: int) -> set[str]:
        return {claim.kind for claim in self.claims if claim.row_id == row_id}


class Judge:
    """Knows whom each row of the ledger stands for, and what was said of whom already."""

    def __init__(self, world: World) -> None:
        self.counts: Counter[str] = Counter()
        self._world = world
        self._proofs = Proofs(world)
        self._owners: dict[int, int] = {}
        self._told: set[tuple[Happened, str]] = set()
        self._confused: set[int] = set()

    def judge(self, step: Step, *, was_accepted: bool) -> None:
        """Fails with the first claim that is wrong or missing."""
        self._confused |= self._proofs.confused_by(step.shown, step.complete | step.baseline)
        if not was_accepted:
            self._check_that_no_cut_was_believed(step)
        for hidden in step.shown.hidden.values():
            self._confused |= hidden
        before, after = self._owners, self._owners_after(step)
        self._owners = before | after
        for claim in step.claims:
            self._check(claim, step)
        for missing in self._missing(step, before):
            raise AssertionError(f"not reported: {missing}")
        _check_lists(step)
        self._proofs.take(step.shown, step.complete)

    # Who is who?

    def _owners_after(self, step: Step) -> dict[int, int]:
        """Whom each row that is shown stands for. Nobody whom anything proves may have another one's row, or two."""
        owners = {
            row.id: number
            for row in step.after.values()
            if row.bits and (number := step.shown.number_of(row)) is not None
        }
        rows_of: dict[int, set[int]] = defaultdict(set)
        for row_id, number in (self._owners | owners).items():
            if row_id in step.after:
                rows_of[number].add(row_id)
        for row_id, number in owners.items():
            previous = self._owners.get(row_id, number)
            both = {previous, number}
            if previous != number:
                assert both & self._confused, f"{previous}'s row is taken for {number}"
                self._confused |= both
            if len(rows_of[number]) > 1:
                assert number in self._confused, f"{number} has two rows: {rows_of[number]}"
        return owners

    # Is what is said true?

    def _check(self, claim: Claim, step: Step) -> None:
        number = self._owners.get(claim.row_id)
        self.counts["said"] += 1
        if number is None or number in self._confused:
            return
        self.counts["judged"] += 1
        fault = self._fault(claim, number, step)
        assert not fault, f"{number} {fault}: {claim}"

    def _fault(self, claim: Claim, number: int, step: Step) -> str:
        if claim.kind in LEFT:
            return self._fault_of_leaving(claim, number, step)
        if claim.kind == "gone":
            is_there = any(one.number == number for _, one in step.shown.living())
            if is_there:
                return "is still there"
            return "" if self._tell(claim, number, "left", LISTS) else "did not go then"
        if claim.kind in CAME:
            came = self._tell(claim, number, "came", [CAME[claim.kind]])
            return "" if came else "did not come then"
        if claim.kind == "returned":
            here = [bit for bit in LISTS if step.after[claim.row_id].bits & bit]
            return "" if self._tell(claim, number, "came", here) else "did not come back then"
        return self._fault_of_rename(claim, number, step)

    def _fault_of_leaving(self, claim: Claim, number: int, step: Step) -> str:
        """Who vanishes leaves both lists in one moment, and is not accused of leaving one after the other."""
        lefts = self._tell(claim, number, "left", [LEFT[claim.kind]])
        if not lefts:
            return "did not leave then"
        vanished = all(self._vanished(left, claim, step) for left in lefts)
        return "vanished, and is accused of leaving" if vanished else ""

    def _vanished(self, left: Happened, claim: Claim, step: Step) -> bool:
        """Whether they disappeared from both lists at once, and this shows it or was reported of the other list."""
        other = BOTH & ~left.bit
        twin = left._replace(bit=other)
        if twin not in self._world.log or other in self._world.people[left.number].since:
            return False
        is_missed = bool(step.before[claim.row_id].bits & other & step.complete)
        return is_missed or (twin, KIND_OF_LEAVING[other]) in self._told

    def _fault_of_rename(self, claim: Claim, number: int, step: Step) -> str:
        if not self._between(claim, number, "renamed", [0]):
            return "was not renamed then"
        if claim.previous_username not in self._world.people[number].names:
            return "was never called that"
        is_called = step.shown.latest_names().get(claim.username) == number
        return "" if is_called else "is not called that"

    def _between(self, claim: Claim, number: int, what: str, bits: Sequence[int]) -> list[Happened]:
        after = claim.after.timestamp() if claim.after else 0
        return [
            one
            for bit in bits
            for one in self._world.happened(number, what, bit, after, claim.before.timestamp())
        ]

    def _tell(self, claim: Claim, number: int, what: str, bits: Sequence[int]) -> list[Happened]:
        """What the claim can mean that was not said before; it is said now.

        Of somebody who was gone from both lists and is back on one, it may be said that they left the other.
        """
        said = claim.kind if what == "left" else what
        found = self._between(claim, number, what, bits)
        fresh = [one for one in found if (one, said) not in self._told]
        self._told.update((one, said) for one in fresh)
        return fresh

    # Is everything said that can be known?

    def _missing(self, step: Step, owners: dict[int, int]) -> Iterator[str]:
        last_names = {row.last_name: row for row in step.before.values()}
        for number in self._proofs.people_without_a_twin() - self._confused:
            rows = [row for row in step.before.values() if owners.get(row.id) == number]
            for bit in LISTS:
                entry = step.shown.entry(bit, number)
                if entry and entry.name.startswith("__deleted__"):
                    continue
                if rows and not entry and step.complete & step.baseline & bit & rows[0].bits:
                    if self._has_kept_the_name(number, rows[0], step):
                        yield from self._missing_departure(rows[0], bit, step)
                elif entry and step.complete & step.baseline & bit:
                    if not rows and entry.name not in last_names:
                        yield from self._missing_arrival(entry, bit, step)
                    elif rows:
                        yield from self._missing_rename(rows[0], entry, step)

    def _has_kept_the_name(self, number: int, row: KnownRow, step: Step) -> bool:
        """Otherwise it may have been the next holder who was seen last, and nothing need be said."""
        is_theirs = self._world.people[number].name == row.username
        return is_theirs and row.username not in step.shown.latest_names()

    def _missing_departure(self, row: KnownRow, bit: int, step: Step) -> Iterator[str]:
        if not row.is_deleted and not {"gone", KIND_OF_LEAVING[bit]} & step.said_of(row.id):
            yield f"{row.username} left list {bit}"

    def _missing_arrival(self, entry: Entry, bit: int, step: Step) -> Iterator[str]:
        said = {claim.kind for claim in step.claims if claim.username == entry.name}
        if KIND_OF_COMING[bit] not in said:
            yield f"{entry.name} is new on list {bit}"

    def _missing_rename(self, row: KnownRow, entry: Entry, step: Step) -> Iterator[str]:
        is_latest = step.shown.latest_names()[entry.name] == entry.number
        is_renamed = is_latest and row.last_name != entry.name and not row.is_deleted
        if is_renamed and "renamed" not in step.said_of(row.id):
            yield f"{row.last_name} is {entry.name} now"

    # Is the ledger what was shown?

    def _check_that_no_cut_was_believed(self, step: Step) -> None:
        """A list that hides two or more of those who are known to be the oldest on it must not be believed."""
        for bit, hidden in step.shown.hidden.items():
            oldest = min((one.since for one in step.shown.entries[bit] if one.since), default=0)
            accused = {
                claim.username
                for claim in step.claims
                if (row := step.before.get(claim.row_id))
                and claim.kind in {"gone", KIND_OF_LEAVING[bit]}
                and row.bits & bit
                and (row.since(bit) or oldest) < oldest
                and (number := self._owners.get(row.id)) in hidden - self._confused
                and self._world.people[number].state == "here"
            }
            assert len(accused) < 2, f"a cut list was believed: {accused}"


def _check_lists(step: Step) -> None:
    """Whoever a whole list shows is on it, and nobody else."""
    for bit in LISTS:
        if step.complete & bit:
            rows = [row for row in step.after.values() if row.bits & bit]
            entries = step.shown.entries[bit]
            if step.shown.tells_ids:
                found = sorted(str(row.instagram_user_id) for row in rows)
                expected = sorted(str(entry.instagram_user_id) for entry in entries)
            else:
                found = sorted(row.username for row in rows)
                expected = sorted(entry.name for entry in entries)
            assert found == expected, f"list {bit} is {found}, shown were {expected}"
