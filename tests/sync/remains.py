"""Everything that a job leaves in the database, in words that are the same for two equal runs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.apps import apps
from django.db.models import Model

from kith.accounts.models import AccessToken, ConnectAttempt, User
from kith.people.models import Insight, Person
from kith.sync.models import SpentCall, SyncJob

# Every run has a token of its own, and a call that was under way at a kill is counted again.
APART: set[type[Model]] = {AccessToken, ConnectAttempt, SpentCall, User}
# How often a worker died, where the files were, and how long it took may differ.
VARYING = {"takeovers", "upload", "job", "seconds"}


def remains_of(job: SyncJob) -> list[str]:
    """Every row about people, jobs and what was done, one a line, ordered by when it was made.

    Instead of numbers that rows get by the way it says whom they mean; of times that lie in the job only whether
    they are the one at which its lists were like this.
    """
    assert job.snapshot
    names = dict(Person.objects.values_list("id", "username"))
    moments = {job.snapshot.taken_at: "as taken", job.snapshot.taken_after: "taken after"}

    def plain(name: str, value: Any) -> Any:
        if name == "person_id":
            return names.get(value, value)
        if isinstance(value, datetime) and value >= job.created_at:
            return moments.get(value, "meanwhile")
        if isinstance(value, dict):
            return {key: plain(key, each) for key, each in value.items() if key not in VARYING}
        return value

    lines = []
    for model in apps.get_models():
        if model in APART or not model.__module__.startswith("kith."):
            continue
        for row in model._default_manager.order_by("pk").values(*_told(model)):
            words = ", ".join(f"{name}={plain(name, value)!r}" for name, value in row.items())
            lines.append(f"{model.__name__}: {words}")
    return lines


def _told(model: type[Model]) -> list[str]:
    if model is Insight:
        # A score depends on how long ago things were: two equal runs may stand on either side of somebody's day.
        return ["person_id"]
    return [
        field.attname
        for field in model._meta.concrete_fields
        if field.attname == "person_id"
        or not (field.primary_key or field.is_relation or field.attname in VARYING)
    ]
