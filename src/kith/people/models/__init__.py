"""What the ledger is made of: snapshots, people, changes."""

from kith.people.models.changes import Change
from kith.people.models.people import Person, PersonBefore, PersonState, moment
from kith.people.models.snapshots import (
    FOLLOWER_BIT,
    FOLLOWING_BIT,
    LIST_BITS,
    Snapshot,
    StagedPerson,
)

__all__ = [
    "FOLLOWER_BIT",
    "FOLLOWING_BIT",
    "LIST_BITS",
    "Change",
    "Person",
    "PersonBefore",
    "PersonState",
    "Snapshot",
    "StagedPerson",
    "moment",
]
