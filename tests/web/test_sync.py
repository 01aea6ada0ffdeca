"""The sync button and its progress: the contract's answers, for programs and for forms without script."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

from kith.accounts.models import Connection, User
from kith.sync.models import SyncJob
from tests.web.conftest import Browser
from tests.web.ledger import Ledger, connect, held_job, job_of
from tests.web.reading import notices, parsed, words

pytestmark = [pytest.mark.database, pytest.mark.django_db]

FORM = {"accept": "text/html,application/xhtml+xml"}
PROGRESS = {"percent", "processed", "total"}
STATUS = {"jobId", "status", "stage", "message", "progress", "resumeAt", "error"}


def test_a_sync_is_queued_and_answered_at_once(browser_of_alice: Client, ledger: Ledger) -> None:
    response = browser_of_alice.post(
        "/dashboard/sync", headers={"user-agent": "an invented browser"}
    )
    job = SyncJob.objects.get(status="pending")
    assert response.status_code == 202
    assert response.json() == {"jobId": job.pk, "status": "pending"}
    assert (job.connection, job.kind) == (ledger.connection, "sync")
    assert (job.address, job.user_agent) == ("127.0.0.1", "an invented browser")


@pytest.mark.parametrize("status", SyncJob.ACTIVE)
def test_a_second_sync_answers_409_with_the_job_under_way(
    browser_of_alice: Client, ledger: Ledger, status: SyncJob.Status
) -> None:
    running = job_of(ledger.connection, status)
    response = browser_of_alice.post("/dashboard/sync")
    assert response.status_code == 409
    assert response.json()["jobId"] == running.pk
    assert response.json()["status"] == status
    assert response.json()["error"]
    assert not SyncJob.objects.filter(pk__gt=running.pk).exists()


def test_a_held_job_does_not_stand_in_the_way(browser_of_alice: Client, ledger: Ledger) -> None:
    held_job(ledger.connection)
    assert browser_of_alice.post("/dashboard/sync").status_code == 202


def test_without_an_account_the_answer_says_what_to_do(browser_of_alice: Client) -> None:
    response = browser_of_alice.post("/dashboard/sync")
    assert response.status_code == 400
    assert "Connect one, or import an export" in response.json()["error"]


@pytest.mark.parametrize("status", ["exports_only", "reconnect_needed"])
def test_an_account_that_cannot_be_synced_says_why(
    browser_of_alice: Client, alice: User, status: Connection.Status
) -> None:
    connection = connect(alice, "alice.paints")
    Connection.objects.filter(pk=connection.pk).update(status=status)
    response = browser_of_alice.post("/dashboard/sync")
    assert response.status_code == 400
    assert "alice.paints" in response.json()["error"]
    assert "onnect it" in response.json()["error"]
    assert not SyncJob.objects.exists()


def test_a_form_without_script_comes_back_to_the_dashboard(
    browser_of_alice: Client, ledger: Ledger
) -> None:
    for _ in range(2):
        response = browser_of_alice.post("/dashboard/sync", headers=FORM)
        assert (response.status_code, response.url) == (302, "/dashboard")
    assert SyncJob.objects.filter(status="pending").count() == 1


def test_a_form_without_script_is_told_on_the_next_page_what_was_wrong(
    browser_of_alice: Client,
) -> None:
    response = browser_of_alice.post("/dashboard/sync", headers=FORM, follow=True)
    assert "No Instagram account is connected yet" in notices(response)


def test_the_status_has_the_same_fields_before_the_first_job_and_afterwards(
    browser_of_alice: Client, alice: User
) -> None:
    for _ in range(2):
        document = browser_of_alice.get("/dashboard/sync-status").json()
        assert set(document) == STATUS
        assert set(document["progress"]) == PROGRESS
        assert document["jobId"] is document["status"] is None
        Connection.objects.get_or_create(user=alice, username="alice.paints")


@pytest.mark.parametrize("status", SyncJob.Status)
def test_the_status_is_that_of_the_latest_job(
    browser_of_alice: Client, ledger: Ledger, status: SyncJob.Status
) -> None:
    job = job_of(ledger.connection, status)
    resume_at = datetime(2026, 3, 8, 10, tzinfo=UTC)
    SyncJob.objects.filter(pk=job.pk).update(
        processed=300, total=1200, stage="following", message="Reading", resume_at=resume_at
    )
    document = browser_of_alice.get("/dashboard/sync-status").json()
    percent = 100 if status in {"completed", "held"} else 25
    assert document == {
        "jobId": job.pk,
        "status": status.value,
        "stage": "following",
        "message": "Reading",
        "progress": {"percent": percent, "processed": 300, "total": 1200},
        "resumeAt": "2026-03-08T10:00:00+00:00",
        "error": None,
    }
    assert browser_of_alice.get(f"/jobs/{job.pk}/status").json() == document


def test_the_status_tells_why_a_job_failed(browser_of_alice: Client, ledger: Ledger) -> None:
    job = job_of(ledger.connection, SyncJob.Status.FAILED)
    SyncJob.objects.filter(pk=job.pk).update(error="Instagram did not answer.")
    document = browser_of_alice.get("/dashboard/sync-status").json()
    assert (document["status"], document["error"]) == ("failed", "Instagram did not answer.")


def test_one_user_never_sees_the_job_of_another(
    signed_in: Browser, bob: User, ledger: Ledger
) -> None:
    job_of(ledger.connection, SyncJob.Status.IN_PROGRESS)
    assert signed_in(bob).get("/dashboard/sync-status").json()["jobId"] is None
    assert signed_in(bob).post("/dashboard/sync-cancel").json() == {"jobId": None}
    assert SyncJob.objects.filter(status="in_progress", cancel_requested=False).exists()


@pytest.mark.parametrize("status", ["pending", "waiting"])
def test_a_job_that_nobody_works_on_is_cancelled_at_once(
    browser_of_alice: Client, ledger: Ledger, status: SyncJob.Status
) -> None:
    job = job_of(ledger.connection, status)
    assert browser_of_alice.post("/dashboard/sync-cancel").json() == {"jobId": job.pk}
    assert browser_of_alice.get("/dashboard/sync-status").json()["status"] == "cancelled"


def test_a_running_job_is_asked_to_stop(browser_of_alice: Client, ledger: Ledger) -> None:
    job = job_of(ledger.connection, SyncJob.Status.IN_PROGRESS)
    response = browser_of_alice.post("/dashboard/sync-cancel", headers=FORM)
    assert (response.status_code, response.url) == (302, "/dashboard")
    assert SyncJob.objects.get(pk=job.pk).cancel_requested


def test_cancelling_nothing_does_nothing(browser_of_alice: Client, ledger: Ledger) -> None:
    assert browser_of_alice.post("/dashboard/sync-cancel").json() == {"jobId": None}
    assert SyncJob.objects.filter(status="completed").count() == 2


@pytest.mark.parametrize("kind", SyncJob.Kind)
@pytest.mark.parametrize("status", SyncJob.ACTIVE)
def test_the_page_of_a_job_cancels_that_job_and_no_other(
    browser_of_alice: Client,
    alice: User,
    ledger: Ledger,
    kind: SyncJob.Kind,
    status: SyncJob.Status,
) -> None:
    shown = job_of(connect(alice, "zoe.dances"), status, kind)
    other = job_of(ledger.connection, SyncJob.Status.WAITING)
    [form] = parsed(browser_of_alice.get(f"/jobs/{shown.pk}")).xpath("//section[@data-job]//form")
    response = browser_of_alice.post(form.get("action"), headers=FORM)
    assert (response.status_code, response.url) == (302, f"/jobs/{shown.pk}")
    shown.refresh_from_db()
    other.refresh_from_db()
    assert shown.cancel_requested
    assert (other.status, other.cancel_requested) == ("waiting", False)


def test_a_program_cancels_a_job_and_gets_what_became_of_it(
    browser_of_alice: Client, ledger: Ledger
) -> None:
    job = job_of(ledger.connection, SyncJob.Status.WAITING)
    for _ in range(2):
        response = browser_of_alice.post(
            f"/jobs/{job.pk}/cancel", headers={"accept": "application/json"}
        )
        assert response.json() == {"jobId": job.pk, "status": "cancelled"}


def test_a_waiting_job_says_until_when_in_the_users_own_time(
    browser_of_alice: Client, alice: User, ledger: Ledger
) -> None:
    alice.time_zone = "Asia/Tokyo"
    alice.save()
    job = job_of(ledger.connection, SyncJob.Status.WAITING)
    resume_at = timezone.now() + timedelta(minutes=42)
    SyncJob.objects.filter(pk=job.pk).update(
        resume_at=resume_at, processed=61, total=100, message="The hour is spent."
    )
    hour = f"{resume_at.astimezone(ZoneInfo('Asia/Tokyo')):%H:%M}"
    told = browser_of_alice.get("/dashboard/sync-status").json()["message"]
    assert told.startswith("Waiting for Instagram until ")
    assert told.endswith(f"{hour}, 61 % done. The hour is spent.")
    assert told in words(browser_of_alice.get("/dashboard"))
    assert told in words(browser_of_alice.get(f"/jobs/{job.pk}"))


def test_a_job_that_found_one_account_gone_says_so(
    browser_of_alice: Client, ledger: Ledger
) -> None:
    SyncJob.objects.filter(pk=ledger.second.pk).update(
        kind=SyncJob.Kind.IMPORT, result={"changes": {"gone": 1, "new_follower": 1_027}}
    )
    assert "1,027 new followers, 1 account gone" in words(browser_of_alice.get("/imports"))
    assert "1,027" in words(browser_of_alice.get(f"/jobs/{ledger.second.pk}"))


def test_a_sync_that_read_a_list_in_part_says_what_is_missing(
    browser_of_alice: Client, ledger: Ledger
) -> None:
    SyncJob.objects.filter(pk=ledger.second.pk).update(
        message="The list of followers was read in part, 300 people.",
        result={"changes": {"new_follower": 3}},
    )
    page = words(browser_of_alice.get(f"/jobs/{ledger.second.pk}"))
    assert "The list of followers was read in part, 300 people." in page
