"""Exports of the sandbox go the same way as its API: in, compared, told once."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from kith.accounts.models import Activity, Connection, User
from kith.core.exports import AccountNotChosen, ExportError
from kith.people.models import Person, Snapshot
from kith.people.signals import snapshot_applied
from kith.sync.engine import run_job
from kith.sync.leases import claimed_fields
from kith.sync.models import SyncJob
from kith.sync.results import import_document
from kith.sync.services.imports import import_paths, import_upload, keep_upload
from kith.sync.services.jobs import JobUnderWay, queue_import
from kith_sandbox.server import start
from tests.contract.visitor import Visitor
from tests.factories import changes_in, lists_of, make_connection, make_user
from tests.sync.steps import ORIGIN, claim, queue, sync, truth

pytestmark = [pytest.mark.database, pytest.mark.django_db]


@pytest.fixture
def past(visitor: Visitor) -> Iterator[Visitor]:
    """A sandbox whose first day was sixty days ago, so that exports of several days lie in the past."""
    first_day = timezone.now() - timedelta(days=60)
    with start(port=0, seed=7, born_at=first_day) as running:
        running.sandbox.clock.freeze(first_day.timestamp() + 3_600)
        yield Visitor(running, visitor.http)


def download(visitor: Visitor, folder: Path, **asked: object) -> Path:
    """The ZIP that Instagram would send now, under its own name."""
    answer = visitor.http.get(
        f"{visitor.sandbox.url}/sandbox/export", params={"account": "tiny.studio", **asked}
    )
    assert answer.status_code == 200, answer.text
    name = answer.headers["Content-Disposition"].partition("filename=")[2].strip('"')
    folder.mkdir(exist_ok=True)
    archive = folder / name
    archive.write_bytes(answer.content)
    return archive


def imported(user: User, *paths: Path, accept_doubtful: bool = False, account: str = "") -> SyncJob:
    return import_paths(
        user, paths, account=account, accept_doubtful=accept_doubtful, origin=ORIGIN
    )


def another_day(visitor: Visitor, *happenings: dict[str, str]) -> None:
    visitor.control("advance", days=1, quiet=True)
    for happening in happenings:
        visitor.control("happen", account="tiny.studio", **happening)


@pytest.mark.parametrize("file_format", ["json", "html"])
def test_an_export_equals_the_truth(
    alice: User, visitor: Visitor, tmp_path: Path, file_format: str
) -> None:
    job = imported(alice, download(visitor, tmp_path, format=file_format))
    document = import_document(job)
    assert document["status"] == "completed"
    assert document["account"] == "tiny.studio"
    assert {name: each["state"] for name, each in document["lists"].items()} == {
        "following": "complete",
        "followers": "complete",
    }
    assert set(document["changes"].values()) == {0}
    assert lists_of(job.connection) == truth(visitor)
    assert not Connection.objects.get().is_api


def test_the_second_export_tells_what_happened(alice: User, past: Visitor, tmp_path: Path) -> None:
    imported(alice, download(past, tmp_path / "first"))
    following, followers = truth(past)
    leaver, renamed = sorted(followers - following)[:2]
    another_day(
        past,
        {"kind": "unfollows_me", "username": leaver},
        {"kind": "rename", "username": renamed, "to": "a.new.name"},
        {"kind": "follows_me", "username": "late.guest"},
    )
    job = imported(alice, download(past, tmp_path / "second"))
    assert sorted(changes_in(job.connection)) == [
        ("lost_follower", leaver),
        ("new_follower", "late.guest"),
        ("renamed", "a.new.name"),
    ]
    assert lists_of(job.connection) == truth(past)


def test_the_same_export_twice_is_said_once(alice: User, visitor: Visitor, tmp_path: Path) -> None:
    archive = download(visitor, tmp_path)
    first = imported(alice, archive)
    again = imported(alice, archive)
    document = import_document(again)
    assert again.status == "completed"
    assert "already-imported" in {warning["code"] for warning in document["warnings"]}
    assert document["lists"] == import_document(first)["lists"]
    assert Snapshot.objects.count() == 1


def test_an_older_export_is_refused(alice: User, past: Visitor, tmp_path: Path) -> None:
    older = download(past, tmp_path / "older")
    for _ in range(3):
        another_day(past, {"kind": "follows_me"})
    job = imported(alice, download(past, tmp_path / "newer"))
    known = lists_of(job.connection)
    refused = imported(alice, older)
    assert (refused.status, refused.error_code) == ("failed", "older-than-known")
    assert lists_of(job.connection) == known


def test_an_export_cut_by_a_date_range_loses_nobody(
    alice: User, past: Visitor, tmp_path: Path
) -> None:
    imported(alice, download(past, tmp_path / "whole"))
    another_day(past)
    job = imported(alice, download(past, tmp_path / "cut", days=200))
    assert job.status in {"held", "completed"}
    assert changes_in(job.connection) == []
    assert lists_of(job.connection) == truth(past)


def test_an_account_known_by_export_is_enriched_by_its_first_sync(
    alice: User, visitor: Visitor, tmp_path: Path
) -> None:
    from tests.sync.steps import connect

    imported(alice, download(visitor, tmp_path))
    connection = connect(alice, visitor)
    assert sync(connection).status == "completed"
    assert changes_in(connection) == []
    assert not Person.objects.filter(instagram_user_id=None).exists()
    assert Connection.objects.count() == 1


def test_an_export_after_a_sync_forgets_nothing_that_the_api_told(
    connection: Connection, alice: User, visitor: Visitor, tmp_path: Path
) -> None:
    sync(connection)
    before = set(Person.objects.values_list("username", "instagram_user_id", "name"))
    job = imported(alice, download(visitor, tmp_path))
    assert job.status == "completed", import_document(job)
    assert changes_in(connection) == []
    assert set(Person.objects.values_list("username", "instagram_user_id", "name")) == before


def test_an_export_made_earlier_on_the_day_of_a_sync_accuses_nobody(
    connection: Connection, alice: User, visitor: Visitor, tmp_path: Path
) -> None:
    sync(connection)
    older = download(visitor, tmp_path)
    visitor.control("happen", account="tiny.studio", kind="follows_me", username="late.guest")
    sync(connection)
    assert imported(alice, older).status == "completed"
    assert changes_in(connection) == [("new_follower", "late.guest")]
    assert lists_of(connection) == truth(visitor)


def test_an_import_waits_for_no_sync_under_way(
    connection: Connection, alice: User, visitor: Visitor, tmp_path: Path
) -> None:
    running = queue(connection)
    with pytest.raises(JobUnderWay) as refused:
        imported(alice, download(visitor, tmp_path))
    assert refused.value.job == running


def test_an_import_that_is_interrupted_is_cancelled_and_can_be_made_again(
    alice: User, visitor: Visitor, tmp_path: Path
) -> None:
    archive = download(visitor, tmp_path)

    def interrupt(**_: object) -> None:
        raise KeyboardInterrupt

    snapshot_applied.connect(interrupt)
    try:
        with pytest.raises(KeyboardInterrupt):
            imported(alice, archive)
    finally:
        snapshot_applied.disconnect(interrupt)
    assert SyncJob.objects.get().status == "cancelled"
    assert not Person.objects.exists()
    assert imported(alice, archive).status == "completed"


def test_an_import_whose_process_was_killed_stands_in_nobodys_way(
    alice: User, visitor: Visitor, tmp_path: Path
) -> None:
    archive = download(visitor, tmp_path)
    connection = make_connection(alice, "tiny.studio")
    killed = queue_import(connection, origin=ORIGIN, **claimed_fields())
    with pytest.raises(JobUnderWay):
        imported(alice, archive)
    SyncJob.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    assert imported(alice, archive).status == "completed"
    killed.refresh_from_db()
    assert killed.status == "cancelled"


def test_a_file_that_is_no_export_changes_nothing(alice: User, tmp_path: Path) -> None:
    page = tmp_path / "notes.txt"
    page.write_text("bread, milk")
    with pytest.raises(ExportError, match=r"notes\.txt"):
        imported(alice, page)
    assert not SyncJob.objects.exists()
    assert not Connection.objects.exists()


class Upload:
    """A file as a browser sends it."""

    def __init__(self, name: str, content: bytes) -> None:
        self.name: str | None = name
        self._content = content

    def chunks(self) -> Iterable[bytes]:
        return iter([self._content[:1000], self._content[1000:]])


def test_an_uploaded_export_is_imported_by_a_worker(
    alice: User, visitor: Visitor, tmp_path: Path
) -> None:
    archive = download(visitor, tmp_path)
    upload = keep_upload([Upload(archive.name, archive.read_bytes())])
    job = import_upload(alice, upload, account="", origin=ORIGIN)
    assert job.status == "pending"
    run_job(claim())
    job.refresh_from_db()
    assert job.status == "completed", job.error
    assert lists_of(job.connection) == truth(visitor)
    kinds = list(Activity.objects.order_by("id").values_list("kind", flat=True))
    assert kinds == ["import_started", "import_completed"]


def test_an_upload_that_is_no_export_is_deleted_at_once(alice: User) -> None:
    upload = keep_upload([Upload("holiday.jpg", b"\xff\xd8")])
    with pytest.raises(ExportError):
        import_upload(alice, upload, account="", origin=ORIGIN)
    assert not (settings.UPLOAD_DIR / upload).exists()


def test_names_of_uploads_are_never_paths() -> None:
    names = ["../../evil.json", "C:\\temp\\x.json", "", ".hidden", "same.json", "same.json"]
    upload = keep_upload([Upload(name, name.encode()) for name in names])
    folder = settings.UPLOAD_DIR / upload
    kept = sorted(file.name for file in folder.iterdir())
    shutil.rmtree(folder)
    assert kept == ["evil.json", "file", "hidden", "same-5.json", "same.json", "x.json"]


def test_an_upload_that_is_gone_fails_with_what_to_do(
    alice: User, visitor: Visitor, tmp_path: Path
) -> None:
    archive = download(visitor, tmp_path)
    upload = keep_upload([Upload(archive.name, archive.read_bytes())])
    job = import_upload(alice, upload, account="", origin=ORIGIN)
    shutil.rmtree(settings.UPLOAD_DIR / upload)
    run_job(claim())
    job.refresh_from_db()
    assert job.status == "failed"
    assert "import them again" in job.error


def test_whose_export_it_is_must_be_clear(alice: User, tmp_path: Path) -> None:
    folder = tmp_path / "connections" / "followers_and_following"
    folder.mkdir(parents=True)
    (folder / "following.json").write_text(
        '{"relationships_following": [{"title": "", "media_list_data": [], "string_list_data": '
        '[{"href": "https://www.instagram.com/ada", "value": "ada", "timestamp": 1700000000}]}]}'
    )
    with pytest.raises(AccountNotChosen):
        imported(alice, tmp_path)
    job = imported(alice, tmp_path, account="@Alice.Paints")
    assert job.connection.username == "alice.paints"
    assert lists_of(job.connection)[0] == {"ada"}
    make_connection(alice, "alice.bakes")
    with pytest.raises(AccountNotChosen):
        imported(alice, tmp_path)


def test_two_users_may_import_the_same_account(
    alice: User, visitor: Visitor, tmp_path: Path
) -> None:
    archive = download(visitor, tmp_path)
    jobs = [imported(user, archive) for user in (alice, make_user("bob"))]
    assert [job.status for job in jobs] == ["completed", "completed"]
    assert jobs[0].connection != jobs[1].connection
    assert lists_of(jobs[0].connection) == lists_of(jobs[1].connection)
