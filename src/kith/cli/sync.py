"""`kith sync`: queues a sync of a connected account, or ends the job that is under way."""

from __future__ import annotations

import argparse
import json
import sys
import time
from typing import TYPE_CHECKING

from kith.cli.failures import Failure
from kith.cli.selection import add_selection, selected_connection

if TYPE_CHECKING:
    from kith.accounts.models import Connection
    from kith.sync.models import SyncJob

NAME = "sync"
HELP = "queue a sync of a connected account, or cancel what is under way"
EXAMPLE = "kith sync --user ada@example.org --wait"
ENDED = {"completed", "failed", "cancelled", "held"}
SECONDS_BETWEEN_LOOKS = 0.2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_selection(parser)
    parser.add_argument(
        "--wait", action="store_true", help="follow the sync to its end (a worker must be running)"
    )
    parser.add_argument(
        "--cancel", action="store_true", help="end the sync or import that is under way instead"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def run(options: argparse.Namespace) -> int:
    connection = selected_connection(options)
    return _cancel(connection, options) if options.cancel else _sync(connection, options)


def _sync(connection: Connection, options: argparse.Namespace) -> int:
    from kith.accounts.origin import Origin
    from kith.sync.results import sync_document
    from kith.sync.services.jobs import JobUnderWay, NotQueueable, queue_sync

    try:
        job = queue_sync(connection, origin=Origin.of_program("kith sync"))
    except NotQueueable as error:
        raise Failure(str(error)) from None
    except JobUnderWay as running:
        job = running.job
        print(f"Job {job.pk} is under way already.", file=sys.stderr)
    if not options.wait:
        print(
            json.dumps({"job_id": job.pk, "status": job.status})
            if options.json
            else f"Queued job {job.pk}."
        )
        return 0
    job = _followed(job.pk)
    document = sync_document(job)
    if options.json:
        print(json.dumps(document, ensure_ascii=False))
    else:
        stats = document["stats"]
        print(
            f"{connection.username}: {job.status}, following {stats['following']:,}, followers {stats['followers']:,}, "
            f"new {stats['new_followers']:,}, lost {stats['new_unfollowers']:,}"
        )
    if job.status != "completed":
        raise Failure(job.error or job.message or f"The sync ended as {job.status}.")
    return 0


def _cancel(connection: Connection, options: argparse.Namespace) -> int:
    from kith.sync.queries import active_job
    from kith.sync.services.jobs import cancel_job

    running = active_job(connection)
    job = cancel_job(running) if running else None
    if options.json:
        print(json.dumps({"job_id": job and job.pk, "status": job and job.status}))
    elif job is None:
        print(f"Nothing is under way for {connection.username}.")
    elif job.is_active:
        print(f"Job {job.pk} ends behind the page at hand.")
    else:
        print(f"Job {job.pk} is {job.status}.")
    return 0


def _followed(job_id: int) -> SyncJob:
    from kith.sync.models import SyncJob

    shown = ""
    is_terminal = sys.stderr.isatty()
    while True:
        job = SyncJob.objects.select_related("connection", "snapshot").get(pk=job_id)
        line = _progress(job)
        if is_terminal and line != shown:
            print(f"\r\x1b[K{line}", end="", file=sys.stderr, flush=True)
            shown = line
        if job.status in ENDED:
            if is_terminal:
                print("\r\x1b[K", end="", file=sys.stderr)
            return job
        time.sleep(SECONDS_BETWEEN_LOOKS)


def _progress(job: SyncJob) -> str:
    from kith.sync.progress import sentence_of

    sentence = sentence_of(job)
    return sentence if " %" in sentence else f"{sentence} {job.percent} %"
