"""What tests of syncing do again and again: connect an account, run the next job, look at the truth."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.utils import timezone

from kith.accounts.instagram import client_with, instagram_config
from kith.accounts.models import Connection, User
from kith.accounts.origin import Origin
from kith.accounts.services.connecting import (
    start_connecting,
    store_connection,
    token_from_code,
    use_attempt,
)
from kith.accounts.services.tokens import opened_token
from kith.core.instagram import InstagramClient, code_from_callback
from kith.core.records import ListName, ListPage, ListState
from kith.people.models import Snapshot
from kith.sync.budget import ConnectionBudget
from kith.sync.engine import run_job
from kith.sync.leases import Lease, claim_next
from kith.sync.models import SyncJob
from kith.sync.services.jobs import queue_sync
from kith.sync.sources import APISource
from tests.contract.visitor import REDIRECT, Visitor

BASIC, MANAGE_COMMENTS = "instagram_business_basic", "instagram_business_manage_comments"
ORIGIN = Origin("192.0.2.7", "A browser")
EDGES = ("ig_following", "ig_followers")
NEVER = timedelta(hours=-1)
PAGES = 6  # of both lists of the account that conftest.py prepares


class Killed(BaseException):
    """The worker's process ends here and now; no handler of kith's sees it."""


def connect(
    user: User, visitor: Visitor, account: str = "tiny.studio", granted: Sequence[str] = (BASIC,)
) -> Connection:
    """Walks through consent, as a browser and the callback page do together.

    With the basic permission alone a sync reads the lists and asks for nothing else.
    """
    state = start_connecting(user, "session")
    with client_with(None, redirect_uri=REDIRECT) as client:
        consent = client.authorization_url(state)
        back = visitor.decide(consent, account, decision="allow", granted=list(granted))
        use_attempt(user, "session", back["state"])
        token = token_from_code(client, code_from_callback(back))
    with client_with(token) as client:
        profile = client.own_account()
    return store_connection(user, profile, token, origin=ORIGIN, how="oauth")


@dataclass
class PatientSource(APISource):
    """The API as kith reads it, but pauses between tries are noted instead of slept."""

    dies_behind_page: int | None = None
    read: int = 0
    sleeps: list[float] = field(default_factory=list)

    @classmethod
    def of(cls, job: SyncJob, **how: Any) -> PatientSource:
        connection, sleeps = job.connection, []
        client = InstagramClient(
            instagram_config(),
            opened_token(connection.token),
            budget=ConnectionBudget(connection.pk),
            sleep=sleeps.append,
        )
        account_id = connection.instagram_user_id or ""
        return cls(client, account_id, connection.lists_offered, sleeps=sleeps, **how)

    def pages(self, name: ListName, after: str | None, pages_done: int) -> Iterator[ListPage]:
        """Dies when a page has come, before anybody could write it down."""
        for page in super().pages(name, after, pages_done):
            if self.read == self.dies_behind_page:
                raise Killed
            self.read += 1
            yield page


def queue(connection: Connection) -> SyncJob:
    return queue_sync(Connection.objects.get(pk=connection.pk), origin=ORIGIN)


def claim() -> Lease:
    lease = claim_next()
    assert lease, "there is nothing to do"
    return lease


def work(*, stopping: Callable[[], bool] = lambda: False, **how: Any) -> SyncJob:
    """Runs the next due job as a worker would; returns it as it is afterwards."""
    lease = claim()
    run_job(lease, stopping=stopping, source=PatientSource.of(lease.job(), **how))
    return SyncJob.objects.select_related("connection", "snapshot").get(pk=lease.job_id)


def sync(connection: Connection, **how: Any) -> SyncJob:
    queue(connection)
    return work(**how)


def behind_page(number: int, then: Callable[[], bool]) -> Callable[[], bool]:
    """What the worker is asked behind every page: `then` behind one of them, else to go on."""
    asked = 0

    def stopping() -> bool:
        nonlocal asked
        asked += 1
        return then() if asked == number else False

    return stopping


def die_in(run: Callable[[], object]) -> None:
    """Lets a worker be killed in `run`, and its lease run out."""
    try:
        run()
    except Killed:
        SyncJob.objects.filter(status=SyncJob.Status.IN_PROGRESS).update(
            leased_until=timezone.now() + NEVER
        )
        return
    raise AssertionError("the worker was not killed")


def an_hour_passes() -> None:
    """Moves what waits, what was spent and what Instagram asked for into the past."""
    from django.db.models import F

    from kith.sync.models import Pause, SpentCall

    hour = timedelta(hours=1)
    SpentCall.objects.update(at=F("at") - hour)
    Pause.objects.update(until=F("until") - hour)
    SyncJob.objects.filter(resume_at__isnull=False).update(resume_at=F("resume_at") - hour)


def truth(visitor: Visitor, account: str = "tiny.studio") -> tuple[set[str], set[str]]:
    """The names on both lists as the sandbox has them: following, followers."""
    lists = visitor.seen(f"people?account={account}")
    following, followers = (
        {person["username"] for person in lists[name]} for name in ("following", "followers")
    )
    return following, followers


def page_calls(visitor: Visitor) -> int:
    """How many pages of lists were ever asked for at the sandbox."""
    return sum(1 for call in visitor.calls() if call["path"].endswith(EDGES))


def profile_calls(visitor: Visitor) -> int:
    return sum(1 for call in visitor.calls() if call["path"] == "/me")


def states(snapshot: Snapshot | None) -> tuple[ListState, ListState]:
    assert snapshot
    snapshot.refresh_from_db()
    return snapshot.list_state(ListName.FOLLOWING), snapshot.list_state(ListName.FOLLOWERS)
