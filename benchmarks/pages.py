"""`make bench`: what a page of the API costs kith, on both databases, and how much memory a long sync takes.

Whole syncs of two days run through the engine, with the real client, budget and lease. Instagram is a transport in the
same process, which notes what happens between handing over a page and being asked for the next: reading the answer,
staging it, committing it with the cursor, counting the next call and sending it off. On SQLite all of that is in one
process, and the goal goes by its processor time. On PostgreSQL a server does its part (that of the tests, which does
not wait for the disk either), and the goal goes by the clock: whatever else the machine does adds to it.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from statistics import median
from typing import Any

import httpx2
import msgspec
from invented import ACCOUNT, FOLLOWING, lists
from ledger import prepare
from measuring import QUICK, SIZES, Goal, Measured, growth, run_script

from kith.core.records import ListName, PersonRecord

PAGE = 100
MOST_ON_SQLITE, MOST_ON_POSTGRESQL = 2, 4  # milliseconds
MOST_MEMORY_GROWTH = 1.3
PEOPLE_ON_POSTGRESQL = 20_000 if QUICK else 100_000
HEAD = f"{'people':>9}  {'what':<34}{'ms':>9}{'cpu ms':>8}{'peak MB':>9}{'':>7}  goal"
SETTINGS = {"INSTAGRAM_CALLS_PER_HOUR": "1000000", "INSTAGRAM_MAX_PAGES": "1000000"}


@dataclass(frozen=True)
class Cost:
    """What a page costs in the middle, in milliseconds: by the clock, and of this process's processor time."""

    clock: float
    cpu: float


def main() -> None:
    print(HEAD)
    with tempfile.TemporaryDirectory(prefix="kith-bench-") as name:
        syncs = [_on_sqlite(size, Path(name) / str(size)) for size in SIZES]
        smaller, larger = (sync.peak or 0 for sync in syncs)
        goal = Goal(f"≤ {MOST_MEMORY_GROWTH} ×", larger <= smaller * MOST_MEMORY_GROWTH)
        print(
            f"memory of a sync: {SIZES[1]:,} people take {larger / smaller:.2f} × that of {SIZES[0]:,}  {goal}"
        )
        growth("syncs of two days", *syncs)
        _on_postgresql(PEOPLE_ON_POSTGRESQL, Path(name) / "postgresql")


def _on_sqlite(size: int, data: Path) -> Measured:
    whole, told = run_script("pages.py", str(size), data=data, **SETTINGS)
    cost = Cost(**told)
    goal = Goal(f"cpu < {MOST_ON_SQLITE} ms", cost.cpu < MOST_ON_SQLITE)
    _line(size, "SQLite", cost, whole, goal)
    return whole


def _on_postgresql(size: int, data: Path) -> None:
    from tests.servers.postgres import start_postgres

    server = start_postgres()
    try:
        settings = {**SETTINGS, "DATABASE_URL": server.url}
        whole, told = run_script("pages.py", str(size), data=data, **settings)
    finally:
        server.stop()
    cost = Cost(**told)
    goal = Goal(f"< {MOST_ON_POSTGRESQL} ms", cost.clock < MOST_ON_POSTGRESQL)
    _line(size, "PostgreSQL", cost, whole, goal)


def _line(size: int, database: str, cost: Cost, whole: Measured, goal: Goal) -> None:
    what = f"a page of {PAGE}, {database}"
    print(
        f"{size:>9,}  {what:<34}{cost.clock:>9.2f}{cost.cpu:>8.2f}{whole.peak:>9.0f}{'':>7}  {goal}",
        flush=True,
    )


def sync(count: int) -> None:
    """What the process does that is measured: two syncs, between which 3 % changed."""
    connection_id = prepare(ACCOUNT)
    pages = [page for day in (1, 2) for page in _pages_of_a_day(connection_id, count, day)]
    clock, cpu = (median(took) * 1e3 for took in zip(*pages, strict=True))
    print(json.dumps({"clock": clock, "cpu": cpu}))


def _pages_of_a_day(connection_id: int, count: int, day: int) -> list[tuple[float, float]]:
    from django.utils import timezone

    from kith.accounts.instagram import instagram_config
    from kith.core.instagram import InstagramClient, Token
    from kith.sync.budget import ConnectionBudget
    from kith.sync.engine import run_job
    from kith.sync.leases import Lease, claimed_fields
    from kith.sync.models import SyncJob
    from kith.sync.sources import APISource

    instagram = Instagram(count, day)
    client = InstagramClient(
        instagram_config(),
        Token(value="IGAAofthebenchmark", issued_at=timezone.now()),
        budget=ConnectionBudget(connection_id),
        transport=instagram,
    )
    job = SyncJob.objects.create(connection_id=connection_id, kind="sync", **claimed_fields())
    run_job(Lease(job.pk, job.lease), source=APISource(client, "me", lists_offered=None))
    job.refresh_from_db()
    assert job.status == SyncJob.Status.COMPLETED, (job.status, job.error, job.message)
    return instagram.took


@dataclass
class Instagram(httpx2.BaseTransport):
    """Answers as the list edges do. `took` has seconds by the clock and of the processor for every page."""

    count: int
    day: int
    took: list[tuple[float, float]] = field(default_factory=list)
    _handed_over: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        gone, new = (-(-self.count // 100), self.count // 100) if self.day == 2 else (0, 0)
        self._length = self.count + new - gone
        people = lists(self.count, day=self.day, source="api")
        self._edges = {
            "ig_following": (people[ListName.FOLLOWING], FOLLOWING),
            "ig_followers": (people[ListName.FOLLOWERS], self._length),
        }

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        asked = time.perf_counter(), time.process_time()
        edge = request.url.path.rpartition("/")[2]
        if self._handed_over and edge in self._edges:
            clock, cpu = self._handed_over
            self.took.append((asked[0] - clock, asked[1] - cpu))
        body = msgspec.json.encode(self._answer(edge, int(request.url.params.get("after", "0"))))
        # What Instagram says of spent calls comes with every answer, and is read every time.
        headers = {"Content-Type": "application/json", "X-App-Usage": '{"call_count":3}'}
        response = httpx2.Response(200, headers=headers, content=body)
        is_page = edge in self._edges
        self._handed_over = (time.perf_counter(), time.process_time()) if is_page else None
        return response

    def _answer(self, edge: str, start: int) -> dict[str, Any]:
        if edge in self._edges:
            return _page(*self._edges[edge], start)
        if edge == "me":
            counts = {"follows_count": FOLLOWING, "followers_count": self._length}
            return {"id": "1", "user_id": "2", "username": ACCOUNT, **counts}
        return {"data": []}


def _page(people: Iterator[PersonRecord], length: int, start: int) -> dict[str, Any]:
    nodes = [_node(one) for one in islice(people, PAGE)]
    end = start + len(nodes)
    paging: dict[str, Any] = {"cursors": {"after": str(end)}}
    if end < length:
        paging["next"] = f"https://graph.instagram.com/next?after={end}"
    return {"data": nodes, "paging": paging}


def _node(one: PersonRecord) -> dict[str, Any]:
    return {
        "id": one.instagram_user_id,
        "username": one.username,
        "name": one.name,
        "biography": one.biography,
        "profile_picture_url": one.picture_url,
        "is_verified": one.verified,
        "followers_count": one.followers_count,
        "follows_count": one.follows_count,
    }


if __name__ == "__main__":
    sync(int(sys.argv[1])) if len(sys.argv) > 1 else main()
