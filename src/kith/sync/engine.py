"""Runs one claimed job from wherever it stands to its end.

Every page is staged in one transaction with the cursor behind it; a kill at any moment costs at most one page. When
both lists are read, the snapshot is applied in one transaction with the end of the job. Steps of a run:

1. the profile of the account, 2. following, 3. followers, 4. apply.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from typing import Any

import structlog
from django.db import transaction
from django.utils import timezone

from kith.accounts.instagram import NotConnected
from kith.accounts.models import Connection
from kith.accounts.sealing import CannotUnseal
from kith.accounts.services.connecting import connection_for_account, mark_reconnect_needed
from kith.core.exports import ExportError
from kith.core.instagram import InstagramError, PermissionMissing, RateLimited, TokenDead
from kith.core.records import ListName, ListPage, ListState, ProfileRecord
from kith.people.models import Snapshot
from kith.people.services.applying import SnapshotDiscarded, SnapshotTooOld, apply_snapshot
from kith.people.services.staging import discard_snapshot, drop_list, open_snapshot, stage_page
from kith.sync import endings
from kith.sync.budget import BudgetSpent
from kith.sync.leases import MOST_TAKEOVERS, Lease, LeaseLost
from kith.sync.models import SyncJob
from kith.sync.opening import forget_upload, open_source
from kith.sync.sources import ListReport, Source

log = structlog.get_logger("kith.sync")
STAGE_WORDS = {
    ListName.FOLLOWING: "Reading whom you follow",
    ListName.FOLLOWERS: "Reading who follows you",
}


class Cancelled(Exception):
    """The user asked for the end of the job."""


class Stopping(Exception):
    """The worker is leaving; the job goes on in another one."""


class Unusable(Exception):
    """Nothing that was read can be used. The text is the reason."""


def run_job(
    lease: Lease, *, stopping: Callable[[], bool] = lambda: False, source: Source | None = None
) -> None:
    """Works on the job until it ends, waits, is cancelled, or the worker stops. Never raises."""
    upload = SyncJob.objects.filter(pk=lease.job_id).values_list("upload", flat=True).first()
    with lease:
        try:
            _run_to_its_end(lease, stopping, source)
        except LeaseLost:
            log.warning("lease lost", job=lease.job_id)
    # What was read is staged: nobody needs the files of an ended job, a held one's included.
    if upload and not SyncJob.objects.filter(pk=lease.job_id, status__in=SyncJob.ACTIVE).exists():
        forget_upload(upload)


def _run_to_its_end(lease: Lease, stopping: Callable[[], bool], source: Source | None) -> None:
    try:
        _Run(lease, stopping).go(source)
    except LeaseLost:
        raise
    except BudgetSpent as spent:
        endings.wait(lease, spent.resume_at)
    except RateLimited as limited:
        endings.wait(lease, timezone.now() + (limited.retry_after or endings.SHORTEST_PAUSE))
    except Stopping:
        endings.hand_back(lease)
    except Cancelled:
        endings.cancel(lease)
    except Exception as error:  # noqa: BLE001 - whatever went wrong, the job must not be left hanging
        if isinstance(error, TokenDead):
            mark_reconnect_needed(lease.job().connection, str(error))
        endings.fail(lease, *_in_words(error, lease.job_id))


def _in_words(error: Exception, job_id: int) -> tuple[str, str]:
    """A stable code, and a sentence that says what happened and what a person can do."""
    match error:
        case InstagramError():
            return _kebab(type(error).__name__), f"{error} {error.advice}"
        case ExportError():
            return error.code, str(error)
        case NotConnected() | CannotUnseal():
            return "not-connected", f"{error} Connect the account again; its people stay."
        case SnapshotTooOld():
            return "older-than-known", str(error)
        case SnapshotDiscarded():
            return "discarded", str(error)
        case Unusable():
            return "nothing-readable", str(error)
    # A fault of our own is logged whole and said plainly.
    log.error("job crashed", job=job_id, exc_info=error)
    return "internal", "kith made a mistake; the log of the worker says which. Please report it."


def _kebab(name: str) -> str:
    return "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip(
        "-"
    )


class _Run:
    """One job, one claim. The cursors on the job say how far earlier claims came."""

    def __init__(self, lease: Lease, stopping: Callable[[], bool]) -> None:
        self._lease = lease
        self._stopping = stopping
        self._job = lease.job()
        self._cursors: dict[str, dict[str, Any]] = dict(self._job.cursors)
        self._processed = self._job.processed

    def go(self, source: Source | None) -> None:
        if self._job.takeovers >= MOST_TAKEOVERS:
            raise Unusable(
                f"The worker crashed {MOST_TAKEOVERS} times over this job; it was given up."
            )
        if self._job.cancel_requested:
            raise Cancelled
        if not self._is_read():
            with closing(source or open_source(self._job)) as opened:
                self._begin(opened)
                for name in ListName:
                    if not self._cursors.get(name, {}).get("done"):
                        self._read_list(opened, name)
                self._finish_reading(opened)
        # All that the files tell is staged. Deleted behind the job's end, they would stay if the worker died there.
        forget_upload(self._job.upload)
        self._apply()

    def _is_read(self) -> bool:
        """Whether an earlier claim came as far as saying when the lists were like this."""
        return self._job.snapshot is not None and self._job.snapshot.taken_at is not None

    def _begin(self, source: Source) -> None:
        """Opens the snapshot, and asks for the profile once: a claim that costs a call may never get further."""
        if self._job.snapshot is None:
            with transaction.atomic():
                snapshot = open_snapshot(
                    self._job.connection, source.kind, self._job.result.get("fingerprint", "")
                )
                self._lease.update(
                    snapshot=snapshot,
                    started_at=timezone.now(),
                    stage="profile",
                    message="Asking who you are",
                )
                endings.record_start(self._job)
            self._job = self._lease.job()
        if self._snapshot.followers_count is None:
            profile = source.profile()
            if profile:
                self._store_profile(profile)

    def _store_profile(self, profile: ProfileRecord) -> None:
        with transaction.atomic():
            self._lease.update(
                total=(profile.follows_count or 0) + (profile.followers_count or 0) or None
            )
            connection_for_account(self._job.connection.user, profile)
            Snapshot.objects.filter(pk=self._snapshot.pk).update(
                follows_count=profile.follows_count, followers_count=profile.followers_count
            )
        self._job = self._lease.job()

    @property
    def _snapshot(self) -> Snapshot:
        if self._job.snapshot is None:
            raise LeaseLost(f"the snapshot of job {self._job.pk} is gone")
        return self._job.snapshot

    def _read_list(self, source: Source, name: ListName) -> None:
        self._lease.update(stage=name.value, message=STAGE_WORDS[name])
        cursor = self._cursors.setdefault(
            name, {"after": None, "pages": 0, "people": 0, "done": False}
        )
        try:
            for page in source.pages(name, cursor["after"], cursor["pages"]):
                self._stage(name, page)
            report = source.report(name)
        except (TokenDead, RateLimited, PermissionMissing):
            raise
        except InstagramError as error:
            # What was read of the list counts, but nobody is missing from a list that was not finished.
            state = ListState.PARTIAL if cursor["people"] else ListState.ABSENT
            report = ListReport(state, f"{error} {error.advice}")
        self._end_list(name, report, getattr(source, "lists_offered", None))

    def _stage(self, name: ListName, page: ListPage) -> None:
        cursor = self._cursors[name]
        with transaction.atomic():
            count = stage_page(self._snapshot.pk, name, page.people)
            cursor.update(
                after=page.after, pages=cursor["pages"] + 1, people=cursor["people"] + count
            )
            self._processed += count
            self._lease.update(cursors=self._cursors, processed=self._processed)
        self._leave_if_asked()

    def _leave_if_asked(self) -> None:
        if SyncJob.objects.filter(pk=self._job.pk, cancel_requested=True).exists():
            raise Cancelled
        if self._stopping():
            raise Stopping

    def _end_list(self, name: ListName, report: ListReport, offered: bool | None) -> None:
        with transaction.atomic():
            if report.state is ListState.ABSENT:
                # A list that turned out damaged behind some good pages counts as not there at all.
                drop_list(self._snapshot.pk, name)
                self._cursors[name]["people"] = 0
            self._cursors[name].update(
                done=True,
                unreadable=report.unreadable,
                files=list(report.files_read),
                notices=[[notice.code, notice.message, notice.file] for notice in report.notices],
            )
            self._lease.update(cursors=self._cursors)
            Snapshot.objects.filter(pk=self._snapshot.pk).update(
                **{
                    f"{name.value}_state": report.state,
                    f"{name.value}_reason": report.reason,
                    f"{name.value}_read": self._cursors[name]["people"],
                    f"{name.value}_unreadable": report.unreadable,
                }
            )
            if offered is not None:
                Connection.objects.filter(pk=self._job.connection_id).update(lists_offered=offered)

    def _finish_reading(self, source: Source) -> None:
        taken = source.taken(self._started_at)
        Snapshot.objects.filter(pk=self._snapshot.pk).update(
            taken_after=taken.after, taken_at=taken.at
        )
        self._job = self._lease.job()

    @property
    def _started_at(self) -> datetime:
        return self._job.started_at or self._job.created_at

    def _apply(self) -> None:
        states = {self._snapshot.list_state(name) for name in ListName}
        if states == {ListState.ABSENT} and not self._counts_alone_are_news():
            reasons = {self._snapshot.list_reason(name) for name in ListName} - {""}
            discard_snapshot(self._snapshot)
            raise Unusable(" ".join(sorted(reasons)) or "The source has neither of the two lists.")
        self._lease.update(stage="apply", message="Comparing with what is known")
        with transaction.atomic():
            outcome = apply_snapshot(self._snapshot.pk, accept_doubtful=self._job.accept_doubtful)
            endings.complete(self._lease, outcome)

    def _counts_alone_are_news(self) -> bool:
        """An API without lists still tells how many there are, which is worth a snapshot of its own."""
        return self._snapshot.source == "api" and self._job.connection.lists_offered is False
