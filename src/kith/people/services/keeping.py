"""The keep list: whom the user never wants suggested or unfollowed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from django.db import IntegrityError, transaction
from django.db.models import F, Max, Q, QuerySet

from kith.accounts.models import Activity, Connection
from kith.accounts.origin import Origin
from kith.accounts.services.recording import record_activity
from kith.people.models import KeptPerson, Person
from kith.people.queries import current_people
from kith.people.services.rows import batches

NOTE_LENGTH = 500


def keep(
    connection: Connection, usernames: Iterable[str], *, origin: Origin, note: str = ""
) -> list[KeptPerson]:
    """Puts people on the list by name, whether kith has met them or not; returns those who are new on it.

    Somebody on the list already gets the new note if there is one. Twice does no harm.
    """
    return keep_with_notes(connection, dict.fromkeys(usernames, note), origin=origin)


@transaction.atomic
def keep_with_notes(
    connection: Connection, notes: Mapping[str, str], *, origin: Origin
) -> list[KeptPerson]:
    """The same with a note for each name, ten thousand at once as fast as a few."""
    follow_names(connection.pk)
    kept = KeptPerson.objects.filter(connection=connection)
    newest = kept.aggregate(newest=Max("pk"))["newest"] or 0
    added: list[KeptPerson] = []
    for names in batches(list(notes)):
        people = {person.username: person for person in _holders(connection, names)}
        known = kept.filter(Q(person__in=people.values()) | Q(person=None, username__in=names))
        rows = {row.username: row for row in known.select_related("person")}
        for name in names:
            note = _tidy(notes[name])
            row = rows.get(name)
            if row is None:
                person = people.get(name)
                added.append(
                    KeptPerson(connection=connection, person=person, username=name, note=note)
                )
            elif note:
                row.note = note
        KeptPerson.objects.bulk_update(rows.values(), ["note"])
    KeptPerson.objects.bulk_create(added, ignore_conflicts=True, batch_size=500)
    new = list(kept.filter(pk__gt=newest).select_related("connection__user"))
    _record_all(Activity.Kind.PERSON_KEPT, connection, [row.username for row in new], origin)
    return new


def _holders(connection: Connection, names: Sequence[str]) -> QuerySet[Person]:
    return current_people(connection.pk).filter(username__in=names)


def _tidy(note: str) -> str:
    """PostgreSQL's text cannot hold NUL."""
    return note.replace("\x00", "").strip()[:NOTE_LENGTH]


def keep_person(person: Person, *, origin: Origin, note: str = "") -> KeptPerson | None:
    """The same for somebody of the ledger, former people included."""
    kept = _keep_known(person, _tidy(note))
    if kept:
        _record(Activity.Kind.PERSON_KEPT, person.connection, origin, username=person.username)
    return kept


@transaction.atomic
def keep_all(
    connection: Connection, person_ids: Sequence[int], *, origin: Origin
) -> list[KeptPerson]:
    """The same for many people of the ledger at once; ids of nobody of this connection are passed over.

    Returns those who are new on the list, of whom the activity log tells in one line. Twice does no harm.
    """
    # Whoever is kept by name is so already.
    follow_names(connection.pk)
    kept = KeptPerson.objects.filter(connection=connection)
    newest = kept.aggregate(newest=Max("pk"))["newest"] or 0
    for batch in batches(person_ids):
        new = Person.objects.filter(connection=connection, pk__in=batch, kept__isnull=True)
        KeptPerson.objects.bulk_create(
            (
                KeptPerson(connection=connection, person_id=pk, username=username)
                for pk, username in new.values_list("pk", "username")
            ),
            ignore_conflicts=True,
        )
    added = list(kept.filter(pk__gt=newest).order_by("pk"))
    if added:
        _record(Activity.Kind.PERSON_KEPT, connection, origin, people=len(added))
    return added


def _keep_known(person: Person, note: str) -> KeptPerson | None:
    follow_names(person.connection_id)
    try:
        with transaction.atomic():
            kept, is_new = KeptPerson.objects.get_or_create(
                person=person,
                defaults={
                    "username": person.username,
                    "connection": person.connection,
                    "note": note,
                },
            )
    except IntegrityError:
        return None  # Somebody else has just done the same.
    if not is_new and note:
        set_note(kept, note)
    return kept if is_new else None


def set_note(kept: KeptPerson, note: str) -> None:
    KeptPerson.objects.filter(pk=kept.pk).update(note=_tidy(note))


def stop_keeping(kept: KeptPerson, *, origin: Origin) -> None:
    """Takes somebody off the list; doing so twice does no harm."""
    removed, _ = KeptPerson.objects.filter(pk=kept.pk).delete()
    if removed:
        _record(Activity.Kind.PERSON_NOT_KEPT, kept.connection, origin, username=kept.username)


@transaction.atomic
def stop_keeping_all(kept: QuerySet[KeptPerson], connection: Connection, *, origin: Origin) -> int:
    """Takes all of these off the connection's list; returns how many."""
    removed, _ = kept.filter(connection=connection).delete()
    if removed:
        _record(Activity.Kind.PERSON_NOT_KEPT, connection, origin, people=removed)
    return removed


def _record_all(
    kind: Activity.Kind, connection: Connection, names: Sequence[str], origin: Origin
) -> None:
    """One line, however many."""
    if len(names) == 1:
        _record(kind, connection, origin, username=names[0])
    elif names:
        _record(kind, connection, origin, people=len(names))


def _record(kind: Activity.Kind, connection: Connection, origin: Origin, **details: object) -> None:
    record_activity(
        kind, user=connection.user, connection=connection, origin=origin, details=details
    )


@transaction.atomic
def follow_names(connection_id: int) -> None:
    """Links names that kith has met by now to their people, and shows renamed people under their present names."""
    kept = KeptPerson.objects.filter(connection_id=connection_id)
    unmet = {row.username: row for row in kept.filter(person__isnull=True)}
    for names in batches(list(unmet)):
        met = current_people(connection_id).filter(username__in=names)
        kept_already = set(kept.filter(person__in=met).values_list("person_id", flat=True))
        for pk, username in met.values_list("pk", "username"):
            row = unmet[username]
            if pk in kept_already:
                kept.filter(person=pk, note="").update(note=row.note)
                row.delete()
            else:
                kept.filter(pk=row.pk).update(person=pk)
    renamed = kept.filter(person__isnull=False).exclude(username=F("person__username"))
    for pk, username in renamed.values_list("pk", "person__username"):
        kept.filter(pk=pk).update(username=username)
