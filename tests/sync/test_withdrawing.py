"""Who takes the permission back keeps their people; who wants their data deleted keeps nothing. Twice does no harm."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from kith.accounts.models import AccessToken, Activity, Connection, User
from kith.people.models import Person
from kith.sync.models import SyncJob
from kith.sync.services.withdrawing import (
    confirmation_code,
    delete_data_of,
    is_confirmation_code,
    withdraw_permission,
)
from tests.contract.visitor import Visitor
from tests.factories import apply, make_connection, make_user, people
from tests.sync.steps import connect, queue

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
