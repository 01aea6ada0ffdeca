"""A delivery is counted for everybody who tracks the account by the API, and for nobody else."""

from __future__ import annotations

from typing import Any

import pytest

from kith.accounts.models import Connection, Preferences
from kith.core.instagram import Delivery
from kith.core.records import Direction, EventRecord, InteractionKind
from kith.people.models import InteractionDay
from kith.people.services.deliveries import take_in
from kith.people.services.events import Counted
from tests.factories import apply, make_connection, make_user, person
from tests.people.test_events import NOON

pytestmark = [pytest.mark.django_db, pytest.mark.database]
ACCOUNT = "17841400000000001"


def tracked(user: str = "alice", username: str = "alice.paints", **fields: Any) -> Connection:
    known = {"status": "connected", "instagram_user_id": ACCOUNT} | fields
    connection = make_connection(make_user(user), username, **known)
    apply(connection, [person("ada", 1)], [])
    return connection


def comment(key: str = "comment:1", **fields: Any) -> EventRecord:
    return EventRecord(
        **{
            "key": key,
            "kind": InteractionKind.COMMENT,
            "direction": Direction.RECEIVED,
            "at": NOON,
            "username": "ada",
        }
        | fields
    )


def message(key: str = "message:1") -> EventRecord:
    told = person("", 1).instagram_user_id
    kind = InteractionKind.MESSAGE
    return comment(key, kind=kind, username=None, person_id=told, is_private=True)


def delivery(*events: EventRecord, account: str = ACCOUNT) -> Delivery:
    return Delivery(tuple((account, event) for event in events))


def kinds(connection: Connection) -> list[str]:
    found = InteractionDay.objects.filter(connection=connection).order_by("kind")
    return list(found.values_list("kind", flat=True))


def test_everybody_who_tracks_the_account_hears_of_it_once() -> None:
    alice, bob = tracked(), tracked("bob")
    told = delivery(comment(), message(), comment("comment:2", username=None, person_id="5"))
    assert take_in(told) == Counted(4, 2)
    assert take_in(told) == Counted(0, 2)
    assert kinds(alice) == kinds(bob) == ["comment", "message"]


def test_events_of_several_accounts_stay_apart() -> None:
    alice = tracked()
    bakery = tracked(username="alice.bakes", instagram_user_id="17841400000000002")
    mixed = Delivery(((ACCOUNT, comment()), ("17841400000000002", message())))
    assert take_in(mixed) == Counted(2, 0)
    assert (kinds(alice), kinds(bakery)) == (["comment"], ["message"])


def test_an_account_whose_token_has_died_still_hears() -> None:
    connection = tracked(status="reconnect_needed")
    assert take_in(delivery(comment())) == Counted(1, 0)
    assert kinds(connection) == ["comment"]


@pytest.mark.parametrize("account", ["0", "17841499999999999"])
def test_nothing_is_kept_of_an_account_that_nobody_tracks(account: str) -> None:
    tracked()
    make_connection(make_user("bob"), "by.export")
    assert take_in(delivery(comment(), account=account)) == Counted(0, 0)
    assert not InteractionDay.objects.exists()


def test_who_disconnected_hears_no_more() -> None:
    connection = tracked(status="exports_only")
    assert take_in(delivery(comment())) == Counted(0, 0)
    assert kinds(connection) == []


def test_who_leaves_messages_out_gets_no_messages() -> None:
    alice, bob = tracked(), tracked("bob")
    Preferences.objects.create(user=alice.user, leaves_messages_out=True)
    take_in(delivery(comment(), message()))
    assert (kinds(alice), kinds(bob)) == (["comment"], ["comment", "message"])
