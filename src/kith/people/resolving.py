"""Settles who is who among those that differ between the ledger and a snapshot. Plain Python: no database in here.

What speaks for two entries being one person, the strongest first: the same id; the same follow time to the second on
the same list; the same name. What speaks against it: two ids, or a follow time that went back under the same name.
docs/decisions/0005 gives the reasons.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar

from kith.people.comparing import (
    FOLLOWER,
    FOLLOWING,
    LISTS,
    Differences,
    KnownRow,
    Scope,
    StagedRow,
)

Pair = tuple[KnownRow, StagedRow]
Row = TypeVar("Row", KnownRow, StagedRow)
Follow = tuple[int, int]
"""A list, and the second in which somebody's follow on it began."""


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
    moved: frozenset[Follow] = frozenset()
    """Follows that one person lost and another has now: one follow, so nobody left by it and nobody came.

    Whose it is could not be told: several people share the second, or somebody stands under two names at once.
    """


def resolve(found: Differences, scope: Scope, baseline: int, lookups: Lookups) -> Resolution:
    """Who is who, after a comparison with lists of which `baseline` are known whole already."""
    work = _Resolving(found, lookups)
    work.match_by_id()
    # A time on a list that is there in part tells a rename as well, once everybody on that list was known.
    work.match_by_since(scope.complete | (scope.partial & baseline))
    work.match_by_name()
    work.match_former_by_since()
    work.match_former_by_name()
    unmatched = list(work.known.values())
    settled = Resolution(
        matched=work.matched + work.paired,
        unmatched=unmatched,
        vanished=[row for row in unmatched if row.bits & scope.complete],
        new=list(work.staged.values()),
        doubled=work.doubled,
    )
    settled.moved = frozenset(_moved(settled, scope))
    return settled


def _moved(settled: Resolution, scope: Scope) -> Iterator[Follow]:
    left = [(known, known.bits & scope.complete) for known in settled.vanished]
    left += [
        (known, known.bits & ~scope.bits_after(known.bits, staged.bits))
        for known, staged in settled.matched
    ]
    ended: dict[Follow, bool] = {}
    for known, bits in left:
        for follow in _follows(known, bits):
            ended[follow] = ended.get(follow, True) and known.instagram_user_id is not None
    if not ended:
        return
    for person, staged in (*settled.matched, *((None, staged) for staged in settled.new)):
        is_told = bool(staged.instagram_user_id or (person and person.instagram_user_id))
        for follow in _follows(staged, staged.bits):
            # Ids tell people apart, even those who share a second.
            if follow in ended and not (is_told and ended[follow]):
                before = _follows(person, person.bits) if person else ()
                if follow not in before:
                    yield follow


def _follows(row: KnownRow | StagedRow, bits: int) -> list[Follow]:
    """Of the lists that are asked for, those with an exact follow time."""
    return [
        (bit, since) for bit in LISTS if bits & bit and (since := row.exact_since(bit)) is not None
    ]


def is_same_follow(known: KnownRow, staged: StagedRow, bit: int) -> bool:
    """Whether a follow on this list began in the very second in which one of the known person's did."""
    return known.exact_since(bit) is not None and known.exact_since(bit) == staged.exact_since(bit)


class _Resolving:
    """What is settled so far, and who is still to be matched: `known` by row id, `staged` by name."""

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
        self.matched: list[Pair] = []
        self.doubled: list[tuple[KnownRow, KnownRow]] = []

    def _match(self, known: KnownRow, staged: StagedRow) -> None:
        self.matched.append((known, staged))
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
        doubles = {
            known.id: holders[instagram_user_id]
            for instagram_user_id, (known, _) in told.items()
            if instagram_user_id in holders
        }
        for known, staged in self.paired:
            if known.id in doubles:
                self._match(_merged(doubles[known.id], known), staged)
                self.doubled.append((doubles[known.id], known))
        self.paired = [pair for pair in self.paired if pair[0].id not in doubles]

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
                known = [row for row in self.known.values() if row.bits & bit]
                pairs += _same_since(known, self.staged.values(), bit)
        for pair in _of_one_mind(pairs):
            self._match(*pair)

    def match_by_name(self) -> None:
        """Those with one name and two follow times: they left and came back, unless somebody else has the name now."""
        for known, staged in self._contested:
            if (
                known.id in self.known
                and staged.username in self.staged
                and not _went_back(known, staged)
            ):
                self._match(known, staged)

    def match_former_by_since(self) -> None:
        pairs: list[Pair] = []
        for bit in LISTS:
            times = [since for row in self.staged.values() if (since := row.exact_since(bit))]
            former = self._lookups.former_by_since(bit, times) if times else []
            pairs += _same_since(former, self.staged.values(), bit)
        for pair in _of_one_mind(pairs):
            self._match(*pair)

    def match_former_by_name(self) -> None:
        if not self.staged:
            return
        matched = {known.id for known, _ in self.matched}
        for known in reversed(self._lookups.former_by_name(list(self.staged))):
            staged = self.staged.get(known.username)
            if staged and known.id not in matched and _may_be_back(known, staged):
                self._match(_without_guessed_id(known, staged), staged)


def _is_contested(known: KnownRow, staged: StagedRow) -> bool:
    """Whether one name may stand for two people: follow times differ, or they were never seen on one list."""
    if known.instagram_user_id and known.instagram_user_id == staged.instagram_user_id:
        return False
    if _agree(known, staged):
        return False
    common = known.bits & staged.bits
    exact = [bit for bit in LISTS if known.bits & known.exact_bits & bit]
    if not common:
        return bool(exact)
    return any(staged.exact_bits & bit for bit in exact)


def _agree(known: KnownRow, staged: StagedRow) -> bool:
    """Whether a follow time is the same to the second."""
    return any(is_same_follow(known, staged, bit) for bit in LISTS)


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
    """Whether nothing speaks against the two being one person: neither ids nor another follow time."""
    if known.instagram_user_id and staged.instagram_user_id:
        return False
    return all(
        known.since(bit) == staged.since(bit)
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


def _without_guessed_id(known: KnownRow, staged: StagedRow) -> KnownRow:
    """A name alone may be borne by somebody else by now: it does not bring an id back."""
    if staged.instagram_user_id or _agree(known, staged):
        return known
    return known._replace(instagram_user_id=None)


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
