"""The activity log: what was done, when, from where."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse

from kith.accounts.models import Activity, User
from kith.accounts.queries import activities_of
from kith.core.wording import count
from kith.web.pages.empty import EmptyState
from kith.web.pages.jobs import change_texts

ROWS = 50

HOW = {"oauth": "by Instagram's consent page", "token": "by a pasted token"}


@dataclass(frozen=True)
class ActivityLine:
    """One line of the log, in words."""

    at: datetime
    word: str
    detail: str
    account: str
    address: str
    user_agent: str

    @classmethod
    def of(cls, activity: Activity) -> ActivityLine:
        return cls(
            at=activity.at,
            word=activity.get_kind_display(),
            detail=_detail(activity.details),
            account=activity.account or str(activity.details.get("account", "")),
            address=activity.address or "this machine",
            user_agent=activity.user_agent,
        )


def _detail(details: dict[str, Any]) -> str:
    parts = []
    if "username" in details:
        parts.append(str(details["username"]))
    if "people" in details:
        parts.append(count(details["people"], "person", "people"))
    if "following" in details:
        followers = count(details.get("followers", 0), "follower")
        parts.append(f"{details['following']:,} following and {followers} read")
    parts += change_texts(details.get("changes", {}))
    if "taken_back" in details:
        parts.append(f"{count(details['taken_back'], 'change')} taken back")
    if "seconds" in details:
        parts.append(f"{details['seconds']:.1f} s")
    if "how" in details:
        parts.append(HOW.get(details["how"], str(details["how"])))
    if "reason" in details:
        parts.append(details["reason"])
    return ", ".join(parts)


@dataclass(frozen=True)
class ActivityPage:
    """The newest lines first."""

    rows: list[ActivityLine]
    next_url: str | None
    empty: EmptyState | None


def activity_page(user: User, before: int | None) -> ActivityPage:
    found = activities_of(user)
    if before:
        found = found.filter(pk__lt=before)
    rows = list(found[: ROWS + 1])
    more = f"{reverse('activity')}?before={rows[ROWS - 1].pk}" if len(rows) > ROWS else None
    empty = (
        None
        if rows
        else EmptyState(
            "Nothing yet", "What you and kith do shows up here: connecting, syncs, imports."
        )
    )
    return ActivityPage([ActivityLine.of(row) for row in rows[:ROWS]], more, empty)
