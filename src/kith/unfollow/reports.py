"""The queue as rows, for files."""

from __future__ import annotations

from collections.abc import Iterator

from kith.accounts.models import Connection
from kith.people.reports import iso
from kith.unfollow.queries import unfollows_of

COLUMNS = ("username", "status", "score", "reason", "approved_at", "done_at", "ended_at", "error")


def queue_rows(connection: Connection) -> Iterator[tuple[object, ...]]:
    """Everybody who was ever approved, heading first, in the order of the queue."""
    yield COLUMNS
    for unfollow in unfollows_of(connection).order_by("position").iterator():
        yield (
            unfollow.person.username if unfollow.person else unfollow.username,
            unfollow.status,
            unfollow.score,
            unfollow.reason,
            iso(unfollow.approved_at),
            iso(unfollow.done_at),
            iso(unfollow.ended_at),
            unfollow.error,
        )
