"""What passed between the user and one person, kind by kind."""

from __future__ import annotations

from typing import NamedTuple

from django.db.models import Max, Sum
from django.db.models.functions import Greatest

from kith.core.records import Direction, InteractionKind
from kith.core.scoring import SHARES, Way
from kith.people.coverage import coverage_of
from kith.people.models import InteractionDay, Person


class KindOfContact(NamedTuple):
    """How often in each direction; None: not known. `last` is in epoch seconds, None where there was nothing."""

    kind: InteractionKind
    given: int | None
    received: int | None
    last: int | None


def contacts_with(person: Person) -> list[KindOfContact]:
    """Every kind, likes first. What no source tells of is unknown, which is not zero."""
    # Of two sources that tell of the same day, the one that tells more is believed.
    told = Sum(Greatest("from_export", "from_api"))
    rows = (
        InteractionDay.objects.filter(person=person)
        .values("kind", "direction")
        .annotate(count=told, last=Max("last_at"))
        .order_by()
    )
    found = {
        Way(InteractionKind(row["kind"]), Direction(row["direction"])): (row["count"], row["last"])
        for row in rows
    }
    known = coverage_of(person.connection)
    counts = {
        way: found[way][0] if way in found else (0 if way in known else None)
        for kind in InteractionKind
        for way in (Way(kind, Direction.GIVEN), Way(kind, Direction.RECEIVED))
    }
    return [
        KindOfContact(
            kind,
            counts[Way(kind, Direction.GIVEN)],
            counts[Way(kind, Direction.RECEIVED)],
            max((found[way][1] for way in found if way.kind is kind), default=None),
        )
        for kind in dict.fromkeys(way.kind for way in SHARES)
    ]
