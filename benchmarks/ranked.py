"""`make bench`: how long pages take to answer, and insights to be computed, for a large account on SQLite.

The account follows 7,500 people (Instagram's cap), has 1,000,000 followers, and 2,000,000 interactions on record.
Everything happens in this process, on a database in a temporary directory. Times are processor time: nothing here waits
for anything but the processor, and whatever else the machine does only adds. BENCH_QUICK=1 makes a tenth of it.
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

import django
from measuring import QUICK, Goal

FOLLOWERS = 100_000 if QUICK else 1_000_000
INTERACTIONS = 200_000 if QUICK else 2_000_000
FOLLOWING = 7_500
MUTUALS = 2_500
ROWS_AT_ONCE = 20_000
NOW = datetime(2026, 3, 1, tzinfo=UTC)
DAY = 86_400
ROUNDS = 7
MOST_MILLISECONDS = 50
MOST_QUERIES = 12
MOST_SECONDS = 2.0

RANKED = "/accounts/ranked"
SORTED = [
    f"{RANKED}?sort={sort}&direction={direction}"
    for sort in ("score", "username", "followers", "following", "ratio", "since", "interaction")
    for direction in ("asc", "desc")
]
FILTERED = [
    f"{RANKED}?{query}"
    for query in (
        "",
        "page=75",
        "search=ada",
        "search=nobody.at.all",
        "category=critical",
        "category=safe",
        "badge=inactive",
        "badge=not-enough-data",
        "kept=no",
        "not_back=1",
        "lost=1",
        "inactive=1",
        "never=1",
        "suggested=1",
        "score_from=40&score_to=60",
        "followers_from=1000&followers_to=100000",
        "ratio_from=2",
        "followed_after=2024-01-01&followed_before=2025-01-01",
        "suggested=1&not_back=1&category=critical&badge=inactive&followers_to=5000&search=a&sort=ratio",
    )
]
LISTS = [
    f"/lists/{name}{query}"
    for name in ("following", "followers", "mutuals", "not-following-back", "fans", "new-followers")
    for query in ("", "?sort=audience", "?sort=follower", "?search=ada", "?verified=yes")
]
OTHERS = [
    "/settings/scores/preview?inactivity=25&engagement=25&ratio=25&age=25",
    "/unfollows/guided",
    "/people/1/explanation",
    "/dashboard",
    "/unfollows/queue",
    "/unfollows/review",
    "/whitelist",
    "/settings/scores",
]


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="kith-bench-") as folder:
        os.environ |= {
            "KITH_DATA_DIR": folder,
            "DATABASE_URL": "",
            "LOG_LEVEL": "WARNING",
            "DJANGO_SETTINGS_MODULE": "kith.settings",
        }
        django.setup()
        measure()


def measure() -> None:
    from kith.people.services.insights import recompute_insights

    connection = made_account()
    print(f"{'people':>9}  {'what':<34}{'seconds':>9}  goal")
    seconds = best(lambda: recompute_insights(connection, NOW), 3)
    goal = Goal(f"< {MOST_SECONDS} s", seconds < MOST_SECONDS)
    print(
        f"{FOLLOWING:>9,}  {f'insights, {INTERACTIONS:,} interactions':<34}{seconds:>9.2f}  {goal}"
    )
    browser = browser_of(connection)
    print(f"{'people':>9}  {'what':<34}{'p95 ms':>9}{'queries':>9}  goal, and the slowest")
    for what, urls in (
        ("ranked list, sorted", SORTED),
        ("ranked list, filtered", FILTERED),
        ("lists and their search", LISTS),
        ("other screens", OTHERS),
    ):
        print(line(what, browser, urls), flush=True)


def line(what: str, browser: Any, urls: list[str]) -> str:
    """Each address is opened some times; the slowest of them is named."""
    found = {url: [ask(browser, url) for _ in range(ROUNDS)] for url in urls}
    times = sorted(milliseconds for calls in found.values() for milliseconds, _ in calls)
    queries = max(count for calls in found.values() for _, count in calls)
    slowest = max(found, key=lambda url: min(found[url])[0])
    p95 = times[int(len(times) * 0.95)]
    goal = Goal(
        f"< {MOST_MILLISECONDS} ms, ≤ {MOST_QUERIES}",
        p95 < MOST_MILLISECONDS and queries <= MOST_QUERIES,
    )
    return (
        f"{FOLLOWERS:>9,}  {what:<34}{p95:>9.1f}{queries:>9}  {goal}; "
        f"{slowest} {min(found[slowest])[0]:.1f} ms"
    )


def ask(browser: Any, url: str) -> tuple[float, int]:
    """Milliseconds and queries of one answer."""
    from django.db import connection as database
    from django.test.utils import CaptureQueriesContext

    begun = time.process_time()
    answer = browser.get(url)
    milliseconds = 1e3 * (time.process_time() - begun)
    assert answer.status_code == 200, (url, answer.status_code)
    with CaptureQueriesContext(database) as queries:
        browser.get(url)
    return milliseconds, len(queries)


def best(work: Callable[[], object], rounds: int) -> float:
    seconds = []
    for _ in range(rounds):
        begun = time.process_time()
        work()
        seconds.append(time.process_time() - begun)
    return min(seconds)


def browser_of(connection: Any) -> Any:
    from django.test import Client

    browser = Client(SERVER_NAME="127.0.0.1")
    browser.force_login(connection.user)
    return browser


def made_account() -> Any:
    """The account with its lists, its counts and its interactions, written as a source's rows would be."""
    from django.core.management import call_command

    from kith.accounts.models import Connection, User
    from kith.core.records import ListState
    from kith.core.scoring import SHARES
    from kith.people.models import KnownPeriod, Person, Snapshot

    call_command("migrate", verbosity=0)
    user = User.objects.create_user("bench@kith.example", "seven-quiet-otters")
    connection = Connection.objects.create(user=user, username="bench.harbor")
    Snapshot.objects.create(
        connection=connection, source="api", state=Snapshot.State.APPLIED, taken_after=NOW - timedelta(hours=1),
        taken_at=NOW, following_state=ListState.COMPLETE, followers_state=ListState.COMPLETE,
        following=FOLLOWING, followers=FOLLOWERS, mutuals=MUTUALS,
        new_followers=0, lost_followers=0,
    )  # fmt: skip
    for way in SHARES:
        KnownPeriod.objects.create(
            connection=connection, kind=way.kind, direction=way.direction,
            since=int(NOW.timestamp()) - 900 * DAY, until=int(NOW.timestamp()),
        )  # fmt: skip
    insert("people_person", PERSON, people(connection.pk))
    followed = Person.objects.filter(connection=connection, is_following=True)
    names = list(followed.order_by("pk").values_list("pk", "username"))
    insert("people_interactionday", INTERACTION, interactions(connection.pk, names))
    return connection


PERSON = (
    "connection_id", "username", "name", "is_following", "is_follower", "following_since", "follower_since",
    "exact_bits", "verified", "followers_count", "follows_count", "fingerprint",
)  # fmt: skip
INTERACTION = (
    "connection_id", "person_id", "username", "kind", "direction", "day", "from_export", "from_api", "last_at",
)  # fmt: skip
FIRST_NAMES = ("ada", "ben", "cora", "dina", "emil", "faye", "gil", "hana", "ines", "jon", "kim")


def people(connection_id: int) -> Iterator[tuple[object, ...]]:
    chance, now = random.Random(7), int(NOW.timestamp())
    for number in range(FOLLOWERS + FOLLOWING - MUTUALS):
        is_following = number < FOLLOWING
        is_follower = not is_following or number < MUTUALS
        first = chance.choice(FIRST_NAMES)
        yield (
            connection_id, f"{first}.{number * 2_654_435_761 % 2**32:08x}", f"{first.title()} Harbor {number}",
            is_following, is_follower, now - chance.randrange(3_000 * DAY) if is_following else None,
            now - chance.randrange(3_000 * DAY) if is_follower else None, 3,
            chance.random() < 0.02, int(10 ** chance.uniform(1, 6)), chance.randrange(7_500), number,
        )  # fmt: skip


def interactions(connection_id: int, names: list[tuple[int, str]]) -> Iterator[tuple[object, ...]]:
    """Of two in three people, over the days on which anything passed; of one in ten very much."""
    from kith.core.scoring import SHARES

    chance, ways = random.Random(11), list(SHARES)
    friends = [each for each in names if chance.random() < 2 / 3]
    each_has = INTERACTIONS // len(friends) + 1
    written = 0
    for pk, username in friends:
        quiet = chance.randrange(400)
        for number in range(each_has):
            if written == INTERACTIONS:
                return
            way, days = ways[number % len(ways)], quiet + number // len(ways) * 3
            at = NOW - timedelta(days=days, seconds=chance.randrange(DAY))
            yield (
                connection_id, pk, username, way.kind.value, way.direction.value,
                (NOW - timedelta(days=days)).date().isoformat(), 1, 0, int(at.timestamp()),
            )  # fmt: skip
            written += 1


def insert(table: str, columns: tuple[str, ...], rows: Iterator[tuple[object, ...]]) -> None:
    from django.db import connection as database
    from django.db import transaction

    marks = ", ".join(["%s"] * len(columns))
    sql = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})"
    with transaction.atomic(), database.cursor() as cursor:
        while batch := list(islice(rows, ROWS_AT_ONCE)):
            cursor.executemany(sql, batch)


if __name__ == "__main__":
    sys.exit(main())
