"""Whether the process is up, and whether it can do its work: for load balancers and process managers."""

from __future__ import annotations

from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from kith.sync.queue import huey


def pending_migrations() -> int:
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


@require_safe
def healthz(_request: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "up"})


@require_safe
def readyz(_request: HttpRequest) -> JsonResponse:
    """503 with what is wrong, until database, migrations and queue are usable."""
    checks = {"database": _database, "queue": _queue}
    problems = {name: problem for name, check in checks.items() if (problem := check())}
    return JsonResponse(
        {"status": "not ready" if problems else "ready", "problems": problems},
        status=503 if problems else 200,
    )


def _database() -> str:
    try:
        pending = pending_migrations()
    except Exception as error:  # noqa: BLE001 - whatever the driver raises, it is not ready
        return f"cannot be used: {type(error).__name__}"
    return f"{pending} migrations are not applied" if pending else ""


def _queue() -> str:
    try:
        huey.pending_count()
    except Exception as error:  # noqa: BLE001 - whatever the queue's library raises, it is not ready
        return f"cannot be used: {type(error).__name__}"
    return ""
