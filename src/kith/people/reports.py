"""The ledger as documents: what `kith report` prints and the lists' CSV files hold. Rows are streamed."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from django.db.models import Case, F, Max, Sum, When
from django.db.models.functions import Coalesce, Greatest

from kith.accounts.models import Connection
from kith.core.scoring import explain
from kith.people import queries, ranking
from kith.people.models import InteractionDay, Person, computed_insight, moment

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
INTERACTION_COUNTS = {
    "likes_given": ("like", "given"),
    "comments_given": ("comment", "given"),
    "story_reactions_given": ("story_reaction", "given"),
    "saved": ("saved", "given"),
    "messages_sent": ("message", "given"),
    "messages_received": ("message", "received"),
    "comments_received": ("comment", "received"),
}
INTERACTION_COLUMNS = ("username", *INTERACTION_COUNTS, "last_interaction_at")
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


def ranked_documents(people: Iterable[Person]) -> Iterator[dict[str, Any]]:
    """People with their insights, in the order given; of somebody without an insight the score is None."""
    for person in people:
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


def ranked(connection: Connection, limit: int | None = None) -> Iterator[dict[str, Any]]:
    """Everybody followed, the best candidate first; of people without a score by name at the end."""
    people = ranking.followed_people(connection).order_by(
        F("insight__score").desc(nulls_last=True), "username"
    )
    rows = people.select_related("insight")[:limit].iterator(chunk_size=ROWS_AT_ONCE)
    yield from ranked_documents(rows)


def interactions(connection: Connection, limit: int | None = None) -> Iterator[dict[str, Any]]:
    """What passed between the user and everybody, people on neither list included; the most recent first."""
    told = Greatest("from_export", "from_api")
    counted = {
        name: Sum(Case(When(kind=kind, direction=direction, then=told), default=0))
        for name, (kind, direction) in INTERACTION_COUNTS.items()
    }
    rows: Any = (
        InteractionDay.objects.filter(connection=connection)
        # By person: somebody may have today the name that somebody else had before.
        .values("person_id", name=Coalesce("person__username", "username"))
        .annotate(last=Max("last_at"), **counted)
        .order_by("-last", "name", "person_id")
    )
    for row in rows[:limit].iterator(chunk_size=ROWS_AT_ONCE):
        yield {
            "username": row["name"],
            **{name: row[name] for name in INTERACTION_COUNTS},
            "last_interaction_at": iso(moment(row["last"])),
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


Report = Callable[[Connection, int | None], Iterator[dict[str, Any]]]
REPORTS: dict[str, tuple[Report, tuple[str, ...]]] = {
    "changes": (changes, CHANGE_COLUMNS),
    "ranked": (ranked, RANKED_COLUMNS),
    "interactions": (interactions, INTERACTION_COLUMNS),
}
"""Reports that are not lists of people, with their columns."""


def json_array(rows: Iterable[dict[str, Any]]) -> Iterator[str]:
    """One array, a row at a time: a million people need no more memory than ten."""
    separator = "["
    for row in rows:
        yield separator + json.dumps(row, ensure_ascii=False)
        separator = ",\n"
    yield "[]\n" if separator == "[" else "]\n"


# What a formula begins with, in full width too, which some languages take for the same.
_SIGNS = "=+\\-@＝＋－＠"
# Behind a semicolon, a tab or a new line as well: half of Europe's spreadsheets split there, whatever a file says.
# A plus or minus must there be followed by something to count, or every smile would be taken for one.
_FORMULA = re.compile(rf"^(?=\s*[{_SIGNS}])|(?<=[;\t\r\n])(?=\s*(?:[=@＝＋－＠]|[+-][\w(.]))")
_MADE_SAFE = re.compile(rf"(^|[;\t\r\n])'(?=[\s']*[{_SIGNS}])")


def safe_cell(value: object) -> object:
    """A cell that no spreadsheet takes for a formula (https://owasp.org/www-community/attacks/CSV_Injection)."""
    return _FORMULA.sub("'", value) if isinstance(value, str) else value


def plain_cell(value: str) -> str:
    """What a cell said before it was made safe."""
    return _MADE_SAFE.sub(r"\1", value)
