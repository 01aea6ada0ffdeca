"""Judges a resolved snapshot before it is written: who would leave, whether that can be believed, and the verdict that
is kept with a held one."""

from __future__ import annotations

from typing import Any

from django.db.models import Max, Min

from kith.core.records import ListName, ListState
from kith.people.comparing import KnownRow
from kith.people.describing import leavers
from kith.people.doubts import FOUND_IN_READING, Doubt, ListEvidence, doubts_about
from kith.people.models import LIST_BITS, Person, Snapshot, StagedPerson
from kith.people.resolving import Resolution
from kith.people.services.ground import Ground

# As many as a page shows. A million names need not be kept to ask whether they are right.
KEPT_LEAVERS = 100

Leavers = list[tuple[KnownRow, int]]


def doubts_of(snapshot: Snapshot, resolution: Resolution, ground: Ground) -> list[Doubt]:
    """Those found while the lists were read, and those of comparing them."""
    doubts = [Doubt(**noted) for noted in snapshot.doubts if noted["code"] in FOUND_IN_READING]
    leaving = list(leavers(resolution, ground.scope))
    known = known_counts(snapshot.connection_id)
    for name in ListName:
        if snapshot.list_state(name) is ListState.COMPLETE:
            doubts += doubts_about(_evidence(snapshot, name, leaving, ground, known))
    return doubts


def known_counts(connection_id: int) -> dict[int, int]:
    """How many people the ledger has on each list."""
    people = Person.objects.filter(connection_id=connection_id)
    return {
        LIST_BITS[ListName.FOLLOWING]: people.filter(is_following=True).count(),
        LIST_BITS[ListName.FOLLOWERS]: people.filter(is_follower=True).count(),
    }


def verdict(resolution: Resolution, ground: Ground) -> dict[str, Any]:
    """Whom accepting the snapshot would take off which lists: the numbers, and the first ones by name."""
    leaving = sorted(leavers(resolution, ground.scope))
    return {
        "people": len(leaving),
        **{
            name.value: sum(1 for _, bits in leaving if bits & LIST_BITS[name]) for name in ListName
        },
        "first": [[known.id, bits] for known, bits in leaving[:KEPT_LEAVERS]],
    }


def _evidence(
    snapshot: Snapshot, name: ListName, leaving: Leavers, ground: Ground, known: dict[int, int]
) -> ListEvidence:
    bit = LIST_BITS[name]
    lost = [row.since(bit) for row, bits in leaving if bits & bit]
    staged = StagedPerson.objects.filter(snapshot=snapshot, list_bit=bit)
    ends = staged.aggregate(oldest=Min("since"), newest=Max("since")) if any(lost) else {}
    baseline = ground.baselines[bit]
    oldest, newest = ends.get("oldest"), ends.get("newest")
    if baseline and _is_certainly_newer(snapshot, baseline):
        newest = None
    found = snapshot.list_read(name)
    told = snapshot.follows_count if name is ListName.FOLLOWING else snapshot.followers_count
    return ListEvidence(
        name=name.value,
        known=known[bit],
        found=found,
        lost=len(lost),
        has_baseline=bool(baseline),
        oldest=oldest,
        lost_older=sum(1 for since in lost if oldest and since and since < oldest),
        newest=newest,
        lost_newer=sum(1 for since in lost if newest and since and since > newest),
        # An export may name somebody in several of its files; pages of the API follow one another. Where the profile
        # tells the length of the list, a million entries need not be counted.
        repeated=staged.count() - found if snapshot.source == "api" and told is None else 0,
        told=told,
    )


def _is_certainly_newer(snapshot: Snapshot, known: Snapshot) -> bool:
    return bool(snapshot.taken_after and known.taken_at and snapshot.taken_after >= known.taken_at)
