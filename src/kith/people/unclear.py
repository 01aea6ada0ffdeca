"""Finds out of whom nothing can be said, although a comparison makes it look as if they had left or come.

Plain Python. Whoever is in doubt is not accused, and the ledger follows the lists all the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from kith.people.comparing import (
    BOTH,
    LISTS,
    KnownRow,
    Scope,
    StagedRow,
    is_same_follow,
)

IDS, TIMES = "ids", "times"

Pair = tuple[KnownRow, StagedRow]
Follow = tuple[int, int]
"""A list, and the second in which somebody's follow on it began."""
Telling = tuple[int | None, StagedRow]
"""Somebody's row id, if the ledger has one, and what the snapshot tells of them."""


class Baseline(NamedTuple):
    """Which lists are known whole; on which everybody was last seen with ids, and on which with follow times."""

    whole: int
    ids: int
    times: int


class Told(NamedTuple):
    """What this snapshot tells beside names, and what the last whole ones did."""

    scope: Scope
    baseline: Baseline
    exact: int
    """On which lists it tells follow times to the second."""

    def by_name_alone(self, known: KnownRow) -> int:
        """Lists on which somebody who has lost the name was last seen by that name, and by nothing else.

        Whoever was seen there may have been the next one who had it.
        """
        if not self.scope.tells_ids:
            return BOTH & ~(self.baseline.times & known.exact_bits & self.exact)
        return BOTH & ~self.baseline.ids if known.instagram_user_id else BOTH


@dataclass
class Unclear:
    """The lists on which nothing is said: of known people by row id, of those in the snapshot by name."""

    known: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    staged: dict[str, int] = field(default_factory=lambda: defaultdict(int))


def unclear_people(
    matched: Sequence[Pair],
    unmatched: Sequence[KnownRow],
    new: Sequence[StagedRow],
    told: Told,
) -> Unclear:
    """`unmatched` are people of the ledger whom the snapshot does not show, `new` those whom only the snapshot has."""
    unclear = Unclear()
    _note_moved_follows(unclear, matched, unmatched, new, told.scope)
    lost_name = [known for known in unmatched if known.is_nameless]
    lost_name += [known for known, staged in matched if known.username != staged.username]
    for known in lost_name:
        unclear.known[known.id] |= known.bits & told.by_name_alone(known)
    for known, staged in rivals(matched, unmatched, new):
        bits = known.bits & told.by_name_alone(known)
        unclear.known[known.id] |= bits
        unclear.staged[staged.username] |= bits
    return unclear


def without_hearsay(known: KnownRow, staged: StagedRow) -> KnownRow:
    """Somebody who was renamed, with what proves who they are and no other proof.

    Ids and follow times come from different sources, and only the name, which moves, led from one to the other.
    """
    is_told_all = staged.instagram_user_id and staged.exact_bits
    if known.username == staged.username or is_told_all:
        return known
    if proof_of(known, staged) == IDS:
        return known._replace(exact_bits=0)
    return known._replace(instagram_user_id=None)


def rivals(
    matched: Sequence[Pair], unmatched: Sequence[KnownRow], new: Sequence[StagedRow]
) -> Iterator[Pair]:
    """Who had a name before, with who has it now, where that is somebody else."""
    before: dict[str, list[KnownRow]] = defaultdict(list)
    for known in unmatched:
        before[known.last_name].append(known)
    for known, staged in matched:
        if known.last_name != staged.username:
            before[known.last_name].append(known)
    if not before:
        return
    for one, staged in (*matched, *((None, staged) for staged in new)):
        if staged.username in before:
            others = before[staged.username]
            yield from ((known, staged) for known in others if known is not one)


def proof_of(known: KnownRow, staged: StagedRow) -> str:
    """What tells that two of one name are not one, or that two of two names are."""
    return IDS if known.instagram_user_id and staged.instagram_user_id else TIMES


def _note_moved_follows(
    unclear: Unclear,
    matched: Sequence[Pair],
    unmatched: Sequence[KnownRow],
    new: Sequence[StagedRow],
    scope: Scope,
) -> None:
    """A follow that one person had and another has now is one follow: nobody left by it, and nobody came.

    Whose it is could not be told: several people share the second, or somebody stands under two names at once.
    """
    left = [(known, known.bits & scope.complete) for known in unmatched]
    # Who may have been gone from one list is not gone if that follow is there under another name.
    left += [(known, BOTH & ~known.bits) for known in unmatched if known.is_gone]
    left += [
        (known, known.bits & ~scope.bits_after(known.bits, staged.bits))
        for known, staged in matched
    ]
    ended: dict[Follow, list[KnownRow]] = defaultdict(list)
    for known, bits in left:
        for follow in _follows(known, bits):
            ended[follow].append(known)
    if not ended:
        return
    for person, staged in (*matched, *((None, staged) for staged in new)):
        for bit, since in _follows(staged, staged.bits):
            if (bit, since) not in ended or _has(person, staged, bit):
                continue
            for known in ended[bit, since]:
                # Ids tell people apart, even those who share a second.
                if not (known.instagram_user_id and staged.instagram_user_id):
                    unclear.known[known.id] |= bit
                    unclear.staged[staged.username] |= bit


def _follows(row: KnownRow | StagedRow, bits: int) -> Iterator[Follow]:
    """Of the lists that are asked for, those with an exact follow time."""
    for bit in LISTS:
        since = row.exact_since(bit)
        if bits & bit and since is not None:
            yield bit, since


def _has(known: KnownRow | None, staged: StagedRow, bit: int) -> bool:
    """Whether somebody has this very follow in the ledger."""
    return bool(known and known.bits & bit and is_same_follow(known, staged, bit))


def newly_told(
    matched: Sequence[Pair], new: Sequence[StagedRow], bit: int
) -> dict[int, list[Telling]]:
    """By second, of whom a follow on this list is told by which they were not known."""
    told: dict[int, list[Telling]] = defaultdict(list)
    for known, staged in (*matched, *((None, staged) for staged in new)):
        since = staged.exact_since(bit) if staged.bits & bit else None
        if since is not None and not _has(known, staged, bit):
            told[since].append((known.id if known else None, staged))
    return told


def follows_of_others(
    told: Mapping[int, list[Telling]], people: Iterable[KnownRow], bit: int
) -> set[str]:
    """Names under which a follow is told that somebody else of these people has. Ids tell people apart."""
    return {
        staged.username
        for person in people
        for row_id, staged in told.get(person.exact_since(bit) or 0, ())
        if row_id != person.id and not (person.instagram_user_id and staged.instagram_user_id)
    }
