"""Interactions: what passed between the user and somebody, counted per person, kind, direction and day."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from kith.accounts.models import Connection
from kith.core.records import Direction, InteractionKind
from kith.people.models.people import Person
from kith.people.models.snapshots import Snapshot

KINDS = [(kind.value, kind.value.replace("_", " ")) for kind in InteractionKind]
DIRECTIONS = [(direction.value, direction.value) for direction in Direction]


class InteractionDay(models.Model):
    """How often on one day (UTC). Whoever is on no list, now or formerly, is known by name alone.

    Each source counts for itself, and the higher count holds: the same event told by an export and by the API counts
    once, and an export read again changes nothing.
    """

    connection = models.ForeignKey(
        Connection, on_delete=models.CASCADE, related_name="interactions", db_index=False
    )
    person = models.ForeignKey(
        Person, on_delete=models.CASCADE, null=True, related_name="interactions", db_index=False
    )
    username = models.CharField(max_length=64)
    kind = models.CharField(max_length=16, choices=KINDS)
    direction = models.CharField(max_length=8, choices=DIRECTIONS)
    day = models.DateField()
    from_export = models.PositiveIntegerField(default=0)
    from_api = models.PositiveIntegerField(default=0)
    # Epoch seconds of the latest one of the day.
    last_at = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "day", "kind", "direction"],
                condition=Q(person__isnull=False),
                name="interaction_of_person",
            ),
            models.UniqueConstraint(
                fields=["connection", "username", "day", "kind", "direction"],
                condition=Q(person__isnull=True),
                name="interaction_of_stranger",
            ),
        ]
        indexes = [models.Index(fields=["connection", "day"], name="interaction_by_day")]

    def __str__(self) -> str:
        return f"{self.kind} {self.direction} {self.username} on {self.day}"


class StagedInteraction(models.Model):
    """Counts of a day as an export gave them, kept until its snapshot is applied or discarded."""

    # Without a constraint, as staged people are: the database looks up no snapshot for each of a million counts.
    snapshot = models.ForeignKey(
        Snapshot,
        on_delete=models.CASCADE,
        related_name="staged_interactions",
        db_constraint=False,
    )
    username = models.CharField(max_length=64)
    kind = models.CharField(max_length=16)
    direction = models.CharField(max_length=8)
    day = models.DateField()
    count = models.PositiveIntegerField()
    last_at = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.count} {self.kind} {self.direction} {self.username} on {self.day}"


class InteractionBefore(models.Model):
    """A count as it was before the latest import raised it, so that the import can be undone."""

    snapshot = models.ForeignKey(Snapshot, on_delete=models.CASCADE)
    # No foreign key, as with PersonBefore.
    interaction_id = models.PositiveBigIntegerField()
    from_export = models.PositiveIntegerField()
    last_at = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["snapshot", "interaction_id"], name="interaction_before_snapshot"
            )
        ]

    def __str__(self) -> str:
        return f"interaction {self.interaction_id} before snapshot {self.snapshot_id}"


class KnownPeriod(models.Model):
    """From when until when every interaction of a kind and direction is known: told by an import, or by the API.

    What lies outside is unknown, not zero. Of imports only those that still stand are counted.
    """

    connection = models.ForeignKey(
        Connection, on_delete=models.CASCADE, related_name="known_periods"
    )
    snapshot = models.ForeignKey(
        Snapshot, on_delete=models.CASCADE, null=True, related_name="known_periods"
    )
    kind = models.CharField(max_length=16, choices=KINDS)
    direction = models.CharField(max_length=8, choices=DIRECTIONS)
    # Epoch seconds.
    since = models.BigIntegerField()
    until = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["snapshot", "kind", "direction"],
                condition=Q(snapshot__isnull=False),
                name="known_by_import_once",
            ),
            models.UniqueConstraint(
                fields=["connection", "kind", "direction"],
                condition=Q(snapshot__isnull=True),
                name="known_by_api_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.direction} known"


class SeenEvent(models.Model):
    """An event that the API has told already (a comment's or a message's id): webhooks repeat, and polls overlap."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, db_index=False)
    key = models.CharField(max_length=200)
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["connection", "key"], name="event_seen_once")
        ]

    def __str__(self) -> str:
        return self.key
