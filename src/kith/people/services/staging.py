"""Puts the pages of a source into the staging table, from which a snapshot is applied as a whole."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection as database
from django.db import transaction

from kith.accounts.models import Connection
from kith.core.records import ListName, PersonRecord
from kith.people.doubts import pages_in_circle
from kith.people.fingerprints import fingerprint
from kith.people.models import LIST_BITS, Snapshot, StagedInteraction, StagedPerson
from kith.people.services.appending import append

COLUMNS = (
    "snapshot_id", "list_bit", "username", "instagram_user_id", "name", "biography", "picture_url", "verified",
    "followers_count", "follows_count", "since", "since_is_exact", "fingerprint",
)  # fmt: skip
NAME_LENGTH = StagedPerson._meta.get_field("username").max_length or 64


def open_snapshot(connection: Connection, source: str, source_fingerprint: str = "") -> Snapshot:
    return Snapshot.objects.create(
        connection=connection, source=source, source_fingerprint=source_fingerprint
    )


def stage_page(snapshot_id: int, name: ListName, people: Iterable[PersonRecord]) -> int:
    """Appends records and returns how many. The caller's transaction also holds the cursor behind them."""
    bit = LIST_BITS[name]
    rows = [
        (
            snapshot_id, bit, person.username[:NAME_LENGTH], person.instagram_user_id, person.name, person.biography,
            person.picture_url, person.verified, person.followers_count, person.follows_count, person.since,
            person.since_is_exact, fingerprint(person),
        )
        for person in people
    ]  # fmt: skip
    if rows:
        append(StagedPerson, COLUMNS, rows)
    return len(rows)


def drop_list(snapshot_id: int, name: ListName) -> None:
    """Drops what was staged of a list that turned out not to be one."""
    StagedPerson.objects.filter(snapshot_id=snapshot_id, list_bit=LIST_BITS[name]).delete()


@transaction.atomic
def doubt_circle(snapshot_id: int, name: ListName, pages: int) -> None:
    """Notes that the pages of a list went round in a circle: its snapshot will be held. Twice does no harm."""
    snapshot = Snapshot.objects.select_for_update().get(pk=snapshot_id)
    staged = StagedPerson.objects.filter(snapshot=snapshot, list_bit=LIST_BITS[name])
    found = staged.values("username").distinct().count()
    told = snapshot.follows_count if name is ListName.FOLLOWING else snapshot.followers_count
    doubt = pages_in_circle(name.value, pages, found, told).as_dict()
    if doubt not in snapshot.doubts:
        snapshot.doubts.append(doubt)
        snapshot.save(update_fields=["doubts"])


@transaction.atomic
def discard_snapshot(snapshot: Snapshot) -> None:
    """Throws a snapshot away that was not applied; the ledger stays as it is."""
    Snapshot.objects.filter(
        pk=snapshot.pk, state__in=[Snapshot.State.STAGING, Snapshot.State.HELD]
    ).update(state=Snapshot.State.DISCARDED)
    clear_staging(snapshot.pk)


def clear_staging(snapshot_id: int) -> None:
    StagedInteraction.objects.filter(snapshot_id=snapshot_id)._raw_delete("default")
    staged = StagedPerson.objects.filter(snapshot_id=snapshot_id)
    if database.vendor == "sqlite" and not _is_others_staging(snapshot_id):
        # Without a condition SQLite empties the table as a whole, which takes a fifth of the time. Nobody else writes
        # meanwhile; PostgreSQL has no such way that waits for nobody.
        staged = StagedPerson.objects.all()
    staged._raw_delete("default")


def _is_others_staging(snapshot_id: int) -> bool:
    # Two comparisons that the index answers at once; "other than" would read it to the end.
    return any(
        StagedPerson.objects.filter(**{f"snapshot_id__{side}": snapshot_id}).exists()
        for side in ("lt", "gt")
    )
