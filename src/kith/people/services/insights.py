"""Computes insights: scores everybody whom a connection follows, and stores what explains each score.

Done anew after every snapshot, when interactions come in, and when the user's weights change. Twice gives the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

import msgspec
from django.db import connection as database
from django.db import transaction
from django.utils import timezone

from kith.accounts.models import Connection, Preferences
from kith.accounts.queries import preferences_of
from kith.core.records import Direction, InteractionKind
from kith.core.scoring import (
    ALGORITHM_VERSION,
    POINTS,
    PersonFacts,
    Scoring,
    Weights,
    sort_of_account,
    why,
)
from kith.people import queries
from kith.people.choices import LOST_WITHIN
from kith.people.coverage import coverage_of
from kith.people.models import Change, Insight, InteractionDay, KeptPerson, Person
from kith.people.ranking import followed_people
from kith.people.services.statistics import keep_statistics

INTERACTIONS = InteractionDay._meta.db_table
PEOPLE = Person._meta.db_table
FACTS = (
    "pk", "following_since", "is_follower", "followers_count", "follows_count", "verified",
)  # fmt: skip
INSIGHTS = Insight._meta.db_table
COLUMNS = (
    "person_id", "connection_id", "score", "category", "confidence", "engagement_gap_days", "engagement_score",
    "quiet_days", "last_interaction", "lost_me", "ratio", "badges", "account_type", "is_type_inferred", "why",
    "computed", "version", "computed_at",
)  # fmt: skip
_encoder = msgspec.json.Encoder()


class Contacts(NamedTuple):
    """What passed between the user and one person: the last of each direction ever, and the window's counts."""

    last_given: int | None = None
    last_received: int | None = None
    given: int = 0
    given_points: int = 0
    received: int = 0
    received_points: int = 0


NONE_KNOWN = Contacts()


def scoring_for(connection: Connection, preferences: Preferences, now: datetime) -> Scoring:
    """The connection's scoring with the user's preferences and what is known of interactions."""
    return Scoring(
        now=int(now.timestamp()),
        weights=Weights(
            inactivity=preferences.weight_inactivity,
            engagement=preferences.weight_engagement,
            ratio=preferences.weight_ratio,
            age=preferences.weight_age,
        ),
        coverage=coverage_of(connection),
        verified_from=preferences.verified_from_followers,
    )


@transaction.atomic
def recompute_insights(connection: Connection, now: datetime | None = None) -> int:
    """Replaces the connection's insights; returns how many there are now."""
    # Two at once take turns, or one would delete what the other has just written.
    Connection.objects.select_for_update(no_key=True).get(pk=connection.pk)
    keep_statistics()
    now = now or timezone.now()
    scoring = scoring_for(connection, preferences_of(connection.user), now)
    lost = _lost_lately(connection, now)
    contacts = contacts_of(connection, scoring)
    computed_at = database.ops.adapt_datetimefield_value(now)
    rows = [
        _row(connection.pk, pk, facts, lost.get(pk), scoring, computed_at)
        for pk, facts in facts_of(connection, contacts)
    ]
    Insight.objects.filter(connection=connection)._raw_delete("default")
    if rows:
        # One statement for all rows: Django's own would take one for every fifty on SQLite.
        marks = ", ".join(["%s"] * len(COLUMNS))
        with database.cursor() as cursor:
            cursor.executemany(
                f"INSERT INTO {INSIGHTS} ({', '.join(COLUMNS)}) VALUES ({marks})", rows
            )
    return len(rows)


def facts_of(
    connection: Connection, contacts: dict[int, Contacts]
) -> Iterator[tuple[int, PersonFacts]]:
    """Everybody followed, by person id, as scoring wants to know them."""
    knows_followers = queries.are_both_lists_known(connection)
    kept = set(KeptPerson.objects.filter(connection=connection).values_list("person_id", flat=True))
    first_seen = _first_seen(connection)
    for pk, since, is_follower, followers, follows, verified in followed_people(
        connection
    ).values_list(*FACTS):
        yield (
            pk,
            PersonFacts(
                following_since=since or first_seen.get(pk) or first_seen.get(None),
                is_follower=is_follower if knows_followers else None,
                followers_count=followers,
                follows_count=follows,
                verified=verified,
                is_kept=pk in kept,
                **contacts.get(pk, NONE_KNOWN)._asdict(),
            ),
        )


def contacts_of(connection: Connection, scoring: Scoring) -> dict[int, Contacts]:
    """What passed between the user and everybody followed, by person id."""
    found: dict[int, list[int | None]] = {}
    for pk, given, received in _last_contacts(connection):
        found[pk] = [given, received, 0, 0, 0, 0]
    since = datetime.fromtimestamp(scoring.window_since, tz=UTC).date()
    for pk, kind, direction, count in _counts_since(connection, since):
        row = found.get(pk)
        if row is not None:
            place = 2 if direction == Direction.GIVEN else 4
            row[place] += count
            row[place + 1] += count * POINTS[InteractionKind(kind)]
    return {pk: Contacts(*row) for pk, row in found.items()}  # type: ignore[arg-type]


def _last_contacts(connection: Connection) -> list[tuple[Any, ...]]:
    """The latest moment of each direction. The index on (person, day) finds it without reading all days."""
    latest = (
        f"(SELECT last_at FROM {INTERACTIONS} i WHERE i.person_id = p.id AND i.direction = %s "
        "ORDER BY i.day DESC, i.last_at DESC LIMIT 1)"
    )
    with database.cursor() as cursor:
        cursor.execute(
            f"SELECT p.id, {latest}, {latest} FROM {PEOPLE} p WHERE p.connection_id = %s AND p.is_following "
            f"AND EXISTS (SELECT 1 FROM {INTERACTIONS} i WHERE i.person_id = p.id)",
            [Direction.GIVEN, Direction.RECEIVED, connection.pk],
        )
        return list(cursor.fetchall())


def _counts_since(connection: Connection, since: date) -> list[tuple[Any, ...]]:
    """Of two sources that tell of the same day, the one that tells more is believed."""
    count = "SUM(CASE WHEN from_export > from_api THEN from_export ELSE from_api END)"
    with database.cursor() as cursor:
        cursor.execute(
            f"SELECT person_id, kind, direction, {count} FROM {INTERACTIONS} "
            "WHERE connection_id = %s AND day >= %s AND person_id IS NOT NULL "
            "GROUP BY person_id, kind, direction",
            [connection.pk, since],
        )
        return list(cursor.fetchall())


def _first_seen(connection: Connection) -> dict[int | None, int]:
    """When a follow was first seen, for sources without follow times; under None the first snapshot of all."""
    changes = Change.objects.filter(
        connection=connection, kind=Change.Kind.FOLLOWED, person__following_since__isnull=True
    )
    seen: dict[int | None, int] = {
        pk: int(before.timestamp()) for pk, before in changes.values_list("person_id", "before")
    }
    first = queries.applied_snapshots(connection).order_by("pk").first()
    if first and first.taken_at:
        seen[None] = int(first.taken_at.timestamp())
    return seen


def _lost_lately(connection: Connection, now: datetime) -> dict[int, int]:
    """Who is followed and was lost as a follower in the last months, with the moment at which it showed."""
    recent = queries.applied_snapshots(connection).filter(
        taken_at__gte=now - 2 * LOST_WITHIN - timedelta(days=1)
    )
    lost = Change.objects.filter(
        snapshot__in=list(recent.values_list("pk", flat=True)),
        kind=Change.Kind.LOST_FOLLOWER,
        person__is_following=True,
        person__is_follower=False,
    )
    return {pk: int(before.timestamp()) for pk, before in lost.values_list("person_id", "before")}


def _row(
    connection_id: int,
    person_id: int,
    facts: PersonFacts,
    lost_me: int | None,
    scoring: Scoring,
    computed_at: Any,
) -> tuple[Any, ...]:
    """The values of COLUMNS."""
    computed = scoring.insight(facts)
    sort = sort_of_account(facts.account_type, facts.followers_count)
    return (
        person_id,
        connection_id,
        computed.score,
        computed.category or "",
        computed.confidence,
        computed.engagement_gap_days,
        computed.engagement_score,
        computed.evidence.quiet_days if scoring.counts_silence else None,
        max(filter(None, (facts.last_given, facts.last_received)), default=None),
        lost_me,
        _ratio(facts),
        computed.badges,
        sort.label if sort else "",
        bool(sort and sort.is_inferred),
        why(computed),
        _encoder.encode(computed).decode(),
        ALGORITHM_VERSION,
        computed_at,
    )


def _ratio(facts: PersonFacts) -> float | None:
    if facts.followers_count is None or facts.follows_count is None:
        return None
    return round(facts.follows_count / max(1, facts.followers_count), 3)
