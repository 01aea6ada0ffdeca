"""`kith run`: everything in one process group, from the first page to Ctrl-C."""

from __future__ import annotations

import json
import os
import random
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.running import in_a_process

pytestmark = pytest.mark.slow


# Below the ports that systems hand out by themselves, so that nobody is given one between the choice and the start.
PORTS = range(20_000, 32_000)


def free_ports() -> int:
    """A port whose successor is free as well: the sandbox takes the next one."""
    while True:
        port = random.choice(PORTS)
        with closing(socket.socket()) as first, closing(socket.socket()) as second:
            try:
                first.bind(("127.0.0.1", port))
                second.bind(("127.0.0.1", port + 1))
            except OSError:
                continue
            return port


class Running:
    """`kith run` in a data directory of its own."""

    def __init__(self, data_dir: Path, *arguments: str) -> None:
        self.port = free_ports()
        self.errors = data_dir / f"errors_{self.port}.txt"
        known = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        with self.errors.open("w") as errors:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "kith", "run", "--port", str(self.port), *arguments],
                cwd=data_dir,
                env={**known, "KITH_DATA_DIR": str(data_dir)},
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )

    def welcome(self) -> str:
        """What it prints until it is ready."""
        assert self.process.stdout
        lines = []
        for line in self.process.stdout:
            lines.append(line)
            if "Ctrl-C" in line:
                return "".join(lines)
        raise AssertionError(f"it ended: {''.join(lines)}\n{self.errors.read_text()}")

    def get(self, port: int, path: str) -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
            return str(answer.read().decode())

    def interrupt(self) -> int:
        self.process.send_signal(signal.SIGINT)
        self.process.communicate(timeout=30)
        return self.process.returncode


@pytest.fixture
def running(tmp_path: Path) -> Iterator[list[Running]]:
    """Whatever a test starts and forgets is ended."""
    started: list[Running] = []
    yield started
    for each in started:
        if each.process.poll() is None:
            each.interrupt()


def parents() -> dict[str, str]:
    """Every process of this machine with the one that started it."""
    listed = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True)
    return dict(line.split() for line in listed.stdout.splitlines())


def children_of(pid: int) -> set[str]:
    """Processes that this one has started, and those have started."""
    known, found = parents(), {str(pid)}
    while more := {child for child, parent in known.items() if parent in found} - found:
        found |= more
    return found - {str(pid)}


def test_it_starts_with_a_filled_demo_ends_at_the_first_ctrl_c_and_starts_again_as_it_was(
    tmp_path: Path, running: list[Running]
) -> None:
    kith = Running(tmp_path)
    running.append(kith)
    said = kith.welcome()
    assert f"http://127.0.0.1:{kith.port}" in said
    login = re.search(r"demo login: +(\S+) +password: (\S{8,})", said)
    assert login
    assert json.loads(kith.get(kith.port, "/readyz"))["status"] == "ready"
    assert login[1] in kith.get(kith.port, "/")
    assert (tmp_path / "demo_password").stat().st_mode & 0o077 == 0
    user = ("--user", login[1], "--format", "json")
    summary = json.loads(in_a_process(tmp_path, "report", "summary", *user).out)
    truth = json.loads(kith.get(kith.port + 1, "/sandbox/state"))["accounts"]
    [account] = [each for each in truth if each["username"] == summary["account"]]
    assert summary["following"] == account["following"]
    assert summary["followers"] == account["followers"]
    # Five days lie between the two syncs, and nothing in the future.
    assert json.loads(kith.get(kith.port + 1, "/sandbox/state"))["clock"]["offset_seconds"] == 0
    changes = json.loads(in_a_process(tmp_path, "report", "changes", *user).out)
    people = json.loads(in_a_process(tmp_path, "report", "followers", *user).out)
    since = {each["username"]: each["follower_since"] for each in people}
    came = [each for each in changes if each["kind"] == "new_follower"]
    assert came
    for change in came:
        assert change["after"] <= since[change["username"]] <= change["before"]
    assert max(since.values()) <= summary["taken_at"]
    children = children_of(kith.process.pid)
    assert len(children) >= 3
    assert kith.interrupt() == 0
    assert not children & set(parents())
    again = Running(tmp_path)
    running.append(again)
    assert login[0] in again.welcome()


def test_without_a_sandbox_there_is_no_demo(tmp_path: Path, running: list[Running]) -> None:
    kith = Running(tmp_path, "--no-sandbox")
    running.append(kith)
    said = kith.welcome()
    assert "demo" not in said
    assert "Try the demo" not in kith.get(kith.port, "/")
    with pytest.raises(OSError, match="refused"):
        kith.get(kith.port + 1, "/sandbox/state")


def test_a_port_that_is_taken_is_told(tmp_path: Path) -> None:
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        ran = in_a_process(tmp_path, "run", "--port", str(port))
    assert (ran.code, ran.out) == (1, "")
    assert f"Port {port} is in use" in ran.failure
    assert "KITH_PORT=" in ran.failure
