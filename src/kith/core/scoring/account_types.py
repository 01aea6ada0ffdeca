"""What sort of account somebody has: as Instagram tells it, else guessed from its size, and then said to be a guess."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class AccountType(StrEnum):
    """As Instagram tells it."""

    CREATOR = "creator"
    BUSINESS = "business"
    PERSONAL = "personal"


# On the wire MEDIA_CREATOR and BUSINESS, in Meta's documentation Media_Creator and Business (2026-03); PERSONAL came
# only from the Basic Display API, which ended on 2024-12-04.
_TOLD = {
    "media_creator": AccountType.CREATOR,
    "creator": AccountType.CREATOR,
    "business": AccountType.BUSINESS,
    "personal": AccountType.PERSONAL,
}
# The tiers in which marketing commonly counts creators.
_SIZES = (
    (1_000_000, "very large account"),
    (100_000, "large account"),
    (10_000, "mid-sized account"),
    (1_000, "small public account"),
)


class Sort(NamedTuple):
    """Words for a screen, and whether they are kith's guess."""

    label: str
    is_inferred: bool


def account_type_told(word: str | None) -> AccountType | None:
    """What the API's word means. None where it tells nothing, or something unheard of."""
    return _TOLD.get(word.lower()) if word else None


def sort_of_account(told: AccountType | None, followers_count: int | None) -> Sort | None:
    """Told goes before guessed. None: neither a type nor the number of followers is known."""
    if told is not None:
        return Sort(told.value, is_inferred=False)
    if followers_count is None:
        return None
    for least, label in _SIZES:
        if followers_count >= least:
            return Sort(label, is_inferred=True)
    return Sort("personal", is_inferred=True)
