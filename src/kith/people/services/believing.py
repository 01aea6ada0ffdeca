"""Takes a list for less than its source says where something that is known speaks against it."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from kith.core.records import ListName, ListState
from kith.core.wording import count
from kith.people import queries
from kith.people.describing import leavers
from kith.people.models import LIST_BITS, Snapshot, StagedPerson
from kith.people.resolving import Resolution
from kith.people.services import rows
from kith.people.services.ground import Ground
from kith.people.services.rows import batches
from kith.people.unclear import follows_of_others, newly_told


def believe_less(snapshot: Snapshot, resolution: Resolution, ground: Ground) -> bool:
    """Takes a list for partial when somebody would be lost from it who may well be there still.

    Of a list that may be older than what is known, nobody is taken who is not on it now: they may have left since.
    Says whether the snapshot must be compared anew.
    """
    reasons = {
        name: reason
        for name in ListName
        if ground.baselines[LIST_BITS[name]]
        and (reason := _why_not_whole(snapshot, resolution, ground, name))
    }
    for name, reason in reasons.items():
        setattr(snapshot, f"{name.value}_state", ListState.PARTIAL)
        setattr(snapshot, f"{name.value}_reason", reason)
    is_less = [_leave_out_doubles(snapshot, resolution, name) for name in ListName]
    return bool(reasons) or any(is_less)


def _leave_out_doubles(snapshot: Snapshot, resolution: Resolution, name: ListName) -> bool:
    """On a list that is there in part, a follow that somebody known has is given to nobody else. Says whether one was.

    They may have another name now, or share the second; the next whole list will tell.
    """
    if snapshot.list_state(name) is not ListState.PARTIAL:
        return False
    bit = LIST_BITS[name]
    told = newly_told(resolution.matched, resolution.new, bit)
    people = rows.current_by_since(snapshot.connection_id, bit, sorted(told)) if told else []
    return _leave_out(snapshot, bit, follows_of_others(told, people, bit))


def _leave_out(snapshot: Snapshot, bit: int, names: Collection[str]) -> bool:
    for batch in batches(sorted(names)):
        staged = StagedPerson.objects.filter(snapshot=snapshot, list_bit=bit)
        staged.filter(username__in=batch).delete()
    return bool(names)


def _why_not_whole(
    snapshot: Snapshot, resolution: Resolution, ground: Ground, name: ListName
) -> str:
    bit = LIST_BITS[name]
    is_left = any(bits & bit for _, bits in leavers(resolution, ground.scope))
    synced = _sync_that_may_be_newer(snapshot, name)
    if synced and synced.taken_after and synced.taken_at:
        came = set(_came(resolution, bit, int(synced.taken_at.timestamp())))
        if _leave_out(snapshot, bit, came) or is_left:
            return (
                f"It may be older than what is known since {synced.taken_after:%Y-%m-%d %H:%M} UTC, so nobody counts "
                "as lost or new."
            )
    # Somebody known may stand behind a record that could not be read. The same number as before is let pass, or one
    # record that is broken for good would hide every loss.
    baseline, unreadable = ground.baselines[bit], snapshot.list_unreadable(name)
    if is_left and baseline and unreadable > baseline.list_unreadable(name):
        return f"{count(unreadable, 'record')} could not be read, more than before, so nobody counts as lost."
    return ""


def _sync_that_may_be_newer(snapshot: Snapshot, name: ListName) -> Snapshot | None:
    """The name of an export tells the day, not the hour: a sync of that day may have been later.

    Between two exports the order in which they are imported decides.
    """
    if snapshot.source == "api" or snapshot.taken_after is None:
        return None
    synced = queries.applied_snapshots(snapshot.connection).filter(
        source="api", taken_at__gt=snapshot.taken_after
    )
    return synced.exclude(**{f"{name.value}_state": ListState.ABSENT}).first()


def _came(resolution: Resolution, bit: int, synced_at: int) -> Iterator[str]:
    """Names that would come to the list, by a follow that may have ended before the sync."""
    known_bits = [(known.bits, staged) for known, staged in resolution.matched]
    known_bits += [(0, staged) for staged in resolution.new]
    for before, staged in known_bits:
        if staged.bits & bit and not before & bit and (staged.since(bit) or 0) <= synced_at:
            yield staged.username
