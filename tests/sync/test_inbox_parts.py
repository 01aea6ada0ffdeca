"""Parts of one export in the watched folder, and exports that have to wait for each other."""

from __future__ import annotations

import shutil

import pytest

from kith.accounts.models import Connection, User
from kith.sync.models import InboxFile, SyncJob
from tests.core.exports import corpus
from tests.core.exports.corpus import FOLLOWERS, LISTS, ZIP_NAME
from tests.factories import lists_of
from tests.sync.watched_folder import (
    BOTH,
    FOLLOWERS_FILE,
    FOLLOWING_FILE,
    PHOTO,
    Inbox,
    work,
)

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]


PARTS = [
    (f"{ZIP_NAME}.zip", f"{ZIP_NAME} (1).zip"),
    (f"{ZIP_NAME}.zip", "instagram-me.marten-2026-08-11-EfGh5678.zip"),
    (f"{ZIP_NAME}-part-1.zip", f"{ZIP_NAME}-part-2.zip"),
]


@pytest.mark.parametrize("names", PARTS)
def test_parts_of_one_export_are_taken_together(
    inbox: Inbox, alice: User, names: tuple[str, str]
) -> None:
    inbox.put(names[0], FOLLOWERS_FILE)
    inbox.put(names[1], FOLLOWING_FILE)
    assert inbox.look(2) == 1
    [job] = work()
    assert lists_of(job.connection) == BOTH
    assert set(InboxFile.objects.values_list("job", flat=True)) == {job.pk}
    assert InboxFile.objects.count() == 2


def test_a_download_that_was_made_twice_is_one(inbox: Inbox, alice: User) -> None:
    shutil.copy(inbox.put(PARTS[0][0]), inbox.root / PARTS[0][1])
    assert inbox.look(2) == 1
    assert lists_of(work()[0].connection) == BOTH
    assert InboxFile.objects.count() == 1
    assert inbox.look(3) == 0


def test_a_part_that_still_grows_holds_up_the_others(inbox: Inbox, alice: User) -> None:
    inbox.put(PARTS[0][0], FOLLOWERS_FILE)
    inbox.look()
    late = inbox.put(PARTS[0][1], FOLLOWING_FILE)
    whole = late.read_bytes()
    late.write_bytes(whole[:50])
    assert inbox.look(3) == 0
    late.write_bytes(whole)
    assert inbox.look(2) == 1
    assert lists_of(work()[0].connection) == BOTH


def test_a_part_that_was_given_up_does_not_hold_up_the_others_for_ever(
    inbox: Inbox, alice: User
) -> None:
    inbox.put(PARTS[0][0])
    (inbox.root / PARTS[0][1]).write_bytes(b"PK\x03\x04 broken off")
    assert inbox.look(30) == 0
    assert inbox.look(45) == 1
    assert lists_of(work()[0].connection) == BOTH


def test_a_part_that_comes_late_completes_what_was_taken(inbox: Inbox, alice: User) -> None:
    inbox.put(PARTS[0][0], FOLLOWERS_FILE)
    inbox.look(2)
    [first] = work()
    assert lists_of(first.connection) == (set(), set(FOLLOWERS))
    inbox.put(PARTS[0][1], FOLLOWING_FILE)
    assert inbox.look(2) == 1
    [second] = work()
    assert second.status == "completed"
    assert lists_of(second.connection) == BOTH
    assert inbox.look(3) == 0


def test_a_part_of_photos_that_came_first_is_no_failure_any_more(inbox: Inbox, alice: User) -> None:
    photos = inbox.put(PARTS[0][0], PHOTO)
    inbox.look(2)
    assert "neither a list" in inbox.reason(photos)
    inbox.put(PARTS[0][1])
    assert inbox.look(2) == 1
    assert inbox.reason(photos) == ""
    assert not InboxFile.objects.filter(state="failed").exists()


def test_two_exports_of_one_day_are_taken_one_after_the_other(inbox: Inbox, alice: User) -> None:
    inbox.put(PARTS[1][0])
    newer = {
        **corpus.era_6(),
        f"{LISTS}/followers_1.json": corpus.values([*FOLLOWERS, "new.nuthatch"]),
    }
    inbox.put(PARTS[1][1], newer)
    assert inbox.look(2) == 1
    work()
    assert inbox.look() == 1
    work()
    assert SyncJob.objects.filter(status="completed").count() == 2
    assert inbox.look(3) == 0


def test_older_exports_go_first_and_wait_for_each_other(inbox: Inbox, alice: User) -> None:
    for day in ("2026-09-11", "2026-08-11", "2026-10-11"):
        followers = [*FOLLOWERS, f"fan.of.{day[5:7]}"]
        files = {**FOLLOWING_FILE, f"{LISTS}/followers_1.json": corpus.values(followers)}
        inbox.put(f"instagram-me.marten-{day}-AbCd1234.zip", files)
    inbox.look()
    for _ in range(3):
        assert inbox.look() == 1
        assert inbox.look() == 0
        assert [job.status for job in work()] == ["completed"]
    [connection] = Connection.objects.all()
    assert "fan.of.10" in lists_of(connection)[1]
