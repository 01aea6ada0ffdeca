"""`kith run`: website, worker and sandbox in one process group, with demo data on the first start."""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

from dotenv import dotenv_values

from kith.cli.demo import DAYS_BETWEEN_SYNCS, DEMO_EMAIL
from kith.cli.failures import Failure

NAME = "run"
HELP = "run everything: website, worker, and the sandbox unless an Instagram app is configured"
EXAMPLE = "kith run --port 8000"
NEEDS_DJANGO = False
SECONDS_TO_START = 30
SECONDS_TO_LEAVE = 15


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--host", default="127.0.0.1", help="address to listen on (default: this machine only)"
    )
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument(
        "--no-sandbox", action="store_true", help="start no sandbox, and make no demo data"
    )


def run(options: argparse.Namespace) -> int:
    """Starts the parts, says where they are, and serves until Ctrl-C or until one of them ends."""
    sandbox_port = options.port + 1
    environment = dict(os.environ)
    configured = {**dotenv_values(Path.cwd() / ".env"), **os.environ}
    with_sandbox = not options.no_sandbox and not configured.get("INSTAGRAM_APP_ID")
    if with_sandbox:
        environment["KITH_SANDBOX_URL"] = os.environ["KITH_SANDBOX_URL"] = (
            f"http://127.0.0.1:{sandbox_port}"
        )
        environment["KITH_DEMO_LOGIN"] = DEMO_EMAIL
        if not configured.get("INSTAGRAM_WEBHOOK_TOKEN"):
            environment["INSTAGRAM_WEBHOOK_TOKEN"] = "sandbox-webhooks"  # noqa: S105 - it opens nothing but a sandbox
    _check_ports([options.port, *([sandbox_port] if with_sandbox else [])], options.host)
    data_dir = _data_dir()
    parts = _Parts(environment)
    try:
        # The website answers no page before the database is ready; that it starts meanwhile saves a second.
        parts.start("web", "web", "--host", options.host, "--port", str(options.port))
        if with_sandbox:
            parts.start("sandbox", *_sandbox_arguments(sandbox_port, data_dir / "sandbox.jsonl"))
        _migrate()
        parts.start("worker", "worker")
        address = f"http://{_shown(options.host)}:{options.port}"
        parts.await_answer(f"{address}/healthz")
        if with_sandbox:
            parts.await_answer(f"http://127.0.0.1:{sandbox_port}/sandbox/state")
            _prepare_demo()
        _welcome(address, sandbox_port if with_sandbox else None)
        return parts.serve()
    finally:
        parts.stop()


def _sandbox_arguments(port: int, state: Path) -> list[str]:
    # The demo lets these days pass between its two syncs, and so arrives in the present.
    behind = [] if state.exists() else ["--days-ago", str(DAYS_BETWEEN_SYNCS)]
    return ["sandbox", "--port", str(port), "--state", str(state), *behind]


def _data_dir() -> Path:
    from kith.cli import _set_up_django

    _set_up_django()
    from django.conf import settings

    return Path(settings.DATA_DIR)


def _migrate() -> None:
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)


def _prepare_demo() -> None:
    from kith.cli.demo import DemoFailed, prepare_demo

    try:
        prepare_demo()
    except DemoFailed as error:
        print(f"kith: the demo could not be prepared: {error}", file=sys.stderr)


def _welcome(address: str, sandbox_port: int | None) -> None:
    from kith.cli.demo import demo_login

    lines = ["", f"  kith is ready: {address}"]
    login = demo_login() if sandbox_port else None
    if login:
        lines += [f"  demo login:    {login.email}  password: {login.password}"]
    if sandbox_port:
        lines += [
            f"  sandbox:       http://127.0.0.1:{sandbox_port}/sandbox/  (an invented Instagram)"
        ]
    print("\n".join([*lines, "  Ctrl-C ends everything.", ""]), flush=True)


def _shown(host: str) -> str:
    return {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, host)  # noqa: S104 - compared, not bound


def _check_ports(ports: Sequence[int], host: str) -> None:
    import socket

    for port in ports:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((_shown(host), port))
            except OSError:
                raise Failure(
                    f"Port {port} is in use on this machine; choose another: KITH_PORT={port + 100} make run."
                ) from None


class _Parts:
    """The child processes: started, watched, ended together."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._environment = environment
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._asked_to_stop = False
        for signum in (signal.SIGINT, signal.SIGTERM):
            signal.signal(signum, self._ask_to_stop)

    def _ask_to_stop(self, _signum: int, _frame: FrameType | None) -> None:
        self._asked_to_stop = True

    def start(self, name: str, *arguments: str) -> None:
        command = [sys.executable, "-m", "kith", *arguments]
        # A group of its own: Ctrl-C in the terminal reaches this process alone, which ends the others in order.
        self._running[name] = subprocess.Popen(command, env=self._environment, process_group=0)

    def await_answer(self, url: str) -> None:
        deadline = time.monotonic() + SECONDS_TO_START
        while time.monotonic() < deadline and not self._asked_to_stop:
            self._raise_if_one_ended()
            try:
                urllib.request.urlopen(url, timeout=2).close()
            except OSError:
                time.sleep(0.05)
            else:
                return
        if not self._asked_to_stop:
            raise Failure(
                f"{url} did not answer within {SECONDS_TO_START} seconds; the log above may say why."
            )

    def _raise_if_one_ended(self) -> None:
        for name, process in self._running.items():
            if process.poll() is not None:
                raise Failure(
                    f"The {name} ended by itself (exit status {process.returncode}); the log above says why."
                )

    def serve(self) -> int:
        while not self._asked_to_stop:
            self._raise_if_one_ended()
            time.sleep(0.2)
        return 0

    def stop(self) -> None:
        """The website first, so that nothing new is asked for; the worker finishes its page."""
        for name in ("web", "worker", "sandbox"):
            process = self._running.get(name)
            if process and process.poll() is None:
                process.terminate()
        deadline = time.monotonic() + SECONDS_TO_LEAVE
        for process in self._running.values():
            try:
                process.wait(timeout=max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
