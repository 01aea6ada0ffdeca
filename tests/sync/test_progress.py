"""What people are told of a job that takes long: how far it is, when it goes on, about how long it still takes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings

from kith.accounts.models import Connection, User
from kith.people.models import Snapshot
from kith.sync.models import SpentCall, SyncJob
from kith.sync.progress import clock, pages_left, sentence_of, span, time_left
from tests.factories import make_connection

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def large(alice: User) -> Connection:
    return make_connection(alice, "alice.paints", status="connected")


def job_of(connection: Connection, **fields: Any) -> SyncJob:
    """A sync that has read all of 1,000 following and 60,000 of 99,000 followers."""
    snapshot = Snapshot.objects.create(
        connection=connection, source="api", follows_count=1_000, followers_count=99_000
    )
    told: dict[str, Any] = {
        "status": "waiting",
        "resume_at": NOW + timedelta(minutes=20),
        "message": "The calls of this hour are spent.",
        "processed": 61_000,
        "total": 100_000,
        "cursors": {
            "following": {"after": None, "pages": 10, "people": 1_000, "done": True},
            "followers": {"after": "c", "pages": 600, "people": 60_000, "done": False},
        },
    }
    return SyncJob(connection=connection, snapshot=snapshot, kind="sync", **{**told, **fields})


@pytest.fixture(autouse=True)
def enough_pages(settings: Settings) -> None:
    settings.INSTAGRAM_MAX_PAGES = 10_000


def test_a_waiting_job_says_until_when_how_far_and_how_long(large: Connection) -> None:
    assert sentence_of(job_of(large), NOW) == (
        "Waiting for Instagram until 12:20 UTC, 61 % done, about 85 min left. The calls of this hour are spent."
    )


def test_the_time_is_that_of_the_users_zone(large: Connection) -> None:
    with timezone.override("Europe/Berlin"):
        told = sentence_of(job_of(large), NOW)
    assert told.startswith("Waiting for Instagram until 13:20, 61 % done")


def test_a_running_job_says_how_long_once_that_is_worth_saying(
    large: Connection, settings: Settings
) -> None:
    job = job_of(large, status="in_progress", message="Reading who follows you", resume_at=None)
    settings.INSTAGRAM_CALLS_PER_HOUR = 200
    told = sentence_of(job, NOW)
    assert told == "Reading who follows you, 61 % done, about 65 min left."
    SpentCall.objects.bulk_create(SpentCall(connection=large, at=NOW) for _ in range(195))
    assert sentence_of(job, NOW) == "Reading who follows you, 61 % done, about 2 h left."
    job.cursors["followers"].update(people=98_900, pages=989)
    assert sentence_of(job, NOW) == "Reading who follows you"


def test_what_nobody_knows_is_not_said(large: Connection) -> None:
    job = job_of(large, total=None)
    job.snapshot.followers_count = None  # type: ignore[union-attr]
    assert sentence_of(job, NOW).startswith("Waiting for Instagram until 12:20 UTC, 0 % done. ")
    job.status = "in_progress"
    assert sentence_of(job, NOW) == job.message


@pytest.mark.parametrize("status", ["pending", "completed", "failed", "cancelled", "held"])
def test_every_other_job_says_what_it_has_to_say(large: Connection, status: str) -> None:
    assert sentence_of(job_of(large, status=status), NOW) == "The calls of this hour are spent."


def test_a_job_whose_time_has_come_waits_for_a_worker_only(large: Connection) -> None:
    assert sentence_of(job_of(large, resume_at=NOW), NOW) == "The calls of this hour are spent."


@pytest.mark.parametrize(
    ("pages", "free", "opens_in", "expected"),
    [
        (0, 0, HOUR, timedelta()),
        (7, 200, HOUR, timedelta(seconds=7)),
        (200, 200, HOUR, timedelta(seconds=200)),
        (201, 200, HOUR, HOUR + timedelta(seconds=1)),
        (400, 200, HOUR, HOUR + timedelta(seconds=200)),
        (401, 200, HOUR, 2 * HOUR + timedelta(seconds=1)),
        (1, 0, timedelta(minutes=20), timedelta(minutes=20, seconds=1)),
        (10_000, 0, timedelta(), 49 * HOUR + timedelta(seconds=200)),
    ],
)
def test_the_time_left_is_that_of_the_budget(
    pages: int, free: int, opens_in: timedelta, expected: timedelta
) -> None:
    assert time_left(pages, free=free, per_hour=200, opens_in=opens_in) == expected


@pytest.mark.parametrize(
    ("cursor", "told", "expected"),
    [
        ({}, 250, 3),
        ({"people": 100, "pages": 1}, 250, 2),
        ({"people": 260, "pages": 3}, 250, 0),
        ({"people": 10, "pages": 1, "done": True}, 250, 0),
        ({}, None, None),
        ({"people": 999_000, "pages": 9_990}, 2_000_000, 10),
    ],
)
def test_pages_are_counted_from_what_the_profile_tells(
    cursor: dict[str, int], told: int | None, expected: int | None
) -> None:
    assert pages_left(cursor, told) == expected


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(0, "1 min"), (1.4, "1 min"), (9.4, "9 min"), (43, "45 min"), (89, "90 min"), (90, "2 h"), (180, "3 h"),
     (47 * 60, "47 h"), (50 * 60, "2 days")],
)  # fmt: skip
def test_a_span_is_said_as_people_say_it(minutes: float, words: str) -> None:
    assert span(timedelta(minutes=minutes)) == words


def test_a_time_of_another_day_is_said_with_its_day() -> None:
    assert clock(NOW + timedelta(hours=13), NOW) == "Tue 3 Mar, 01:00 UTC"
    with timezone.override("America/New_York"):
        assert clock(NOW + timedelta(hours=13), NOW) == "20:00"
