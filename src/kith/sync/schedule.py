"""What kith does without being asked, looked at every minute by the tick or by each `kith process-jobs`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import structlog
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from kith.accounts.models import Connection
from kith.accounts.origin import BY_ITSELF
from kith.accounts.plans import plan_of
from kith.people.services.recomputing import recompute_due_insights
from kith.sync.inbox import scan_inbox
from kith.sync.leftovers import forget_leftover_uploads
from kith.sync.renewal import renew_due_tokens
from kith.sync.services.jobs import JobUnderWay, queue_sync

log = structlog.get_logger("kith.sync")
# Queueing takes some milliseconds: a tick that finds more leaves the rest to the next one.
MOST_SYNCS = 500


def keep_schedule() -> None:
    """Whatever is due by the clock. Trouble with one part is logged and does not keep the others waiting."""
    parts: tuple[Callable[[], object], ...] = (
        queue_due_syncs,
        scan_inbox,
        renew_due_tokens,
        recompute_due_insights,
        forget_leftover_uploads,
    )
    for part in parts:
        try:
            part()
        except Exception:
            log.exception("schedule failed", part=part.__name__)


def queue_due_syncs(*, now: datetime | None = None, most: int = MOST_SYNCS) -> int:
    """Queues a sync for every connected account whose time has come. Returns how many."""
    now = now or timezone.now()
    due = _due(now).select_related("user").order_by(F("next_sync_at").asc(nulls_first=True), "pk")
    return sum(_queue_if_still_due(connection, now) for connection in due[:most])


def _due(now: datetime) -> QuerySet[Connection]:
    """An account without a time was connected before there was a schedule."""
    return Connection.objects.filter(
        Q(next_sync_at__lte=now) | Q(next_sync_at__isnull=True),
        status=Connection.Status.CONNECTED,
        syncs_by_itself=True,
    )


@transaction.atomic
def _queue_if_still_due(connection: Connection, now: datetime) -> bool:
    """Moves the time on and queues in one transaction: of two ticks at once, one finds nothing due any more.

    Behind a job that is under way the account is moved on as well; its end sets the time anew.
    """
    planned = plan_of(connection.user).next_sync_after(now)
    if not _due(now).filter(pk=connection.pk).update(next_sync_at=planned):
        return False
    try:
        queue_sync(connection, origin=BY_ITSELF)
    except JobUnderWay:
        return False
    return True
