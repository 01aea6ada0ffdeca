"""Computes insights anew where time has passed, or something has happened, since they were computed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from kith.accounts.models import Connection
from kith.people.models import Insight, InteractionDay, Person
from kith.people.services.events import forget_old_keys
from kith.people.services.insights import recompute_insights

# Silence grows day by day.
STALE_AFTER = timedelta(days=1)
# A busy account hears of something every minute, and a score need not be fresher than this. What is told as late as
# this still counts as happened since; whatever comes later waits for the next day.
PAUSE = timedelta(minutes=15)
# Scores of 7,500 people take up to two seconds: a tick does so many, in a day 28,800.
MOST_ACCOUNTS = 20


def recompute_due_insights(*, now: datetime | None = None, most: int = MOST_ACCOUNTS) -> int:
    """Computes the insights of accounts that need it, the oldest first. Returns of how many.

    Two at once do each account once, and a second time in a row does nothing.
    """
    now = now or timezone.now()
    due = [pk for pk, _ in zip(_due(now), range(most), strict=False)]
    return sum(_recompute_if_still_due(pk, now) for pk in due)


@transaction.atomic
def _recompute_if_still_due(pk: int, now: datetime) -> bool:
    # Whoever has the row computes, or applies a snapshot, which computes as well.
    locked = (
        Connection.objects.select_for_update(skip_locked=True, no_key=True).filter(pk=pk).first()
    )
    if locked is None or pk not in _due(now, Connection.objects.filter(pk=pk)):
        return False
    recompute_insights(locked, now)
    forget_old_keys(locked, now)
    return True


def _due(now: datetime, among: QuerySet[Connection] | None = None) -> Iterator[int]:
    computed = Insight.objects.filter(connection=OuterRef("pk")).values("computed_at")
    lately = InteractionDay.objects.filter(
        connection=OuterRef("pk"), day__gte=(now - 2 * STALE_AFTER).date()
    )
    accounts = (Connection.objects.all() if among is None else among).annotate(
        computed_at=Subquery(computed[:1]),
        latest=Subquery(lately.order_by("-last_at").values("last_at")[:1]),
    )
    follows = Person.objects.filter(connection=OuterRef("pk"), is_following=True)
    never = Q(Exists(follows), computed_at__isnull=True)
    long_ago = Q(computed_at__lt=now - STALE_AFTER)
    maybe_outdated = Q(computed_at__lt=now - PAUSE, latest__isnull=False)
    found = accounts.filter(never | long_ago | maybe_outdated)
    rows = found.order_by(F("computed_at").asc(nulls_first=True), "pk")
    for pk, computed_at, latest in rows.values_list("pk", "computed_at", "latest"):
        if computed_at is None or _is_outdated(computed_at, latest, now):
            yield pk


def _is_outdated(computed_at: datetime, latest: int | None, now: datetime) -> bool:
    if computed_at < now - STALE_AFTER:
        return True
    return latest is not None and latest > (computed_at - PAUSE).timestamp()
