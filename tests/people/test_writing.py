"""Writing people: what the very first snapshot may do otherwise than those after it."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.db import connection as database

from kith.accounts.models import Connection
from kith.people.models import Person
from kith.people.services.applying import apply_snapshot
from tests.factories import make_connection, people, person, stage

pytestmark = [pytest.mark.database, pytest.mark.django_db]


@pytest.fixture
def connection() -> Connection:
    return make_connection()


def test_the_first_people_of_all_leave_the_indexes_as_they_were(connection: Connection) -> None:
    with database.cursor() as cursor:
        before = database.introspection.get_constraints(cursor, Person._meta.db_table)
        apply_snapshot(stage(connection, people("ada"), people("ada", "bea")).pk)
        assert database.introspection.get_constraints(cursor, Person._meta.db_table) == before


def test_two_people_of_one_id_are_refused_among_the_first_too(connection: Connection) -> None:
    # Exports tell no ids, so nothing is settled by them: the index alone stands against it.
    snapshot = stage(connection, [person("ada", 1), person("bea", 1)], source="export")
    with pytest.raises(IntegrityError), transaction.atomic():
        apply_snapshot(snapshot.pk)
    assert not Person.objects.exists()
