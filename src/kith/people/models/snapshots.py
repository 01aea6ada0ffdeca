"""Snapshots, and the staged records they are made of."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from kith.accounts.models import Connection
from kith.core.records import ListName, ListState

FOLLOWING_BIT = 1
FOLLOWER_BIT = 2
LIST_BITS = {ListName.FOLLOWING: FOLLOWING_BIT, ListName.FOLLOWERS: FOLLOWER_BIT}
LIST_STATES = [(state.value, state.value) for state in ListState]


class Snapshot(models.Model):
    """Both lists as one source gave them, with what they added up to once applied.

    The source saw the lists somewhere between `taken_after` and `taken_at`: for the API while it was read, for an
    export on the day in its name. A change happened between one snapshot's `taken_after` and the next's `taken_at`.
    """

    class State(models.TextChoices):
        STAGING = "staging", "being read"
        HELD = "held", "held for review"
        APPLIED = "applied", "applied"
        DISCARDED = "discarded", "discarded"
        UNDONE = "undone", "undone"

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="snapshots")
    source = models.CharField(max_length=10, choices=[("api", "Instagram"), ("export", "export")])
    state = models.CharField(max_length=10, choices=State.choices, default=State.STAGING)
    source_fingerprint = models.CharField(max_length=64, blank=True, default="")
    created_at = models.DateTimeField(default=timezone.now)
    taken_after = models.DateTimeField(null=True)
    taken_at = models.DateTimeField(null=True)
    applied_at = models.DateTimeField(null=True)
    following_state = models.CharField(max_length=10, choices=LIST_STATES, default=ListState.ABSENT)
    following_reason = models.TextField(blank=True, default="")
    following_read = models.PositiveBigIntegerField(default=0)
    following_unreadable = models.PositiveIntegerField(default=0)
    followers_state = models.CharField(max_length=10, choices=LIST_STATES, default=ListState.ABSENT)
    followers_reason = models.TextField(blank=True, default="")
    followers_read = models.PositiveBigIntegerField(default=0)
    followers_unreadable = models.PositiveIntegerField(default=0)
    # The lists whose follow times it told to the second.
    exact_bits = models.PositiveSmallIntegerField(default=0)
    # What the account itself says of its lists' lengths, where the source tells.
    follows_count = models.PositiveBigIntegerField(null=True)
    followers_count = models.PositiveBigIntegerField(null=True)
    doubts = models.JSONField(default=list)
    # Of a held one: how many people would leave which list, and the first of them by name as [person, lists].
    leavers = models.JSONField(null=True)
    # What is known after applying.
    following = models.PositiveBigIntegerField(null=True)
    followers = models.PositiveBigIntegerField(null=True)
    mutuals = models.PositiveBigIntegerField(null=True)
    new_followers = models.PositiveBigIntegerField(default=0)
    lost_followers = models.PositiveBigIntegerField(default=0)
    changes_count = models.PositiveBigIntegerField(default=0)
    # The newest person before it was applied: whoever has a higher id was first seen in it or later. Null: it tells of
    # no lists, or is from before kith kept this, and cannot be undone.
    newest_person_before = models.PositiveBigIntegerField(null=True)
    newest_interaction_before = models.PositiveBigIntegerField(null=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["connection", "state", "-id"], name="snapshot_of_connection")
        ]

    def __str__(self) -> str:
        return f"snapshot {self.pk} of connection {self.connection_id}"

    def list_state(self, name: ListName) -> ListState:
        return ListState(getattr(self, f"{name.value}_state"))

    def list_reason(self, name: ListName) -> str:
        return str(getattr(self, f"{name.value}_reason"))

    def list_read(self, name: ListName) -> int:
        return int(getattr(self, f"{name.value}_read"))

    def list_unreadable(self, name: ListName) -> int:
        return int(getattr(self, f"{name.value}_unreadable"))

    @property
    def tells_of_lists(self) -> bool:
        """Whether anybody on a list was read. An API without lists tells their lengths alone."""
        return any(self.list_state(name) is not ListState.ABSENT for name in ListName)

    @property
    def is_complete(self) -> bool:
        return all(self.list_state(name) is ListState.COMPLETE for name in ListName)

    @property
    def not_following_back(self) -> int | None:
        return (
            None
            if self.following is None or self.mutuals is None
            else self.following - self.mutuals
        )

    @property
    def fans(self) -> int | None:
        return (
            None
            if self.followers is None or self.mutuals is None
            else self.followers - self.mutuals
        )


class StagedPerson(models.Model):
    """One record of a page, kept until its snapshot is applied or discarded.

    All records of `following` come before those of `followers`; the comparison relies on it.
    """

    # Without a constraint the database looks up no snapshot for each of a million records, and SQLite can empty the
    # table at once. The job's row, written in the same transaction, says whether there is a snapshot still.
    snapshot = models.ForeignKey(
        Snapshot, on_delete=models.CASCADE, related_name="staged", db_constraint=False
    )
    list_bit = models.PositiveSmallIntegerField()
    username = models.CharField(max_length=64)
    instagram_user_id = models.CharField(max_length=40, null=True)  # noqa: DJ001 - null is "not told", here and below
    name = models.TextField(null=True)  # noqa: DJ001
    biography = models.TextField(null=True)  # noqa: DJ001
    picture_url = models.TextField(null=True)  # noqa: DJ001
    verified = models.BooleanField(null=True)
    followers_count = models.PositiveBigIntegerField(null=True)
    follows_count = models.PositiveBigIntegerField(null=True)
    since = models.BigIntegerField(null=True)
    since_is_exact = models.BooleanField()
    fingerprint = models.BigIntegerField()

    def __str__(self) -> str:
        return self.username
