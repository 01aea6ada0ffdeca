"""What takes points off a score once the factors are added up."""

from __future__ import annotations

from enum import StrEnum

from kith.core.scoring.account_types import AccountType
from kith.core.scoring.facts import PersonFacts


class Modifier(StrEnum):
    """Why points are taken off."""

    VERIFIED = "verified"
    COUNTS_AS_VERIFIED = "counts_as_verified"
    CREATOR = "creator"
    BUSINESS = "business"


# Nobody follows a verified account to be followed back; creators and shops are followed for what they show. A large
# account that the user lets count as verified is treated as one.
MODIFIER_POINTS = {
    Modifier.VERIFIED: -50,
    Modifier.COUNTS_AS_VERIFIED: -50,
    Modifier.CREATOR: -40,
    Modifier.BUSINESS: -30,
}


def modifiers_of(person: PersonFacts, *, verified_from: int | None) -> tuple[Modifier, ...]:
    """Only what a source tells, or what the user has asked for: a guess takes no points off.

    From `verified_from` followers on somebody counts as verified where no source tells; None: nobody does.
    """
    found: tuple[Modifier, ...] = ()
    if person.verified:
        found = (Modifier.VERIFIED,)
    elif person.verified is None and _is_large(person, verified_from):
        found = (Modifier.COUNTS_AS_VERIFIED,)
    if person.account_type is AccountType.CREATOR:
        return (*found, Modifier.CREATOR)
    if person.account_type is AccountType.BUSINESS:
        return (*found, Modifier.BUSINESS)
    return found


def _is_large(person: PersonFacts, least: int | None) -> bool:
    count = person.followers_count
    return least is not None and count is not None and count >= least
