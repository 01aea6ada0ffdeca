"""Reads of the ledger: who is on which list, how far the last snapshot got, what changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.db.models import Exists, OuterRef, Q, QuerySet

from kith.accounts.models import Connection
from kith.core.records import ListName, ListState
from kith.people.models import Change, Person, Snapshot

LIST_FILTERS = {
    "following": Q(is_following=True),
    "followers": Q(is_follower=True),
    "mutuals": Q(is_following=True, is_follower=True),
    "not-following-back": Q(is_following=True, is_follower=False),
    "fans": Q(is_follower=True, is_following=False),
}
LATEST_CHANGES = {
    "new-followers": Change.Kind.NEW_FOLLOWER,
    "lost-followers": Change.Kind.LOST_FOLLOWER,
}
NAMES_AT_ONCE = 500
NEED_BOTH_LISTS = frozenset({"mutuals", "not-following-back", "fans"})


def latest_snapshot(connection: Connection) -> Snapshot | None:
    return applied_snapshots(connection).first()


def applied_snapshots(connection: Connection) -> QuerySet[Snapshot]:
    """Those that told anything about a list, the newest first."""
    return (
        Snapshot.objects.filter(connection=connection, state=Snapshot.State.APPLIED)
        .exclude(following_state=ListState.ABSENT, followers_state=ListState.ABSENT)
        .order_by("-id")
    )


def latest_complete(connection: Connection, name: ListName) -> Snapshot | None:
    """The last applied snapshot that had this list whole: what a new one is compared with."""
    return (
        applied_snapshots(connection).filter(**{f"{name.value}_state": ListState.COMPLETE}).first()
    )


def sources_since(connection: Connection, name: ListName, snapshot: Snapshot | None) -> set[str]:
    """Which sources told of a list from this applied snapshot on."""
    if snapshot is None:
        return set()
    told = applied_snapshots(connection).filter(pk__gte=snapshot.pk)
    told = told.exclude(**{f"{name.value}_state": ListState.ABSENT}).order_by()
    return set(told.values_list("source", flat=True).distinct())


def first_leavers(snapshot: Snapshot) -> list[tuple[Person, int]]:
    """The first people, by name, whom accepting a held snapshot would take off a list; with the lists, as bits."""
    kept = dict((snapshot.leavers or {}).get("first", []))
    people = Person.objects.filter(connection_id=snapshot.connection_id, pk__in=kept)
    return [(person, kept[person.pk]) for person in people.order_by("username")]


def snapshots_that_wrote(connection_id: int | OuterRef) -> QuerySet[Snapshot]:
    """Those that wrote to the ledger, be it undone since; one that tells counts alone did not."""
    return Snapshot.objects.filter(
        connection_id=connection_id,
        newest_person_before__isnull=False,
        state__in=[Snapshot.State.APPLIED, Snapshot.State.UNDONE],
    )


def undoable_snapshots() -> QuerySet[Snapshot]:
    """Imports that can be undone: of each connection the latest, as long as nothing was written after it.

    Not even something that was undone: what was kept for the import before it had gone by then.
    """
    later = snapshots_that_wrote(OuterRef("connection_id")).filter(pk__gt=OuterRef("pk"))
    return Snapshot.objects.filter(
        ~Exists(later),
        source="export",
        state=Snapshot.State.APPLIED,
        newest_person_before__isnull=False,
    )


def are_both_lists_known(connection: Connection) -> bool:
    """Whether anything can be said of who follows whom back: unknown is not "no"."""
    snapshot = latest_snapshot(connection)
    return snapshot is not None and snapshot.mutuals is not None


def people_on(connection: Connection, list_slug: str) -> QuerySet[Person]:
    """The people on one of LIST_FILTERS or LATEST_CHANGES. Raises KeyError for another name."""
    people = Person.objects.filter(connection=connection)
    if list_slug in NEED_BOTH_LISTS and not are_both_lists_known(connection):
        return people.none()
    if list_slug in LIST_FILTERS:
        return people.filter(LIST_FILTERS[list_slug])
    snapshot = latest_snapshot(connection)
    changes = Change.objects.filter(snapshot=snapshot, kind=LATEST_CHANGES[list_slug])
    return people.filter(pk__in=changes.values("person_id"))


def current_people(connection_id: int) -> QuerySet[Person]:
    """Everybody who is on a list now."""
    return Person.objects.filter(
        Q(is_following=True) | Q(is_follower=True), connection_id=connection_id
    )


def current_person(connection: Connection, username: str) -> Person | None:
    """Who has this name now: of people on a list there is one at most."""
    return current_people(connection.pk).filter(username=username).first()


def display_names(connection: Connection, wanted: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Pairs of user name and display name of people on a list now, for those display names."""
    names = sorted(wanted)
    for start in range(0, len(names), NAMES_AT_ONCE):
        found = current_people(connection.pk).filter(name__in=names[start : start + NAMES_AT_ONCE])
        yield from (
            (username, name or "") for username, name in found.values_list("username", "name")
        )


def changes_of(connection: Connection) -> QuerySet[Change]:
    """The newest first."""
    return Change.objects.filter(connection=connection).order_by("-id")


def count_up_to(people: QuerySet[Person], most: int) -> int:
    """How many there are, or `most` when there are at least that many: counting a million takes too long."""
    return people.order_by()[:most].count()
