"""Jobs, the calls that were spent on Instagram's budget, pauses that Instagram asked for, and files of the inbox."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from kith.accounts.models import Connection, User
from kith.people.models import Snapshot


class SyncJob(models.Model):
    """One run of a sync or an import: the durable truth about it, whatever happens to processes.

    A worker owns the job while `lease` is its own and `leased_until` lies ahead; every page moves it on.
    """

    class Kind(models.TextChoices):
        SYNC = "sync", "Sync"
        IMPORT = "import", "Import"

    class Status(models.TextChoices):
        PENDING = "pending", "queued"
        IN_PROGRESS = "in_progress", "running"
        WAITING = "waiting", "waiting for Instagram"
        COMPLETED = "completed", "completed"
        FAILED = "failed", "failed"
        CANCELLED = "cancelled", "cancelled"
        HELD = "held", "held for review"

    ACTIVE = (Status.PENDING, Status.IN_PROGRESS, Status.WAITING)

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="jobs")
    snapshot = models.OneToOneField(
        Snapshot, on_delete=models.SET_NULL, null=True, related_name="job"
    )
    kind = models.CharField(max_length=10, choices=Kind.choices)
    status = models.CharField(max_length=20, choices=Status.choices, default=Status.PENDING)
    stage = models.CharField(max_length=20, blank=True, default="")
    message = models.TextField(blank=True, default="")
    processed = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(null=True)
    cancel_requested = models.BooleanField(default=False)
    accept_doubtful = models.BooleanField(default=False)
    # Where each list continues: {"following": {"after": …, "pages": n, "done": bool}, …}; committed with the page.
    cursors = models.JSONField(default=dict)
    upload = models.CharField(max_length=200, blank=True, default="")
    choice = models.CharField(max_length=64, blank=True, default="")
    result = models.JSONField(default=dict)
    error_code = models.CharField(max_length=60, blank=True, default="")
    error = models.TextField(blank=True, default="")
    lease = models.CharField(max_length=40, blank=True, default="")
    leased_until = models.DateTimeField(null=True)
    # How often in a row its worker fell silent, and how often in a row Instagram failed it; a committed page
    # sets both back to none.
    takeovers = models.PositiveSmallIntegerField(default=0)
    setbacks = models.PositiveSmallIntegerField(default=0)
    resume_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    address = models.GenericIPAddressField(null=True)
    user_agent = models.TextField(blank=True, default="")

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["connection"],
                condition=Q(status__in=["pending", "in_progress", "waiting"]),
                name="one_active_job_per_connection",
            )
        ]
        indexes = [
            models.Index(
                fields=["status", "id"],
                condition=Q(status__in=["pending", "in_progress", "waiting"]),
                name="job_under_way",
            ),
            models.Index(fields=["connection", "-id"], name="job_of_connection"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} job {self.pk}"

    @property
    def is_active(self) -> bool:
        return self.status in self.ACTIVE

    @property
    def percent(self) -> int:
        """0 to 100; a job that is not finished never claims 100."""
        if self.status in {self.Status.COMPLETED, self.Status.HELD}:
            return 100
        if not self.total:
            return 0
        return min(99, int(100 * self.processed / self.total))

    @property
    def duration_seconds(self) -> float | None:
        if self.started_at is None:
            return None
        return ((self.finished_at or timezone.now()) - self.started_at).total_seconds()


class SpentCall(models.Model):
    """One call made to Instagram with a connection's token. Kept for an hour: the budget is a sliding window."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, db_index=False)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["connection", "at"], name="spent_call_window")]

    def __str__(self) -> str:
        return f"call at {self.at:%H:%M:%S}"


class Pause(models.Model):
    """Until when Instagram wants no calls, or no writes: of one connection, or (without one) of the whole app."""

    class What(models.TextChoices):
        CALLS = "calls", "every call"
        WRITES = "writes", "whatever changes something"

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, null=True)
    what = models.CharField(max_length=10, choices=What.choices)
    until = models.DateTimeField()
    reason = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["connection", "what"], name="one_pause_per_connection"),
            models.UniqueConstraint(
                fields=["what"], condition=Q(connection__isnull=True), name="one_pause_of_the_app"
            ),
        ]

    def __str__(self) -> str:
        return f"no {self.what} until {self.until:%Y-%m-%d %H:%M}"


class InboxFile(models.Model):
    """An export found in the watched folder, known by its content: the same file is never taken in twice."""

    class State(models.TextChoices):
        IMPORTED = "imported", "imported"
        FAILED = "failed", "could not be imported"

    digest = models.CharField(max_length=64, unique=True)
    name = models.TextField()
    state = models.CharField(max_length=10, choices=State.choices)
    job = models.ForeignKey(SyncJob, on_delete=models.SET_NULL, null=True)
    reason = models.TextField(blank=True, default="")
    found_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.name}: {self.state}"


class InboxLook(models.Model):
    """What a file of the watched folder was like when kith last looked: one row per place, gone with the file.

    So a file that is still growing is told from one that is whole, and each is read through only once.
    """

    path = models.TextField(unique=True)
    # Whose folder it lies in, or whose it turned out to be; null: nobody knows.
    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True)
    size = models.PositiveBigIntegerField()
    modified_ns = models.BigIntegerField()
    changed_at = models.DateTimeField()
    # When it is taken up next; null: nothing more is to be done with it as it is.
    due_at = models.DateTimeField(null=True)
    digest = models.CharField(max_length=64, blank=True, default="")
    reason = models.TextField(blank=True, default="")

    def __str__(self) -> str:
        return self.path
