"""An export comes in by the form: what is taken, what is refused, and what is left on disk."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from pytest_django import Settings as DjangoSettings

from kith.accounts.models import Activity, Connection, User
from kith.people.models import Person
from kith.sync.inbox import scan_inbox
from kith.sync.models import SyncJob
from tests.core.exports import corpus
from tests.web.conftest import Browser
from tests.web.exports import archive, loose, upload
from tests.web.ledger import connect, job_of
from tests.web.reading import notices, parsed, words
from tests.web.working import work_off_jobs

pytestmark = [pytest.mark.database, pytest.mark.django_db]

JSON = {"accept": "application/json"}


@pytest.fixture
def uploads(tmp_path: Path, settings: DjangoSettings) -> Path:
    """Where uploads are kept while they are read."""
    settings.UPLOAD_DIR = tmp_path / "uploads"
    settings.UPLOAD_DIR.mkdir()
    return settings.UPLOAD_DIR


def send(browser: Client, files: list[SimpleUploadedFile], **fields: str) -> SyncJob:
    """Sends the form, follows it to the job's page and lets a worker do the work."""
    response = browser.post("/imports", {"files": files, **fields})
    assert response.status_code == 302, notices(response)
    work_off_jobs()
    return SyncJob.objects.get(pk=response.url.removeprefix("/jobs/"))


def names_on(connection: Connection, field: str) -> set[str]:
    return set(connection.people.filter(**{field: True}).values_list("username", flat=True))


def test_a_zip_fills_the_ledger_of_the_account_that_it_is_about(
    browser_of_alice: Client, alice: User, uploads: Path, tmp_path: Path
) -> None:
    job = send(browser_of_alice, [archive(tmp_path)])
    assert (job.status, job.kind, job.error) == ("completed", "import", "")
    connection = Connection.objects.get()
    assert (connection.user, connection.username) == (alice, corpus.OWNER)
    assert names_on(connection, "is_following") == set(corpus.FOLLOWING)
    assert names_on(connection, "is_follower") == set(corpus.FOLLOWERS)
    kinds = set(Activity.objects.values_list("kind", "address"))
    assert kinds == {("import_started", "127.0.0.1"), ("import_completed", "127.0.0.1")}


def test_the_files_are_deleted_once_they_are_read(
    browser_of_alice: Client, alice: User, uploads: Path, tmp_path: Path
) -> None:
    send(browser_of_alice, [archive(tmp_path)])
    assert list(uploads.iterdir()) == []


@pytest.mark.parametrize("route", ["sync-cancel", "forget"])
def test_the_files_of_an_import_that_was_given_up_are_deleted(
    browser_of_alice: Client, uploads: Path, tmp_path: Path, route: str
) -> None:
    browser_of_alice.post("/imports", {"files": archive(tmp_path)})
    [folder] = uploads.iterdir()
    connection = Connection.objects.get()
    urls = {
        "sync-cancel": "/dashboard/sync-cancel",
        "forget": f"/connections/{connection.pk}/forget",
    }
    assert browser_of_alice.post(urls[route]).status_code < 400
    assert not folder.exists()


def test_the_jobs_page_says_what_was_read(
    browser_of_alice: Client, uploads: Path, tmp_path: Path
) -> None:
    job = send(browser_of_alice, [archive(tmp_path)])
    text = words(browser_of_alice.get(f"/jobs/{job.pk}"))
    assert "Following complete 5" in text
    assert "Followers complete 4" in text
    assert corpus.OWNER in words(browser_of_alice.get("/imports"))


def test_the_account_that_came_in_is_the_one_that_is_shown(
    browser_of_alice: Client, alice: User, uploads: Path, tmp_path: Path
) -> None:
    connect(alice, "aaa.first.by.name")
    send(browser_of_alice, [archive(tmp_path)])
    page = browser_of_alice.get("/dashboard").context["page"]
    assert page.connection.username == corpus.OWNER


def test_programs_get_the_job_as_json(
    browser_of_alice: Client, uploads: Path, tmp_path: Path
) -> None:
    response = browser_of_alice.post("/imports", {"files": archive(tmp_path)}, headers=JSON)
    job = SyncJob.objects.get()
    assert response.status_code == 202
    assert response.json() == {"jobId": job.pk, "url": f"/jobs/{job.pk}"}


def test_the_same_export_once_more_changes_nothing_and_says_so(
    browser_of_alice: Client, uploads: Path, tmp_path: Path
) -> None:
    send(browser_of_alice, [archive(tmp_path)])
    again = send(browser_of_alice, [archive(tmp_path)])
    assert again.status == "completed"
    assert "was imported on" in words(browser_of_alice.get(f"/jobs/{again.pk}"))
    assert list(uploads.iterdir()) == []


def test_single_files_belong_to_the_only_account_there_is(
    browser_of_alice: Client, alice: User, uploads: Path
) -> None:
    known = connect(alice, "alice.paints")
    job = send(browser_of_alice, loose())
    assert (job.connection, job.status) == (known, "completed")
    assert names_on(known, "is_following") == set(corpus.FOLLOWING)


def test_single_files_belong_to_the_account_that_is_named(
    browser_of_alice: Client, uploads: Path
) -> None:
    job = send(browser_of_alice, loose(), account=" @New.Account ")
    assert job.connection.username == "new.account"


def test_with_several_accounts_the_form_asks_which_it_is(
    browser_of_alice: Client, alice: User, uploads: Path
) -> None:
    for username in ("alice.paints", "alice.sculpts"):
        connect(alice, username)
    response = browser_of_alice.post("/imports", {"files": loose()})
    assert response.status_code == 422
    choices = parsed(response).xpath("//input[@name='account']/@value")
    assert choices == ["alice.paints", "alice.sculpts"]
    answer = browser_of_alice.post("/imports", {"files": loose()}, headers=JSON)
    assert answer.status_code == 422
    assert answer.json()["choices"] == ["alice.paints", "alice.sculpts"]
    assert not SyncJob.objects.exists()
    assert list(uploads.iterdir()) == []


def test_without_an_account_the_form_asks_for_its_name(
    browser_of_alice: Client, uploads: Path
) -> None:
    response = browser_of_alice.post("/imports", {"files": loose()})
    assert response.status_code == 422
    assert parsed(response).xpath("//form[@data-import]//input[@name='account' and @type='text']")
    answer = browser_of_alice.post("/imports", {"files": loose()}, headers=JSON)
    assert answer.json()["choices"] == []


@pytest.mark.parametrize("account", ["<script>", "two words", "a" * 300, "\x00", "../../etc", "é"])
def test_what_cannot_be_the_name_of_an_account_is_refused(
    browser_of_alice: Client, uploads: Path, account: str
) -> None:
    response = browser_of_alice.post("/imports", {"files": loose(), "account": account})
    assert response.status_code == 422
    assert not Connection.objects.exists()


def test_the_export_of_another_account_than_the_named_one_is_refused(
    browser_of_alice: Client, uploads: Path, tmp_path: Path
) -> None:
    fields = {"files": archive(tmp_path), "account": "somebody.else"}
    response = browser_of_alice.post("/imports", fields)
    assert response.status_code == 422
    assert corpus.OWNER in notices(response)
    assert not Person.objects.exists()


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("photo.jpg", b"\xff\xd8\xff", "is not an Instagram export"),
        ("export.zip", b"PK\x03\x04cut off", "Download it again"),
        ("export.zip", b"", "Download it again"),
        ("followers_1.json", b"[" * 200_000, "followers_1.json"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_words_and_deleted(
    browser_of_alice: Client, alice: User, uploads: Path, name: str, content: bytes, sentence: str
) -> None:
    connect(alice, "alice.paints")
    response = browser_of_alice.post("/imports", {"files": upload(name, content)})
    if response.status_code == 302:
        work_off_jobs()
        response = browser_of_alice.get(response.url)
    assert sentence in words(response)
    assert not Person.objects.exists()
    assert list(uploads.iterdir()) == []


def test_without_a_file_the_form_says_so(browser_of_alice: Client, uploads: Path) -> None:
    response = browser_of_alice.post("/imports")
    assert response.status_code == 422
    assert "No file came along" in notices(response)
    answer = browser_of_alice.post("/imports", headers=JSON)
    assert (answer.status_code, answer.json()["choices"]) == (422, None)


def test_more_files_than_an_export_has_are_refused(
    browser_of_alice: Client, uploads: Path, settings: DjangoSettings
) -> None:
    files = [upload(f"followers_{n}.json", b"[]") for n in range(201)]
    assert browser_of_alice.post("/imports", {"files": files}).status_code == 400
    assert list(uploads.iterdir()) == []


def test_more_bytes_than_are_allowed_are_refused(
    browser_of_alice: Client, uploads: Path, settings: DjangoSettings
) -> None:
    settings.UPLOAD_LIMIT_BYTES = 1024
    big = upload("export.zip", bytes(2048))
    response = browser_of_alice.post("/imports", {"files": big})
    assert response.status_code == 422
    assert "Use the command" in notices(response)
    assert list(uploads.iterdir()) == []


def test_an_upload_that_announces_too_much_is_not_even_read(
    browser_of_alice: Client, uploads: Path, settings: DjangoSettings
) -> None:
    announced = str(settings.UPLOAD_LIMIT_BYTES + 2**21)
    response = browser_of_alice.post("/imports", CONTENT_LENGTH=announced)
    assert response.status_code == 413


@pytest.mark.parametrize(
    "name",
    [
        "../../../followers_1.json",
        "..\\..\\followers_1.json",
        "/etc/followers_1.json",
        "C:\\followers_1.json",
        "a/b/followers_1.json",
    ],
)
def test_the_name_of_a_file_is_never_a_path(
    browser_of_alice: Client, alice: User, uploads: Path, name: str
) -> None:
    connect(alice, "alice.paints")
    response = browser_of_alice.post("/imports", {"files": loose(followers=name)})
    assert response.status_code == 302
    [folder] = uploads.iterdir()
    assert {path.name for path in folder.iterdir()} == {"followers_1.json", "following.json"}
    everything = {path for path in uploads.parent.rglob("*") if path.is_file()}
    assert all(folder in path.parents for path in everything)
    work_off_jobs()
    assert SyncJob.objects.get().status == "completed"


@pytest.mark.parametrize("name", [".htaccess", "...", "CON", "é🌿.json", "x" * 240 + ".json"])
def test_odd_names_do_no_harm(
    browser_of_alice: Client, alice: User, uploads: Path, name: str
) -> None:
    connect(alice, "alice.paints")
    response = browser_of_alice.post("/imports", {"files": [*loose(), upload(name, b"{}")]})
    assert response.status_code in {302, 422}
    for folder in uploads.iterdir():
        assert folder.stat().st_mode & 0o077 == 0


def test_two_files_of_one_name_are_both_kept(
    browser_of_alice: Client, alice: User, uploads: Path
) -> None:
    connect(alice, "alice.paints")
    first, second = loose(), loose()
    response = browser_of_alice.post("/imports", {"files": [*first, *second]})
    assert response.status_code == 302
    [folder] = uploads.iterdir()
    assert len(list(folder.iterdir())) == 4


def test_during_a_job_of_the_same_account_an_import_is_refused(
    browser_of_alice: Client, alice: User, uploads: Path
) -> None:
    job_of(connect(alice, "alice.paints"), SyncJob.Status.IN_PROGRESS)
    response = browser_of_alice.post("/imports", {"files": loose()})
    assert response.status_code == 422
    assert "under way already" in notices(response)
    assert list(uploads.iterdir()) == []


def test_an_import_that_failed_says_why_on_its_page(browser_of_alice: Client, alice: User) -> None:
    job = job_of(connect(alice, "alice.paints"), SyncJob.Status.FAILED, SyncJob.Kind.IMPORT)
    SyncJob.objects.update(error="followers_1.json could not be read.", error_code="damaged")
    for url in (f"/jobs/{job.pk}", "/imports"):
        assert words(browser_of_alice.get(url)).count("followers_1.json could not be read.") == 1


def test_the_guide_shows_how_to_ask_for_an_export(browser_of_alice: Client) -> None:
    text = words(browser_of_alice.get("/imports"))
    for step in ("Accounts Center", "Followers and following", "JSON", "All time"):
        assert step in text
    assert "never what they say" in text
    assert "never reads photos or videos" in text


def test_the_watched_folder_is_told_of_only_where_there_is_one(
    browser_of_alice: Client, alice: User, settings: DjangoSettings, tmp_path: Path
) -> None:
    assert "Watched folder" not in words(browser_of_alice.get("/imports"))
    settings.INBOX_DIR = tmp_path
    page = words(browser_of_alice.get("/imports"))
    assert "Watched folder" in page
    assert alice.email in page
    assert str(tmp_path) not in page


def test_what_was_not_taken_from_the_watched_folder_is_told_to_its_user_alone(
    browser_of_alice: Client,
    signed_in: Browser,
    alice: User,
    bob: User,
    settings: DjangoSettings,
    tmp_path: Path,
) -> None:
    settings.INBOX_DIR = tmp_path
    (tmp_path / alice.email).mkdir()
    (tmp_path / alice.email / "broken.zip").write_bytes(b"PK")
    corpus.write_zip(tmp_path / alice.email / "photos.zip", {"media/1.jpg": b"1"})
    for minute in range(2):
        scan_inbox(now=timezone.now() + timedelta(minutes=minute))
    page = words(browser_of_alice.get("/imports"))
    assert f"{alice.email}/broken.zip waiting" in page
    assert f"{alice.email}/photos.zip not imported" in page
    assert "neither a list of followers nor one of following" in page
    assert alice.email not in words(signed_in(bob).get("/imports"))
