"""Takes an export in: finds out whose it is, makes the job, and skips what was applied before."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from django.db import transaction
from django.utils import timezone

from kith.accounts.models import Connection, User
from kith.accounts.origin import Origin
from kith.accounts.queries import connections_of, preferences_of
from kith.accounts.services.connecting import connection_by_export
from kith.core.exports import AccountExport, AccountNotChosen, Export, choose_account, open_export
from kith.core.exports.usernames import as_username
from kith.people.models import Snapshot
from kith.sync.endings import cancel
from kith.sync.engine import run_job
from kith.sync.leases import Lease, claimed_fields
from kith.sync.models import SyncJob
from kith.sync.opening import export_source, forget_upload, upload_folder
from kith.sync.services.jobs import queue_import
from kith.sync.sources import ExportSource


class UploadedFile(Protocol):
    """A file that comes in over the web."""

    name: str | None

    def chunks(self) -> Iterable[bytes]:
        """Its bytes, a piece at a time."""


@dataclass(frozen=True)
class Opened:
    """An export whose account is settled."""

    export: AccountExport
    connection: Connection

    @property
    def fingerprint(self) -> str:
        """Of what would be read: the same export with messages, once they are wanted, is another one."""
        leaves_out = preferences_of(self.connection.user).leaves_messages_out
        return self.export.fingerprint_with(messages=not leaves_out)


def keep_upload(files: Sequence[UploadedFile]) -> str:
    """Streams uploaded files into a folder of their own and returns its name. Names from outside are never paths."""
    upload = f"{timezone.now():%Y%m%d-%H%M%S}-{secrets.token_hex(4)}"
    folder = upload_folder(upload)
    folder.mkdir(parents=True, mode=0o700)
    try:
        for number, file in enumerate(files):
            name = Path((file.name or "").replace("\\", "/")).name.lstrip(".") or "file"
            target = folder / name
            if target.exists():
                target = folder / f"{target.stem}-{number}{target.suffix}"
            with target.open("wb") as out:
                for chunk in file.chunks():
                    out.write(chunk)
    except Exception:
        forget_upload(upload)
        raise
    return upload


def import_upload(
    user: User,
    upload: str,
    *,
    account: str,
    origin: Origin,
    also: Callable[[SyncJob], None] = lambda _: None,
) -> SyncJob:
    """Queues the import of an upload. Raises ExportError or JobUnderWay; its files are deleted then.

    What `also` writes is written together with the job, or not at all.
    """
    try:
        with open_export(sorted(upload_folder(upload).iterdir())) as export:
            opened = settle_account(user, export, account)
            return _queue(opened, export, origin=origin, also=also, upload=upload)
    except Exception:
        forget_upload(upload)
        raise


def import_paths(
    user: User, paths: Sequence[Path], *, account: str, accept_doubtful: bool, origin: Origin
) -> SyncJob:
    """Imports files of this machine here and now, in this process. Raises ExportError or JobUnderWay."""
    with open_export(paths) as export:
        opened = settle_account(user, export, account)
        job = _queue(
            opened, export, origin=origin, accept_doubtful=accept_doubtful, **claimed_fields()
        )
        if job.status == SyncJob.Status.IN_PROGRESS:
            _run(job, export_source(opened.connection, opened.export))
    return SyncJob.objects.select_related("connection", "snapshot").get(pk=job.pk)


def _run(job: SyncJob, source: ExportSource) -> None:
    lease = Lease(job.pk, job.lease)
    try:
        run_job(lease, source=source)
    except KeyboardInterrupt:
        # Nobody else can go on with it, so it must not stand in the way of the next try.
        cancel(lease)
        raise


def forget_if_unknown(connection: Connection) -> None:
    """An account that only a failed import has spoken of leaves nothing behind."""
    is_known = connection.is_api or Snapshot.objects.filter(
        connection=connection,
        state__in=[Snapshot.State.APPLIED, Snapshot.State.HELD, Snapshot.State.UNDONE],
    )
    if not is_known:
        connection.delete()


def settle_account(user: User, export: Export, account: str) -> Opened:
    """Whose export this is: as it says itself, else as the user says, else the only account there is."""
    mine = tuple(connection.username for connection in connections_of(user))
    wanted = as_username(account)
    if wanted is None and account.strip():
        raise AccountNotChosen(mine, "No Instagram account can have such a name.")
    chosen = choose_account(export, wanted)
    username = chosen.username or wanted or (mine[0] if len(mine) == 1 else None)
    if username is None:
        raise AccountNotChosen(mine)
    return Opened(chosen, connection_by_export(user, username))


def _queue(
    opened: Opened,
    export: Export,
    *,
    origin: Origin,
    also: Callable[[SyncJob], None] = lambda _: None,
    **fields: Any,
) -> SyncJob:
    result = {
        "fingerprint": opened.fingerprint,
        "notices": [{"code": n.code, "message": n.message, "file": n.file} for n in export.notices],
        "other_lists": {name: len(people) for name, people in opened.export.small_lists().items()},
    }
    known = _applied_before(opened)
    with transaction.atomic():
        if known:
            job = _already_imported(opened.connection, known, result, origin, fields)
        else:
            job = queue_import(
                opened.connection,
                origin=origin,
                result=result,
                choice=opened.export.username or "",
                **fields,
            )
        also(job)
    return job


def _applied_before(opened: Opened) -> Snapshot | None:
    return Snapshot.objects.filter(
        connection=opened.connection,
        source_fingerprint=opened.fingerprint,
        state=Snapshot.State.APPLIED,
    ).first()


def _already_imported(
    connection: Connection,
    known: Snapshot,
    result: dict[str, Any],
    origin: Origin,
    fields: dict[str, Any],
) -> SyncJob:
    """The same export once more: a finished job that says so, with what the first one read."""
    forget_upload(fields.get("upload", ""))
    earlier = getattr(known, "job", None)
    notice = {
        "code": "already-imported",
        "message": f"This very export was imported on {known.applied_at:%Y-%m-%d}; nothing was changed.",
        "file": None,
    }
    now = timezone.now()
    return SyncJob.objects.create(
        connection=connection,
        kind=SyncJob.Kind.IMPORT,
        status=SyncJob.Status.COMPLETED,
        message=notice["message"] or "",
        cursors=earlier.cursors if earlier else {},
        result={**result, "notices": [*result["notices"], notice], "repeats_snapshot": known.pk},
        address=origin.address,
        user_agent=origin.user_agent[:300],
        created_at=now,
        started_at=now,
        finished_at=now,
    )
