"""The watched folder, with exports that are put into it and minutes that pass in front of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from kith.sync.inbox import scan_inbox
from kith.sync.models import InboxLook, SyncJob
from kith.sync.worker import finished_jobs
from tests.core.exports import corpus
from tests.core.exports.corpus import FOLLOWERS, FOLLOWING, LISTS, ZIP_NAME

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
FOLLOWERS_FILE = {f"{LISTS}/followers_1.json": corpus.values(FOLLOWERS)}
FOLLOWING_FILE = {f"{LISTS}/following.json": corpus.following(corpus.values(FOLLOWING))}
PHOTO = {"media/posts/202608/1.jpg": b"\xff\xd8"}
BOTH = (set(FOLLOWING), set(FOLLOWERS))


class Inbox:
    """The watched folder, and the minutes that pass in front of it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.now = NOW

    def put(self, name: str = f"{ZIP_NAME}.zip", files: dict[str, Any] | None = None) -> Path:
        """A ZIP, by default a whole export, as if it had been there for long."""
        path = self.root / name
        path.parent.mkdir(exist_ok=True)
        corpus.write_zip(path, corpus.era_6() if files is None else files)
        return path

    def look(self, times: int = 1, *, after: timedelta = MINUTE) -> int:
        """How many imports were queued by so many looks, a minute apart."""
        queued = 0
        for _ in range(times):
            self.now += after
            queued += scan_inbox(now=self.now)
        return queued

    def reason(self, path: Path) -> str:
        return InboxLook.objects.get(path=path.relative_to(self.root).as_posix()).reason


def work() -> list[SyncJob]:
    return list(finished_jobs())
