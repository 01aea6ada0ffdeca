"""The keep list: people who are never suggested and never unfollowed."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from kith.accounts.models import Connection
from kith.people.models.people import Person


class KeptPerson(models.Model):
    """Somebody to be kept, with the user's own note. A name that kith has not met yet is kept by name."""

    connection = models.ForeignKey(
        Connection, on_delete=models.CASCADE, related_name="kept", db_index=False
    )
    person = models.OneToOneField(Person, on_delete=models.CASCADE, null=True, related_name="kept")
    username = models.CharField(max_length=64)
    note = models.CharField(max_length=500, blank=True, default="")
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["username"]
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "username"],
                condition=Q(person__isnull=True),
                name="kept_by_name_once",
            )
        ]
        indexes = [models.Index(fields=["connection", "username"], name="kept_of_connection")]

    def __str__(self) -> str:
        return f"{self.username} is kept"
