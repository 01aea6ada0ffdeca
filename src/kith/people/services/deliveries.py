"""Takes in what Instagram's webhooks deliver, for everybody who tracks the account."""

from __future__ import annotations

from collections import defaultdict

from django.db.models import QuerySet

from kith.accounts.models import Connection, Preferences
from kith.core.instagram import Delivery
from kith.core.records import EventRecord
from kith.people.services.events import Counted, record_events


def take_in(delivery: Delivery) -> Counted:
    """Counts what is new. A delivery comes at least once, so one that fails half-way is completed when it comes again.

    Nothing is kept of accounts that nobody tracks by the API, such as the "0" of the dashboard's test.
    """
    told: dict[str, list[EventRecord]] = defaultdict(list)
    for account_id, event in delivery.events:
        told[account_id].append(event)
    # Whoever disconnected wants nothing from the API, though Instagram may not have heard of it yet.
    tracked = Connection.objects.filter(instagram_user_id__in=told).exclude(
        status=Connection.Status.EXPORTS_ONLY
    )
    quiet = set(_without_messages(tracked))
    new = unmatched = 0
    for connection in tracked:
        events = told[connection.instagram_user_id or ""]
        if connection.user_id in quiet:
            events = [event for event in events if not event.is_private]
        counted = record_events(connection, events)
        new, unmatched = new + counted.new, unmatched + counted.unmatched
    return Counted(new, unmatched)


def _without_messages(connections: QuerySet[Connection]) -> QuerySet[Preferences, int]:
    """Those of their users who leave messages out."""
    preferences = Preferences.objects.filter(
        user__in=connections.values("user"), leaves_messages_out=True
    )
    return preferences.values_list("user_id", flat=True)
