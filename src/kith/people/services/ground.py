"""What a snapshot is compared with: per list the last complete snapshot, if there is one."""

from __future__ import annotations

from dataclasses import dataclass

from kith.core.records import ListName, ListState
from kith.people import queries
from kith.people.comparing import Scope
from kith.people.models import LIST_BITS, Snapshot


@dataclass(frozen=True)
class Ground:
    """`scope` says what the snapshot may say; `baselines` what each list is compared with."""

    scope: Scope
    baselines: dict[int, Snapshot | None]

    @classmethod
    def of(cls, snapshot: Snapshot) -> Ground:
        bits = dict.fromkeys(ListState, 0)
        for name in ListName:
            bits[snapshot.list_state(name)] |= LIST_BITS[name]
        return cls(
            scope=Scope(complete=bits[ListState.COMPLETE], partial=bits[ListState.PARTIAL]),
            baselines={
                LIST_BITS[name]: queries.latest_complete(snapshot.connection, name)
                for name in ListName
            },
        )

    @property
    def baseline_bits(self) -> int:
        return sum(bit for bit, snapshot in self.baselines.items() if snapshot)
