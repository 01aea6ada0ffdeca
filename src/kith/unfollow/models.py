"""The queue of a connection, and the unfollows in it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from kith.accounts.models import Connection
from kith.people.models import Person, Snapshot

# Instagram restricts accounts that act faster; the pace can be lowered, never raised.
MOST_PER_HOUR = 60
MOST_PER_DAY = 150


class Queue(models.Model):
    """How one connection unfollows: in which way, at which pace, and whether it rests."""

    class Mode(models.TextChoices):
        GUIDED = "guided", "one by one, by hand"
        API = "api", "by the API"

    connection = models.OneToOneField(
        Connection, on_delete=models.CASCADE, related_name="unfollow_queue"
    )
    mode = models.CharField(max_length=10, choices=Mode.choices, default=Mode.GUIDED)
    per_hour = models.PositiveSmallIntegerField(default=MOST_PER_HOUR)
    per_day = models.PositiveSmallIntegerField(default=MOST_PER_DAY)
    # In this zone a day begins: the one of the user's browser when something was approved last.
    time_zone = models.CharField(max_length=64, default="UTC")
    paused_at = models.DateTimeField(null=True)
    # Why it rests, and until when if not until the user says so: a block, a limit, a dead token.
    pause_reason = models.TextField(blank=True, default="")
    resume_at = models.DateTimeField(null=True)
    # The jitter: before this moment nobody is unfollowed by the API.
    next_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(per_hour__gte=1, per_hour__lte=MOST_PER_HOUR),
                name="unfollows_per_hour",
            ),
            models.CheckConstraint(
                condition=Q(per_day__gte=1, per_day__lte=MOST_PER_DAY), name="unfollows_per_day"
            ),
        ]

    def __str__(self) -> str:
        return f"queue of connection {self.connection_id}"


class Unfollow(models.Model):
    """One follow that the user has approved to end: the durable truth about it, whatever happens to processes."""

    class Status(models.TextChoices):
        PENDING = "pending", "waiting"
        DOING = "doing", "under way"
        DONE = "done", "done, not yet verified"
        VERIFIED = "verified", "verified"
        STILL_FOLLOWED = "still_followed", "still followed"
        FAILED = "failed", "failed"
        REMOVED = "removed", "taken off the queue"

    # In these somebody cannot be queued once more.
    OPEN = (Status.PENDING, Status.DOING, Status.DONE)

    connection = models.ForeignKey(
        Connection, on_delete=models.CASCADE, related_name="unfollows", db_index=False
    )
    # None: the import that told of them was undone. The row stays, by name: what was done keeps its place in the pace.
    person = models.ForeignKey(
        Person, on_delete=models.SET_NULL, null=True, related_name="unfollows"
    )
    username = models.CharField(max_length=64)
    status = models.CharField(max_length=20, choices=Status.choices, default=Status.PENDING)
    mode = models.CharField(max_length=10, choices=Queue.Mode.choices, default=Queue.Mode.GUIDED)
    # Skipping somebody moves them to the end.
    position = models.BigIntegerField()
    # What the user saw when approving.
    score = models.PositiveSmallIntegerField(null=True)
    reason = models.TextField(blank=True, default="")
    approved_at = models.DateTimeField(default=timezone.now)
    # When a place in the pace was taken: set before the call is made, so that a crash never spends it twice.
    acted_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    # Which snapshot showed how it ended; undoing that snapshot takes the verdict back.
    judged_by = models.ForeignKey(Snapshot, on_delete=models.SET_NULL, null=True)
    lease = models.CharField(max_length=40, blank=True, default="")
    leased_until = models.DateTimeField(null=True)
    # Nobody knows whether the call has happened: it must be looked up, not guessed.
    is_outcome_unknown = models.BooleanField(default=False)
    tries = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True, default="")

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(status__in=["pending", "doing", "done"]),
                name="one_open_unfollow_per_person",
            )
        ]
        indexes = [
            models.Index(
                fields=["connection", "status", "position"], name="unfollow_of_connection"
            ),
            models.Index(fields=["connection", "acted_at"], name="unfollow_pace"),
        ]

    def __str__(self) -> str:
        return f"unfollow {self.username}: {self.status}"
