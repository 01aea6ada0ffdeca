"""The way to Instagram and back: whose it is, how often, how long; and what a connection becomes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from kith.accounts.models import AccessToken, Activity, ConnectAttempt, Connection, User
from kith.accounts.origin import Origin
from kith.accounts.queries import connection_named, connections_of
from kith.accounts.services.connecting import (
    STATE_LIFETIME,
    ConnectRefused,
    connection_by_export,
    connection_for_account,
    disconnect,
    forget_connection,
    mark_reconnect_needed,
    start_connecting,
    store_connection,
    use_attempt,
)
from kith.core.instagram import Token
from kith.core.records import ProfileRecord
from tests import factories

pytestmark = [pytest.mark.database, pytest.mark.django_db]

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SESSION = "alice-at-her-laptop"
ORIGIN = Origin("192.0.2.7", "A browser")
TOKEN = Token(value="IGAAinventedtoken0001", issued_at=NOW, scopes=("instagram_business_basic",))


def profile(username: str = "alice.paints", **fields: Any) -> ProfileRecord:
    told: dict[str, Any] = {"app_scoped_id": "1020", "instagram_user_id": "1784"}
    return ProfileRecord(username, **(told | fields))


def connected(user: User, **fields: Any) -> Connection:
    return store_connection(user, profile(**fields), TOKEN, origin=ORIGIN, how="oauth")


def test_an_attempt_is_used_in_the_session_that_opened_it(alice: User) -> None:
    state = start_connecting(alice, SESSION, now=NOW)
    use_attempt(alice, SESSION, state, now=NOW + timedelta(minutes=9))
    assert ConnectAttempt.objects.get().used_at


def test_states_are_unguessable_and_never_stored(alice: User) -> None:
    states = {start_connecting(alice, SESSION, now=NOW) for _ in range(20)}
    assert len(states) == 20
    assert all(len(state) >= 43 for state in states)
    stored = str(list(ConnectAttempt.objects.values()))
    assert not [state for state in states if state in stored]
    assert SESSION not in stored


def test_a_state_works_once(alice: User) -> None:
    state = start_connecting(alice, SESSION, now=NOW)
    use_attempt(alice, SESSION, state, now=NOW)
    with pytest.raises(ConnectRefused, match="used already"):
        use_attempt(alice, SESSION, state, now=NOW)


@pytest.mark.parametrize("late", [STATE_LIFETIME, STATE_LIFETIME + timedelta(days=1)])
def test_a_state_works_for_ten_minutes(alice: User, late: timedelta) -> None:
    state = start_connecting(alice, SESSION, now=NOW)
    with pytest.raises(ConnectRefused, match="ten minutes"):
        use_attempt(alice, SESSION, state, now=NOW + late)
    assert not ConnectAttempt.objects.get().used_at


def test_a_state_works_in_no_other_session(alice: User) -> None:
    state = start_connecting(alice, SESSION, now=NOW)
    with pytest.raises(ConnectRefused, match="this browser"):
        use_attempt(alice, "somebody-elses-session", state, now=NOW)
    use_attempt(alice, SESSION, state, now=NOW)


def test_a_state_works_for_no_other_user(alice: User, bob: User) -> None:
    state = start_connecting(alice, SESSION, now=NOW)
    with pytest.raises(ConnectRefused, match="this browser"):
        use_attempt(bob, SESSION, state, now=NOW)


@pytest.mark.parametrize("state", ["", "forged", "\x00", "a" * 10_000])
def test_a_forged_state_does_not_work(alice: User, state: str) -> None:
    start_connecting(alice, SESSION, now=NOW)
    with pytest.raises(ConnectRefused):
        use_attempt(alice, SESSION, state, now=NOW)


def test_old_attempts_go_when_a_new_one_is_opened(alice: User, bob: User) -> None:
    start_connecting(alice, SESSION, now=NOW)
    start_connecting(bob, SESSION, now=NOW)
    start_connecting(alice, SESSION, now=NOW + timedelta(days=2))
    assert ConnectAttempt.objects.filter(user=alice).count() == 1
    assert ConnectAttempt.objects.filter(user=bob).count() == 1


def test_a_connection_has_its_profile_its_token_and_a_line_in_the_log(alice: User) -> None:
    connection = connected(alice, name="Alice paints 🎨", followers_count=12)
    connection.refresh_from_db()
    assert (connection.status, connection.name) == ("connected", "Alice paints 🎨")
    assert (connection.instagram_user_id, connection.followers_count) == ("1784", 12)
    assert connection.token.unsealed() == TOKEN.value
    line = Activity.objects.get()
    assert (line.kind, line.account) == ("instagram_connected", "alice.paints")
    assert (line.address, line.user_agent) == ("192.0.2.7", "A browser")
    assert TOKEN.value not in str(line.details)


def test_connecting_again_keeps_the_account_and_replaces_the_token(alice: User) -> None:
    first = connected(alice, biography="Bread")
    Connection.objects.update(status=Connection.Status.RECONNECT_NEEDED, lists_offered=False)
    again = connected(alice, username="alice.paints.now")
    assert again.pk == first.pk
    again.refresh_from_db()
    assert (again.username, again.biography) == ("alice.paints.now", "Bread")
    assert (again.status, again.lists_offered) == ("connected", None)
    assert AccessToken.objects.count() == 1


def test_an_account_known_from_exports_becomes_a_connected_one(alice: User) -> None:
    imported = connection_by_export(alice, "alice.paints")
    assert not imported.is_api
    assert connected(alice).pk == imported.pk
    assert connection_by_export(alice, "alice.paints").pk == imported.pk


def test_one_user_has_several_accounts_and_two_users_may_have_the_same(
    alice: User, bob: User
) -> None:
    connected(alice)
    connected(alice, username="alice.bakes", instagram_user_id="1785", app_scoped_id="1021")
    connected(bob)
    assert [c.username for c in connections_of(alice)] == ["alice.bakes", "alice.paints"]
    assert [c.username for c in connections_of(bob)] == ["alice.paints"]
    named = connection_named(bob, " @Alice.Paints ")
    assert named
    assert named.user == bob


def test_a_name_that_moved_on_to_another_account_leaves_the_old_ones_history(alice: User) -> None:
    old = connected(alice)
    new = connected(alice, instagram_user_id="9999", app_scoped_id="2020")
    old.refresh_from_db()
    assert new.pk != old.pk
    assert (new.username, old.username) == ("alice.paints", f"alice.paints~{old.pk}")


def test_an_account_that_tells_only_its_app_scoped_id_is_known_by_it(alice: User) -> None:
    old = connected(alice, instagram_user_id=None)
    renamed = connection_for_account(alice, profile("alice.now", instagram_user_id=None))
    assert renamed.pk == old.pk
    assert Connection.objects.get().username == "alice.now"


def test_disconnecting_forgets_the_token_and_keeps_the_people(alice: User) -> None:
    connection = connected(alice)
    factories.apply(connection, factories.people("ada"), factories.people("bea"))
    disconnect(connection, origin=ORIGIN)
    connection.refresh_from_db()
    assert not connection.is_api
    assert not AccessToken.objects.exists()
    assert factories.lists_of(connection) == ({"ada"}, {"bea"})
    assert Activity.objects.latest("id").kind == "instagram_disconnected"


def test_a_dead_token_asks_for_connecting_again(alice: User) -> None:
    connection = connected(alice)
    mark_reconnect_needed(connection, "It was revoked.")
    connection.refresh_from_db()
    assert connection.needs_reconnect
    assert connection.next_sync_at is None
    exported = connection_by_export(alice, "alice.exports")
    mark_reconnect_needed(exported, "It was revoked.")
    exported.refresh_from_db()
    assert not exported.needs_reconnect


def test_the_user_is_told_once_that_a_token_is_dead(alice: User) -> None:
    connection = connected(alice)
    for _ in range(2):
        mark_reconnect_needed(connection, "It was revoked.")
    [told] = Activity.objects.filter(kind="reconnect_needed")
    assert told.details == {"reason": "It was revoked."}


def test_a_forgotten_account_leaves_one_line_in_the_log(alice: User) -> None:
    connection = connected(alice)
    factories.apply(connection, factories.people("ada"), [])
    forget_connection(connection, origin=ORIGIN)
    assert not Connection.objects.exists()
    assert not AccessToken.objects.exists()
    assert [a.kind for a in Activity.objects.order_by("id")] == [
        "instagram_connected",
        "connection_forgotten",
    ]


def test_a_user_agent_made_to_fill_logs_is_cut(alice: User) -> None:
    long = Origin("192.0.2.7", "x" * 5_000)
    store_connection(alice, profile(), TOKEN, origin=long, how="oauth")
    assert len(Activity.objects.get().user_agent) == 300
