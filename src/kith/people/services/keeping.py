"""The keep list: whom the user never wants suggested or unfollowed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import IntegrityError, transaction
from django.db.models import F

from kith.accounts.models import Activity, Connection
from kith.accounts.origin import Origin
from kith.accounts.services.recording import record_activity
from kith.people.models import KeptPerson, Person
from kith.people.queries import current_people, current_person
from kith.people.services.rows import batches

NOTE_LENGTH = 500


def keep(
    connection: Connection, usernames: Iterable[str], *, origin: Origin, note: str = ""
) -> list[KeptPerson]:
    """Puts people on the list by name, whether kith has met them or not; returns those who are new on it.

    Somebody on the list already gets the new note if there is one. Twice does no harm.
    """
    added = [kept for name in usernames if (kept := _keep_one(connection, name, note))]
    for kept in added:
        _record(Activity.Kind.PERSON_KEPT, kept, origin)
    return added


def keep_person(person: Person, *, origin: Origin, note: str = "") -> KeptPerson | None:
    """The same for somebody of the ledger, former people included."""
    kept = _keep_known(person, note)
    if kept:
        _record(Activity.Kind.PERSON_KEPT, kept, origin)
    return kept


@transaction.atomic
def keep_all(connection: Connection, person_ids: Sequence[int], *, origin: Origin) -> int:
    """The same for many people of the ledger at once; ids of nobody of this connection are passed over.

    Returns how many are new on the list, of whom the activity log tells in one line. Twice does no harm.
    """
    # Whoever is kept by name is so already.
    follow_names(connection.pk)
    kept = KeptPerson.objects.filter(connection=connection)
    before = kept.count()
    for batch in batches(person_ids):
        new = Person.objects.filter(connection=connection, pk__in=batch, kept__isnull=True)
        KeptPerson.objects.bulk_create(
            (
                KeptPerson(connection=connection, person_id=pk, username=username)
                for pk, username in new.values_list("pk", "username")
            ),
            ignore_conflicts=True,
        )
    added = kept.count() - before
    if added:
        record_activity(
            Activity.Kind.PERSON_KEPT,
            user=connection.user,
            connection=connection,
            origin=origin,
            details={"people": added},
        )
    return added


def _keep_one(connection: Connection, username: str, note: str) -> KeptPerson | None:
    person = current_person(connection, username)
    if person:
        return _keep_known(person, note)
    return _created({"connection": connection, "username": username, "person": None}, note)


def _keep_known(person: Person, note: str) -> KeptPerson | None:
    by_name = KeptPerson.objects.filter(
        connection_id=person.connection_id, username=person.username, person__isnull=True
    )
    by_name.update(person=person)
    return _created(
        {"person": person}, note, username=person.username, connection=person.connection
    )


def _created(key: dict[str, object], note: str, **fields: object) -> KeptPerson | None:
    try:
        with transaction.atomic():
            kept, is_new = KeptPerson.objects.get_or_create(
                **key, defaults={**fields, "note": note[:NOTE_LENGTH]}
            )
    except IntegrityError:
        return None  # Somebody else has just done the same.
    if not is_new and note:
        KeptPerson.objects.filter(pk=kept.pk).update(note=note[:NOTE_LENGTH])
    return kept if is_new else None


def set_note(kept: KeptPerson, note: str) -> None:
    KeptPerson.objects.filter(pk=kept.pk).update(note=note[:NOTE_LENGTH])


def stop_keeping(kept: KeptPerson, *, origin: Origin) -> None:
    """Takes somebody off the list; doing so twice does no harm."""
    removed, _ = KeptPerson.objects.filter(pk=kept.pk).delete()
    if removed:
        _record(Activity.Kind.PERSON_NOT_KEPT, kept, origin)


def _record(kind: Activity.Kind, kept: KeptPerson, origin: Origin) -> None:
    record_activity(
        kind,
        user=kept.connection.user,
        connection=kept.connection,
        origin=origin,
        details={"username": kept.username},
    )


def follow_names(connection_id: int) -> None:
    """Links names that kith has met by now to their people, and shows renamed people under their present names."""
    kept = KeptPerson.objects.filter(connection_id=connection_id)
    unmet = dict(kept.filter(person__isnull=True).values_list("username", "pk"))
    for batch in batches(list(unmet)):
        for person in current_people(connection_id).filter(username__in=batch):
            by_name = KeptPerson.objects.filter(pk=unmet[person.username])
            if KeptPerson.objects.filter(person=person).exists():
                by_name.delete()
            else:
                by_name.update(person=person)
    renamed = kept.filter(person__isnull=False).exclude(username=F("person__username"))
    for pk, username in renamed.values_list("pk", "person__username"):
        KeptPerson.objects.filter(pk=pk).update(username=username)
