"""Settles names that changed hands while the lists were read: pages show them as they were at different moments."""

from __future__ import annotations

from django.db import connection as database

from kith.people.comparing import Differences
from kith.people.models import Snapshot, StagedPerson
from kith.people.services.rows import people_by_id
from kith.people.services.writing import nameless

STAGED = StagedPerson._meta.db_table


def have_names_moved(snapshot: Snapshot, found: Differences) -> bool:
    """Whether an id may stand under two names in the snapshot, or a name for two ids.

    Of two names of one id, at most one is the name by which the person is known: the other one differs. So it is enough
    to look at what differs, instead of sorting a million records by id.
    """
    if found.disputed:
        return True
    told = [row.instagram_user_id for row in found.only_staged if row.instagram_user_id]
    told += [
        staged.instagram_user_id
        for known, staged in found.same_name
        if staged.instagram_user_id and not known.instagram_user_id
    ]
    if len(set(told)) < len(told):
        return True
    missed = {row.id for row in found.only_known}
    return any(
        row.bits and row.id not in missed for row in people_by_id(snapshot.connection_id, told)
    )


def settle_names(snapshot: Snapshot) -> None:
    """Makes one name of each id, and one id of each name, where names changed hands while the lists were read.

    Somebody who was renamed stands there under both names: the later one holds. Of two who stand there under one name
    the later has it; what the other is called is not known.
    """
    if snapshot.source != "api":
        return  # No export tells ids.
    for instagram_user_id in _told_twice(snapshot.pk, "instagram_user_id", "username"):
        here = StagedPerson.objects.filter(snapshot=snapshot, instagram_user_id=instagram_user_id)
        here.update(username=here.order_by("-id").values_list("username", flat=True)[0])
    for username in _told_twice(snapshot.pk, "username", "instagram_user_id"):
        here = StagedPerson.objects.filter(snapshot=snapshot, username=username)
        ids = list(here.order_by("id").values_list("instagram_user_id", flat=True))
        for earlier in {one for one in ids if one} - {ids[-1]}:
            here.filter(instagram_user_id=earlier).update(username=nameless(username, earlier))


def _told_twice(snapshot_id: int, one: str, several: str) -> list[str]:
    """Ids with several names, or names with several ids."""
    with database.cursor() as cursor:
        cursor.execute(
            f"SELECT {one} FROM {STAGED} WHERE snapshot_id = %s AND instagram_user_id IS NOT NULL "
            f"GROUP BY {one} HAVING MIN({several}) <> MAX({several})",
            [snapshot_id],
        )
        return [row[0] for row in cursor.fetchall()]
