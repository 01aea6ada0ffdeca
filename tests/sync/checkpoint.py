"""Puts the database back to where it was, in milliseconds."""

from __future__ import annotations

from django.apps import apps
from django.db import connection as database
from django.db import transaction


class Checkpoint:
    """All rows of kith's own tables as they were when this was made; a later one in the same test replaces it."""

    def __init__(self) -> None:
        self._tables = [
            model._meta.db_table
            for model in apps.get_models(include_auto_created=True)
            if model.__module__.startswith("kith.")
        ]
        self._for_each_table("DROP TABLE IF EXISTS kept_{0}")
        self._for_each_table("CREATE TEMPORARY TABLE kept_{0} AS SELECT * FROM {0}")

    @transaction.atomic
    def restore(self) -> None:
        self._for_each_table("DELETE FROM {0}")
        self._for_each_table("INSERT INTO {0} SELECT * FROM kept_{0}")

    def _for_each_table(self, statement: str) -> None:
        with database.cursor() as cursor:
            for table in self._tables:
                cursor.execute(statement.format(table))
