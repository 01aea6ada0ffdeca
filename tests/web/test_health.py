"""What load balancers and process managers ask."""

from __future__ import annotations

import pytest
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def test_a_process_that_answers_is_up(client: Client) -> None:
    response = client.get("/healthz")
    assert (response.status_code, response.json()) == (200, {"status": "up"})


def test_health_asks_nothing_of_the_database(
    client: Client, django_assert_num_queries: pytest.FixtureRequest
) -> None:
    with django_assert_num_queries(0):
        client.get("/healthz")


def test_with_database_migrations_and_queue_it_is_ready(client: Client) -> None:
    response = client.get("/readyz")
    assert (response.status_code, response.json()) == (200, {"status": "ready", "problems": {}})


def test_without_its_migrations_it_is_not_ready(client: Client) -> None:
    MigrationRecorder.Migration.objects.filter(app="sync").delete()
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["status"] == "not ready"
    assert "migrations are not applied" in response.json()["problems"]["database"]
