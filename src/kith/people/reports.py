"""The ledger as documents: what `kith report` prints and the lists' CSV files hold. Rows are streamed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from django.db.models import QuerySet

from kith.accounts.models import Connection
from kith.core.scoring import explain
from kith.people import queries
from kith.people.models import Person, computed_insight, moment

PERSON_COLUMNS = (
    "username", "instagram_user_id", "name", "verified", "followers_count", "follows_count", "following_since",
    "follower_since",
)  # fmt: skip
CHANGE_COLUMNS = (
    "kind",
    "username",
    "previous_username",
    "instagram_user_id",
    "after",
    "before",
    "job_id",
)
RANKED_COLUMNS = (
    *PERSON_COLUMNS, "score", "category", "confidence", "engagement_gap_days", "engagement_score", "explanation",
)  # fmt: skip
ROWS_AT_ONCE = 2_000


def iso(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def summary(connection: Connection) -> dict[str, Any] | None:
    """The figures of the latest snapshot; None while nothing is known. A figure that is not known is None."""
    snapshot = queries.latest_snapshot(connection)
    if snapshot is None:
        return None
    return {
        "account": connection.username,
        "taken_at": iso(snapshot.taken_at),
        "complete": snapshot.is_complete,
        "following": snapshot.following,
        "followers": snapshot.followers,
        "mutuals": snapshot.mutuals,
        "not_following_back": snapshot.not_following_back,
        "fans": snapshot.fans,
        "new_followers": snapshot.new_followers,
        "lost_followers": snapshot.lost_followers,
    }


def people(
    connection: Connection, list_slug: str, limit: int | None = None
) -> Iterator[dict[str, Any]]:
    """The people on a list, by name."""
    found = queries.people_on(connection, list_slug).order_by("username")
    for row in found[:limit].iterator(chunk_size=ROWS_AT_ONCE):
        yield person_document(row)


def person_document(person: Person) -> dict[str, Any]:
    return {
        "username": person.username,
        "instagram_user_id": person.instagram_user_id,
        "name": person.name,
        "verified": person.verified,
        "followers_count": person.followers_count,
        "follows_count": person.follows_count,
        "following_since": iso(moment(person.following_since)),
        "follower_since": iso(moment(person.follower_since)),
    }


def ranked_documents(people: QuerySet[Person]) -> Iterator[dict[str, Any]]:
    """People with their insights, in the order given; of somebody without an insight the score is None."""
    for person in people.select_related("insight").iterator(chunk_size=ROWS_AT_ONCE):
        insight = getattr(person, "insight", None)
        yield {
            **person_document(person),
            "score": insight.score if insight else None,
            "category": insight.category or None if insight else None,
            "confidence": insight.confidence if insight else None,
            "engagement_gap_days": insight.engagement_gap_days if insight else None,
            "engagement_score": insight.engagement_score if insight else None,
            "explanation": explain(computed_insight(insight)).text if insight else None,
        }


def changes(connection: Connection, limit: int | None = None) -> Iterator[dict[str, Any]]:
    """Every change, the oldest first; with a limit the latest ones."""
    found = queries.changes_of(connection).select_related("snapshot__job")
    if limit is not None:
        rows: Any = reversed(found[:limit])
    else:
        rows = found.order_by("id").iterator(chunk_size=ROWS_AT_ONCE)
    for change in rows:
        job = getattr(change.snapshot, "job", None)
        yield {
            "kind": change.kind,
            "username": change.username,
            "previous_username": change.previous_username,
            "instagram_user_id": change.instagram_user_id,
            "after": iso(change.after),
            "before": iso(change.before),
            "job_id": job.pk if job else None,
        }


def safe_cell(value: object) -> object:
    """A cell that no spreadsheet takes for a formula (https://owasp.org/www-community/attacks/CSV_Injection)."""
    if isinstance(value, str) and value.lstrip()[:1] in {"=", "+", "-", "@", "\t", "\r"}:
        return "'" + value
    return value
