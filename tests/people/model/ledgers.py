"""The ledger under test: the real one on a database, and one in memory that uses the same rules and is much quicker."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple, Protocol

from django.db import connection as database
from django.db import transaction

from kith.accounts.models import Connection
from kith.core.records import ListName, ListState
from kith.people.comparing import (
    BOTH,
    FOLLOWER,
    FOLLOWING,
    LISTS,
    KnownRow,
    Scope,
    StagedRow,
    better_since,
    find_differences,
)
from kith.people.dating import Dates, Departure, PastSnapshot, needs_departure
from kith.people.describing import events, gone_people, leavers
from kith.people.doubts import ListEvidence, doubts_about
from kith.people.models import LIST_BITS, Change, Snapshot
from kith.people.repeats import Said, without_repeats
from kith.people.resolving import Lookups, Resolution, resolve
from kith.people.services.applying import SnapshotTooOld, apply_snapshot
from kith.people.services.rows import KNOWN_COLUMNS
from kith.people.services.staging import discard_snapshot, open_snapshot, stage_page
from kith.people.unclear import Baseline, Told, follows_of_others, newly_told
from tests.people.model.looks import NAME_OF_LIST, Look


class Claim(NamedTuple):
    """A change as kith reports it."""

    row_id: int
    kind: str
    username: str
    previous_username: str | None
    after: datetime | None
    before: datetime


class Ledger(Protocol):
    """What the model test does with either ledger."""

    def take(self, shown: Look, *, crashes: int = 0) -> str:
        """Takes a snapshot in: `applied`, `held` or `refused`."""

    def answer(self, *, accept: bool) -> None:
        """Answers the question that a held snapshot asks."""

    def rows(self) -> dict[int, KnownRow]:
        """Everybody, former people included, by row id."""

    def claims(self) -> list[Claim]:
        """What the latest applied snapshot reported."""

    def baseline(self) -> int:
        """The lists that some applied snapshot had whole."""

    def complete(self) -> int:
        """The lists that the latest applied snapshot was believed to have whole."""


@dataclass
class RealLedger:
    """kith itself: pages are staged, and the snapshot is applied as the engine does it."""

    connection: Connection
    _latest: int = 0

    def take(self, shown: Look, *, crashes: int = 0) -> str:
        snapshot = open_snapshot(self.connection, shown.source)
        for bit in LISTS:
            self._read(snapshot, shown, bit, dies=bool(crashes & bit))
        snapshot.taken_after, snapshot.taken_at = shown.after, shown.at
        snapshot.save()
        if crashes:
            self._die_in_applying(snapshot.pk)
        return self._apply(snapshot.pk, accept=False)

    def _read(self, snapshot: Snapshot, shown: Look, bit: int, *, dies: bool) -> None:
        name = NAME_OF_LIST[bit]
        records = [entry.record() for entry in shown.entries[bit]]
        for start in range(0, len(records), 4):
            if dies:  # Behind a page, before it was committed with its cursor.
                with transaction.atomic():
                    stage_page(snapshot.pk, name, records[start : start + 4])
                    transaction.set_rollback(True)
            stage_page(snapshot.pk, name, records[start : start + 4])
        setattr(snapshot, f"{name}_state", shown.states[bit])
        setattr(snapshot, f"{name}_read", len(records))

    def _die_in_applying(self, snapshot_id: int) -> None:
        try:
            with transaction.atomic():
                apply_snapshot(snapshot_id)
                transaction.set_rollback(True)
        except SnapshotTooOld:
            return

    def _apply(self, snapshot_id: int, *, accept: bool) -> str:
        self._latest = snapshot_id
        try:
            held = apply_snapshot(snapshot_id, accept_doubtful=accept).held
        except SnapshotTooOld:
            discard_snapshot(Snapshot.objects.get(pk=snapshot_id))
            return "refused"
        return "held" if held else "applied"

    def answer(self, *, accept: bool) -> None:
        if accept:
            assert self._apply(self._latest, accept=True) == "applied"
        else:
            discard_snapshot(Snapshot.objects.get(pk=self._latest))

    def rows(self) -> dict[int, KnownRow]:
        with database.cursor() as cursor:
            cursor.execute(
                f"SELECT {KNOWN_COLUMNS} FROM people_person WHERE connection_id = %s",
                [self.connection.pk],
            )
            return {row[1]: KnownRow(*row) for row in cursor.fetchall()}

    def claims(self) -> list[Claim]:
        changes = Change.objects.filter(snapshot_id=self._latest).order_by("pk")
        return [
            Claim(*row)
            for row in changes.values_list(
                "person_id", "kind", "username", "previous_username", "after", "before"
            )
        ]

    def baseline(self) -> int:
        applied = Snapshot.objects.filter(connection=self.connection, state="applied")
        return sum(
            LIST_BITS[name]
            for name in ListName
            if applied.filter(**{f"{name}_state": ListState.COMPLETE}).exists()
        )

    def complete(self) -> int:
        latest = Snapshot.objects.get(pk=self._latest)
        return sum(
            LIST_BITS[name] for name in ListName if latest.list_state(name) is ListState.COMPLETE
        )


@dataclass
class LedgerInMemory:
    """The same comparing, resolving, doubting, describing and dating; only the writing is plain Python."""

    _people: dict[int, KnownRow] = field(default_factory=dict)
    _past: list[PastSnapshot] = field(default_factory=list)
    _claims: list[tuple[int, Claim]] = field(default_factory=list)
    _held: tuple[Resolution, Look, Scope] | None = None

    def take(self, shown: Look, *, crashes: int = 0) -> str:
        del crashes  # Nothing is written before the end.
        scope = Scope(
            complete=sum(bit for bit in LISTS if shown.states[bit] is ListState.COMPLETE),
            partial=sum(bit for bit in LISTS if shown.states[bit] is ListState.PARTIAL),
            tells_ids=shown.tells_ids,
        )
        staged = _staged(shown)
        resolution = self._resolve(staged, shown, scope)
        while staged != (less := self._without_doubles(staged, resolution, scope)):
            staged = less
            resolution = self._resolve(staged, shown, scope)
        if self._doubts(resolution, shown, scope):
            self._held = (resolution, shown, scope)
            return "held"
        self._write(resolution, shown, scope)
        return "applied"

    def _resolve(self, staged: list[StagedRow], shown: Look, scope: Scope) -> Resolution:
        current = sorted(row for row in self._people.values() if row.bits)
        found = find_differences(current, staged, scope)
        return resolve(found, Told(scope, self._baseline(), _exact(shown)), self._lookups())

    def _without_doubles(
        self, staged: list[StagedRow], resolution: Resolution, scope: Scope
    ) -> list[StagedRow]:
        for bit in LISTS:
            if scope.partial & bit:
                told = newly_told(resolution.matched, resolution.new, bit)
                current = [row for row in self._people.values() if row.bits & bit]
                names = follows_of_others(told, current, bit)
                staged = [_without(row, bit) if row.username in names else row for row in staged]
        return [row for row in staged if row.bits]

    def answer(self, *, accept: bool) -> None:
        if accept and self._held:
            self._write(*self._held)

    def rows(self) -> dict[int, KnownRow]:
        return dict(self._people)

    def claims(self) -> list[Claim]:
        return [claim for number, claim in self._claims if number == len(self._past)]

    def baseline(self) -> int:
        return sum(bit for bit in LISTS if any(one.complete & bit for one in self._past))

    def _baseline(self) -> Baseline:
        ids = times = 0
        for bit in LISTS:
            since = next((n for n, one in enumerate(self._past) if one.complete & bit), None)
            if since is not None:
                told = [
                    one for one in self._past[: since + 1] if (one.complete | one.partial) & bit
                ]
                ids |= bit if all(one.ids for one in told) else 0
                times |= self._past[since].times & bit
        return Baseline(self.baseline(), ids, times)

    def complete(self) -> int:
        return self._past[0].complete

    def _lookups(self) -> Lookups:
        former = sorted(
            (row for row in self._people.values() if not row.bits), key=lambda row: row.id
        )
        return Lookups(
            by_id=lambda ids: [r for r in self._people.values() if r.instagram_user_id in ids],
            former_by_name=lambda names: [row for row in former if row.username in names],
            former_by_since=lambda bit, times: [r for r in former if r.exact_since(bit) in times],
        )

    def _doubts(self, resolution: Resolution, shown: Look, scope: Scope) -> bool:
        leaving = list(leavers(resolution, scope))
        for bit in LISTS:
            lost = [row.since(bit) for row, bits in leaving if bits & bit]
            times = [one.since for one in shown.entries[bit] if one.since]
            oldest = min(times, default=None) if lost else None
            evidence = ListEvidence(
                name=str(bit),
                known=sum(1 for row in self._people.values() if row.bits & bit),
                found=len(shown.entries[bit]),
                lost=len(lost),
                has_baseline=bool(self.baseline() & bit),
                oldest=oldest,
                lost_older=sum(1 for since in lost if oldest and since and since < oldest),
            )
            if shown.is_complete(bit) and doubts_about(evidence):
                return True
        return False

    def _write(self, resolution: Resolution, shown: Look, scope: Scope) -> None:
        number, dates = len(self._past) + 1, self._dates(resolution, scope)
        whole = {
            bit: next(one.id for one in self._past if one.complete & bit)
            for bit in LISTS
            if self.baseline() & bit
        }
        happened = list(
            without_repeats(events(resolution, scope, self.baseline()), self._stories(), whole)
        )
        ids = self._write_people(resolution, scope)
        self._claims += [
            (
                number,
                Claim(
                    event.known.id if event.known else ids[event.username],
                    event.kind,
                    event.username,
                    event.known.last_name if event.known and event.kind == "renamed" else None,
                    dates.after(event),
                    shown.at,
                ),
            )
            for event in happened
        ]
        ids = BOTH if shown.tells_ids else 0
        self._past.insert(
            0, PastSnapshot(number, shown.after, scope.complete, scope.partial, ids, _exact(shown))
        )

    def _stories(self) -> dict[int, list[Said]]:
        stories: dict[int, list[Said]] = defaultdict(list)
        for number, claim in self._claims:
            stories[claim.row_id].append(Said(number, claim.kind))
        return stories

    def _dates(self, resolution: Resolution, scope: Scope) -> Dates:
        departed = {
            event.known.id
            for event in events(resolution, scope, self.baseline())
            if event.known and needs_departure(event)
        } | {stays.id for stays, _ in resolution.doubled}
        departures = {
            claim.row_id: Departure(number, claim.after)
            for number, claim in self._claims
            if claim.row_id in departed and claim.kind in {"gone", "lost_follower", "unfollowed"}
        }
        return Dates(resolution, list(self._past), departures)

    def _write_people(self, resolution: Resolution, scope: Scope) -> dict[str, int]:
        people = self._people
        for row in resolution.unmatched:
            people[row.id] = row._replace(bits=row.bits & ~scope.complete)
        taken = {row.username for row in (*resolution.new, *(s for _, s in resolution.matched))}
        for row in resolution.unmatched:
            if people[row.id].bits and row.username in taken:
                people[row.id] = people[row.id]._replace(username=f"{row.last_name}~{row.id}")
        for stays, goes in resolution.doubled:
            del people[goes.id]
            self._claims = [
                (number, claim._replace(row_id=stays.id) if claim.row_id == goes.id else claim)
                for number, claim in self._claims
            ]
        for known, staged in resolution.matched:
            people[known.id] = _updated(known, staged, scope)
        for row_id in gone_people(resolution, scope):
            people[row_id] = people[row_id]._replace(is_gone=True)
        ids = {}
        for staged in resolution.new:
            row_id = ids[staged.username] = max(people, default=0) + 1
            people[row_id] = KnownRow(
                staged.username, row_id, staged.instagram_user_id, staged.bits, staged.following_since,
                staged.follower_since, staged.exact_bits, 0,
            )  # fmt: skip
        return ids


def _exact(shown: Look) -> int:
    """The lists whose first entry tells a second."""
    return sum(
        bit
        for bit in LISTS
        if shown.entries[bit] and shown.entries[bit][0].is_exact and shown.entries[bit][0].since
    )


def _staged(shown: Look) -> list[StagedRow]:
    rows: dict[str, StagedRow] = {}
    for bit, entry in shown.everybody():
        old = rows.get(entry.name) or StagedRow(entry.name, 1, 1, None, 0, None, None, 0, 0)
        rows[entry.name] = old._replace(
            instagram_user_id=entry.instagram_user_id,
            bits=old.bits | bit,
            following_since=entry.since if bit == FOLLOWING else old.following_since,
            follower_since=entry.since if bit == FOLLOWER else old.follower_since,
            exact_bits=old.exact_bits | (bit if entry.is_exact and entry.since else 0),
        )
    return sorted(rows.values())


def _without(row: StagedRow, bit: int) -> StagedRow:
    return row._replace(
        bits=row.bits & ~bit,
        exact_bits=row.exact_bits & ~bit,
        following_since=None if bit == FOLLOWING else row.following_since,
        follower_since=None if bit == FOLLOWER else row.follower_since,
    )


def _updated(known: KnownRow, staged: StagedRow, scope: Scope) -> KnownRow:
    (following, first), (follower, second) = (better_since(known, staged, bit) for bit in LISTS)
    return known._replace(
        username=staged.username,
        instagram_user_id=staged.instagram_user_id or known.instagram_user_id,
        bits=scope.bits_after(known.bits, staged.bits),
        following_since=following,
        follower_since=follower,
        exact_bits=first | second,
        is_gone=known.is_gone and staged.is_deleted,
    )
