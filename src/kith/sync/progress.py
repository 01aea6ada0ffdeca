"""How far a job is and about how long it still takes, in the sentence that every page and command shows."""

from __future__ import annotations

import math
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from kith.core.records import ListName
from kith.sync.budget import WINDOW, calls_left
from kith.sync.models import SyncJob
from kith.sync.sources import PAGE_SIZE

# What a page takes with Instagram's answer and everything; only the order of size matters.
PAGE_TAKES = timedelta(seconds=1)
WORTH_SAYING = timedelta(minutes=2)


def sentence_of(job: SyncJob, now: datetime | None = None) -> str:
    """Such as "Waiting for Instagram until 14:20, 61 % done, about 3 h left.", times in the active zone."""
    now = now or timezone.now()
    if job.status == SyncJob.Status.WAITING and job.resume_at and job.resume_at > now:
        start = f"Waiting for Instagram until {clock(job.resume_at, now)}"
        return f"{start}, {how_far(job, now)}. {job.message}".rstrip()
    if job.status == SyncJob.Status.IN_PROGRESS and job.message:
        left = time_left_of(job, now)
        # What is over in a moment needs no forecast.
        if left and left >= WORTH_SAYING:
            return f"{job.message}, {how_far(job, now)}."
    return job.message


def how_far(job: SyncJob, now: datetime | None = None) -> str:
    """`61 % done, about 3 h left`; without the second when nobody knows how much there is to read."""
    left = time_left_of(job, now or timezone.now())
    done = f"{job.percent} % done"
    return f"{done}, about {span(left)} left" if left else done


def time_left_of(job: SyncJob, now: datetime) -> timedelta | None:
    """About how long a sync still reads; None when that is not known."""
    pages = pages_left_of(job)
    if pages is None:
        return None
    most = settings.INSTAGRAM_CALLS_PER_HOUR
    if job.status == SyncJob.Status.WAITING and job.resume_at:
        return time_left(
            pages, free=0, per_hour=most, opens_in=max(timedelta(), job.resume_at - now)
        )
    return time_left(pages, free=calls_left(job.connection_id, now), per_hour=most, opens_in=WINDOW)


def time_left(pages: int, *, free: int, per_hour: int, opens_in: timedelta) -> timedelta:
    """`free` calls may be made now, one after another; more come free in `opens_in`, `per_hour` in every hour."""
    beyond = pages - free
    if beyond <= 0:
        return pages * PAGE_TAKES
    hours, in_the_last = divmod(beyond - 1, per_hour)
    return opens_in + hours * WINDOW + (in_the_last + 1) * PAGE_TAKES


def pages_left_of(job: SyncJob) -> int | None:
    """How many pages a sync still has to read, by what the account's profile counts; None: not known."""
    if job.kind != SyncJob.Kind.SYNC or job.snapshot is None:
        return None
    counts = {
        ListName.FOLLOWING: job.snapshot.follows_count,
        ListName.FOLLOWERS: job.snapshot.followers_count,
    }
    found = [pages_left(job.cursors.get(name, {}), told) for name, told in counts.items()]
    known = [pages for pages in found if pages is not None]
    return sum(known) if len(known) == len(found) else None


def pages_left(cursor: dict[str, int], told: int | None) -> int | None:
    """Of one list, of which the profile counts `told`; never more than INSTAGRAM_MAX_PAGES lets be read."""
    if cursor.get("done"):
        return 0
    if told is None:
        return None
    unread = math.ceil(max(0, told - cursor.get("people", 0)) / PAGE_SIZE)
    return min(unread, max(0, settings.INSTAGRAM_MAX_PAGES - cursor.get("pages", 0)))


def clock(moment: datetime, now: datetime) -> str:
    """A time in the active zone: `14:20`, `Thu 26 Nov, 14:20` on another day, `14:20 UTC` where that is the zone."""
    local, today = timezone.localtime(moment), timezone.localtime(now)
    day = "" if local.date() == today.date() else f"{local:%a} {local.day} {local:%b}, "
    return f"{day}{local:%H:%M}{' UTC' if local.tzname() == 'UTC' else ''}"


def span(time: timedelta) -> str:
    """In few words and no more exactly than anybody can know: `4 min`, `45 min`, `3 h`, `2 days`."""
    minutes = time / timedelta(minutes=1)
    if minutes < 10:
        return f"{max(1, round(minutes))} min"
    if minutes < 90:
        return f"{5 * round(minutes / 5)} min"
    hours = round(minutes / 60)
    return f"{hours} h" if hours < 48 else f"{round(hours / 24)} days"
