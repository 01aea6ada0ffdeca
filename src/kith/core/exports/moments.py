"""Between which two moments an export was made."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from kith.core.exports.page_header import PageHeader
from kith.core.exports.times import INSTAGRAM_OPENED

_ANY_ZONE = timedelta(hours=12)
_MINUTE = timedelta(minutes=1)
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Taken:
    """The earliest and the latest moment; both aware, in UTC."""

    after: datetime
    at: datetime


def taken_between(
    *,
    header: PageHeader | None,
    exported_on: date | None,
    newest_at: datetime | None,
    now: datetime,
) -> Taken:
    """The best that the head of a page (to the minute), the name (a day in some zone) and the newest entry allow.

    An entry cannot be newer than its export, so it bounds from below; one that is newer is a wrong date. The export was
    made before `now`.
    """
    after, at = datetime.fromtimestamp(INSTAGRAM_OPENED, UTC), now
    if header:
        after, at = header.generated_at, header.generated_at + _MINUTE
    elif exported_on:
        midnight = datetime.combine(exported_on, time(), UTC)
        after, at = midnight - _ANY_ZONE, midnight + _DAY + _ANY_ZONE
    at = min(at, now)
    if newest_at and newest_at <= at:
        after = max(after, newest_at)
    return Taken(min(after, at), at)
