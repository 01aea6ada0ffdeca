"""Undoes the latest import: what it changed comes back as it was, to the last field.

Before an import writes, everybody whom it will touch is copied aside. Whoever it adds needs no copy: their row ids are
higher than every one before.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db import connection as database
from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils import timezone

from kith.accounts.models import Connection
from kith.people import queries
from kith.people.models import Change, Person, PersonBefore, PersonState, Snapshot
from kith.people.services.insights import recompute_insights
from kith.people.services.interacting import undo_interactions
from kith.people.services.keeping import follow_names
from kith.people.services.rows import batches
from kith.people.signals import snapshot_undone

PEOPLE = Person._meta.db_table
BEFORE = PersonBefore._meta.db_table
FIELDS = [str(field.column) for field in PersonState._meta.local_fields]


class NotUndoable(Exception):
    """This snapshot cannot be undone. The text says why."""


@dataclass(frozen=True)
class TakenBack:
    """What undoing takes back: changes that are forgotten, people removed, people put back as they were."""

    changes: int
    removed: int
    restored: int


def remember(snapshot: Snapshot, touched: Collection[int]) -> None:
    """Keeps the people with these row ids as they are now. To be called before anything is written.

    Only the latest snapshot can be undone, so what was kept for an earlier one goes. A snapshot that tells counts alone
    touches nobody, and the import before it can still be undone.
    """
    if snapshot.source == "api" and not snapshot.tells_of_lists:
        return
    earlier = Snapshot.objects.filter(connection_id=snapshot.connection_id).values("pk")
    PersonBefore.objects.filter(snapshot__in=earlier)._raw_delete("default")
    # Of all connections: row ids only grow, and the table's highest is found without a search.
    snapshot.newest_person_before = Person.objects.aggregate(newest=Max("pk"))["newest"] or 0
    if snapshot.source == "export":
        _copy_aside(snapshot.pk, sorted(touched))


def _copy_aside(snapshot_id: int, touched: list[int]) -> None:
    columns = ", ".join(FIELDS)
    with database.cursor() as cursor:
        for batch in batches(touched):
            marks = ", ".join(["%s"] * len(batch))
            cursor.execute(
                f"INSERT INTO {BEFORE} (snapshot_id, person_id, {columns}) "
                f"SELECT %s, id, {columns} FROM {PEOPLE} WHERE id IN ({marks}) ORDER BY id",
                [snapshot_id, *batch],
            )


def why_not_undoable(snapshot: Snapshot) -> str:
    """A sentence, or nothing when the snapshot can be undone."""
    if snapshot.state == Snapshot.State.UNDONE:
        return "This import was undone already."
    if snapshot.state != Snapshot.State.APPLIED or snapshot.source != "export":
        return "Only an import that was applied can be undone."
    if queries.undoable_snapshots().filter(pk=snapshot.pk).exists():
        return ""
    later = queries.snapshots_that_wrote(snapshot.connection_id).filter(pk__gt=snapshot.pk)
    if later.filter(state=Snapshot.State.APPLIED).exists():
        return "Only the latest import can be undone, and a newer sync or import was applied since."
    return "What was known before this import is not kept any more, so it cannot be undone."


def taken_back_by_undoing(snapshot: Snapshot) -> TakenBack:
    """What undoing the snapshot would take back now."""
    return TakenBack(
        changes=Change.objects.filter(snapshot=snapshot).count(),
        removed=_newcomers(snapshot).count(),
        restored=PersonBefore.objects.filter(snapshot=snapshot).count(),
    )


@transaction.atomic
def undo_snapshot(snapshot_id: int) -> TakenBack:
    """Brings the ledger back to what it was before the snapshot. Raises NotUndoable."""
    snapshot = Snapshot.objects.select_related("connection").get(pk=snapshot_id)
    # As in applying: what is done to one connection takes turns, and whoever comes second finds it undone.
    Connection.objects.select_for_update(no_key=True).get(pk=snapshot.connection_id)
    snapshot.refresh_from_db()
    reason = why_not_undoable(snapshot)
    if reason:
        raise NotUndoable(reason)
    taken_back = taken_back_by_undoing(snapshot)
    undo_interactions(snapshot)
    _delete(Change.objects.filter(snapshot=snapshot))
    _delete(_newcomers(snapshot))
    _restore(snapshot.pk)
    snapshot.state = Snapshot.State.UNDONE
    snapshot.undone_at = timezone.now()
    snapshot.save(update_fields=["state", "undone_at"])
    follow_names(snapshot.connection_id)
    recompute_insights(snapshot.connection)
    snapshot_undone.send(Snapshot, snapshot=snapshot)
    return taken_back


def _newcomers(snapshot: Snapshot) -> QuerySet[Person]:
    """Those whom the snapshot added to the ledger; nobody can have been added since."""
    return Person.objects.filter(
        connection_id=snapshot.connection_id, pk__gt=snapshot.newest_person_before
    )


def _delete(rows: QuerySet[Any]) -> None:
    """Deletes rows in sets: Django's own way would first load a million people into memory.

    What hangs on them goes too, unless it can do without them: then it stays, known by name.
    """
    for relation in rows.model._meta.related_objects:
        name = relation.field.name
        hanging = relation.related_model._base_manager.filter(**{f"{name}__in": rows})
        if relation.field.null:
            hanging.update(**{name: None})
        else:
            _delete(hanging)
    rows._raw_delete("default")


def _restore(snapshot_id: int) -> None:
    kept = PersonBefore.objects.filter(snapshot_id=snapshot_id)
    # Names and ids may have moved from one to another: all let go of theirs before anybody takes the old one back.
    Person.objects.filter(pk__in=kept.values("person_id")).update(
        is_following=False, is_follower=False, instagram_user_id=None
    )
    values = ", ".join(f"{column} = kept.{column}" for column in FIELDS)
    with database.cursor() as cursor:
        cursor.execute(
            f"UPDATE {PEOPLE} SET {values} FROM {BEFORE} AS kept "
            f"WHERE kept.snapshot_id = %s AND kept.person_id = {PEOPLE}.id",
            [snapshot_id],
        )
    kept._raw_delete("default")
