"""The budget of calls: a sliding hour per connection, kept in the database, so that all workers share it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from kith.accounts.models import Connection
from kith.core.instagram import RateUsage
from kith.sync.models import SpentCall

WINDOW = timedelta(hours=1)
# Meta throttles at 100 %; stopping a little before leaves room for whatever else uses the account.
USAGE_LIMIT_PERCENT = 95
PAUSE_AT_LIMIT = timedelta(minutes=10)


class BudgetSpent(Exception):
    """No call may be made before `resume_at`."""

    def __init__(self, resume_at: datetime) -> None:
        super().__init__(f"the hour's calls are spent until {resume_at:%H:%M} UTC")
        self.resume_at = resume_at


class ConnectionBudget:
    """Counts every call before it is made, retries included. Two workers never spend the same one."""

    def __init__(self, connection_id: int) -> None:
        self._connection_id = connection_id
        self._paused_until: datetime | None = None

    @transaction.atomic
    def spend(self) -> None:
        """Raises BudgetSpent instead of letting one call too many through."""
        now = timezone.now()
        if self._paused_until and now < self._paused_until:
            raise BudgetSpent(self._paused_until)
        # The lock on the connection's row makes counting and adding one step for all workers.
        Connection.objects.select_for_update().only("pk").get(pk=self._connection_id)
        calls = SpentCall.objects.filter(connection_id=self._connection_id)
        recent = calls.filter(at__gt=now - WINDOW).order_by("-at").values_list("at", flat=True)
        full = list(recent[: settings.INSTAGRAM_CALLS_PER_HOUR])
        if len(full) >= settings.INSTAGRAM_CALLS_PER_HOUR:
            raise BudgetSpent(full[-1] + WINDOW)
        SpentCall.objects.create(connection_id=self._connection_id, at=now)
        calls.filter(at__lte=now - WINDOW).delete()

    def observe(self, usage: RateUsage) -> None:
        """Believes Instagram's own count when it says that the limit is near."""
        if usage.percent is not None and usage.percent >= USAGE_LIMIT_PERCENT:
            self._paused_until = usage.regain_at or timezone.now() + PAUSE_AT_LIMIT
