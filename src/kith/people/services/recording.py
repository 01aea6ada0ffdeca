"""Writes down the changes that a resolved comparison proves, each with the interval in which it happened."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from django.db import connection as database
from django.utils import timezone

from kith.core.records import ListName, ListState
from kith.people import queries
from kith.people.comparing import KnownRow, StagedRow
from kith.people.dating import Dates, Departure, PastSnapshot, needs_departure
from kith.people.describing import Event, events
from kith.people.models import LIST_BITS, Change, Snapshot
from kith.people.repeats import Said, people_with_a_story, without_repeats
from kith.people.resolving import Resolution
from kith.people.services import rows
from kith.people.services.appending import append
from kith.people.services.ground import Ground

CHANGE_COLUMNS = (
    "connection_id", "snapshot_id", "person_id", "kind", "username", "previous_username", "instagram_user_id",
    "after", "before",
)  # fmt: skip
LEAVING = (Change.Kind.GONE, Change.Kind.LOST_FOLLOWER, Change.Kind.UNFOLLOWED)


def record_changes(snapshot: Snapshot, resolution: Resolution, ground: Ground) -> list[Event]:
    """To be called when the people are written. Returns what was written down."""
    found = list(events(resolution, ground.scope, ground.baseline.whole))
    stories = _stories(people_with_a_story(found))
    whole = {bit: one.pk for bit, one in ground.baselines.items() if one}
    happened = list(without_repeats(found, stories, whole))
    if not happened:
        return []
    departed = {event.known.id for event in happened if event.known and needs_departure(event)}
    departed |= {stays.id for stays, _ in resolution.doubled}
    dates = Dates(resolution, _past(snapshot), _departures(departed))
    nameless = [event.username for event in happened if event.known is None]
    ids = rows.row_ids_by_name(snapshot.connection_id, nameless)
    adapted = database.ops.adapt_datetimefield_value
    before = adapted(snapshot.taken_at or timezone.now())
    # Neither `Change` objects nor a list of all rows: a snapshot may have hundreds of thousands.
    append(
        Change,
        CHANGE_COLUMNS,
        (
            (
                snapshot.connection_id, snapshot.pk, event.known.id if event.known else ids[event.username],
                event.kind, event.username, _previous_name(event), _id_of(event.known, event.staged),
                adapted(dates.after(event)), before,
            )
            for event in happened
        ),
    )  # fmt: skip
    return happened


def _previous_name(event: Event) -> str | None:
    return event.known.last_name if event.kind == Change.Kind.RENAMED and event.known else None


def _id_of(known: KnownRow | None, staged: StagedRow | None) -> str | None:
    return (staged.instagram_user_id if staged else None) or (
        known.instagram_user_id if known else None
    )


def _stories(row_ids: Iterable[int]) -> dict[int, list[Said]]:
    stories: dict[int, list[Said]] = defaultdict(list)
    for batch in rows.batches(sorted(row_ids)):
        changes = Change.objects.filter(person_id__in=batch).order_by("pk")
        for row_id, snapshot_id, kind in changes.values_list("person_id", "snapshot_id", "kind"):
            stories[row_id].append(Said(snapshot_id, kind))
    return stories


def _past(snapshot: Snapshot) -> list[PastSnapshot]:
    applied = queries.applied_snapshots(snapshot.connection).exclude(pk=snapshot.pk)
    states = [f"{name.value}_state" for name in ListName]
    return [
        PastSnapshot(
            pk,
            taken_after,
            complete=_bits(told, ListState.COMPLETE),
            partial=_bits(told, ListState.PARTIAL),
            ids=sum(LIST_BITS.values()) if source == "api" else 0,
            times=times,
        )
        for pk, source, taken_after, times, *told in applied.values_list(
            "pk", "source", "taken_after", "exact_bits", *states
        )
    ]


def _bits(states: Iterable[str], wanted: ListState) -> int:
    return sum(
        LIST_BITS[name] for name, state in zip(ListName, states, strict=True) if state == wanted
    )


def _departures(row_ids: Iterable[int]) -> dict[int, Departure]:
    found: dict[int, Departure] = {}
    for batch in rows.batches(sorted(row_ids)):
        changes = Change.objects.filter(person_id__in=batch, kind__in=LEAVING).order_by("pk")
        for row_id, snapshot_id, after in changes.values_list("person_id", "snapshot_id", "after"):
            found[row_id] = Departure(snapshot_id, after)
    return found
