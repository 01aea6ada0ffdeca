"""Rows of a comparison: as the ledger has people, and as a snapshot has them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from kith.people.comparing import (
    BOTH,
    FOLLOWER,
    FOLLOWING,
    Differences,
    KnownRow,
    Scope,
    StagedRow,
    find_differences,
)

WHOLE = Scope(complete=BOTH, partial=0)
PART = Scope(complete=0, partial=BOTH)


def known(username: str, pk: int, bits: int = FOLLOWER, **fields: Any) -> KnownRow:
    told: dict[str, Any] = {
        "instagram_user_id": None,
        "following_since": None,
        "follower_since": None,
        "exact_bits": 0,
        "fingerprint": 0,
        "is_gone": False,
    }
    return KnownRow(username=username, id=pk, bits=bits, **(told | fields))


def staged(username: str, bits: int = FOLLOWER, **fields: Any) -> StagedRow:
    told: dict[str, Any] = {
        "first_id": 1,
        "last_id": 1,
        "instagram_user_id": None,
        "following_since": None,
        "follower_since": None,
        "exact_bits": 0,
        "fingerprint": 0,
    }
    return StagedRow(username=username, bits=bits, **(told | fields))


def dated(since: int, bits: int = FOLLOWER, *, exact: bool = True) -> dict[str, int | None]:
    """The fields of a follow time that is the same on every list of `bits`."""
    return {
        "following_since": since if bits & FOLLOWING else None,
        "follower_since": since if bits & FOLLOWER else None,
        "exact_bits": bits if exact else 0,
    }


def found(before: Iterable[KnownRow], now: Iterable[StagedRow], scope: Scope) -> Differences:
    return find_differences(sorted(before), sorted(now), scope)
