"""Changes: the history of the ledger."""

from __future__ import annotations

from django.db import models

from kith.accounts.models import Connection
from kith.people.models.people import Person
from kith.people.models.snapshots import Snapshot


class Change(models.Model):
    """One dated difference between two snapshots: it happened after `after` and before `before`."""

    class Kind(models.TextChoices):
        NEW_FOLLOWER = "new_follower", "new follower"
        LOST_FOLLOWER = "lost_follower", "no longer follows you"
        FOLLOWED = "followed", "you followed"
        UNFOLLOWED = "unfollowed", "you unfollowed"
        RENAMED = "renamed", "changed name"
        GONE = "gone", "account gone"
        RETURNED = "returned", "account is back"

    connection = models.ForeignKey(
        Connection, on_delete=models.CASCADE, related_name="changes", db_index=False
    )
    snapshot = models.ForeignKey(Snapshot, on_delete=models.CASCADE, related_name="changes")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="changes")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    username = models.CharField(max_length=64)
    previous_username = models.CharField(max_length=64, null=True)  # noqa: DJ001 - null is "no other name"
    instagram_user_id = models.CharField(max_length=40, null=True)  # noqa: DJ001
    after = models.DateTimeField(null=True)
    before = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["snapshot", "person", "kind"], name="change_said_once")
        ]
        indexes = [
            models.Index(fields=["connection", "-id"], name="change_of_connection"),
            models.Index(fields=["connection", "kind", "-id"], name="change_by_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.username}: {self.kind}"
