"""Deletes uploaded files that nobody needs any more: a killed process leaves its own behind."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from kith.sync.models import SyncJob

# No upload takes as long as this: what is older was given up.
KEPT_FOR = timedelta(days=1)


def forget_leftover_uploads(*, now: datetime | None = None) -> int:
    """Deletes what was last written to a day ago and belongs to no job that is under way. Returns how much it was."""
    oldest = (now or timezone.now()) - KEPT_FOR
    left = [path for path in _uploads() if _is_older(path, oldest)]
    if not left:
        return 0
    active = SyncJob.objects.filter(status__in=SyncJob.ACTIVE).exclude(upload="")
    # Asked for behind the look at the folder: no new job begins with files that are a day old.
    needed = set(active.values_list("upload", flat=True))
    unneeded = [path for path in left if path.name not in needed]
    for path in unneeded:
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
    return len(unneeded)


def _is_older(path: Path, moment: datetime) -> bool:
    try:
        return path.stat().st_mtime < moment.timestamp()
    except FileNotFoundError:  # A worker has just deleted it.
        return False


def _uploads() -> Iterator[Path]:
    """The folders of whole uploads, and the files of those that still come in."""
    incoming = Path(settings.FILE_UPLOAD_TEMP_DIR)
    yield from (path for path in Path(settings.UPLOAD_DIR).iterdir() if path != incoming)
    yield from incoming.iterdir()
