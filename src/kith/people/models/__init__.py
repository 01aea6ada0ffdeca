"""What the ledger is made of: snapshots, people, changes, interactions, insights, and the keep list."""

from kith.people.models.changes import Change
from kith.people.models.insights import Insight, computed_insight, read_computed
from kith.people.models.interactions import (
    InteractionBefore,
    InteractionDay,
    KnownPeriod,
    SeenEvent,
    StagedInteraction,
)
from kith.people.models.keeping import KeptPerson
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
    "Insight",
    "InteractionBefore",
    "InteractionDay",
    "KeptPerson",
    "KnownPeriod",
    "Person",
    "PersonBefore",
    "PersonState",
    "SeenEvent",
    "Snapshot",
    "StagedInteraction",
    "StagedPerson",
    "computed_insight",
    "moment",
    "read_computed",
]
