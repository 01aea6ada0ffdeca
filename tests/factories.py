"""Makes invented users, connections, people and snapshots: alice, bob (a colleague) and charlie (a stranger)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from kith.accounts.models import Connection, User
from kith.core.records import ListName, ListState, PersonRecord
from kith.people.models import Change, Person, Snapshot
from kith.people.services.applying import Outcome, apply_snapshot
from kith.people.services.staging import open_snapshot, stage_page

DAY_ONE = datetime(2026, 3, 1, 12, tzinfo=UTC)
READING_TAKES = timedelta(minutes=5)


def day(number: int) -> datetime:
    """Noon of a day; snapshots of a connection are taken on day 1, 2, 3 …"""
    return DAY_ONE + timedelta(days=number - 1)


def make_user(name: str = "alice", password: str | None = None) -> User:
    """The user of that name; made on first use, with the password if one is needed."""
    email = f"{name}@kith.example"
    return User.objects.filter(email=email).first() or User.objects.create_user(email, password)


def make_connection(
    user: User | None = None, username: str = "alice.paints", **fields: Any
) -> Connection:
    return Connection.objects.create(user=user or make_user(), username=username, **fields)


def person(username: str, number: int | None = None, **fields: Any) -> PersonRecord:
    """A record as a source gives it; `number` stands for an Instagram id."""
    told = None if number is None else f"1700000{number:04}"
    return PersonRecord(username=username, instagram_user_id=told, **fields)


def people(*names: str, **fields: Any) -> list[PersonRecord]:
    """Records that tell names only, as an export would without dates."""
    return [person(name, **fields) for name in names]


def stage(
    connection: Connection,
    following: Iterable[PersonRecord] | None = None,
    followers: Iterable[PersonRecord] | None = None,
    *,
    partial: Collection[ListName] = (),
    on: int | None = None,
    source: str = "api",
    **fields: Any,
) -> Snapshot:
    """A whole snapshot, ready to be applied. A list that is None is absent; `on` is its day."""
    number = on or Snapshot.objects.filter(connection=connection).count() + 1
    snapshot = open_snapshot(connection, source)
    snapshot.taken_after, snapshot.taken_at = day(number), day(number) + READING_TAKES
    for name, records in ((ListName.FOLLOWING, following), (ListName.FOLLOWERS, followers)):
        if records is not None:
            state = ListState.PARTIAL if name in partial else ListState.COMPLETE
            setattr(snapshot, f"{name}_state", state)
            setattr(snapshot, f"{name}_read", stage_page(snapshot.pk, name, records))
    for field, value in fields.items():
        setattr(snapshot, field, value)
    snapshot.save()
    return snapshot


def apply(
    connection: Connection,
    following: Iterable[PersonRecord] | None = None,
    followers: Iterable[PersonRecord] | None = None,
    *,
    accept_doubtful: bool = False,
    **how: Any,
) -> Outcome:
    """Stages a snapshot and applies it, or has it held; see `stage`."""
    snapshot = stage(connection, following, followers, **how)
    return apply_snapshot(snapshot.pk, accept_doubtful=accept_doubtful)


def told_by(outcome: Outcome) -> dict[str, int]:
    """The changes of an outcome, without those that did not happen."""
    return {kind: count for kind, count in outcome.changes.items() if count}


def changes_in(connection: Connection) -> list[tuple[str, str]]:
    """Every change ever reported, as (kind, name), the oldest first."""
    found = Change.objects.filter(connection=connection).order_by("id")
    return list(found.values_list("kind", "username"))


def lists_of(connection: Connection) -> tuple[set[str], set[str]]:
    """The names on the two lists as the ledger has them: following, followers."""
    known = Person.objects.filter(connection=connection)
    following = known.filter(is_following=True).values_list("username", flat=True)
    followers = known.filter(is_follower=True).values_list("username", flat=True)
    return set(following), set(followers)


def known_person(connection: Connection, username: str) -> Person:
    return Person.objects.get(connection=connection, username=username)


def everything(connection: Connection) -> list[dict[str, Any]]:
    """The ledger itself, to see that nothing touched it."""
    return [
        *Person.objects.filter(connection=connection).order_by("id").values(),
        *Change.objects.filter(connection=connection).order_by("id").values(),
    ]
