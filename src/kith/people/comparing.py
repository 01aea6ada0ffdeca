"""Compares a staged snapshot with what is known. Plain Python over sorted rows: no database in here.

Both sides arrive sorted by name, so one walk over them finds every difference with memory that does not grow with
the number of people. What differs is then resolved into people who are new, who are known under another name, and
who are no longer there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

FOLLOWING, FOLLOWER = 1, 2
BOTH = FOLLOWING | FOLLOWER


class KnownRow(NamedTuple):
    """A person as the ledger has them. Times are epoch seconds; `bits` says on which lists they are."""

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


class StagedRow(NamedTuple):
    """A person as the snapshot has them, their records of both lists taken together."""

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


class Scope(NamedTuple):
    """What a snapshot may say: `complete` are the lists known whole, `partial` those known in part."""

    complete: int
    partial: int

    def bits_after(self, known: int, staged: int) -> int:
        """On which lists a person is now. Only a complete list can take somebody off it."""
        return (known & ~self.complete) | staged


@dataclass
class Differences:
    """What one walk found. `same_name` pairs differ in something; `only_*` have no partner of the same name."""

    same_name: list[tuple[KnownRow, StagedRow]] = field(default_factory=list)
    only_known: list[KnownRow] = field(default_factory=list)
    only_staged: list[StagedRow] = field(default_factory=list)


@dataclass
class Resolution:
    """Everybody who differs, with their identity settled."""

    matched: list[tuple[KnownRow, StagedRow]]
    vanished: list[KnownRow]
    new: list[StagedRow]


def find_differences(known: Iterable[tuple], staged: Iterable[tuple], scope: Scope) -> Differences:  # type: ignore[type-arg]
    """Walks both sides, each sorted by user name in code point order and free of double names."""
    found = Differences()
    known_rows, staged_rows = iter(known), iter(staged)
    k, s = next(known_rows, None), next(staged_rows, None)
    complete = scope.complete
    while k is not None and s is not None:
        if k[0] == s[0]:
            if not (
                s[8] in (0, k[7])
                and (k[3] & ~complete) | s[4] == k[3]
                and (s[5] is None or s[5] == k[4])
                and (s[6] is None or s[6] == k[5])
                and (s[3] is None or s[3] == k[2])
                and s[7] | k[6] == k[6]
            ):
                _pair_of_same_name(KnownRow(*k), StagedRow(*s), scope, found)
            k, s = next(known_rows, None), next(staged_rows, None)
        elif k[0] < s[0]:
            found.only_known.append(KnownRow(*k))
            k = next(known_rows, None)
        else:
            found.only_staged.append(StagedRow(*s))
            s = next(staged_rows, None)
    found.only_known.extend(KnownRow(*row) for row in _rest(k, known_rows))
    found.only_staged.extend(StagedRow(*row) for row in _rest(s, staged_rows))
    return found


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
        or any(
            better_since(known, staged, bit) != (known.since(bit), known.exact_bits & bit)
            for bit in (FOLLOWING, FOLLOWER)
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


def resolve(
    found: Differences,
    scope: Scope,
    people_by_id: Callable[[list[str]], list[KnownRow]],
    former_by_name: Callable[[list[str]], list[KnownRow]],
) -> Resolution:
    """Settles who is who: by id, else by an exact follow time, else by the name somebody had before leaving.

    `people_by_id` and `former_by_name` look up people of the ledger, former ones included.
    """
    matched = list(found.same_name)
    known = {row.id: row for row in found.only_known}
    staged = list(found.only_staged)
    steps: tuple[Callable[[list[StagedRow]], list[tuple[KnownRow, StagedRow]]], ...] = (
        lambda rows: _match_by_id(rows, known, people_by_id),
        lambda rows: _match_by_since(rows, list(known.values()), scope),
        lambda rows: _match_former(rows, former_by_name),
    )
    for step in steps:
        pairs = step(staged)
        taken = {pair[1].username for pair in pairs}
        staged = [row for row in staged if row.username not in taken]
        for person, _ in pairs:
            known.pop(person.id, None)
        matched += pairs
    vanished = [row for row in known.values() if row.bits & scope.complete]
    return Resolution(matched=matched, vanished=vanished, new=staged)


def _match_by_id(
    staged: list[StagedRow],
    known: dict[int, KnownRow],
    people_by_id: Callable[[list[str]], list[KnownRow]],
) -> list[tuple[KnownRow, StagedRow]]:
    by_id = {row.instagram_user_id: row for row in known.values() if row.instagram_user_id}
    missing = [
        row.instagram_user_id
        for row in staged
        if row.instagram_user_id and row.instagram_user_id not in by_id
    ]
    if missing:
        by_id.update((row.instagram_user_id or "", row) for row in people_by_id(missing))
    return [
        (by_id[row.instagram_user_id], row)
        for row in staged
        if row.instagram_user_id and row.instagram_user_id in by_id
    ]


def _match_by_since(
    staged: list[StagedRow], known: list[KnownRow], scope: Scope
) -> list[tuple[KnownRow, StagedRow]]:
    """Same list, same follow time to the second, one name gone and one new: the same person under a new name.

    A follow time survives a rename (seen in exports of 2025 and 2026). Two people who share a second are not told
    apart, and a time that only counts minutes proves nothing.
    """
    pairs: dict[str, tuple[KnownRow, StagedRow]] = {}
    for bit in (FOLLOWING, FOLLOWER):
        if not scope.complete & bit:
            continue
        old = _by_unique_since(known, bit)
        for since, row in _by_unique_since(staged, bit).items():
            person = old.get(since)
            if person and _may_be_one(person, row):
                pairs.setdefault(row.username, (person, row))
    claims = Counter(person.id for person, _ in pairs.values())
    return [pair for pair in pairs.values() if claims[pair[0].id] == 1]


def _by_unique_since(rows: Iterable, bit: int) -> dict[int, Any]:  # type: ignore[type-arg]
    """Those whose exact follow time on this list nobody else of `rows` shares."""
    dated = [row for row in rows if row.bits & row.exact_bits & bit and row.since(bit) is not None]
    shared = Counter(row.since(bit) for row in dated)
    return {row.since(bit): row for row in dated if shared[row.since(bit)] == 1}


def _may_be_one(known: KnownRow, staged: StagedRow) -> bool:
    """Whether nothing speaks against the two being one person: neither ids nor another follow time."""
    if known.instagram_user_id and staged.instagram_user_id:
        return False
    return all(
        known.since(bit) == staged.since(bit)
        for bit in (FOLLOWING, FOLLOWER)
        if known.bits & staged.bits & known.exact_bits & staged.exact_bits & bit
    )


def _match_former(
    staged: list[StagedRow], former_by_name: Callable[[list[str]], list[KnownRow]]
) -> list[tuple[KnownRow, StagedRow]]:
    if not staged:
        return []
    former = {row.username: row for row in former_by_name([row.username for row in staged])}
    return [
        (former[row.username], row)
        for row in staged
        if row.username in former
        and (not former[row.username].instagram_user_id or not row.instagram_user_id)
    ]
