"""Insights: what is computed about somebody whom the user follows, stored so that pages sort and filter by it."""

from __future__ import annotations

import msgspec
from django.db import models

from kith.accounts.models import Connection
from kith.core.scoring import Insight as Computed
from kith.people.models.people import Person


class Insight(models.Model):
    """The latest score of one person and what it is made of. Computed anew after every snapshot.

    `computed` holds kith.core.scoring's own Insight as JSON, from which it explains itself.
    """

    person = models.OneToOneField(
        Person, on_delete=models.CASCADE, primary_key=True, related_name="insight"
    )
    connection = models.ForeignKey(
        Connection, on_delete=models.CASCADE, related_name="insights", db_index=False
    )
    # 0 to 100, higher is the better candidate; null: not enough is known.
    score = models.PositiveSmallIntegerField(null=True)
    category = models.CharField(max_length=20, blank=True, default="")
    # 0 to 1: how much of what a score wants to know is known.
    confidence = models.FloatField()
    engagement_gap_days = models.PositiveIntegerField(null=True)
    engagement_score = models.PositiveSmallIntegerField(null=True)
    # Days of known silence; null: too little is known for silence to mean anything.
    quiet_days = models.PositiveIntegerField(null=True)
    # Epoch seconds, as follow times are; null: none is known.
    last_interaction = models.BigIntegerField(null=True)
    # Epoch seconds of the latest snapshot that showed that they no longer follow the user.
    lost_me = models.BigIntegerField(null=True)
    # What they follow for each of their followers.
    ratio = models.FloatField(null=True)
    badges = models.PositiveSmallIntegerField(default=0)
    account_type = models.CharField(max_length=20, blank=True, default="")
    is_type_inferred = models.BooleanField(default=False)
    why = models.TextField(blank=True, default="")
    computed = models.TextField()
    version = models.PositiveSmallIntegerField()
    computed_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["connection", "-score"], name="insight_by_score")]

    def __str__(self) -> str:
        return f"{self.score} for person {self.person_id}"


_decoder = msgspec.json.Decoder(Computed)


def computed_insight(insight: Insight) -> Computed:
    """The stored insight as scoring made it, ready to be explained."""
    return read_computed(insight.computed)


def read_computed(text: str) -> Computed:
    """The same for the column alone."""
    return _decoder.decode(text)
