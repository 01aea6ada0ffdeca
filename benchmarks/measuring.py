"""What every benchmark here needs: processes of their own, what they took, and lines that say which goals were reached.

Ratios and goals go by processor time: nothing here waits for long, and whatever else the machine does only adds to the
seconds beside it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

QUICK = bool(os.environ.get("BENCH_QUICK"))
# One less than round: behind a file of exactly 10,000 followers another one would be missing.
SIZES = (9_999, 99_999) if QUICK else (99_999, 999_999)
ROUNDS = {9_999: 3, 99_999: 3, 999_999: 1}  # What is over soon is measured more often.
MOST_GROWTH = 11
MEGABYTE = 1024  # wait4 tells peak memory in kilobytes
HERE = Path(__file__).resolve().parent
HEAD = f"{'people':>9}  {'what':<34}{'seconds':>9}{'cpu':>8}{'peak MB':>9}{'ratio':>7}  goal"


@dataclass(frozen=True)
class Measured:
    """What something took: seconds, seconds of the processor, and (for a whole process) megabytes at its peak."""

    seconds: float
    cpu: float
    peak: float | None = None


@dataclass(frozen=True)
class Goal:
    """A sentence, and whether it is true."""

    text: str
    is_reached: bool

    def __str__(self) -> str:
        return f"{self.text}: {'reached' if self.is_reached else 'MISSED'}"


class Stopwatch:
    """Adds up what happens inside of `running`."""

    def __init__(self) -> None:
        self._seconds = self._cpu = 0.0

    @contextmanager
    def running(self) -> Iterator[None]:
        begun, cpu = time.perf_counter(), time.process_time()
        yield
        self._cpu += time.process_time() - cpu
        self._seconds += time.perf_counter() - begun

    @property
    def measured(self) -> Measured:
        return Measured(self._seconds, self._cpu)


def run(*arguments: str, data: Path, said: str = "", **settings: str) -> tuple[Measured, str]:
    """Runs Python with kith's settings on the data directory; returns what it took, and what it printed.

    Ends everything with the process's own words when it fails.
    """
    environment = {
        **os.environ,
        "KITH_DATA_DIR": str(data),
        "DATABASE_URL": "",
        "LOG_LEVEL": "WARNING",
        **settings,
    }
    with tempfile.TemporaryFile("w+") as words:
        begun = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, *arguments],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=words,
            text=True,
        )
        assert process.stdin
        assert process.stdout
        process.stdin.write(said)
        process.stdin.close()
        printed = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            words.seek(0)
            sys.exit(f"{' '.join(arguments)} failed: {printed}{words.read()}")
    return Measured(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / MEGABYTE), printed


def run_script(name: str, *arguments: str, data: Path, **settings: str) -> tuple[Measured, Any]:
    """Runs one of the scripts in this folder; returns what it took, and the JSON document that it printed."""
    whole, printed = run(f"{HERE}/{name}", *arguments, data=data, **settings)
    return whole, json.loads(printed)


def typical(several: Sequence[Measured]) -> Measured:
    """The middle one."""
    return sorted(several, key=lambda one: one.cpu)[len(several) // 2]


def is_large(size: int) -> bool:
    """Whether the goals are meant for so many people: most are those of a million."""
    return size > 900_000


def at_most(ratio: float, measured: Measured, raw: Measured) -> Goal:
    return Goal(f"ratio ≤ {ratio:g}", measured.cpu <= raw.cpu * ratio)


def line(
    size: int, what: str, measured: Measured, raw: Measured, goals: Sequence[Goal] = ()
) -> None:
    peak = "" if measured.peak is None else f"{measured.peak:.0f}"
    print(
        f"{size:>9,}  {what:<34}{measured.seconds:>9.2f}{measured.cpu:>8.2f}{peak:>9}{measured.cpu / raw.cpu:>7.2f}"
        f"  {', '.join(map(str, goals))}",
        flush=True,
    )


def growth(what: str, smaller: Measured, larger: Measured) -> None:
    """What ten times as many people take."""
    times = larger.cpu / smaller.cpu
    goal = Goal(f"≤ {MOST_GROWTH} ×", times <= MOST_GROWTH)
    print(
        f"{what}: {SIZES[1]:,} people take {times:.1f} × the time of {SIZES[0]:,}  {goal}",
        flush=True,
    )
