"""Ledgers to look at: accounts with people and jobs, made the way a source makes them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kith.accounts.models import Connection, User
from kith.core.records import PersonRecord
from kith.people.models import Snapshot
from kith.sync.models import SyncJob
from tests.factories import apply, day, make_connection, person

ALICES_PEOPLE = ("orla.birch", "ines.hollow", "milo.crane", "tessa.fern")
BOBS_PEOPLE = ("pia.stone", "ravi.lund", "noor.vale", "emil.dray")
People = Iterable[PersonRecord | str]


@dataclass(frozen=True)
class Ledger:
    """An account with two snapshots; of its four people one is a mutual, one is followed, one left, one came."""

    user: User
    connection: Connection
    first: SyncJob
    second: SyncJob


def ledger_of(
    user: User, username: str, people: tuple[str, str, str, str] = ALICES_PEOPLE
) -> Ledger:
    mutual, followed, left, came = people
    connection = connect(user, username)
    first = take(connection, following=[mutual, followed], followers=[mutual, left])
    second = take(connection, following=[mutual, followed], followers=[mutual, came])
    return Ledger(
        user, connection, job_of(connection, snapshot=first), job_of(connection, snapshot=second)
    )


def connect(user: User, username: str) -> Connection:
    """An account as if it had been connected by OAuth, without a token."""
    return make_connection(user, username, status=Connection.Status.CONNECTED, connected_at=day(1))


def take(
    connection: Connection, *, following: People = (), followers: People = (), on: int | None = None
) -> Snapshot:
    """The next snapshot, complete and applied. Of people given by name nothing else is told."""
    apply(connection, records(following), records(followers), on=on, accept_doubtful=True)
    return Snapshot.objects.filter(connection=connection, state="applied").latest("id")


def records(people: People) -> list[PersonRecord]:
    return [person(each) if isinstance(each, str) else each for each in people]


def job_of(
    connection: Connection,
    status: SyncJob.Status = SyncJob.Status.COMPLETED,
    kind: SyncJob.Kind = SyncJob.Kind.SYNC,
    snapshot: Snapshot | None = None,
) -> SyncJob:
    return SyncJob.objects.create(
        connection=connection,
        snapshot=snapshot,
        kind=kind,
        status=status,
        created_at=day(2),
        started_at=day(2),
        finished_at=None if status in SyncJob.ACTIVE else day(2),
    )


def held_job(connection: Connection) -> SyncJob:
    """Sixty followers are known, and a snapshot without any waits for the user's answer."""
    crowd = [f"crowd.{number:02}" for number in range(60)]
    take(connection, following=["milo.crane"], followers=crowd)
    assert apply(connection, records(["milo.crane"]), []).held
    held = Snapshot.objects.get(connection=connection, state="held")
    return job_of(connection, SyncJob.Status.HELD, SyncJob.Kind.IMPORT, held)
