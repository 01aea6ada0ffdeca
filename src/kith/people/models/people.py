"""People: what is known of somebody now, and what was known before the latest snapshot."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import models
from django.db.models import Q

from kith.accounts.models import Connection
from kith.people.models.snapshots import Snapshot


def moment(seconds: int | None) -> datetime | None:
    """Epoch seconds as an aware time; None stays None."""
    return None if seconds is None else datetime.fromtimestamp(seconds, tz=UTC)


class PersonState(models.Model):
    """What is known of a person at one moment.

    Follow times are epoch seconds, as sources give them and as the comparison needs them by the million;
    `exact_bits` says which of the two is exact to the second (HTML exports tell minutes only).
    """

    username = models.CharField(max_length=64)
    instagram_user_id = models.CharField(max_length=40, null=True)  # noqa: DJ001 - null is "not told", here and below
    is_following = models.BooleanField()
    is_follower = models.BooleanField()
    following_since = models.BigIntegerField(null=True)
    follower_since = models.BigIntegerField(null=True)
    exact_bits = models.PositiveSmallIntegerField(default=0)
    gone_at = models.DateTimeField(null=True)
    name = models.TextField(null=True)  # noqa: DJ001
    biography = models.TextField(null=True)  # noqa: DJ001
    picture_url = models.TextField(null=True)  # noqa: DJ001
    verified = models.BooleanField(null=True)
    followers_count = models.PositiveBigIntegerField(null=True)
    follows_count = models.PositiveBigIntegerField(null=True)
    # Of the fields above that seldom change: two snapshots with the same one need no writing.
    fingerprint = models.BigIntegerField(default=0)

    class Meta:
        abstract = True


class Person(PersonState):
    """Somebody whom a connection follows or is followed by, now or formerly: one row per connection and person."""

    connection = models.ForeignKey(
        Connection, on_delete=models.CASCADE, related_name="people", db_index=False
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "username"],
                condition=Q(is_following=True) | Q(is_follower=True),
                name="person_current_username",
            ),
            models.UniqueConstraint(
                fields=["connection", "instagram_user_id"],
                condition=Q(instagram_user_id__isnull=False),
                name="person_instagram_user_id",
            ),
        ]
        indexes = [
            models.Index(
                fields=["connection", "username"],
                condition=Q(is_following=False, is_follower=False),
                name="person_former_username",
            ),
            models.Index(
                fields=["connection", "username"],
                condition=Q(is_following=True),
                name="person_following",
            ),
            models.Index(
                fields=["connection", "follower_since", "id"],
                condition=Q(is_follower=True),
                name="person_follower_since",
            ),
            models.Index(
                fields=["connection", "followers_count", "id"],
                condition=Q(is_follower=True),
                name="person_follower_audience",
            ),
            models.Index(
                fields=["connection", "username"],
                condition=Q(verified=True),
                name="person_verified",
            ),
        ]

    def __str__(self) -> str:
        return self.username

    @property
    def is_deleted(self) -> bool:
        """Instagram keeps some deleted accounts in exports under such names (seen 2026-05)."""
        return self.username.startswith("__deleted__")

    @property
    def following_since_at(self) -> datetime | None:
        return moment(self.following_since)

    @property
    def follower_since_at(self) -> datetime | None:
        return moment(self.follower_since)


class PersonBefore(PersonState):
    """A person as they were before a snapshot touched them. Kept for the latest one only, so that it can be undone."""

    snapshot = models.ForeignKey(Snapshot, on_delete=models.CASCADE, related_name="before")
    # No foreign key: deleting a million people must not look each of them up in here.
    person_id = models.PositiveBigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["snapshot", "person_id"], name="person_before_snapshot")
        ]

    def __str__(self) -> str:
        return f"{self.username} before snapshot {self.snapshot_id}"
