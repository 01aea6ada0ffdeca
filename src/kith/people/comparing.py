"""Compares a staged snapshot with what is known. Plain Python over sorted rows: no database in here.

Both sides arrive sorted by name, so one walk over them finds every difference with memory that does not grow with
the number of people. Who is who among those that differ is settled in `resolving`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

FOLLOWING, FOLLOWER = 1, 2
BOTH = FOLLOWING | FOLLOWER
LISTS = (FOLLOWING, FOLLOWER)

# Exports keep some deleted accounts under names that begin like this (seen 2026-05).
DELETED = "__deleted__"
# Somebody else has the name now, and what its former holder is called is not told: their name is marked with this,
# which no name on Instagram contains.
NAME_LOST = "~"


class KnownRow(NamedTuple):
    """A person as the ledger has them. Times are epoch seconds; `bits` says on which lists they are.

    `is_gone` on somebody who is on a list: they left the other one, and nobody has seen them on this one since.
    """

    username: str
    id: int
    instagram_user_id: str | None
    bits: int
    following_since: int | None
    follower_since: int | None
    exact_bits: int
    fingerprint: int
    is_gone: bool = False

    def since(self, bit: int) -> int | None:
        return self.following_since if bit == FOLLOWING else self.follower_since

    def exact_since(self, bit: int) -> int | None:
        """The follow time where it is exact to the second, of a former follow too."""
        return self.since(bit) if self.exact_bits & bit else None

    @property
    def is_deleted(self) -> bool:
        return self.username.startswith(DELETED)

    @property
    def is_nameless(self) -> bool:
        """Whether somebody else has the last name that was told of them."""
        return NAME_LOST in self.username

    @property
    def last_name(self) -> str:
        """The last name that was told."""
        return self.username.partition(NAME_LOST)[0]


class StagedRow(NamedTuple):
    """A person as the snapshot has them, their records of both lists taken together.

    `first_id` and `last_id` are the row ids of the first and the last of these records.
    """

    username: str
    first_id: int
    last_id: int
    instagram_user_id: str | None
    bits: int
    following_since: int | None
    follower_since: int | None
    exact_bits: int
    fingerprint: int

    def since(self, bit: int) -> int | None:
        return self.following_since if bit == FOLLOWING else self.follower_since

    def exact_since(self, bit: int) -> int | None:
        """The follow time on a list, where it is exact to the second."""
        return self.since(bit) if self.exact_bits & bit else None

    @property
    def is_deleted(self) -> bool:
        return self.username.startswith(DELETED)

    @property
    def is_nameless(self) -> bool:
        """Whether the source told a name that somebody else had taken by the end of the reading."""
        return NAME_LOST in self.username


class Scope(NamedTuple):
    """What a snapshot may say: `complete` are the lists known whole, `partial` those known in part."""

    complete: int
    partial: int
    tells_ids: bool = False

    def bits_after(self, known: int, staged: int) -> int:
        """On which lists a person is now. Only a complete list can take somebody off it."""
        return (known & ~self.complete) | staged


@dataclass
class Differences:
    """What one walk found. `same_name` pairs differ in something; `only_*` have no partner of the same name.

    `disputed` are names that several ids have in the snapshot; `staged_by_bits` counts everybody in it by the lists
    they are on.
    """

    same_name: list[tuple[KnownRow, StagedRow]] = field(default_factory=list)
    only_known: list[KnownRow] = field(default_factory=list)
    only_staged: list[StagedRow] = field(default_factory=list)
    disputed: list[str] = field(default_factory=list)
    staged_by_bits: list[int] = field(default_factory=lambda: [0, 0, 0, 0], compare=False)

    def staged_on(self, bit: int) -> int:
        """How many people the snapshot has on a list."""
        return self.staged_by_bits[bit] + self.staged_by_bits[BOTH]


def find_differences(known: Iterable[tuple], staged: Iterable[tuple], scope: Scope) -> Differences:  # type: ignore[type-arg]
    """Walks both sides, each sorted by user name in code point order.

    `known` has each name once. `staged` has records as one page or another gave them; those of one name are one person.
    """
    found = Differences()
    known_rows, staged_rows = iter(known), _one_row_a_name(staged, found.disputed)
    k, s = next(known_rows, None), next(staged_rows, None)
    complete, counts = scope.complete, found.staged_by_bits
    while k is not None and s is not None:
        if k[0] == s[0]:
            # `differs`, in the order and the spelling that a million people need: most are equal.
            if not (
                s[8] in (0, k[7])
                and (k[3] & ~complete) | s[4] == k[3]
                and (s[5] is None or s[5] == k[4])
                and (s[6] is None or s[6] == k[5])
                and (s[3] is None or s[3] == k[2])
                and s[7] | k[6] == k[6]
                and not k[8]
            ):
                _pair_of_same_name(KnownRow(*k), StagedRow(*s), scope, found)
            counts[s[4]] += 1
            k, s = next(known_rows, None), next(staged_rows, None)
        elif k[0] < s[0]:
            found.only_known.append(KnownRow(*k))
            k = next(known_rows, None)
        else:
            found.only_staged.append(StagedRow(*s))
            counts[s[4]] += 1
            s = next(staged_rows, None)
    found.only_known.extend(KnownRow(*row) for row in _rest(k, known_rows))
    for row in _rest(s, staged_rows):
        found.only_staged.append(StagedRow(*row))
        counts[row[4]] += 1
    return found


def _one_row_a_name(records: Iterable[tuple], disputed: list[str]) -> Iterator[tuple]:  # type: ignore[type-arg]
    """Takes neighbours of one name together, given and yielded as the fields of StagedRow."""
    rows = iter(records)
    row = next(rows, None)
    if row is None:
        return
    for other in rows:
        if row[0] != other[0]:
            yield row
            row = other
        else:
            if row[3] and other[3] and row[3] != other[3]:
                disputed.append(row[0])
            row = _together(StagedRow(*row), StagedRow(*other))
    yield row


def _together(one: StagedRow, other: StagedRow) -> StagedRow:
    """Of double entries the newest follow time counts."""
    return StagedRow(
        username=one.username,
        first_id=min(one.first_id, other.first_id),
        last_id=max(one.last_id, other.last_id),
        instagram_user_id=one.instagram_user_id or other.instagram_user_id,
        bits=one.bits | other.bits,
        following_since=_newest(one.following_since, other.following_since),
        follower_since=_newest(one.follower_since, other.follower_since),
        exact_bits=one.exact_bits | other.exact_bits,
        fingerprint=max(one.fingerprint, other.fingerprint),
    )


def _newest(one: int | None, other: int | None) -> int | None:
    return max((since for since in (one, other) if since is not None), default=None)


def _rest(first: tuple | None, others: Iterator[tuple]) -> Iterator[tuple]:  # type: ignore[type-arg]
    if first is not None:
        yield first
        yield from others


def _pair_of_same_name(
    known: KnownRow, staged: StagedRow, scope: Scope, found: Differences
) -> None:
    """One name, perhaps two people: different ids say that somebody else has taken the name."""
    if known.instagram_user_id and staged.instagram_user_id not in (None, known.instagram_user_id):
        found.only_known.append(known)
        found.only_staged.append(staged)
    elif differs(known, staged, scope):
        found.same_name.append((known, staged))


def differs(known: KnownRow, staged: StagedRow, scope: Scope) -> bool:
    return (
        staged.fingerprint not in (0, known.fingerprint)
        or scope.bits_after(known.bits, staged.bits) != known.bits
        or (staged.instagram_user_id or known.instagram_user_id) != known.instagram_user_id
        or (known.is_gone and not staged.is_deleted)
        or any(
            better_since(known, staged, bit) != (known.since(bit), known.exact_bits & bit)
            for bit in LISTS
        )
    )


def better_since(known: KnownRow, staged: StagedRow, bit: int) -> tuple[int | None, int]:
    """The follow time to keep and its exactness bit. A time to the minute never replaces the exact one it rounds."""
    new, old = staged.since(bit), known.since(bit)
    if new is None:
        return old, known.exact_bits & bit
    new_is_exact = staged.exact_bits & bit
    if old is not None and not new_is_exact and known.exact_bits & bit and new // 60 == old // 60:
        return old, bit
    return new, new_is_exact


def is_same_follow(known: KnownRow, staged: StagedRow, bit: int) -> bool:
    """Whether a follow on this list began in the very second in which one of the known person's did."""
    return known.exact_since(bit) is not None and known.exact_since(bit) == staged.exact_since(bit)
