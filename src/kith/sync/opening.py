"""Opens the source that a job reads from."""

from __future__ import annotations

import shutil
from contextlib import ExitStack
from pathlib import Path

from django.conf import settings

from kith.accounts.instagram import client_for
from kith.core.exports import NotAnExport, choose_account, open_export
from kith.sync.budget import ConnectionBudget
from kith.sync.models import SyncJob
from kith.sync.sources import APISource, ExportSource, Source


def open_source(job: SyncJob) -> Source:
    """Raises NotConnected, CannotUnseal, or ExportError."""
    return _api_source(job) if job.kind == SyncJob.Kind.SYNC else _export_source(job)


def _api_source(job: SyncJob) -> APISource:
    connection = job.connection
    offered = {"on": None, "off": False}.get(
        settings.INSTAGRAM_LIST_EDGES, connection.lists_offered
    )
    return APISource(
        client=client_for(connection, budget=ConnectionBudget(connection.pk)),
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
        source = ExportSource(choose_account(export, job.choice or None))
        source.keep_open(opened.pop_all())
    return source


def upload_folder(upload: str) -> Path:
    return Path(settings.UPLOAD_DIR) / upload


def forget_upload(upload: str) -> None:
    if upload:
        shutil.rmtree(upload_folder(upload), ignore_errors=True)
