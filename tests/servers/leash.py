"""Runs a server in a directory of its own; both go when the asking process ends, however it ends.

This file is also the program of the keeper, a small process between the two that reads from a pipe.
The pipe closes when the asking process stops the server, exits or is killed; the keeper cleans up.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TypeVar

READY_WITHIN_SECONDS = 60
STOPPED_WITHIN_SECONDS = 10
START_ATTEMPTS = 3

Running = TypeVar("Running")


class ServerStartError(Exception):
    """A test server did not start; the text says why. Trying again helps if its port was taken."""


@dataclass(frozen=True)
class Leash:
    """A server that lives in `directory`, the keeper that watches over it, and what both print."""

    keeper: subprocess.Popen[bytes]
    directory: Path
    output: IO[bytes]

    def printed(self) -> str:
        self.output.seek(0)
        return self.output.read().decode(errors="replace")

    def stop(self) -> None:
        """Ends the server and waits until its directory is gone. May be called again."""
        if self.keeper.stdin and not self.keeper.stdin.closed:
            self.keeper.stdin.close()
        self.keeper.wait(timeout=2 * STOPPED_WITHIN_SECONDS)
        self.output.close()


def unprivileged_account() -> pwd.struct_passwd | None:
    """Whom to become for a server that refuses to run as root; None when we are not root."""
    return pwd.getpwnam("nobody") if os.geteuid() == 0 else None


def private_directory(name: str, account: pwd.struct_passwd | None = None) -> Path:
    """A new temporary directory that only `account` (or whoever runs the tests) can enter."""
    directory = Path(tempfile.mkdtemp(prefix=f"kith-{name}-"))
    if account:
        os.chown(directory, account.pw_uid, account.pw_gid)
    return directory


def start_on_free_port(start: Callable[[int], Running]) -> Running:
    """What `start(port)` returns, for a free port of the loopback.

    Somebody else may take a port between our choosing it and the server's listening: then, another.
    """
    for _ in range(START_ATTEMPTS - 1):
        try:
            return start(_free_port())
        except ServerStartError as error:
            if "in use" not in str(error):
                raise
    return start(_free_port())


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def start_leashed(
    command: Sequence[str | Path],
    directory: Path,
    *,
    account: pwd.struct_passwd | None = None,
    stop_signal: signal.Signals = signal.SIGTERM,
) -> Leash:
    """Starts `command` in `directory`, which is handed over: it goes when the server has ended."""
    identity = f"{account.pw_uid}:{account.pw_gid}" if account else ""
    output = tempfile.TemporaryFile()  # noqa: SIM115 (it lives as long as the server)
    keeper = subprocess.Popen(
        [
            sys.executable,
            "-I",
            "-S",
            __file__,
            directory,
            identity,
            str(int(stop_signal)),
            *command,
        ],
        stdin=subprocess.PIPE,
        stdout=output,
        stderr=output,
        # Out of reach of the Ctrl-C that ends the tests, so that it can still clean up after them.
        start_new_session=True,
        # Nothing of the developer's environment (PGOPTIONS, proxies, locale) reaches a server.
        env={"PATH": os.defpath, "HOME": str(directory), "LC_ALL": "C", "TZ": "UTC"},
    )
    return Leash(keeper, directory, output)


def wait_until_ready(leash: Leash, answers: Callable[[], bool]) -> None:
    """Returns as soon as `answers()`. Cleans up and raises ServerStartError if it never does."""
    deadline = time.monotonic() + READY_WITHIN_SECONDS
    while leash.keeper.poll() is None and time.monotonic() < deadline:
        if answers():
            return
        time.sleep(0.02)
    printed = leash.printed()
    leash.stop()
    raise ServerStartError(
        f"The server in {leash.directory} did not become ready. It printed:\n{printed}"
    )


def _keep(directory: str, identity: str, stop_signal: int, command: list[str]) -> int:
    """Runs the command until it ends or standard input does, then removes the directory."""
    user, group = (int(part) for part in identity.split(":")) if identity else (None, None)
    try:
        server = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            cwd=directory,
            user=user,
            group=group,
            extra_groups=None if group is None else [],
            process_group=0,
        )
        threading.Thread(target=_end_with_input, args=(server, stop_signal), daemon=True).start()
        return server.wait()
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def _end_with_input(server: subprocess.Popen[bytes], stop_signal: int) -> None:
    # Not sys.stdin: its lock, held by a thread, would stand in the way of the interpreter's exit.
    os.read(0, 1)
    try:
        os.killpg(server.pid, stop_signal)
        server.wait(timeout=STOPPED_WITHIN_SECONDS)
    except ProcessLookupError:
        return
    except subprocess.TimeoutExpired:
        os.killpg(server.pid, signal.SIGKILL)


if __name__ == "__main__":
    _directory, _identity, _stop_signal, *_command = sys.argv[1:]
    sys.exit(_keep(_directory, _identity, int(_stop_signal), _command))
