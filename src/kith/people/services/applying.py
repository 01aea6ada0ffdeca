"""Applies a staged snapshot to the ledger in one transaction, or holds it when it is doubtful.

Steps, all or none of them: compare, settle identities, doubt, write people, write changes, count, clear the staging.
A second run finds the snapshot applied and does nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone

from kith.accounts.models import Connection
from kith.core.records import ListName, ListState
from kith.people import queries
from kith.people.comparing import (
    Differences,
    KnownRow,
    Resolution,
    Scope,
    StagedRow,
    find_differences,
    resolve,
)
from kith.people.describing import Event, events
from kith.people.doubts import Doubt, ListEvidence, doubts_about
from kith.people.models import LIST_BITS, Change, Person, Snapshot, StagedPerson
from kith.people.services import rows, undoing, writing
from kith.people.services.keeping import follow_names
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


@dataclass(frozen=True)
class _Ground:
    """What a snapshot is compared with: per list the last complete snapshot, if there is one."""

    scope: Scope
    baselines: dict[int, Snapshot | None]

    @property
    def baseline_bits(self) -> int:
        return sum(bit for bit, snapshot in self.baselines.items() if snapshot)

    def after(self, bits: int) -> datetime | None:
        """When a change of these lists can have happened at the earliest."""
        times = [
            s.taken_after for bit, s in self.baselines.items() if s and bits & bit and s.taken_after
        ]
        return min(times, default=None)


@transaction.atomic
def apply_snapshot(snapshot_id: int, *, accept_doubtful: bool = False) -> Outcome:
    """Applies the snapshot, or holds it. Raises SnapshotTooOld or SnapshotDiscarded. Needs the staging to be whole."""
    snapshot = Snapshot.objects.select_related("connection").get(pk=snapshot_id)
    # The row lock makes two applications to one connection take turns (SQLite has one writer anyhow).
    Connection.objects.select_for_update().get(pk=snapshot.connection_id)
    if snapshot.state == Snapshot.State.APPLIED:
        return Outcome(held=False, changes=change_counts(snapshot))
    if snapshot.state in {Snapshot.State.DISCARDED, Snapshot.State.UNDONE}:
        raise SnapshotDiscarded("It was discarded; sync or import again.")
    _refuse_older(snapshot)
    ground = _ground(snapshot)
    writing.settle_names_of_one_id(snapshot.pk)
    found = _compare(snapshot, ground)
    resolution = _resolve(snapshot, found, ground.scope)
    if _believe_less(snapshot, resolution, ground):
        ground = _ground(snapshot)
        found = _compare(snapshot, ground)
        resolution = _resolve(snapshot, found, ground.scope)
    snapshot.save()
    doubts = [] if accept_doubtful else _doubts(snapshot, resolution, ground)
    if doubts:
        _hold(snapshot, doubts)
        return Outcome(held=True, doubts=doubts)
    changes = _write(snapshot, found, resolution, ground)
    return Outcome(held=False, changes=changes, is_first=not ground.baseline_bits)


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


def _believe_less(snapshot: Snapshot, resolution: Resolution, ground: _Ground) -> bool:
    """Takes a list for partial when somebody would be lost from it and what is known speaks against its being whole.

    Says whether it did.
    """
    reasons = {}
    for name in ListName:
        bit = LIST_BITS[name]
        baseline = ground.baselines[bit]
        if baseline and lost_from(bit, resolution, ground.scope):
            reasons[name] = _why_not_whole(snapshot, baseline, name)
    for name, reason in reasons.items():
        if reason:
            setattr(snapshot, f"{name.value}_state", ListState.PARTIAL)
            setattr(snapshot, f"{name.value}_reason", reason)
    return any(reasons.values())


def _why_not_whole(snapshot: Snapshot, baseline: Snapshot, name: ListName) -> str:
    # Somebody known may stand behind a record that could not be read. The same number as before is let pass, or one
    # record that is broken for good would hide every loss.
    unreadable = snapshot.list_unreadable(name)
    if unreadable > baseline.list_unreadable(name):
        return (
            f"{unreadable:,} records could not be read, more than before, so nobody counts as lost."
        )
    # The name of an export tells the day, not the hour: a sync of that day may have seen somebody who came later.
    # Between two exports the order in which they are imported decides.
    known_after, taken_after = baseline.taken_after, snapshot.taken_after
    if baseline.source == "api" and known_after and taken_after and taken_after < known_after:
        return f"It may be older than what is known since {known_after:%Y-%m-%d %H:%M} UTC, so nobody counts as lost."
    return ""


def _ground(snapshot: Snapshot) -> _Ground:
    bits = dict.fromkeys(ListState, 0)
    for name in ListName:
        bits[snapshot.list_state(name)] |= LIST_BITS[name]
    return _Ground(
        scope=Scope(complete=bits[ListState.COMPLETE], partial=bits[ListState.PARTIAL]),
        baselines={
            LIST_BITS[name]: queries.latest_complete(snapshot.connection, name) for name in ListName
        },
    )


def _compare(snapshot: Snapshot, ground: _Ground) -> Differences:
    """Walks both sides; on the way it counts how many people each list has, double entries once."""
    people = Person.objects.filter(connection_id=snapshot.connection_id)
    if not ground.baseline_bits and not people.exists():
        # Everybody is new, and no change is reported: a million people need not pass through Python to say so.
        _count_staged(snapshot)
        return Differences()
    counts = [0, 0, 0, 0]

    def counted(staged: Iterator[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
        for row in staged:
            counts[row[4]] += 1
            yield row

    found = find_differences(
        rows.current_rows(snapshot.connection_id),
        counted(rows.staged_rows(snapshot.pk)),
        ground.scope,
    )
    snapshot.following_read, snapshot.followers_read = counts[1] + counts[3], counts[2] + counts[3]
    return found


def _count_staged(snapshot: Snapshot) -> None:
    staged = StagedPerson.objects.filter(snapshot=snapshot).values("list_bit").order_by()
    counts = dict(staged.values_list("list_bit", Count("username", distinct=True)))
    for name in ListName:
        setattr(snapshot, f"{name.value}_read", counts.get(LIST_BITS[name], 0))


def _resolve(snapshot: Snapshot, found: Differences, scope: Scope) -> Resolution:
    connection_id = snapshot.connection_id
    return resolve(
        found,
        scope,
        people_by_id=lambda ids: rows.people_by_id(connection_id, ids),
        former_by_name=lambda names: rows.former_by_name(connection_id, names),
    )


def _known_counts(connection_id: int) -> dict[int, int]:
    people = Person.objects.filter(connection_id=connection_id)
    return {
        LIST_BITS[ListName.FOLLOWING]: people.filter(is_following=True).count(),
        LIST_BITS[ListName.FOLLOWERS]: people.filter(is_follower=True).count(),
    }


def _doubts(snapshot: Snapshot, resolution: Resolution, ground: _Ground) -> list[Doubt]:
    known = _known_counts(snapshot.connection_id)
    doubts = [Doubt(**noted) for noted in snapshot.doubts]
    for name in ListName:
        if snapshot.list_state(name) is ListState.COMPLETE:
            doubts += doubts_about(_evidence(snapshot, name, resolution, ground, known))
    return doubts


def _evidence(
    snapshot: Snapshot,
    name: ListName,
    resolution: Resolution,
    ground: _Ground,
    known: dict[int, int],
) -> ListEvidence:
    bit = LIST_BITS[name]
    staged = StagedPerson.objects.filter(snapshot=snapshot, list_bit=bit)
    oldest = (
        staged.filter(since__isnull=False).order_by("since").values_list("since", flat=True).first()
    )
    lost = lost_from(bit, resolution, ground.scope)
    told = {
        ListName.FOLLOWING: snapshot.follows_count,
        ListName.FOLLOWERS: snapshot.followers_count,
    }[name]
    return ListEvidence(
        name=name.value,
        known=known[bit],
        found=snapshot.list_read(name),
        lost=len(lost),
        has_baseline=bool(ground.baselines[bit]),
        oldest=oldest,
        lost_older=sum(1 for row in lost if oldest and (row.since(bit) or oldest) < oldest),
        told=told,
    )


def lost_from(bit: int, resolution: Resolution, scope: Scope) -> list[KnownRow]:
    """Those who would be taken off a list."""
    lost = [row for row in resolution.vanished if row.bits & bit]
    lost += [
        known
        for known, staged in resolution.matched
        if known.bits & bit and not scope.bits_after(known.bits, staged.bits) & bit
    ]
    return lost


def _hold(snapshot: Snapshot, doubts: list[Doubt]) -> None:
    _replace_held(snapshot)
    snapshot.state = Snapshot.State.HELD
    snapshot.doubts = [doubt.as_dict() for doubt in doubts]
    snapshot.save()


def _replace_held(snapshot: Snapshot) -> None:
    """A newer snapshot replaces what was held before: only the latest question is asked."""
    held = Snapshot.objects.filter(connection_id=snapshot.connection_id, state=Snapshot.State.HELD)
    for previous in held.exclude(pk=snapshot.pk):
        discard_snapshot(previous)


def _write(
    snapshot: Snapshot, found: Differences, resolution: Resolution, ground: _Ground
) -> dict[str, int]:
    _replace_held(snapshot)
    happened = list(events(resolution, ground.scope, ground.baseline_bits))
    gone = {event.known.id for event in happened if event.kind == Change.Kind.GONE and event.known}
    matched = [known for known, _ in resolution.matched]
    named = (*resolution.new, *(staged for _, staged in resolution.matched))
    in_the_way = writing.holders_of((row.username for row in named), found.only_known)
    undoing.remember(snapshot, {row.id for row in (*resolution.vanished, *in_the_way, *matched)})
    writing.take_off_lists(resolution.vanished, ground.scope, gone, snapshot.taken_at)
    writing.step_aside(in_the_way)
    writing.update_matched(resolution.matched, ground.scope)
    written = writing.insert_new(snapshot, resolution.new)
    writing.refresh_statistics(snapshot, written)
    _record(snapshot, happened, ground)
    _finish(snapshot, happened)
    follow_names(snapshot.connection_id)
    snapshot_applied.send(Snapshot, snapshot=snapshot)
    clear_staging(snapshot.pk)
    return change_counts(snapshot)


def _record(snapshot: Snapshot, happened: list[Event], ground: _Ground) -> None:
    nameless = [event.username for event in happened if event.known is None]
    ids = rows.row_ids_by_name(snapshot.connection_id, nameless)
    Change.objects.bulk_create(
        (
            Change(
                connection_id=snapshot.connection_id,
                snapshot=snapshot,
                person_id=event.known.id if event.known else ids[event.username],
                kind=event.kind,
                username=event.username,
                previous_username=event.known.username
                if event.kind == "renamed" and event.known
                else None,
                instagram_user_id=_id_of(event.known, event.staged),
                after=ground.after(event.bits),
                before=snapshot.taken_at or timezone.now(),
            )
            for event in happened
        ),
        batch_size=2_000,
    )


def _id_of(known: KnownRow | None, staged: StagedRow | None) -> str | None:
    return (staged.instagram_user_id if staged else None) or (
        known.instagram_user_id if known else None
    )


def _finish(snapshot: Snapshot, happened: list[Event]) -> None:
    kinds = Counter(event.kind for event in happened)
    people = Person.objects.filter(connection_id=snapshot.connection_id)
    counts = _known_counts(snapshot.connection_id)
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
    snapshot.doubts = []
    snapshot.save()


def _is_known(snapshot: Snapshot, name: ListName) -> bool:
    """Whether anything was ever told about this list: unknown is not zero."""
    return (
        snapshot.list_state(name) is not ListState.ABSENT
        or queries.applied_snapshots(snapshot.connection)
        .exclude(**{f"{name.value}_state": ListState.ABSENT})
        .exists()
    )
