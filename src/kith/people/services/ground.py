"""What a snapshot is compared with: per list the last complete snapshot, if there is one."""

from __future__ import annotations

from dataclasses import dataclass

from kith.core.records import ListName, ListState
from kith.people import queries
from kith.people.comparing import Scope
from kith.people.models import LIST_BITS, Snapshot, StagedPerson
from kith.people.unclear import Baseline, Told


@dataclass(frozen=True)
class Ground:
    """`scope` says what the snapshot may say; `baselines` what each list is compared with."""

    scope: Scope
    baselines: dict[int, Snapshot | None]
    told_by: dict[int, set[str]]
    """By list the sources that told of it since it was last whole, that time included."""
    exact: int
    """The lists whose follow times the snapshot tells to the second."""

    @classmethod
    def of(cls, snapshot: Snapshot) -> Ground:
        bits = dict.fromkeys(ListState, 0)
        for name in ListName:
            bits[snapshot.list_state(name)] |= LIST_BITS[name]
        baselines = {
            LIST_BITS[name]: queries.latest_complete(snapshot.connection, name) for name in ListName
        }
        return cls(
            scope=Scope(
                complete=bits[ListState.COMPLETE],
                partial=bits[ListState.PARTIAL],
                tells_ids=snapshot.source == "api",
            ),
            baselines=baselines,
            told_by={
                LIST_BITS[name]: queries.sources_since(
                    snapshot.connection, name, baselines[LIST_BITS[name]]
                )
                for name in ListName
            },
            exact=snapshot.exact_bits,
        )

    @property
    def told(self) -> Told:
        return Told(self.scope, self.baseline, self.exact)

    @property
    def baseline(self) -> Baseline:
        known = [(bit, snapshot) for bit, snapshot in self.baselines.items() if snapshot]
        return Baseline(
            whole=sum(bit for bit, _ in known),
            ids=sum(bit for bit, sources in self.told_by.items() if sources == {"api"}),
            times=sum(bit for bit, snapshot in known if snapshot.exact_bits & bit),
        )


def exact_bits(snapshot: Snapshot) -> int:
    """The lists whose follow times are told to the second, by their first entries: a source tells all alike."""
    bits = 0
    for bit in LIST_BITS.values():
        staged = StagedPerson.objects.filter(snapshot=snapshot, list_bit=bit).order_by("pk")
        first = staged.values_list("since", "since_is_exact").first()
        bits |= bit if first and first[0] is not None and first[1] else 0
    return bits
