"""Runs one claimed job from wherever it stands to its end.

Every page is staged in one transaction with the cursor behind it; a kill at any moment costs at most one page. When
both lists are read, the snapshot is applied in one transaction with the end of the job. Steps of a run:

1. the profile of the account, 2. following, 3. followers, 4. interactions: of an export those in its files, of an API
the comments, 5. apply.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import OperationalError, transaction
from django.utils import timezone

from kith.accounts.models import AccessToken, Connection
from kith.accounts.services.connecting import connection_for_account, mark_reconnect_needed
from kith.accounts.services.tokens import is_current
from kith.core.exports import InteractionOutcome
from kith.core.instagram import (
    Blocked,
    InstagramError,
    PermissionMissing,
    PointsToItself,
    RateLimited,
    TokenDead,
)
from kith.core.records import InteractionRecord, ListName, ListPage, ListState, ProfileRecord
from kith.people.models import Snapshot
from kith.people.services.applying import apply_snapshot
from kith.people.services.interacting import stage_interactions, store_known_periods
from kith.people.services.staging import (
    discard_snapshot,
    doubt_circle,
    drop_list,
    open_snapshot,
    stage_page,
)
from kith.sync import endings
from kith.sync.budget import BudgetSpent, heed_refusal
from kith.sync.circles import Trail
from kith.sync.failures import Unusable, WorkerCrashed, in_words
from kith.sync.leases import MOST_TAKEOVERS, Cancelled, Lease, LeaseLost
from kith.sync.locks import outlasting_locks
from kith.sync.models import SyncJob
from kith.sync.opening import forget_upload, open_source
from kith.sync.pauses import pause_writes
from kith.sync.polling import NOT_PERMITTED, Polled, is_permitted, poll_comments
from kith.sync.results import told_of_interactions
from kith.sync.setbacks import patience
from kith.sync.sources import GOES_ROUND, APISource, ListReport, Source

log = structlog.get_logger("kith.sync")
PROFILE_WORDS = {"api": "Asking who you are", "export": "Opening the export"}
STAGE_WORDS = {
    ListName.FOLLOWING: "Reading whom you follow",
    ListName.FOLLOWERS: "Reading who follows you",
}
# How soon a worker that sleeps between tries finds out that it is to leave.
NAP_SECONDS = 0.25


class Stopping(Exception):
    """The worker is leaving; the job goes on in another one."""


class ConnectedAnew(Exception):
    """The token that the job read with is dead, and the account has another one by now: the job goes on with that."""


class Setback(Exception):
    """Instagram fails the job for now, and waiting costs less than reading the list anew. The text says what failed."""

    def __init__(self, pause: timedelta, reason: str) -> None:
        super().__init__(reason)
        self.pause = pause


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
        except OperationalError:
            # Nothing can be written about a database that does not answer. The job is taken over when it does.
            log.exception("database failed", job=lease.job_id)
            return
    # What was read is staged: nobody needs the files of an ended job, a held one's included.
    if upload and not SyncJob.objects.filter(pk=lease.job_id, status__in=SyncJob.ACTIVE).exists():
        forget_upload(upload)


def _run_to_its_end(lease: Lease, stopping: Callable[[], bool], source: Source | None) -> None:
    try:
        _Run(lease, stopping).go(source)
    except (LeaseLost, OperationalError):
        raise
    except BudgetSpent as spent:
        endings.wait(lease, spent.resume_at, str(spent))
    except RateLimited as refusal:
        job = lease.job()
        halt = heed_refusal(refusal, job.connection_id, job.setbacks)
        endings.wait(lease, halt.until, halt.reason, is_setback=True)
    except Setback as setback:
        resume_at = timezone.now() + setback.pause
        endings.wait(lease, resume_at, str(setback), is_setback=True)
    except (Stopping, ConnectedAnew):
        endings.hand_back(lease)
    except Cancelled:
        endings.cancel(lease)
    except Exception as error:  # noqa: BLE001 - whatever went wrong, the job must not be left hanging
        if isinstance(error, TokenDead):
            mark_reconnect_needed(lease.job().connection, str(error))
        endings.fail(lease, *in_words(error, lease.job_id))


class _Run:
    """One job, one claim. The cursors on the job say how far earlier claims came."""

    def __init__(self, lease: Lease, stopping: Callable[[], bool]) -> None:
        self._lease = lease
        self._stopping = stopping
        self._job = lease.job()
        self._token = AccessToken.objects.filter(connection=self._job.connection_id).first()
        self._cursors: dict[str, dict[str, Any]] = dict(self._job.cursors)
        self._processed = self._job.processed
        self._setbacks = self._job.setbacks

    def go(self, source: Source | None) -> None:
        if self._job.cancel_requested:
            raise Cancelled
        if self._job.takeovers >= MOST_TAKEOVERS:
            raise WorkerCrashed(MOST_TAKEOVERS)
        if not self._is_read():
            with closing(source or open_source(self._job, self._sleep)) as opened:
                self._read(opened)
        # All that the files tell is staged. Deleted behind the job's end, they would stay if the worker died there.
        forget_upload(self._job.upload)
        self._apply()

    def _read(self, source: Source) -> None:
        try:
            self._begin(source)
            for name in ListName:
                if not self._cursors.get(name, {}).get("done"):
                    self._read_list(source, name)
        except TokenDead as death:
            if self._token and not is_current(self._token):
                raise ConnectedAnew from death
            raise
        self._read_interactions(source)
        self._look_for_comments(source)
        self._finish_reading(source)

    def _sleep(self, seconds: float) -> None:
        """Between tries. Raises Stopping as soon as the worker is to leave."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if self._stopping():
                raise Stopping
            time.sleep(min(left, NAP_SECONDS))

    def _is_read(self) -> bool:
        """Whether an earlier claim came as far as saying when the lists were like this."""
        return self._job.snapshot is not None and self._job.snapshot.taken_at is not None

    def _begin(self, source: Source) -> None:
        """Opens the snapshot, and asks for the profile once: a claim that costs a call may never get further."""
        if self._job.snapshot is None:
            self._open_snapshot(source.kind)
        if not self._cursors.get("profile"):
            self._lease.advance(stage="profile", message=PROFILE_WORDS[source.kind])
            self._store_profile(source.profile())
        self._job = self._lease.job()

    @outlasting_locks
    @transaction.atomic
    def _open_snapshot(self, kind: str) -> None:
        fingerprint = self._job.result.get("fingerprint", "")
        snapshot = open_snapshot(self._job.connection, kind, fingerprint)
        self._lease.advance(snapshot=snapshot, started_at=timezone.now())
        self._job.snapshot = snapshot
        endings.record_start(self._job)

    @outlasting_locks
    @transaction.atomic
    def _store_profile(self, profile: ProfileRecord | None) -> None:
        self._cursors["profile"] = {"done": True}
        if profile is None:
            self._lease.advance(cursors=self._cursors)
            return
        total = (profile.follows_count or 0) + (profile.followers_count or 0) or None
        self._lease.advance(cursors=self._cursors, total=total)
        connection_for_account(self._job.connection.user, profile)
        Snapshot.objects.filter(pk=self._snapshot.pk).update(
            follows_count=profile.follows_count, followers_count=profile.followers_count
        )

    @property
    def _snapshot(self) -> Snapshot:
        if self._job.snapshot is None:
            raise LeaseLost(f"the snapshot of job {self._job.pk} is gone")
        return self._job.snapshot

    def _read_list(self, source: Source, name: ListName) -> None:
        self._lease.advance(stage=name.value, message=STAGE_WORDS[name])
        self._cursors.setdefault(name, {"after": None, "pages": 0, "people": 0, "done": False})
        try:
            report = self._read_pages(source, name)
        except (TokenDead, RateLimited, PermissionMissing):
            raise
        except InstagramError as error:
            report = self._cut_short(name, error)
        self._end_list(name, report, getattr(source, "lists_offered", None))

    def _read_pages(self, source: Source, name: ListName) -> ListReport:
        cursor = self._cursors[name]
        trail = Trail(cursor)
        if trail.is_circle:
            return GOES_ROUND
        for page in source.pages(name, cursor["after"], cursor["pages"]):
            self._stage(name, page, trail)
            if trail.is_circle:
                return GOES_ROUND
        return source.report(name)

    def _cut_short(self, name: ListName, error: InstagramError) -> ListReport:
        """What was read of the list counts, but nobody is missing from a list that was not finished.

        Raises Setback instead when it is worth waiting for Instagram to recover.
        """
        if isinstance(error, PointsToItself):
            return GOES_ROUND
        cursor = self._cursors[name]
        if isinstance(error, Blocked):
            until = timezone.now() + (error.retry_after or timedelta())
            pause_writes(self._job.connection_id, until, str(error))
        elif error.retry and (pause := patience(cursor["pages"], self._setbacks)):
            raise Setback(pause, str(error))
        state = ListState.PARTIAL if cursor["people"] else ListState.ABSENT
        return ListReport(state, f"{error} {error.advice}")

    def _stage(self, name: ListName, page: ListPage, trail: Trail) -> None:
        cursor = self._cursors[name]
        pages, people = cursor["pages"] + 1, cursor["people"] + len(page.people)
        behind = {"after": page.after, "pages": pages, "people": people, "done": False}
        cursors = {**self._cursors, name: {**behind, **trail.follow(page, pages)}}
        self._commit(name, page, cursors)
        self._cursors = cursors
        self._processed += len(page.people)
        self._setbacks = 0
        if self._stopping():
            raise Stopping

    @outlasting_locks
    @transaction.atomic
    def _commit(self, name: ListName, page: ListPage, cursors: dict[str, dict[str, Any]]) -> None:
        """A page that was written down is progress: neither a crash nor a setback before it counts any more."""
        stage_page(self._snapshot.pk, name, page.people)
        processed = self._processed + len(page.people)
        self._lease.advance(cursors=cursors, processed=processed, takeovers=0, setbacks=0)

    @outlasting_locks
    @transaction.atomic
    def _end_list(self, name: ListName, report: ListReport, offered: bool | None) -> None:
        cursor = {
            **self._cursors[name],
            "done": True,
            "unreadable": report.unreadable,
            "files": list(report.files_read),
            "notices": [[notice.code, notice.message, notice.file] for notice in report.notices],
        }
        state = report.state if cursor["people"] or report is not GOES_ROUND else ListState.ABSENT
        if state is ListState.ABSENT:
            # A list that turned out damaged behind some good pages counts as not there at all.
            drop_list(self._snapshot.pk, name)
            cursor["people"] = 0
        self._cursors = {**self._cursors, name: cursor}
        self._lease.advance(cursors=self._cursors)
        if report is GOES_ROUND and state is ListState.PARTIAL:
            doubt_circle(self._snapshot.pk, name, cursor["pages"])
        Snapshot.objects.filter(pk=self._snapshot.pk).update(
            **{
                f"{name.value}_state": state,
                f"{name.value}_reason": report.reason,
                f"{name.value}_read": cursor["people"],
                f"{name.value}_unreadable": report.unreadable,
            }
        )
        if offered is not None:
            Connection.objects.filter(pk=self._job.connection_id).update(lists_offered=offered)

    def _read_interactions(self, source: Source) -> None:
        """Behind the lists, and like them page by page; what cannot be read of them harms no list."""
        cursor = self._cursors.get("interactions", {"pages": 0, "done": False})
        if cursor["done"] or (reading := source.interactions()) is None:
            return
        self._lease.advance(stage="interactions", message="Reading how you interact")
        for number, page in enumerate(reading, start=1):
            if number > cursor["pages"]:
                self._commit_interactions({"pages": number, "done": False}, page)
                if self._stopping():
                    raise Stopping
        self._end_interactions(reading.outcome)

    @outlasting_locks
    @transaction.atomic
    def _commit_interactions(self, cursor: dict[str, Any], page: list[InteractionRecord]) -> None:
        stage_interactions(self._snapshot.pk, page)
        cursors = {**self._cursors, "interactions": cursor}
        self._lease.advance(cursors=cursors, takeovers=0, setbacks=0)
        self._cursors = cursors

    @outlasting_locks
    @transaction.atomic
    def _end_interactions(self, outcome: InteractionOutcome) -> None:
        periods = {way: (known.from_at, known.to_at) for way, known in outcome.known.items()}
        store_known_periods(self._snapshot, periods)
        self._cursors = {**self._cursors, "interactions": told_of_interactions(outcome)}
        self._lease.advance(cursors=self._cursors)

    def _finish_reading(self, source: Source) -> None:
        taken = source.taken(self._started_at)
        Snapshot.objects.filter(pk=self._snapshot.pk).update(
            taken_after=taken.after, taken_at=taken.at
        )
        self._job = self._lease.job()

    def _look_for_comments(self, source: Source) -> None:
        """Whatever becomes of it, the lists are read: if it kills one worker after another, the last does without."""
        if not isinstance(source, APISource) or "comments" in self._cursors:
            return
        polled = Polled()
        if not is_permitted(self._job.connection):
            polled.notice = NOT_PERMITTED
        elif self._lease.job().takeovers < MOST_TAKEOVERS - 1:
            self._lease.advance(stage="comments", message="Looking who commented")
            polled = self._poll(source)
        self._cursors = {**self._cursors, "comments": polled.told()}
        self._lease.advance(cursors=self._cursors)

    def _poll(self, source: APISource) -> Polled:
        try:
            return poll_comments(self._job.connection, source.client, between=self._look_up)
        except (Stopping, Cancelled, LeaseLost, OperationalError):
            raise
        except Exception:
            log.exception("polling failed", job=self._job.pk)
            return Polled()

    def _look_up(self) -> None:
        """Between two calls. Raises Stopping, Cancelled or LeaseLost."""
        self._lease.advance()
        if self._stopping():
            raise Stopping

    @property
    def _started_at(self) -> datetime:
        return self._job.started_at or self._job.created_at

    def _apply(self) -> None:
        states = {self._snapshot.list_state(name) for name in ListName}
        if states == {ListState.ABSENT} and not self._counts_alone_are_news():
            reasons = {self._snapshot.list_reason(name) for name in ListName} - {""}
            discard_snapshot(self._snapshot)
            raise Unusable(" ".join(sorted(reasons)) or "The source has neither of the two lists.")
        self._lease.advance(stage="apply", message="Comparing with what is known")
        self._apply_and_complete()

    @outlasting_locks
    @transaction.atomic
    def _apply_and_complete(self) -> None:
        outcome = apply_snapshot(self._snapshot.pk, accept_doubtful=self._job.accept_doubtful)
        endings.complete(self._lease, outcome)

    def _counts_alone_are_news(self) -> bool:
        """An API without lists still tells how many there are, which is worth a snapshot of its own."""
        return self._snapshot.source == "api" and self._job.connection.lists_offered is False
