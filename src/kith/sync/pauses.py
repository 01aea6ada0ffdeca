"""Pauses that Instagram asked for: rows, so that every worker keeps them at once and a restart forgets none."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils import timezone

from kith.accounts.models import Connection
from kith.sync.locks import outlasting_locks
from kith.sync.models import Pause, SyncJob


def pause_calls(until: datetime, reason: str, *, connection_id: int | None) -> None:
    """No call before `until`: for one connection, or (without one) for the whole app. The later of two pauses holds.

    Jobs that wait already are put off as well, so that none is begun in vain.
    """
    _pause(connection_id, Pause.What.CALLS, until, reason)
    waiting = SyncJob.objects.filter(
        kind=SyncJob.Kind.SYNC, status=SyncJob.Status.WAITING, resume_at__lt=until
    )
    if connection_id is not None:
        waiting = waiting.filter(connection_id=connection_id)
    waiting.update(resume_at=until, message=reason)


def pause_writes(connection_id: int, until: datetime, reason: str) -> None:
    """Nothing is changed at Instagram before `until`; reading goes on."""
    _pause(connection_id, Pause.What.WRITES, until, reason)


def writes_paused_until(connection: Connection) -> datetime | None:
    """When an unfollow may be tried again; None: now."""
    pauses = pauses_of(connection.pk, timezone.now()).order_by("-until")
    return pauses.values_list("until", flat=True).first()


def pauses_of(connection_id: int, now: datetime) -> QuerySet[Pause]:
    """Those that hold for a connection now: its own and the app's."""
    own_or_of_the_app = Q(connection_id=connection_id) | Q(connection__isnull=True)
    return Pause.objects.filter(own_or_of_the_app, until__gt=now)


@outlasting_locks
def _pause(connection_id: int | None, what: Pause.What, until: datetime, reason: str) -> None:
    # The constraints decide between two workers that pause at once; then the later end wins.
    pause = Pause(connection_id=connection_id, what=what, until=until, reason=reason)
    Pause.objects.bulk_create([pause], ignore_conflicts=True)
    whose = Q(connection__isnull=True) if connection_id is None else Q(connection_id=connection_id)
    earlier = Pause.objects.filter(whose, what=what, until__lt=until)
    earlier.update(until=until, reason=reason)
