"""What is put into the watched folder is imported by itself: once, when it is whole, for the right user."""

from __future__ import annotations

import os
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from kith.accounts.models import Activity, Connection, User
from kith.accounts.services.connecting import forget_connection
from kith.sync.inbox import scan_inbox
from kith.sync.inbox.files import InboxCopy, digest_of, is_whole
from kith.sync.inbox.queries import left_lying, left_lying_of
from kith.sync.models import InboxFile, InboxLook, SyncJob
from kith.sync.queue import tick
from kith.sync.schedule import keep_schedule
from tests.core.exports import corpus
from tests.core.exports.corpus import OWNER, ZIP_NAME
from tests.factories import lists_of, make_connection, make_user
from tests.sync.steps import ORIGIN
from tests.sync.threads import at_once
from tests.sync.watched_folder import (
    BOTH,
    FOLLOWERS_FILE,
    FOLLOWING_FILE,
    MINUTE,
    NOW,
    PHOTO,
    Inbox,
    work,
)

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]


def test_an_export_is_taken_in_at_the_second_look(inbox: Inbox, alice: User) -> None:
    path = inbox.put()
    before = (path.read_bytes(), path.stat().st_mtime_ns)
    assert [inbox.look(), inbox.look()] == [0, 1]
    [job] = work()
    assert (job.status, job.kind, job.connection.user) == ("completed", "import", alice)
    assert job.connection.username == OWNER
    assert lists_of(job.connection) == BOTH
    [known] = InboxFile.objects.all()
    assert (known.name, known.state, known.job) == (path.name, "imported", job)
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before
    kinds = Activity.objects.order_by("id").values_list("kind", "user_agent")
    assert list(kinds) == [
        ("import_started", "kith, from the watched folder"),
        ("import_completed", "kith, from the watched folder"),
    ]


def test_looking_on_takes_nothing_in_twice(inbox: Inbox, alice: User) -> None:
    inbox.put()
    assert inbox.look(2) == 1
    work()
    assert inbox.look(5) == 0
    assert SyncJob.objects.count() == InboxFile.objects.count() == 1
    assert not left_lying()


def test_four_scanners_at_once_take_everything_in_once(inbox: Inbox, alice: User) -> None:
    shutil.copy(inbox.put(), inbox.root / "copy.zip")
    inbox.put("photos.zip", PHOTO)
    inbox.put("instagram-alice.paints-2026-08-11-AbCd1234.zip", FOLLOWERS_FILE)
    for minute in range(4):
        at_once(4, lambda now=NOW + minute * MINUTE: scan_inbox(now=now))  # type: ignore[misc]
    assert SyncJob.objects.filter(connection__username=OWNER).count() == 1
    assert SyncJob.objects.filter(connection__username="alice.paints").count() == 1
    digests = InboxFile.objects.values_list("digest", flat=True)
    assert len(set(digests)) == len(digests) == 3


def test_two_looks_in_the_same_minute_are_one(inbox: Inbox, alice: User) -> None:
    inbox.put()
    inbox.look()
    assert inbox.look(after=timedelta(seconds=5)) == 0
    assert inbox.look() == 1


def test_a_file_that_still_grows_is_left_alone(inbox: Inbox, alice: User) -> None:
    path = inbox.put("whole.zip")
    whole = path.read_bytes()
    for size in range(100, len(whole), len(whole) // 5):
        path.write_bytes(whole[:size])
        assert inbox.look() == 0
    path.write_bytes(whole)
    assert [inbox.look(), inbox.look()] == [0, 1]
    assert not InboxFile.objects.filter(state="failed").exists()


def test_a_download_that_was_broken_off_is_no_failure_and_is_taken_once_it_is_whole(
    inbox: Inbox, alice: User
) -> None:
    path = inbox.put()
    whole = path.read_bytes()
    path.write_bytes(whole[:-100])
    assert inbox.look(3) == 0
    assert "not a whole ZIP yet" in inbox.reason(path)
    assert not InboxFile.objects.exists()
    path.write_bytes(whole)
    assert inbox.look(2) == 1


def test_the_same_content_under_another_name_is_not_taken_again(inbox: Inbox, alice: User) -> None:
    path = inbox.put()
    inbox.look(2)
    work()
    shutil.copy(path, inbox.root / "again.zip")
    path.rename(inbox.root / "renamed.zip")
    assert inbox.look(3) == 0
    assert set(InboxLook.objects.values_list("path", flat=True)) == {"again.zip", "renamed.zip"}
    assert not left_lying()


def test_a_forgotten_account_is_not_brought_back_by_a_file_that_still_lies_there(
    inbox: Inbox, alice: User
) -> None:
    inbox.put()
    inbox.look(2)
    work()
    forget_connection(Connection.objects.get(), origin=ORIGIN)
    assert inbox.look(3) == 0
    assert InboxFile.objects.get().job is None


def test_what_failed_is_remembered_with_its_reason_until_its_content_changes(
    inbox: Inbox, alice: User
) -> None:
    path = inbox.put("photos.zip", PHOTO)
    assert inbox.look(2) == 0
    [failed] = InboxFile.objects.all()
    assert failed.state == "failed"
    assert "neither a list of followers" in failed.reason
    assert inbox.reason(path) == failed.reason
    shutil.copy(path, inbox.root / "photos again.zip")
    assert inbox.look(3) == 0
    assert InboxFile.objects.count() == 1
    assert inbox.reason(inbox.root / "photos again.zip") == failed.reason
    inbox.put("photos.zip")
    assert inbox.look(2) == 1
    assert inbox.reason(path) == ""


def test_what_has_gone_from_the_folder_is_not_told_any_more(inbox: Inbox, alice: User) -> None:
    path = inbox.put("photos.zip", PHOTO)
    inbox.look(2)
    assert left_lying().count() == 1
    path.unlink()
    inbox.look()
    assert not left_lying()
    assert InboxFile.objects.get().state == "failed"


def test_an_import_that_is_interrupted_is_made_up_for(inbox: Inbox, alice: User) -> None:
    inbox.put()
    inbox.look(2)
    # The worker died between queueing and noting that the file is done.
    InboxLook.objects.update(due_at=inbox.now + timedelta(minutes=15))
    assert inbox.look(20) == 0
    assert SyncJob.objects.count() == 1
    assert InboxLook.objects.get().due_at is None


def test_a_scanner_that_died_over_a_file_costs_a_quarter_of_an_hour(
    inbox: Inbox, alice: User
) -> None:
    inbox.put()
    inbox.look()
    InboxLook.objects.update(due_at=inbox.now + timedelta(minutes=15))
    assert inbox.look(14) == 0
    assert inbox.look() == 1


# Whose it is


def test_a_sub_folder_belongs_to_the_user_of_that_address(inbox: Inbox, alice: User) -> None:
    bob = make_user("bob")
    inbox.put(f"Bob@kith.example/{ZIP_NAME}.zip")
    assert inbox.look(2) == 1
    assert work()[0].connection.user == bob


def test_a_folder_of_nobody_waits_for_its_user(inbox: Inbox, alice: User) -> None:
    path = inbox.put(f"ada@example.org/{ZIP_NAME}.zip")
    assert inbox.look(2) == 0
    assert "There is no user ada@example.org" in inbox.reason(path)
    ada = User.objects.create_user("ada@example.org", None)
    assert inbox.look(10) == 1
    assert work()[0].connection.user == ada
    assert inbox.reason(path) == ""


def test_at_the_top_it_belongs_to_whoever_has_connected_the_account(
    inbox: Inbox, alice: User
) -> None:
    bob = make_user("bob")
    make_connection(bob, OWNER, status="connected")
    # By an export alone anybody can say that an account is theirs.
    make_connection(alice, OWNER)
    inbox.put()
    assert inbox.look(2) == 1
    assert work()[0].connection.user == bob


@pytest.mark.parametrize("claimed_by", [[], ["alice", "bob"]])
def test_else_it_is_asked_whose_it_is(inbox: Inbox, alice: User, claimed_by: list[str]) -> None:
    make_user("bob")
    for name in claimed_by:
        make_connection(make_user(name), OWNER, status="connected")
    path = inbox.put()
    assert inbox.look(2) == 0
    assert inbox.reason(path).startswith("Whose is it?")
    assert not InboxFile.objects.exists()
    (inbox.root / alice.email).mkdir()
    path.rename(inbox.root / alice.email / path.name)
    assert inbox.look(2) == 1
    assert work()[0].connection.user == alice


def test_an_export_that_does_not_say_whose_it_is_can_be_chosen_on_the_page(
    inbox: Inbox, alice: User
) -> None:
    path = inbox.put("loose.zip", {**FOLLOWERS_FILE, **FOLLOWING_FILE})
    assert inbox.look(2) == 0
    assert "On the page Imports" in inbox.reason(path)


def test_only_whom_it_concerns_sees_what_was_not_taken(inbox: Inbox, alice: User) -> None:
    inbox.put("photos.zip", PHOTO)
    inbox.put(f"{alice.email}/photos.zip", {**PHOTO, "media/2.jpg": b"2"})
    inbox.look(2)
    assert left_lying_of(alice).count() == 2
    bob = make_user("bob")
    staff = User.objects.create_user("staff@kith.example", None, is_staff=True)
    shown = [[look.path for look in left_lying_of(user)] for user in (alice, bob, staff)]
    # The file at the top was nobody's before it was found to be no export.
    assert shown == [[f"{alice.email}/photos.zip"], [], ["photos.zip"]]


# Waiting, and what cannot be read


def test_an_account_with_a_job_under_way_is_waited_for(inbox: Inbox, alice: User) -> None:
    connection = make_connection(alice, OWNER, status="connected")
    running = SyncJob.objects.create(connection=connection, kind="sync", status="waiting")
    inbox.put()
    assert inbox.look(4) == 0
    assert not left_lying()
    running.status = SyncJob.Status.COMPLETED
    running.save()
    assert inbox.look() == 1


def test_links_are_followed_nowhere(inbox: Inbox, alice: User, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    corpus.write_zip(outside / "secret.zip", corpus.era_6())
    (inbox.root / "link.zip").symlink_to(outside / "secret.zip")
    (inbox.root / alice.email).symlink_to(outside)
    (inbox.root / "nowhere.zip").symlink_to(outside / "gone.zip")
    assert inbox.look(3) == 0
    reasons = set(left_lying().values_list("path", "reason"))
    assert {path for path, _ in reasons} == {"link.zip", alice.email, "nowhere.zip"}
    assert all("is a link" in reason for _, reason in reasons)
    (inbox.root / "link.zip").unlink()
    inbox.put("link.zip")
    assert inbox.look(2) == 1


def test_what_is_no_plain_file_is_told_and_never_opened(inbox: Inbox, alice: User) -> None:
    os.mkfifo(inbox.root / "pipe.zip")
    assert inbox.look(3) == 0
    assert inbox.reason(inbox.root / "pipe.zip") == "It is not a plain file."


def test_what_may_not_be_read_is_told_and_taken_once_it_may(inbox: Inbox, alice: User) -> None:
    path = inbox.put()
    opened = os.open

    def refuse(which: Any, *how: Any, **more: Any) -> int:
        """What the system says to everybody but root, as whom these tests may run."""
        if which == path:
            raise PermissionError(13, "Permission denied")
        return opened(which, *how, **more)

    with pytest.MonkeyPatch.context() as system:
        system.setattr(os, "open", refuse)
        assert inbox.look(2) == 0
    assert "cannot be read (Permission denied)" in inbox.reason(path)
    assert inbox.look(10) == 1


def test_a_link_that_takes_the_place_of_a_file_is_not_followed(tmp_path: Path) -> None:
    corpus.write_zip(tmp_path / "secret.zip", corpus.era_6())
    link = tmp_path / "link.zip"
    link.symlink_to(tmp_path / "secret.zip")
    for read in (is_whole, digest_of, lambda path: list(InboxCopy(path).chunks())):
        with pytest.raises(OSError, match="symbolic links"):
            read(link)


def test_a_name_that_is_no_text_is_told(inbox: Inbox, alice: User) -> None:
    path = inbox.put()
    path.rename(os.fsdecode(os.fsencode(inbox.root) + b"/caf\xe9.zip"))
    assert inbox.look(3) == 0
    assert "Rename it" in left_lying().get().reason


def test_too_much_is_refused_with_the_way_that_works(
    inbox: Inbox, alice: User, settings: Settings
) -> None:
    settings.UPLOAD_LIMIT_BYTES = 100
    path = inbox.put()
    assert inbox.look(3) == 0
    assert "kith import" in inbox.reason(path)


def test_hidden_files_deeper_folders_and_other_files_are_nobodys_business(
    inbox: Inbox, alice: User
) -> None:
    deep = inbox.root / alice.email / "deep"
    deep.mkdir(parents=True)
    for path in (deep / "a.zip", inbox.root / "._a.zip", inbox.root / "a.zip.crdownload"):
        corpus.write_zip(path, corpus.era_6())
    (inbox.root / "notes.txt").write_text("hello")
    assert inbox.look(3) == 0
    assert not InboxLook.objects.exists()


def test_no_copy_is_left_behind(
    inbox: Inbox, alice: User, settings: Settings, tmp_path: Path
) -> None:
    settings.UPLOAD_DIR = tmp_path / "uploads"
    settings.UPLOAD_DIR.mkdir()
    inbox.put()
    inbox.put("photos.zip", PHOTO)
    inbox.look(2)
    assert len(list(settings.UPLOAD_DIR.iterdir())) == 1
    work()
    assert not list(settings.UPLOAD_DIR.iterdir())


def test_a_full_disk_is_told_and_tried_again(
    inbox: Inbox, alice: User, settings: Settings, tmp_path: Path
) -> None:
    settings.UPLOAD_DIR = Path("/dev/full/uploads")
    path = inbox.put()
    assert inbox.look(2) == 0
    assert "could not be copied" in inbox.reason(path)
    settings.UPLOAD_DIR = tmp_path / "uploads"
    assert inbox.look(10) == 1


def test_without_a_folder_nothing_is_looked_for(settings: Settings, db: None) -> None:
    settings.INBOX_DIR = None
    assert scan_inbox() == 0


def test_a_folder_that_has_gone_does_not_end_the_tick(inbox: Inbox, alice: User) -> None:
    inbox.put()
    inbox.look(2)
    work()
    inbox.root.rename(inbox.root.with_name("elsewhere"))
    keep_schedule()
    assert InboxLook.objects.count() == 1


def test_the_tick_takes_in_what_lies_there(inbox: Inbox, alice: User) -> None:
    inbox.put()
    tick.call_local()
    # A minute passes.
    InboxLook.objects.update(due_at=NOW)
    for _ in range(2):
        tick.call_local()
    assert SyncJob.objects.get().status == "completed"
