"""Which interactions are known, and for which time: outside of it they are unknown, which is not zero."""

from __future__ import annotations

from django.db.models import Q

from kith.accounts.models import Connection
from kith.core.records import Direction, InteractionKind
from kith.core.scoring import Period, Way
from kith.people.models import KnownPeriod, Snapshot


def coverage_of(connection: Connection) -> dict[Way, Period]:
    """For each kind and direction the time for which all is known; what is not in it is not known at all."""
    known = KnownPeriod.objects.filter(
        Q(snapshot__isnull=True) | Q(snapshot__state=Snapshot.State.APPLIED),
        connection=connection,
    ).order_by("since")
    found: dict[Way, Period] = {}
    for row in known:
        way = Way(InteractionKind(row.kind), Direction(row.direction))
        found[way] = _joined(found.get(way), Period(row.since, row.until))
    return found


def _joined(earlier: Period | None, later: Period) -> Period:
    """Periods that touch are one. Across a gap something may have happened: only what comes after it is known whole."""
    if earlier is None or later.since > earlier.until:
        return later
    return Period(earlier.since, max(earlier.until, later.until))
