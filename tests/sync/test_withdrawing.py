"""Who takes the permission back keeps their people; who wants their data deleted keeps nothing. Twice does no harm."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

import pytest
from django.utils import timezone

from kith.accounts.models import AccessToken, Activity, Connection, User
from kith.people.models import Person, StagedPerson
from kith.people.services.applying import apply_snapshot
from kith.sync.budget import ConnectionBudget
from kith.sync.endings import complete
from kith.sync.leases import LeaseLost
from kith.sync.models import SyncJob
from kith.sync.services.withdrawing import (
    confirmation_code,
    delete_data_of,
    forget_account,
    is_confirmation_code,
    withdraw_permission,
)
from tests.contract.visitor import Visitor
from tests.factories import apply, make_connection, make_user, people, stage
from tests.sync.steps import ORIGIN, claim, connect, queue
from tests.sync.threads import behind

pytestmark = [pytest.mark.database, pytest.mark.django_db]

MINUTE = timedelta(minutes=1)


@pytest.fixture
def known(connection: Connection) -> Connection:
    """tiny.studio, connected by alice, with somebody in its ledger."""
    apply(connection, people("ada"), [])
    return connection


def told(kind: Activity.Kind) -> int:
    return Activity.objects.filter(kind=kind).count()


def test_the_token_is_forgotten_and_the_people_stay(known: Connection) -> None:
    running = queue(known)
    for expected in (1, 1):
        assert withdraw_permission(known.app_scoped_id, timezone.now()) == expected
    known.refresh_from_db()
    assert (known.status, known.next_sync_at) == ("reconnect_needed", None)
    assert not AccessToken.objects.exists()
    assert Person.objects.filter(connection=known).count() == 1
    assert SyncJob.objects.get(pk=running.pk).status == "cancelled"
    assert told(Activity.Kind.RECONNECT_NEEDED) == 1


def test_a_request_from_before_the_account_was_connected_again_is_passed_over(
    known: Connection,
) -> None:
    connected_at = known.connected_at or timezone.now()
    assert withdraw_permission(known.app_scoped_id, connected_at - 30 * MINUTE) == 0
    assert AccessToken.objects.exists()
    assert withdraw_permission(known.app_scoped_id, connected_at - MINUTE) == 1


def test_everything_is_deleted_for_everybody_who_tracks_the_account(
    known: Connection, visitor: Visitor
) -> None:
    bob, other = make_user("bob"), make_connection(username="alice.bakes")
    connect(bob, visitor)
    queue(known)
    assert [delete_data_of(known.app_scoped_id), delete_data_of(known.app_scoped_id)] == [2, 0]
    assert list(Connection.objects.all()) == [other]
    assert not Person.objects.exists()
    assert told(Activity.Kind.CONNECTION_FORGOTTEN) == 2
    assert User.objects.filter(email__startswith="bob").exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_ended_by_its_worker", [False, True])
def test_forgotten_while_a_snapshot_is_applied_an_account_leaves_nothing(
    known: Connection, is_ended_by_its_worker: bool
) -> None:
    queue(known)
    lease = claim()
    snapshot = stage(known, people("ada"), people("bea"))
    lease.advance(snapshot=snapshot)
    outcomes = []

    def apply_it() -> None:
        outcomes.append(apply_snapshot(snapshot.pk))
        ConnectionBudget(known.pk).spend()

    def end() -> None:
        if is_ended_by_its_worker:
            complete(lease, *outcomes)

    # Where the database has many writers, the worker finds its job gone, and takes back what it has written.
    with suppress(LeaseLost):
        behind(apply_it, lambda: forget_account(known, origin=ORIGIN), end).result()
    assert not Connection.objects.exists()
    assert not StagedPerson.objects.exists()
    assert told(Activity.Kind.CONNECTION_FORGOTTEN) == 1


def test_forgetting_an_account_twice_does_no_harm(known: Connection) -> None:
    for _ in range(2):
        forget_account(known, origin=ORIGIN)
    assert told(Activity.Kind.CONNECTION_FORGOTTEN) == 1


@pytest.mark.parametrize("app_scoped_id", [None, "", "0", "99"])
def test_of_an_account_that_nobody_knows_nothing_is_touched(
    known: Connection, app_scoped_id: str | None
) -> None:
    make_connection(username="by.export")
    assert withdraw_permission(app_scoped_id, None) == delete_data_of(app_scoped_id) == 0
    assert Connection.objects.count() == 2
    assert AccessToken.objects.exists()


def test_a_code_is_the_same_for_the_same_account_and_cannot_be_made_up() -> None:
    code = confirmation_code("102")
    assert code == confirmation_code("102") != confirmation_code("103")
    assert is_confirmation_code(code)
    assert is_confirmation_code(confirmation_code(None))
    forged = ["", "abc", code[:-1], code + "0", code[16:] + code[:16], "0" * 32, "ä" * 32]
    assert not any(map(is_confirmation_code, forged))
