"""What passed between the user and one person: counted once, and unknown where no source tells."""

from __future__ import annotations

from datetime import date

import pytest

from kith.accounts.models import Connection
from kith.core.records import InteractionKind
from kith.people.contacts import KindOfContact, contacts_with
from kith.people.models import InteractionDay, KnownPeriod
from tests.factories import apply, known_person, people

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def found(connection: Connection) -> dict[str, KindOfContact]:
    return {each.kind.value: each for each in contacts_with(known_person(connection, "ada"))}


def test_every_kind_is_named_and_unknown_until_a_source_tells(connection: Connection) -> None:
    apply(connection, people("ada"), [])
    assert set(found(connection)) == {kind.value for kind in InteractionKind}
    assert found(connection)["like"] == (InteractionKind.LIKE, None, None, None)


def test_what_is_covered_and_did_not_happen_is_none_at_all(connection: Connection) -> None:
    apply(connection, people("ada"), [])
    KnownPeriod.objects.create(
        connection=connection, kind="like", direction="given", since=0, until=100
    )
    assert found(connection)["like"] == (InteractionKind.LIKE, 0, None, None)


def test_days_add_up_and_two_sources_count_once(connection: Connection) -> None:
    apply(connection, people("ada"), [])
    for day, export, api, direction in (
        (1, 3, 4, "given"),
        (2, 5, 0, "given"),
        (3, 1, 1, "received"),
    ):
        InteractionDay.objects.create(
            connection=connection,
            person=known_person(connection, "ada"),
            username="ada",
            kind="message",
            direction=direction,
            day=date(2026, 3, day),
            from_export=export,
            from_api=api,
            last_at=day,
        )
    assert found(connection)["message"] == (InteractionKind.MESSAGE, 9, 1, 3)
