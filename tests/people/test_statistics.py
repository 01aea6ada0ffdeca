"""SQLite finds the few whom one follows among many followers by the right index."""

from __future__ import annotations

import pytest
from django.db import connection as database

from kith.accounts.models import Connection
from kith.people.ranking import followed_people
from kith.people.services.statistics import keep_statistics
from tests.factories import apply, people

pytestmark = pytest.mark.django_db


def counted() -> str:
    """What SQLite noted of the index by which everybody on a list is found; the first number is how many."""
    with database.cursor() as cursor:
        cursor.execute("SELECT stat FROM sqlite_stat1 WHERE idx = 'person_current_username'")
        return str(cursor.fetchone()[0])


def test_among_many_followers_it_walks_the_index_of_the_followed(connection: Connection) -> None:
    apply(connection, people("ada", "ben"), people(*(f"crowd.{n:04}" for n in range(1_100))))
    plan = followed_people(connection).order_by("followers_count").explain()
    assert "person_following" in plan


def test_it_counts_anew_once_the_ledger_has_doubled(connection: Connection) -> None:
    first, second = (
        Connection.objects.create(user=connection.user, username=name)
        for name in ("ada.a", "ben.b")
    )
    apply(first, [], people(*(f"crowd.{n:04}" for n in range(1_100))))
    assert counted().startswith("1100 ")
    apply(second, [], people("zoe"))
    keep_statistics()
    assert counted().startswith("1100 ")
    apply(connection, [], people(*(f"crowd.{n:04}" for n in range(1_200))))
    assert counted().startswith("2301 ")
