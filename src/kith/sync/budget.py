"""The budget of calls: a sliding hour per token, kept in the database, exact over all workers."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

from django.conf import settings
from django.db import connection as database
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from kith.core.instagram import RateLimited, RateUsage
from kith.sync.locks import outlasting_locks
from kith.sync.models import Pause, SpentCall
from kith.sync.pauses import pause_calls, pauses_of
from kith.sync.setbacks import grown

WINDOW = timedelta(hours=1)
# Meta throttles at 100 %; stopping a little before leaves room for whatever else uses the account. Between the two
# numbers kith stops where one more call like the last would go beyond 100 %: a quiet account allows so few calls that
# each is worth several percent.
SOFT_PERCENT = 75
HARD_PERCENT = 95
PAUSE_AT_LIMIT = timedelta(minutes=10)
# A call that is free in a moment is waited for here: the calls of a full hour come free as closely behind one another
# as they were made, and putting the job off for each would cost more than it saves.
A_MOMENT = timedelta(seconds=2)
# Any number will do as long as nothing else in the database locks it; the second key is the connection.
SPEND_LOCK = 7_451_003
ACCOUNT_LIMIT = "Instagram allows this account no more calls for now."
APP_LIMIT = "Instagram allows the whole app no more calls for now."

# Looks and counts in one statement. Row ids of a connection ascend with time (no call is noted as earlier than the one
# before it, whatever the clock says), so their distance says without counting that few enough were made; only where it
# does not, up to an hour's calls are counted.
_SPEND = """
    INSERT INTO sync_spentcall (connection_id, at)
    SELECT %(connection)s, {later}(%(now)s, COALESCE(
        (SELECT at FROM sync_spentcall WHERE connection_id = %(connection)s ORDER BY at DESC LIMIT 1), %(now)s
    ))
    WHERE (
        (SELECT id FROM sync_spentcall WHERE connection_id = %(connection)s ORDER BY at DESC, id DESC LIMIT 1)
        - (
            SELECT id FROM sync_spentcall WHERE connection_id = %(connection)s AND at > %(since)s
            ORDER BY at, id LIMIT 1
        ) < %(most)s - 1
        OR NOT EXISTS (
            SELECT 1 FROM sync_spentcall WHERE connection_id = %(connection)s AND at > %(since)s
            LIMIT 1 OFFSET %(most)s - 1
        )
    ) AND NOT EXISTS (
        SELECT 1 FROM sync_pause
        WHERE (connection_id = %(connection)s OR connection_id IS NULL) AND what = 'calls' AND until > %(now)s
    )
"""


class Halt(NamedTuple):
    """No call may be made before `until`; `reason` is a sentence that says whose limit that is."""

    until: datetime
    reason: str


class BudgetSpent(Exception):
    """No call may be made before `resume_at`. The text says whose limit that is."""

    def __init__(self, halt: Halt) -> None:
        super().__init__(halt.reason)
        self.resume_at = halt.until


class ConnectionBudget:
    """Counts every call before it is made, retries included. Two workers never spend the same one.

    `sleep` waits for a call that is free within two seconds; it may raise, to leave earlier.
    """

    def __init__(
        self, connection_id: int, *, sleep: Callable[[float], object] = time.sleep
    ) -> None:
        self._connection_id = connection_id
        self._sleep = sleep
        self._percent: int | None = None
        self._is_swept = False

    def spend(self) -> None:
        """Raises BudgetSpent instead of letting one call too many through."""
        while not self._spend_one():
            now = timezone.now()
            halt = halt_of(self._connection_id, now)
            if halt and halt.until - now > A_MOMENT:
                raise BudgetSpent(halt)
            if halt:
                self._sleep((halt.until - now).total_seconds())

    @outlasting_locks
    @transaction.atomic
    def _spend_one(self) -> bool:
        """Whether a call was free. Looking and counting are one step, for only one worker at a time gets here."""
        with database.cursor() as cursor:
            if database.vendor == "postgresql":
                keys = [SPEND_LOCK, self._connection_id % 2**31]
                cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", keys)
            now = timezone.now()
            later = "GREATEST" if database.vendor == "postgresql" else "MAX"
            cursor.execute(
                _SPEND.format(later=later),
                {
                    "connection": self._connection_id,
                    "now": database.ops.adapt_datetimefield_value(now),
                    "since": database.ops.adapt_datetimefield_value(now - WINDOW),
                    "most": settings.INSTAGRAM_CALLS_PER_HOUR,
                },
            )
            was_free = bool(cursor.rowcount == 1)
        if not self._is_swept or not was_free:
            # Once a claim and once a full hour is often enough: a row costs some bytes, and deleting costs a write.
            self._sweep(now)
            self._is_swept = True
        return was_free

    def _sweep(self, now: datetime) -> None:
        calls = _calls_of(self._connection_id)
        calls.filter(at__lte=now - WINDOW).delete()
        # Made before the clock was put back: nobody knows when, but they leave the hour within the next one.
        calls.filter(at__gt=now).update(at=now)

    def observe(self, usage: RateUsage) -> None:
        """Believes Instagram's own count when it says that the limit is near, for every worker at once."""
        soon = timezone.now() + PAUSE_AT_LIMIT
        of_app = usage.app_percent or 0
        if of_app >= HARD_PERCENT:
            # The time that a header names is that of the account, unless it is the app that was refused.
            until = usage.regain_at if of_app >= 100 and usage.regain_at else soon
            pause_calls(until, APP_LIMIT, connection_id=None)
        of_account = usage.percent if usage.app_percent is None else usage.account_percent
        # A time is named to whoever is throttled, be it for something else than calls.
        is_throttled = usage.regain_at is not None and of_app < 100
        if self._is_near_the_limit(of_account or 0) or is_throttled:
            until = usage.regain_at or soon
            pause_calls(until, ACCOUNT_LIMIT, connection_id=self._connection_id)

    def _is_near_the_limit(self, percent: int) -> bool:
        step = max(0, percent - self._percent) if self._percent is not None else 0
        self._percent = percent
        return percent >= HARD_PERCENT or (percent >= SOFT_PERCENT and percent + step > 100)


class Tally:
    """Counts the calls with a token whose connection is not stored yet."""

    def __init__(self) -> None:
        self._calls = 0

    def spend(self) -> None:
        self._calls += 1

    def observe(self, usage: RateUsage) -> None:
        """The connection's first sync finds out by itself."""

    def book(self, connection_id: int) -> None:
        """Counts them to the connection's budget."""
        now = timezone.now()
        calls = (SpentCall(connection_id=connection_id, at=now) for _ in range(self._calls))
        SpentCall.objects.bulk_create(calls)


def heed_refusal(refusal: RateLimited, connection_id: int, setbacks: int) -> Halt:
    """Pauses whoever was refused, longer each time in a row. Returns until when this connection waits."""
    until = timezone.now() + grown(refusal.retry_after or PAUSE_AT_LIMIT, setbacks)
    reason = APP_LIMIT if refusal.scope == "app" else ACCOUNT_LIMIT
    pause_calls(until, reason, connection_id=None if refusal.scope == "app" else connection_id)
    return halt_of(connection_id, timezone.now()) or Halt(until, reason)


def halt_of(connection_id: int, now: datetime) -> Halt | None:
    """Until when no call of a connection may be made; None: one may be made now."""
    pauses = pauses_of(connection_id, now).filter(what=Pause.What.CALLS)
    found = [Halt(pause.until, pause.reason) for pause in pauses]
    most = settings.INSTAGRAM_CALLS_PER_HOUR
    newest = _calls_of(connection_id).filter(at__gt=now - WINDOW).order_by("-at")
    for at in newest.values_list("at", flat=True)[most - 1 : most]:
        reason = f"The {most:,} calls that kith may make in an hour are spent."
        found.append(Halt(at + WINDOW, reason))
    return max(found, default=None)


def calls_left(connection_id: int, now: datetime) -> int:
    """How many calls are free in the hour that ends now."""
    spent = _calls_of(connection_id).filter(at__gt=now - WINDOW).count()
    return max(0, settings.INSTAGRAM_CALLS_PER_HOUR - spent)


def _calls_of(connection_id: int) -> QuerySet[SpentCall]:
    return SpentCall.objects.filter(connection_id=connection_id)
