"""Settles who is who among those that differ between the ledger and a snapshot. Plain Python: no database in here.

What speaks for two entries being one person, the strongest first: the same id; the same follow time to the second on
the same list; the same name. What speaks against it: two ids, or a follow time that went back under the same name.
docs/decisions/0005 gives the reasons.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar

from kith.people.comparing import (
    FOLLOWER,
    FOLLOWING,
    LISTS,
    Differences,
    KnownRow,
    StagedRow,
    is_same_follow,
)
from kith.people.unclear import Pair, Told, Unclear, unclear_people, without_hearsay

Row = TypeVar("Row", KnownRow, StagedRow)


class Lookups(NamedTuple):
    """How people of the ledger are found who were not met in comparing."""

    by_id: Callable[[list[str]], list[KnownRow]]
    """By ids, former people included."""
    former_by_name: Callable[[list[str]], list[KnownRow]]
    """Who is on no list now and was last known by these names; the latest of each name comes last."""
    former_by_since: Callable[[int, list[int]], list[KnownRow]]
    """Who is on no list now and was on this one since exactly these seconds."""


@dataclass
class Resolution:
    """Everybody who differs, with their identity settled."""

    matched: list[Pair]
    vanished: list[KnownRow]
    """People of the ledger whom the snapshot does not show, and who were on a list that it has whole."""
    new: list[StagedRow]
    unmatched: list[KnownRow] = field(default_factory=list)
    """Everybody of the ledger whom the snapshot does not show, on whichever lists they are."""
    doubled: list[tuple[KnownRow, KnownRow]] = field(default_factory=list)
    """People who turned out to have two rows: the one that stays, and the one that becomes part of it."""
    unclear: Unclear = field(default_factory=Unclear)
    """Of whom nothing can be said."""


def resolve(found: Differences, told: Told, lookups: Lookups) -> Resolution:
    """Who is who, after a comparison with what is known."""
    scope, baseline = told.scope, told.baseline
    work = _Resolving(found, lookups)
    work.match_by_id()
    # A time on a list that is there in part tells a rename as well, once everybody on that list was known.
    work.match_by_since(scope.complete | (scope.partial & baseline.whole))
    work.match_by_name(only_certain=True)
    work.match_former_by_since()
    work.match_by_name()
    work.match_former_by_name()
    work.merge_by_since(scope.complete)
    matched = list(work.matched.values())
    unmatched = list(work.known.values())
    new = list(work.staged.values())
    merged = {stays.id for stays, _ in work.doubled}
    unclear = unclear_people(matched, unmatched, new, told)
    return Resolution(
        matched=[
            (known if known.id in merged else without_hearsay(known, staged), staged)
            for known, staged in matched
        ],
        vanished=[row for row in unmatched if row.bits & scope.complete],
        new=new,
        unmatched=unmatched,
        doubled=work.doubled,
        unclear=unclear,
    )


class _Resolving:
    """What is settled so far, `matched` by new name; and who is not yet: `known` by row id, `staged` by name."""

    def __init__(self, found: Differences, lookups: Lookups) -> None:
        self._lookups = lookups
        self._contested = [pair for pair in found.same_name if _is_contested(*pair)]
        self.paired = [pair for pair in found.same_name if not _is_contested(*pair)]
        self.known = {
            row.id: row for row in (*found.only_known, *(known for known, _ in self._contested))
        }
        self.staged = {
            row.username: row
            for row in (*found.only_staged, *(staged for _, staged in self._contested))
        }
        self.matched: dict[str, Pair] = {}
        self.doubled: list[tuple[KnownRow, KnownRow]] = []

    def _match(self, known: KnownRow, staged: StagedRow) -> None:
        self.matched[staged.username] = (known, staged)
        self.known.pop(known.id, None)
        self.staged.pop(staged.username, None)

    def match_by_id(self) -> None:
        """Also finds out that somebody whose id is told for the first time has been known by it under another name."""
        named = {
            row.instagram_user_id: row for row in self.staged.values() if row.instagram_user_id
        }
        told = {
            staged.instagram_user_id: (known, staged)
            for known, staged in self.paired
            if staged.instagram_user_id and not known.instagram_user_id
        }
        holders = self._holders([*named, *told])
        for instagram_user_id, staged in named.items():
            if instagram_user_id in holders:
                self._match(holders[instagram_user_id], staged)
        for instagram_user_id, (known, staged) in told.items():
            if instagram_user_id in holders:
                self._match(holders[instagram_user_id], staged)
                self.known[known.id] = known
                self._merge(known, staged)
        self.paired = [pair for pair in self.paired if pair[1].username not in self.matched]

    def _merge(self, double: KnownRow, staged: StagedRow) -> None:
        """Makes one of the person who was matched by id and of the row that has the name.

        Only if that person had left: of two who are there at once, either may have the name now.
        """
        known, _ = self.matched[staged.username]
        if not known.bits:
            self._make_one(known, double, staged)

    def _make_one(self, stays: KnownRow, goes: KnownRow, staged: StagedRow) -> None:
        self.matched[staged.username] = (_merged(stays, goes), staged)
        self.doubled.append((stays, goes))
        for row in (stays, goes):
            self.known.pop(row.id, None)

    def _holders(self, instagram_user_ids: list[str]) -> dict[str, KnownRow]:
        """Who has these ids in the ledger. Whoever is paired by name already is not asked for."""
        here = {row.instagram_user_id: row for row in self.known.values() if row.instagram_user_id}
        missing = [one for one in instagram_user_ids if one not in here]
        paired = {known.id for known, _ in self.paired}
        for row in self._lookups.by_id(missing) if missing else ():
            if row.instagram_user_id and row.id not in paired:
                here[row.instagram_user_id] = row
        return here

    def match_by_since(self, bits: int) -> None:
        """Same list, same follow time to the second, one name gone and one new: the same person under a new name.

        A follow time survives a rename (seen in exports of 2025 and 2026). Two people who share a second are not told
        apart, and a time that only counts minutes proves nothing.
        """
        pairs: list[Pair] = []
        for bit in LISTS:
            if bits & bit:
                # A former follow counts as well, of somebody who is on the other list alone.
                pairs += _same_since(self.known.values(), self.staged.values(), bit)
        for pair in _of_one_mind(pairs):
            self._match(*pair)

    def match_by_name(self, *, only_certain: bool = False) -> None:
        """Those with one name whose follow times lead to nobody else.

        With two follow times on a list they left and came back, unless a time went back: then somebody else has the
        name. Certain are those who are on one list by either side, and not since two different times.
        """
        for known, staged in self._contested:
            if known.id not in self.known or _went_back(known, staged):
                continue
            if only_certain and not _is_on_one_list(known, staged):
                continue
            if staged.username in self.staged:
                self._match(_by_name_alone(known, staged), staged)
            elif self._is_matched_by_id(staged) and not known.instagram_user_id:
                self._merge(known, staged)

    def _is_matched_by_id(self, staged: StagedRow) -> bool:
        known, _ = self.matched[staged.username]
        return known.instagram_user_id == staged.instagram_user_id is not None

    def match_former_by_since(self) -> None:
        pairs: list[Pair] = []
        for bit in LISTS:
            times = [since for row in self.staged.values() if (since := row.exact_since(bit))]
            former = self._lookups.former_by_since(bit, times) if times else []
            pairs += _same_since(former, self.staged.values(), bit)
        for pair in _of_one_mind(pairs):
            self._match(*pair)

    def merge_by_since(self, bits: int) -> None:
        """Somebody in the way of whose follow nobody stands any more, and somebody who has just this one now, are one.

        They have two rows because the name had changed before a source told the follow time.
        """
        self.matched |= {staged.username: (known, staged) for known, staged in self.paired}
        self.paired = []
        for bit in LISTS:
            if not bits & bit:
                continue
            gains = [staged for known, staged in self.matched.values() if not known.bits & bit]
            lacks = [row for row in self.known.values() if row.bits & bit]
            for row, staged in _same_since(lacks, gains, bit):
                known, _ = self.matched[staged.username]
                if row.id in self.known and not (row.instagram_user_id and known.instagram_user_id):
                    # Whoever has an id keeps it, else the older row stays.
                    stays, goes = sorted(
                        (row, known), key=lambda one: (not one.instagram_user_id, one.id)
                    )
                    self._make_one(stays, goes, staged)

    def match_former_by_name(self) -> None:
        if not self.staged:
            return
        matched = {known.id for known, _ in self.matched.values()}
        for known in reversed(self._lookups.former_by_name(list(self.staged))):
            staged = self.staged.get(known.username)
            if staged and known.id not in matched and _may_be_back(known, staged):
                self._match(_by_name_alone(known, staged), staged)


def _is_contested(known: KnownRow, staged: StagedRow) -> bool:
    """Whether one name may stand for two people: follow times are told that may lead to others."""
    if known.instagram_user_id and known.instagram_user_id == staged.instagram_user_id:
        return False
    return bool(known.bits & known.exact_bits or staged.exact_bits) and not _agree(known, staged)


def _agree(known: KnownRow, staged: StagedRow) -> bool:
    """Whether a follow time is the same to the second."""
    return any(is_same_follow(known, staged, bit) for bit in LISTS)


def _is_on_one_list(known: KnownRow, staged: StagedRow) -> bool:
    both = known.bits & staged.bits
    return bool(both) and not both & known.exact_bits & staged.exact_bits


def _went_back(known: KnownRow, staged: StagedRow) -> bool:
    """Whether a follow began earlier than the known one: nobody does that by following anew."""
    return not _agree(known, staged) and any(
        (staged.since(bit) or 0) < (known.since(bit) or 0)
        for bit in LISTS
        if known.exact_bits & staged.exact_bits & bit
    )


def _same_since(known: Iterable[KnownRow], staged: Iterable[StagedRow], bit: int) -> list[Pair]:
    """Pairs with the same exact follow time on this list, which nobody else here shares."""
    old, new = _by_unique_since(known, bit), _by_unique_since(staged, bit)
    return [
        (old[since], row)
        for since, row in new.items()
        if since in old and _may_be_one(old[since], row)
    ]


def _by_unique_since(rows: Iterable[Row], bit: int) -> dict[int, Row]:
    dated = [(since, row) for row in rows if (since := row.exact_since(bit)) is not None]
    shared = Counter(since for since, _ in dated)
    return {since: row for since, row in dated if shared[since] == 1}


def _may_be_one(known: KnownRow, staged: StagedRow) -> bool:
    """Whether nothing speaks against the two being one person: neither ids nor an older follow time on a list.

    A newer one does not: they may have followed anew on that list.
    """
    if known.instagram_user_id and staged.instagram_user_id:
        return False
    return not any(
        (staged.since(bit) or 0) < (known.since(bit) or 0)
        for bit in LISTS
        if known.bits & staged.bits & known.exact_bits & staged.exact_bits & bit
    )


def _of_one_mind(pairs: list[Pair]) -> list[Pair]:
    """Without those in which one person would be two, or two would be one."""
    once = list({(known.id, staged.username): (known, staged) for known, staged in pairs}.values())
    old = Counter(known.id for known, _ in once)
    new = Counter(staged.username for _, staged in once)
    return [pair for pair in once if old[pair[0].id] == new[pair[1].username] == 1]


def _may_be_back(known: KnownRow, staged: StagedRow) -> bool:
    both_told = known.instagram_user_id and staged.instagram_user_id
    return not both_told and not _went_back(known, staged)


def _by_name_alone(known: KnownRow, staged: StagedRow) -> KnownRow:
    """A name may be borne by somebody else by now: it does not bring back proofs of who had it before.

    Of somebody who was on a list all the time, these are the times of follows that ended.
    """
    if staged.instagram_user_id == known.instagram_user_id is not None or _agree(known, staged):
        return known
    if known.bits:
        return known._replace(exact_bits=known.exact_bits & known.bits)
    return known._replace(instagram_user_id=None, exact_bits=0)


def _merged(known: KnownRow, double: KnownRow) -> KnownRow:
    """The row that stays, with what only the other one knew."""
    told = {bit: double if double.since(bit) is not None else known for bit in LISTS}
    return known._replace(
        bits=known.bits | double.bits,
        following_since=told[FOLLOWING].following_since,
        follower_since=told[FOLLOWER].follower_since,
        exact_bits=sum(bit for bit in LISTS if told[bit].exact_bits & bit),
        is_gone=known.is_gone and double.is_gone,
    )
