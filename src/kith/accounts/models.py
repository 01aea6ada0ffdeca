"""Users, connections (tracked Instagram accounts), sealed tokens, attempts to connect, and the activity log."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.utils import timezone

from kith.accounts import sealing

# Meta's documentation says 60 days, of tokens won by consent and of those made in the app dashboard (2026-03).
LONGEST_LIFE = timedelta(days=60)
WARNED_BEFORE = timedelta(days=10)


class UserManager(BaseUserManager["User"]):
    """Makes users, who are known by their e-mail address."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser, PermissionsMixin):
    """Somebody who signs in. `time_zone` is empty until chosen: then the browser's zone is used."""

    email = models.EmailField("e-mail address", unique=True)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    date_joined = models.DateTimeField(default=timezone.now)
    time_zone = models.CharField(max_length=64, blank=True, default="")

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    objects: ClassVar[UserManager] = UserManager()

    def __str__(self) -> str:
        return self.email


class Connection(models.Model):
    """An Instagram account that a user tracks: by OAuth, by a pasted token, or by exports alone."""

    class Status(models.TextChoices):
        EXPORTS_ONLY = "exports_only", "by export"
        CONNECTED = "connected", "connected"
        RECONNECT_NEEDED = "reconnect_needed", "reconnect needed"

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="connections")
    status = models.CharField(max_length=20, choices=Status.choices, default=Status.EXPORTS_ONLY)
    username = models.CharField(max_length=64)
    # Instagram knows an account by two ids; callbacks carry the first, webhooks the second.
    app_scoped_id = models.CharField(max_length=40, null=True)  # noqa: DJ001 - null is "not told"
    instagram_user_id = models.CharField(max_length=40, null=True)  # noqa: DJ001
    name = models.TextField(blank=True, default="")
    biography = models.TextField(blank=True, default="")
    website = models.TextField(blank=True, default="")
    picture_url = models.TextField(blank=True, default="")
    account_type = models.CharField(max_length=40, blank=True, default="")
    followers_count = models.PositiveBigIntegerField(null=True)
    follows_count = models.PositiveBigIntegerField(null=True)
    media_count = models.PositiveBigIntegerField(null=True)
    # Whether the API at hand offers the two lists: asked once, then remembered.
    lists_offered = models.BooleanField(null=True)
    created_at = models.DateTimeField(default=timezone.now)
    connected_at = models.DateTimeField(null=True)
    last_synced_at = models.DateTimeField(null=True)
    # Whether kith syncs without being asked, and when it does so next; the plan decides how often.
    syncs_by_itself = models.BooleanField(default=True)
    next_sync_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["username"]
        indexes = [
            models.Index(
                fields=["next_sync_at"],
                condition=models.Q(syncs_by_itself=True, status="connected"),
                name="connection_due_for_sync",
            )
        ]
        constraints = [
            models.UniqueConstraint(fields=["user", "username"], name="connection_username"),
            models.UniqueConstraint(
                fields=["user", "instagram_user_id"],
                condition=models.Q(instagram_user_id__isnull=False),
                name="connection_instagram_user_id",
            ),
        ]

    def __str__(self) -> str:
        return self.username

    @property
    def is_api(self) -> bool:
        return self.status != self.Status.EXPORTS_ONLY

    @property
    def needs_reconnect(self) -> bool:
        return self.status == self.Status.RECONNECT_NEEDED

    @property
    def automatic_sync_at(self) -> datetime | None:
        """When kith syncs next without being asked; None: it does not."""
        is_on = self.syncs_by_itself and self.status == self.Status.CONNECTED
        return self.next_sync_at if is_on else None


class AccessToken(models.Model):
    """The token of a connection, sealed. `expires_at` is unknown for pasted tokens until the first refresh."""

    connection = models.OneToOneField(Connection, on_delete=models.CASCADE, related_name="token")
    sealed = models.TextField()
    scopes = models.TextField(blank=True, default="")
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    # When kith tries to renew it next, and why it could not the last time.
    refresh_at = models.DateTimeField(null=True)
    refresh_error = models.TextField(blank=True, default="")

    def __str__(self) -> str:
        return f"token of connection {self.connection_id}"

    @property
    def binding(self) -> str:
        """What the sealed text is tied to: copied into another connection's row it does not open."""
        return f"connection:{self.connection_id}"

    @property
    def ends_at(self) -> datetime:
        """When it stops working; for one of which nobody told, when it stops at the latest."""
        return self.expires_at or self.issued_at + LONGEST_LIFE

    def ends_soon(self, now: datetime) -> bool:
        """Whether its user should know: by itself it was not renewed for fifty days."""
        return self.ends_at - now < WARNED_BEFORE

    def unsealed(self) -> str:
        """The token itself. Raises sealing.CannotUnseal."""
        return sealing.unseal(self.sealed, self.binding)


class Preferences(models.Model):
    """What a user has set. A user without a row has the defaults."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="preferences")
    # How much each factor of a score weighs, in percent.
    weight_inactivity = models.PositiveSmallIntegerField(default=40)
    weight_engagement = models.PositiveSmallIntegerField(default=35)
    weight_ratio = models.PositiveSmallIntegerField(default=15)
    weight_age = models.PositiveSmallIntegerField(default=10)
    # Nobody followed for less than so many days is suggested.
    grace_days = models.PositiveSmallIntegerField(default=14)
    # From how many followers on somebody counts as verified where no source tells of the badge; null: never.
    verified_from_followers = models.PositiveBigIntegerField(null=True)
    leaves_messages_out = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    weight_inactivity=models.Value(100)
                    - models.F("weight_engagement")
                    - models.F("weight_ratio")
                    - models.F("weight_age")
                ),
                name="weights_sum_to_100",
            )
        ]

    def __str__(self) -> str:
        return f"preferences of {self.user_id}"


class ConnectAttempt(models.Model):
    """One trip to Instagram's consent page. The state is kept hashed, bound to the session, used once."""

    user = models.ForeignKey(User, on_delete=models.CASCADE)
    state_hash = models.CharField(max_length=64, unique=True)
    session_hash = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"attempt of {self.created_at:%Y-%m-%d %H:%M}"

    def is_expired(self, now: datetime) -> bool:
        return now >= self.expires_at


class Activity(models.Model):
    """What was done, when, from where: the audit log that `/activity` shows."""

    class Kind(models.TextChoices):
        INSTAGRAM_CONNECTED = "instagram_connected", "Instagram connected"
        INSTAGRAM_DISCONNECTED = "instagram_disconnected", "Instagram disconnected"
        CONNECTION_FORGOTTEN = "connection_forgotten", "Account and its data deleted"
        SYNC_STARTED = "sync_started", "Sync started"
        SYNC_COMPLETED = "sync_completed", "Sync completed"
        SYNC_FAILED = "sync_failed", "Sync failed"
        SYNC_HELD = "sync_held", "Sync held for review"
        IMPORT_STARTED = "import_started", "Import started"
        IMPORT_COMPLETED = "import_completed", "Import completed"
        IMPORT_FAILED = "import_failed", "Import failed"
        IMPORT_HELD = "import_held", "Import held for review"
        PERSON_KEPT = "person_kept", "Added to the keep list"
        PERSON_NOT_KEPT = "person_not_kept", "Taken off the keep list"
        UNFOLLOWS_APPROVED = "unfollows_approved", "Unfollows approved"
        UNFOLLOWED = "unfollowed", "Unfollowed"
        UNFOLLOW_FAILED = "unfollow_failed", "Unfollow failed"
        QUEUE_PAUSED = "queue_paused", "Unfollow queue paused"
        QUEUE_RESUMED = "queue_resumed", "Unfollow queue resumed"
        QUEUE_CLEARED = "queue_cleared", "Unfollow queue cleared"
        IMPORT_UNDONE = "import_undone", "Import undone"
        TOKEN_REFRESHED = "token_refreshed", "Key to Instagram renewed"
        TOKEN_REFRESH_FAILED = "token_refresh_failed", "Key to Instagram could not be renewed"
        RECONNECT_NEEDED = "reconnect_needed", "Instagram no longer accepts the key"
        SNAPSHOT_ACCEPTED = "snapshot_accepted", "Held snapshot accepted"
        SNAPSHOT_DISCARDED = "snapshot_discarded", "Held snapshot discarded"

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="activities")
    connection = models.ForeignKey(Connection, on_delete=models.SET_NULL, null=True)
    kind = models.CharField(max_length=40, choices=Kind.choices)
    account = models.CharField(max_length=64, blank=True, default="")
    details = models.JSONField(default=dict)
    address = models.GenericIPAddressField(null=True)
    user_agent = models.TextField(blank=True, default="")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["user", "-id"], name="activity_of_user")]

    def __str__(self) -> str:
        return f"{self.kind} at {self.at:%Y-%m-%d %H:%M}"
