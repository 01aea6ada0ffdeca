"""Whom the user has picked on the ranked list: kept in the session, so that it survives paging, reloading and tabs."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpRequest

from kith.accounts.models import Connection

SELECTED = "selected"
# Instagram's cap on following; nobody can pick more than everybody.
MOST_SELECTED = 7_500


def selected(request: HttpRequest, connection: Connection) -> list[int]:
    """The ids of the picked people of this connection, in the order of picking."""
    kept = request.session.get(SELECTED, {})
    return list(kept.get("people", [])) if kept.get("connection") == connection.pk else []


def select(request: HttpRequest, connection: Connection, person_ids: Iterable[int]) -> list[int]:
    """Adds people; those who are picked already stay where they are."""
    both = dict.fromkeys([*selected(request, connection), *person_ids])
    return _store(request, connection, list(both)[:MOST_SELECTED])


def deselect(request: HttpRequest, connection: Connection, person_ids: Iterable[int]) -> list[int]:
    gone = set(person_ids)
    return _store(
        request, connection, [pk for pk in selected(request, connection) if pk not in gone]
    )


def deselect_all(request: HttpRequest) -> None:
    request.session.pop(SELECTED, None)


def _store(request: HttpRequest, connection: Connection, people: list[int]) -> list[int]:
    request.session[SELECTED] = {"connection": connection.pk, "people": people}
    return people
