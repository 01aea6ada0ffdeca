"""The dashboard: the figures with their changes, growth, the latest changes, and the job at hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse

from kith.accounts.models import Connection
from kith.core.wording import count
from kith.people import queries
from kith.people.models import Snapshot
from kith.sync.queries import jobs_to_show
from kith.web.pages.changes import ChangeLine, lines
from kith.web.pages.jobs import JobView
from kith.web.pages.keys import EndingKey
from kith.web.pages.people import initials, safe_picture
from kith.web.pages.summary import SummaryPart, summary_part
from kith.web.pages.unfollows import UnfollowNotices

LATEST_CHANGES = 12
GROWTH_POINTS = 180


@dataclass(frozen=True)
class ConnectionCard:
    """The account at the head of the page."""

    id: int
    username: str
    name: str
    initials: str
    picture_url: str
    is_api: bool
    needs_reconnect: bool
    status_text: str
    last_synced_at: datetime | None
    next_sync_at: datetime | None
    lists_refused: bool

    @classmethod
    def of(cls, connection: Connection) -> ConnectionCard:
        return cls(
            id=connection.pk,
            username=connection.username,
            name=connection.name,
            initials=initials(connection.name, connection.username),
            picture_url=safe_picture(connection.picture_url),
            is_api=connection.is_api,
            needs_reconnect=connection.needs_reconnect,
            status_text=connection.get_status_display(),
            last_synced_at=connection.last_synced_at,
            next_sync_at=connection.automatic_sync_at,
            lists_refused=connection.lists_offered is False,
        )


@dataclass(frozen=True)
class Figure:
    """A number, how it changed since the last snapshot, and the list behind it."""

    key: str
    label: str
    value: int | None
    change: int | None
    change_text: str
    url: str
    hint: str


@dataclass(frozen=True)
class DashboardPage:
    """Everything on the dashboard; without a connection only the two ways in."""

    connection: ConnectionCard | None
    figures: list[Figure]
    growth: list[dict[str, Any]]
    changes: list[ChangeLine]
    job: JobView | None
    question_url: str
    """Where a held snapshot asks, if the job at hand is another one."""
    notice: str
    ending_key: EndingKey | None
    unfollowing: UnfollowNotices | None
    summary: SummaryPart | None
    is_complete: bool
    taken_at: datetime | None
    can_sync: bool


FIGURES = (
    ("following", "Following", "following", "People you follow"),
    ("followers", "Followers", "followers", "People who follow you"),
    ("mutuals", "Mutuals", "mutuals", "You follow each other"),
    (
        "not_following_back",
        "Not following back",
        "not-following-back",
        "You follow them, they don't follow you",
    ),
    ("fans", "Fans", "fans", "They follow you, you don't follow them"),
    ("new_followers", "New followers", "new-followers", "Since the snapshot before"),
    ("lost_followers", "Lost followers", "lost-followers", "Since the snapshot before"),
)
SINCE_LAST = {"new_followers", "lost_followers"}


def dashboard_page(connection: Connection | None) -> DashboardPage:
    if connection is None:
        return DashboardPage(
            connection=None, figures=[], growth=[], changes=[], job=None, question_url="", notice="",
            ending_key=None, unfollowing=None, summary=None, is_complete=False, taken_at=None, can_sync=False,
        )  # fmt: skip
    snapshots = list(queries.applied_snapshots(connection)[:2])
    latest = snapshots[0] if snapshots else None
    before = snapshots[1] if len(snapshots) > 1 else None
    jobs = jobs_to_show(connection)
    changes = queries.changes_of(connection)[:LATEST_CHANGES]
    return DashboardPage(
        connection=ConnectionCard.of(connection),
        figures=[_figure(latest, before, *names) for names in FIGURES] if latest else [],
        growth=_growth(connection),
        changes=lines(changes),
        job=JobView.of(jobs[0]) if jobs else None,
        question_url=reverse("job", args=[jobs[1].pk]) if len(jobs) > 1 else "",
        notice=_notice(connection, latest),
        ending_key=EndingKey.of(connection),
        unfollowing=UnfollowNotices.of(connection),
        summary=summary_part(connection) if latest else None,
        is_complete=bool(latest and latest.is_complete),
        taken_at=latest.taken_at if latest else None,
        can_sync=connection.is_api and not connection.needs_reconnect,
    )


def _figure(
    latest: Snapshot, before: Snapshot | None, key: str, label: str, slug: str, hint: str
) -> Figure:
    value = getattr(latest, key)
    change = None
    if (
        before is not None
        and value is not None
        and getattr(before, key) is not None
        and key not in SINCE_LAST
    ):
        change = value - getattr(before, key)
    return Figure(
        key=key,
        label=label,
        value=value,
        change=change,
        change_text=_change_text(change),
        url=reverse("list", args=[slug]),
        hint=hint if value is not None else f"{hint}. Unknown: this list has not been read yet.",
    )


def _change_text(change: int | None) -> str:
    if change is None:
        return ""
    if change == 0:
        return "no change"
    return f"{change:+,} since last time".replace("-", "−")


def _growth(connection: Connection) -> list[dict[str, Any]]:
    newest = queries.applied_snapshots(connection).only("taken_at", "followers", "following")[
        :GROWTH_POINTS
    ]
    return [
        {"at": s.taken_at.isoformat(), "followers": s.followers, "following": s.following}
        for s in reversed(newest)
        if s.taken_at
    ]


def _notice(connection: Connection, latest: Snapshot | None) -> str:
    if connection.lists_offered is False:
        return _counts_notice(connection, latest)
    return ""


def _counts_notice(connection: Connection, latest: Snapshot | None) -> str:
    """Instagram tells how many, not who: the difference says when a new export is worth fetching."""
    text = "Instagram's API tells how many follow you, but not who; your export does."
    if latest is None or latest.followers is None or connection.followers_count is None:
        return text
    difference = connection.followers_count - latest.followers
    if difference == 0:
        return text
    followers = count(abs(difference), "more follower" if difference > 0 else "fewer follower")
    return f"{followers} than in your last export: fetch a new one from Instagram to see who."
