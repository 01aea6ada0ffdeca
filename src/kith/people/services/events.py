"""Adds interactions that the API tells one by one: comments, mentions, messages, each counted once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from kith.accounts.models import Connection
from kith.core.records import InteractionRecord
from kith.people.models import InteractionDay, Person, SeenEvent

NAME_LENGTH = InteractionDay._meta.get_field("username").max_length or 64
KEY_LENGTH = SeenEvent._meta.get_field("key").max_length or 200
# Webhooks repeat for 36 hours at most (developers.facebook.com/docs/graph-api/webhooks/getting-started, read 2026-11),
# and polls look back by days.
SEEN_FOR = timedelta(days=60)


@transaction.atomic
def record_events(connection: Connection, events: Iterable[tuple[str, InteractionRecord]]) -> int:
    """Adds what the API tells, each event once by its key (such as `comment:178…`); returns how many were new.

    Of several sources of events (webhooks, polls) whoever tells first counts. Events without a time are passed over.
    """
    # Two deliveries of the same event take turns.
    Connection.objects.select_for_update().get(pk=connection.pk)
    now = timezone.now()
    told = {key[:KEY_LENGTH]: record for key, record in events if record.at is not None}
    known = SeenEvent.objects.filter(connection=connection, key__in=list(told))
    for key in known.values_list("key", flat=True):
        del told[key]
    SeenEvent.objects.bulk_create(
        SeenEvent(connection=connection, key=key, seen_at=now) for key in told
    )
    SeenEvent.objects.filter(connection=connection, seen_at__lt=now - SEEN_FOR).delete()
    for record in told.values():
        _add_event(connection, record)
    return len(told)


def _add_event(connection: Connection, record: InteractionRecord) -> None:
    at = record.at or 0
    username = record.username[:NAME_LENGTH]
    people = Person.objects.filter(connection=connection, username=username)
    person = people.order_by("-is_following", "-is_follower", "-pk").first()
    owner: dict[str, Any] = (
        {"person": person}
        if person
        else {"connection": connection, "person": None, "username": username}
    )
    day, is_new = InteractionDay.objects.get_or_create(
        **owner,
        kind=record.kind,
        direction=record.direction,
        day=datetime.fromtimestamp(at, tz=UTC).date(),
        defaults={
            "connection": connection,
            "username": username,
            "from_api": 1,
            "last_at": at,
        },
    )
    if not is_new:
        day.from_api += 1
        day.last_at = max(day.last_at, at)
        day.save(update_fields=["from_api", "last_at"])
