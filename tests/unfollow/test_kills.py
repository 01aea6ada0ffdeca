"""Two workers on one queue, killed at random: the cap holds, and nobody is unfollowed twice or claimed falsely."""

from __future__ import annotations

import os
import random
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection as database
from django.db.models import F
from django.utils import timezone

from kith.accounts.models import Connection, User
from kith.people.models import Person
from kith.sync.queue import huey
from kith.unfollow.models import Queue, Unfollow
from kith.unfollow.services import approving, queueing
from kith_sandbox.server import RunningSandbox
from tests.contract.visitor import Visitor
from tests.sync.nursery import Nursery, open_nursery
from tests.sync.processes import environment
from tests.sync.steps import connect, sync, truth
from tests.sync.trials import give_token
from tests.unfollow.test_queueing import ORIGIN

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True), pytest.mark.slow]
KILLS = 2_000 if os.environ.get("KITH_SOAK") else 200
CAP = 10
PEOPLE = 20
"""So many are approved for an hour that allows half of them."""
LIFE = 0.25
"""Two workers do a whole hour's unfollows in about so many seconds."""


@pytest.fixture(autouse=True)
def empty_queue() -> None:
    huey.flush()


@pytest.fixture
def marlow(alice: User, visitor: Visitor) -> Connection:
    """An account that follows some thousands."""
    connection = connect(alice, visitor, "marlow.pine")
    give_token(connection, visitor, "marlow.pine")
    sync(connection)
    queueing.set_mode(connection, Queue.Mode.API)
    queueing.set_pace(connection, per_hour=CAP, per_day=150)
    return connection


def approve_some(connection: Connection) -> list[str]:
    fresh = Person.objects.filter(connection=connection, is_following=True, unfollows__isnull=True)
    chosen = list(fresh.exclude(verified=True).order_by("username")[:PEOPLE])
    approving.approve(connection, [person.pk for person in chosen], origin=ORIGIN)
    return [person.username for person in chosen]


def kill_two(nursery: Nursery, chance: random.Random) -> int:
    """Lets two workers unfollow until each is killed at a moment of its own; returns how many were at work."""
    lives = [chance.uniform(0.005, LIFE), chance.uniform(0.005, LIFE)]
    endings = nursery.brood(lives, "unfollow", times=30)
    Unfollow.objects.filter(leased_until__isnull=False).update(
        leased_until=timezone.now() - timedelta(hours=1)
    )
    Queue.objects.update(next_at=None, paused_at=None, resume_at=None)
    return sum(ending.was_killed for ending in endings)


def deletions(visitor: Visitor, token: str) -> list[tuple[str, int]]:
    """Whom the sandbox was asked with this token to unfollow, and what it answered."""
    sandbox = visitor.sandbox.sandbox
    with sandbox.lock:
        log = [call for call in sandbox.calls.log if call.token == token]
    return [(call.query["user_id"], call.status) for call in log if call.method == "DELETE"]


def test_nobody_is_unfollowed_twice_and_the_cap_holds(
    marlow: Connection, visitor: Visitor, instagram: RunningSandbox, tmp_path: Path
) -> None:
    seed = random.randrange(2**32)
    chance, killed = random.Random(seed), 0
    env = environment(instagram) | {"INSTAGRAM_CALLS_PER_HOUR": "1000000"}
    with open_nursery(env, tmp_path) as nursery:
        # The claims are the same statements on either database; on PostgreSQL a third of the kills must do.
        while killed < (KILLS if database.vendor == "sqlite" else KILLS // 3):
            approved = set(approve_some(marlow))
            token = give_token(marlow, visitor, "marlow.pine")
            before = truth(visitor, "marlow.pine")[0]
            for _ in range(10):
                killed += kill_two(nursery, chance)
            nursery.brood([None, None], "unfollow", times=40)
            asked = deletions(visitor, token)
            gone = before - truth(visitor, "marlow.pine")[0]
            done = set(
                Unfollow.objects.filter(
                    status=Unfollow.Status.DONE, username__in=approved
                ).values_list("username", flat=True)
            )
            assert gone == done, seed
            assert gone <= approved, seed
            assert len(asked) <= CAP, (seed, asked)
            assert all(status == 200 for _, status in asked), (seed, asked)
            assert len({person for person, _ in asked}) == len(asked) == len(gone), (seed, asked)
            # The hours go by, and who was not reached in this one is not carried over.
            Unfollow.objects.filter(status=Unfollow.Status.PENDING).update(
                status=Unfollow.Status.REMOVED
            )
            day = timedelta(days=2)
            Unfollow.objects.exclude(acted_at=None).update(acted_at=F("acted_at") - day)
    assert "Traceback" not in nursery.log()
