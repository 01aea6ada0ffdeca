"""`kith import`: reads an official export."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kith.cli.failures import Failure
from kith.cli.selection import add_selection, selected_connection, selected_user
from kith.core.wording import count

if TYPE_CHECKING:
    from kith.sync.models import SyncJob

NAME = "import"
HELP = "read an official Instagram export (ZIP, several ZIP parts, a folder, or single files), or undo the latest"
EXAMPLE = "kith import instagram-ada-2026-08-11-AbCd1234.zip --user ada@example.org"
HELD_EXIT = 3


def add_arguments(parser: argparse.ArgumentParser) -> None:
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("paths", nargs="*", default=[], type=Path, metavar="PATH")
    what.add_argument(
        "--undo",
        action="store_true",
        help="take the latest import back: everything becomes as it was before",
    )
    add_selection(parser)
    parser.add_argument(
        "--accept-doubtful", action="store_true", help="apply even what looks doubtful"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def run(options: argparse.Namespace) -> int:
    return _undo(options) if options.undo else _import(options)


def _import(options: argparse.Namespace) -> int:
    from kith.accounts.origin import Origin
    from kith.core.exports import AccountNotChosen, ExportError
    from kith.sync.results import import_document
    from kith.sync.services.imports import forget_if_unknown, import_paths
    from kith.sync.services.jobs import JobUnderWay

    user = selected_user(options)
    try:
        job = import_paths(
            user,
            options.paths,
            account=options.account,
            accept_doubtful=options.accept_doubtful,
            origin=Origin.of_program("kith import"),
        )
    except (ExportError, JobUnderWay) as error:
        if options.json:
            print(json.dumps(_failed_document(options.account, error), ensure_ascii=False))
        hint = " Use --account NAME." if isinstance(error, AccountNotChosen) else ""
        raise Failure(f"{error}{hint}") from None
    document = import_document(job)
    if job.status == "failed":
        forget_if_unknown(job.connection)
    if options.json:
        print(json.dumps(document, ensure_ascii=False))
    elif job.status != "failed":
        _tell(document)
    if job.status == "failed":
        raise Failure(job.error)
    if job.status == "held":
        _explain_held(job)
        return HELD_EXIT
    return 0


def _failed_document(account: str, error: Exception) -> dict[str, Any]:
    absent = {"state": "absent", "count": 0, "reason": str(error)}
    from kith.people.models import Change

    return {
        "job_id": None,
        "account": account.strip().lstrip("@").lower() or None,
        "status": "failed",
        "lists": {"following": absent, "followers": dict(absent)},
        "changes": dict.fromkeys(Change.Kind.values, 0),
        "warnings": [
            {"code": getattr(error, "code", "job-under-way"), "message": str(error), "file": None}
        ],
        "files_read": 0,
        "records_unreadable": 0,
    }


def _tell(document: dict[str, Any]) -> None:
    print(f"{document['account']}: {document['status']}")
    for name, list_ in document["lists"].items():
        reason = f" ({list_['reason']})" if list_["reason"] else ""
        people = count(list_["count"], "person", "people")
        print(f"  {name}: {people}, {list_['state']}{reason}")
    for kind, number in document["changes"].items():
        if number:
            print(f"  {kind.replace('_', ' ')}: {number:,}")
    if document["records_unreadable"]:
        print(f"  records that could not be read: {document['records_unreadable']:,}")
    for warning in document["warnings"]:
        print(f"note: {warning['message']}", file=sys.stderr)


def _explain_held(job: SyncJob) -> None:
    print(
        f"kith: Held, nothing was changed: {job.message} If it is right all the same, "
        "run again with --accept-doubtful.",
        file=sys.stderr,
    )


def _undo(options: argparse.Namespace) -> int:
    from kith.accounts.origin import Origin
    from kith.people.services.undoing import NotUndoable
    from kith.sync.services.jobs import JobUnderWay
    from kith.sync.services.undoing import undo_latest_import

    connection = selected_connection(options)
    try:
        job, back = undo_latest_import(connection, origin=Origin.of_program("kith import --undo"))
    except (NotUndoable, JobUnderWay) as error:
        if options.json:
            warning = {"code": "not-undone", "message": str(error), "file": None}
            document: dict[str, Any] = {"job_id": None, "account": connection.username}
            print(json.dumps({**document, "status": "failed", "warnings": [warning]}))
        raise Failure(str(error)) from None
    if options.json:
        document = {"job_id": job.pk, "account": connection.username, "status": "undone"}
        print(json.dumps({**document, "taken_back": asdict(back), "warnings": []}))
        return 0
    print(
        f"{connection.username}: undone, everything is as it was before job {job.pk}\n"
        f"  changes forgotten: {back.changes:,}\n"
        f"  people removed: {back.removed:,}\n"
        f"  people as they were: {back.restored:,}"
    )
    return 0
