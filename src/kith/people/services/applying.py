"""Applies a staged snapshot to the ledger in one transaction, or holds it when it is doubtful.

Steps, all or none of them: compare, settle identities, doubt, write people, write changes, count, clear the staging.
A second run finds the snapshot applied and does nothing.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from kith.accounts.models import Connection
from kith.core.records import ListName, ListState
from kith.people import queries
from kith.people.comparing import Differences, find_differences
from kith.people.describing import Event, gone_people
from kith.people.doubts import Doubt
from kith.people.models import LIST_BITS, Change, Person, Snapshot
from kith.people.resolving import Lookups, Resolution, resolve
from kith.people.services import rows, undoing, writing
from kith.people.services.believing import believe_less
from kith.people.services.ground import Ground, exact_bits
from kith.people.services.insights import recompute_insights
from kith.people.services.interacting import apply_interactions
from kith.people.services.judging import doubts_of, known_counts, verdict
from kith.people.services.keeping import follow_names
from kith.people.services.recording import record_changes
from kith.people.services.settling import have_names_moved, settle_names
from kith.people.services.staging import clear_staging, discard_snapshot
from kith.people.signals import snapshot_applied


class SnapshotTooOld(Exception):
    """The snapshot was taken before the newest one that is known; applying it would turn history around."""


class SnapshotDiscarded(Exception):
    """The snapshot was thrown away with its staged people; applied now it would look like two empty lists."""


@dataclass(frozen=True)
class Outcome:
    """What became of a snapshot: `held` with its doubts, or applied with its changes counted by kind."""

    held: bool
    doubts: list[Doubt] = field(default_factory=list)
    changes: dict[str, int] = field(default_factory=dict)
    is_first: bool = False
    """Whether there was nothing yet that the snapshot could be compared with."""


@transaction.atomic
def apply_snapshot(snapshot_id: int, *, accept_doubtful: bool = False) -> Outcome:
    """Applies the snapshot, or holds it. Raises SnapshotTooOld or SnapshotDiscarded. Needs the staging to be whole."""
    snapshot = Snapshot.objects.select_related("connection").get(pk=snapshot_id)
    # The row lock makes two applications to one connection take turns (SQLite has one writer anyhow). Rows that only
    # point to the connection can be written meanwhile: what its user does waits for no million people.
    Connection.objects.select_for_update(no_key=True).get(pk=snapshot.connection_id)
    if snapshot.state == Snapshot.State.APPLIED:
        return Outcome(held=False, changes=change_counts(snapshot))
    if snapshot.state in {Snapshot.State.DISCARDED, Snapshot.State.UNDONE}:
        raise SnapshotDiscarded("It was discarded; sync or import again.")
    _refuse_older(snapshot)
    snapshot.exact_bits = exact_bits(snapshot)
    ground = Ground.of(snapshot)
    found = _compare(snapshot, ground)
    resolution = _resolve(snapshot, found, ground)
    while believe_less(snapshot, resolution, ground):
        ground = Ground.of(snapshot)
        found = _compare(snapshot, ground)
        resolution = _resolve(snapshot, found, ground)
    snapshot.save()
    doubts = [] if accept_doubtful else doubts_of(snapshot, resolution, ground)
    if doubts:
        _hold(snapshot, doubts, verdict(resolution, ground))
        return Outcome(held=True, doubts=doubts)
    changes = _write(snapshot, resolution, ground)
    return Outcome(held=False, changes=changes, is_first=not ground.baseline.whole)


def change_counts(snapshot: Snapshot) -> dict[str, int]:
    """The snapshot's changes by kind, every kind named."""
    counted = Counter(Change.objects.filter(snapshot=snapshot).values_list("kind", flat=True))
    return {kind: counted.get(kind, 0) for kind in Change.Kind.values}


def _refuse_older(snapshot: Snapshot) -> None:
    newest = queries.latest_snapshot(snapshot.connection)
    if (
        newest
        and newest.taken_after
        and snapshot.taken_at
        and snapshot.taken_at < newest.taken_after
    ):
        raise SnapshotTooOld(
            f"It is from {snapshot.taken_at:%Y-%m-%d %H:%M} UTC at the latest, and kith already knows a newer state, "
            f"of {newest.taken_at:%Y-%m-%d %H:%M} UTC. Nothing was changed; import exports oldest first."
        )


def _compare(snapshot: Snapshot, ground: Ground) -> Differences:
    """Walks both sides; on the way it counts how many people each list has, double entries once."""
    people = Person.objects.filter(connection_id=snapshot.connection_id)
    if ground.baseline.whole or people.exists():
        found = _differences(snapshot, ground)
        if have_names_moved(snapshot, found):
            settle_names(snapshot)
            found = _differences(snapshot, ground)
    else:
        # Everybody is new, and no change is reported: a million people need not pass through Python to say so.
        settle_names(snapshot)
        found = Differences(staged_by_bits=rows.count_staged(snapshot.pk))
    for name in ListName:
        setattr(snapshot, f"{name.value}_read", found.staged_on(LIST_BITS[name]))
    return found


def _differences(snapshot: Snapshot, ground: Ground) -> Differences:
    known = rows.current_rows(snapshot.connection_id)
    return find_differences(known, rows.staged_rows(snapshot.pk), ground.scope)


def _resolve(snapshot: Snapshot, found: Differences, ground: Ground) -> Resolution:
    connection_id = snapshot.connection_id
    lookups = Lookups(
        by_id=lambda ids: rows.people_by_id(connection_id, ids),
        former_by_name=lambda names: rows.former_by_name(connection_id, names),
        former_by_since=lambda bit, times: rows.former_by_since(connection_id, bit, times),
    )
    return resolve(found, ground.told, lookups)


def _hold(snapshot: Snapshot, doubts: list[Doubt], leaving: dict[str, Any]) -> None:
    _replace_held(snapshot)
    snapshot.leavers = leaving
    snapshot.state = Snapshot.State.HELD
    snapshot.doubts = [doubt.as_dict() for doubt in doubts]
    snapshot.save()


def _replace_held(snapshot: Snapshot) -> None:
    """A newer snapshot replaces what was held before: only the latest question is asked. Counts alone answer none."""
    if not snapshot.tells_of_lists:
        return
    held = Snapshot.objects.filter(connection_id=snapshot.connection_id, state=Snapshot.State.HELD)
    for previous in held.exclude(pk=snapshot.pk):
        discard_snapshot(previous)


def _write(snapshot: Snapshot, resolution: Resolution, ground: Ground) -> dict[str, int]:
    _replace_held(snapshot)
    scope, named = ground.scope, [staged for _, staged in resolution.matched]
    in_the_way = writing.holders_of(
        (row.username for row in (*resolution.new, *named)), resolution.unmatched
    )
    touched = {known.id for known, _ in resolution.matched}
    touched |= {row.id for row in (*resolution.vanished, *in_the_way)}
    touched |= {goes.id for _, goes in resolution.doubled}
    undoing.remember(snapshot, touched)
    writing.take_off_lists(resolution.vanished, scope)
    writing.step_aside(in_the_way)
    writing.merge_doubles(resolution.doubled, for_good=snapshot.source == "api")
    writing.update_matched(resolution.matched, scope)
    writing.mark_gone(gone_people(resolution, scope), snapshot.taken_at)
    written = writing.insert_new(snapshot, resolution.new)
    writing.refresh_statistics(snapshot, written)
    happened = record_changes(snapshot, resolution, ground)
    _finish(snapshot, happened)
    follow_names(snapshot.connection_id)
    apply_interactions(snapshot)
    recompute_insights(snapshot.connection)
    snapshot_applied.send(Snapshot, snapshot=snapshot)
    clear_staging(snapshot.pk)
    return change_counts(snapshot)


def _finish(snapshot: Snapshot, happened: list[Event]) -> None:
    kinds = Counter(event.kind for event in happened)
    people = Person.objects.filter(connection_id=snapshot.connection_id)
    counts = known_counts(snapshot.connection_id)
    has = {name: _is_known(snapshot, name) for name in ListName}
    snapshot.state = Snapshot.State.APPLIED
    snapshot.applied_at = timezone.now()
    snapshot.following = counts[1] if has[ListName.FOLLOWING] else None
    snapshot.followers = counts[2] if has[ListName.FOLLOWERS] else None
    snapshot.mutuals = (
        people.filter(Q(is_following=True) & Q(is_follower=True)).count()
        if all(has.values())
        else None
    )
    snapshot.new_followers = kinds[Change.Kind.NEW_FOLLOWER]
    snapshot.lost_followers = kinds[Change.Kind.LOST_FOLLOWER]
    snapshot.changes_count = len(happened)
    snapshot.doubts, snapshot.leavers = [], None
    snapshot.save()


def _is_known(snapshot: Snapshot, name: ListName) -> bool:
    """Whether anything was ever told about this list: unknown is not zero."""
    return (
        snapshot.list_state(name) is not ListState.ABSENT
        or queries.applied_snapshots(snapshot.connection)
        .exclude(**{f"{name.value}_state": ListState.ABSENT})
        .exists()
    )
