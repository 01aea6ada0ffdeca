"""Opens the source that a job reads from."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from django.conf import settings

from kith.accounts.instagram import client_for
from kith.accounts.models import Connection
from kith.accounts.queries import preferences_of
from kith.core.exports import AccountExport, NotAnExport, choose_account, open_export
from kith.people.queries import display_names
from kith.sync.budget import ConnectionBudget
from kith.sync.models import SyncJob
from kith.sync.sources import APISource, ExportSource, Source


def open_source(job: SyncJob, sleep: Callable[[float], object] = time.sleep) -> Source:
    """Raises NotConnected, CannotUnseal, or ExportError. `sleep` waits between tries of a call; it may raise."""
    return _api_source(job, sleep) if job.kind == SyncJob.Kind.SYNC else _export_source(job)


def _api_source(job: SyncJob, sleep: Callable[[float], object]) -> APISource:
    connection = job.connection
    offered = {"on": None, "off": False}.get(
        settings.INSTAGRAM_LIST_EDGES, connection.lists_offered
    )
    budget = ConnectionBudget(connection.pk, sleep=sleep)
    return APISource(
        client=client_for(connection, budget=budget, sleep=sleep),
        account_id=connection.instagram_user_id or connection.app_scoped_id or "me",
        lists_offered=offered,
    )


def _export_source(job: SyncJob) -> ExportSource:
    folder = upload_folder(job.upload)
    if not job.upload or not folder.is_dir():
        raise NotAnExport(
            "The import was interrupted and its files are not here any more. Please import them again."
        )
    with ExitStack() as opened:
        export = opened.enter_context(open_export(sorted(folder.iterdir())))
        source = export_source(job.connection, choose_account(export, job.choice or None))
        source.keep_open(opened.pop_all())
    return source


def export_source(connection: Connection, export: AccountExport) -> ExportSource:
    """The export as a source; the user's preferences decide whether messages are counted."""
    return ExportSource(
        export,
        with_messages=not preferences_of(connection.user).leaves_messages_out,
        named=lambda wanted: display_names(connection, wanted),
    )


def upload_folder(upload: str) -> Path:
    return Path(settings.UPLOAD_DIR) / upload


def forget_upload(upload: str) -> None:
    if upload:
        shutil.rmtree(upload_folder(upload), ignore_errors=True)
