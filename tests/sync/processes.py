"""kith's own programs beside a test: they share its database, its keys, its queue and its sandbox."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.db import connection as database

from kith_sandbox.server import RunningSandbox

SECONDS = 30
"""Nothing below takes a tenth of it; whoever waits longer waits in vain."""


def environment(sandbox: RunningSandbox, redis_url: str = "") -> dict[str, str]:
    return {
        "PATH": os.defpath,
        "HOME": str(settings.DATA_DIR),
        "KITH_DATA_DIR": str(settings.DATA_DIR),
        "KITH_SANDBOX_URL": sandbox.url,
        "DATABASE_URL": database_url(),
        "REDIS_URL": redis_url,
    }


def database_url() -> str:
    """The address of the database that the test itself uses."""
    known = database.settings_dict
    if database.vendor == "sqlite":
        return f"sqlite:///{known['NAME']}"
    user, password, host = (
        quote(str(known[part]), safe="") for part in ("USER", "PASSWORD", "HOST")
    )
    return f"postgres://{user}:{password}@{host}:{known['PORT']}/{known['NAME']}"


def run_kith(*arguments: str, env: dict[str, str], cwd: Path) -> subprocess.CompletedProcess[str]:
    """Runs `kith …` to its end. Raises TimeoutExpired when it does not come to one."""
    return subprocess.run(
        [sys.executable, "-m", "kith", *arguments],
        env=env,
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )


@contextmanager
def running_worker(*, env: dict[str, str], cwd: Path) -> Iterator[subprocess.Popen[str]]:
    """A `kith worker` that is ready; it has left politely when the block ends."""
    log = cwd / "worker.log"
    with log.open("w") as output:
        worker = subprocess.Popen(
            [sys.executable, "-m", "kith", "worker"], env=env, cwd=cwd, stderr=output, text=True
        )
    try:
        for _ in range(SECONDS * 20):
            if "worker is ready" in log.read_text() or worker.poll() is not None:
                break
            time.sleep(0.05)
        assert "worker is ready" in log.read_text(), log.read_text()
        yield worker
        worker.terminate()
        assert worker.wait(SECONDS) == 0, log.read_text()
    finally:
        worker.kill()
        worker.wait()
