"""What follows when somebody takes kith's permission back in Instagram's own settings, or wants their data deleted."""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import QuerySet
from django.utils.crypto import constant_time_compare, salted_hmac

from kith.accounts.models import AccessToken, Connection
from kith.accounts.origin import Origin
from kith.accounts.services.connecting import forget_connection, mark_reconnect_needed
from kith.sync.models import SyncJob
from kith.sync.queries import active_job
from kith.sync.services.jobs import cancel_job

log = structlog.get_logger("kith.sync")
REMOVED = "kith was removed in Instagram's settings, under “Apps and websites”."
# By how much Instagram's clock and this machine's may differ.
CLOCKS_DIFFER = timedelta(minutes=5)
DELETION, CODE_PART = "kith data deletion", 16
BY_INSTAGRAM = Origin.of_program("Instagram")


def withdraw_permission(app_scoped_id: str | None, issued_at: datetime | None) -> int:
    """Forgets the tokens of an account and asks to connect it again; its people stay. Returns of how many connections.

    Twice does no harm, and neither does a request that arrives when the account was connected anew.
    """
    found = 0
    for connection in _connections_of(app_scoped_id):
        if not _is_of_before(connection, issued_at):
            found += 1
            _withdraw(connection)
    log.info("permission withdrawn", connections=found)
    return found


def delete_data_of(app_scoped_id: str | None) -> int:
    """Deletes an account with everything known about its people, for everybody who tracks it. Returns how often."""
    connections = list(_connections_of(app_scoped_id))
    for connection in connections:
        forget_account(connection, origin=BY_INSTAGRAM)
    log.info("data deleted at Instagram's request", connections=len(connections))
    return len(connections)


def forget_account(connection: Connection, *, origin: Origin) -> None:
    """Deletes an account with everything known about its people, whatever is done with it at that moment."""
    _cancel_running(connection)
    # First and by itself: whoever works on a job finds at the next write that it is gone, and takes that write back. A
    # worker that was waited for with more than this in hand might wait in turn for what is in hand.
    SyncJob.objects.filter(connection=connection).delete()
    forget_connection(connection, origin=origin)


def confirmation_code(app_scoped_id: str | None) -> str:
    """The same for every request of an account. It does not tell whose it is, and proves that kith gave it out."""
    whose = salted_hmac(DELETION, app_scoped_id or "", algorithm="sha256").hexdigest()[:CODE_PART]
    return whose + _proof_of(whose)


def is_confirmation_code(code: str) -> bool:
    """Whether kith gave it out, which it does only behind a deletion."""
    whose, proof = code[:CODE_PART], code[CODE_PART:]
    return constant_time_compare(proof, _proof_of(whose))


def _proof_of(whose: str) -> str:
    return salted_hmac(f"{DELETION} proof", whose, algorithm="sha256").hexdigest()[:CODE_PART]


def _connections_of(app_scoped_id: str | None) -> QuerySet[Connection]:
    return Connection.objects.filter(app_scoped_id=app_scoped_id or "").select_related("user")


def _is_of_before(connection: Connection, issued_at: datetime | None) -> bool:
    """Whether the account was connected (again) after the request was made."""
    if issued_at is None or connection.connected_at is None:
        return False
    return issued_at < connection.connected_at - CLOCKS_DIFFER


@transaction.atomic
def _withdraw(connection: Connection) -> None:
    _cancel_running(connection)
    AccessToken.objects.filter(connection=connection).delete()
    mark_reconnect_needed(connection, REMOVED)


def _cancel_running(connection: Connection) -> None:
    running = active_job(connection)
    if running:
        cancel_job(running)
