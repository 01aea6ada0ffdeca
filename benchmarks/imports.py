"""`make bench`: how long kith takes for exports of up to 1,000,000 followers, as ratios to a raw load in the same run.

Everything runs in processes of its own, on SQLite in a temporary directory. BENCH_QUICK=1 leaves out the largest.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from invented import ACCOUNT, write_export

# One less than round: behind a file of exactly 10,000 followers another one would be missing.
SIZES = (9_999, 99_999) if os.environ.get("BENCH_QUICK") else (9_999, 99_999, 999_999)
EMAIL = "bench@kith.example"
MEGABYTE = 1024  # wait4 tells peak memory in kilobytes
MOST_MEMORY = 350
HEAD = f"{'people':>9}  {'what':<22}{'seconds':>9}{'people/s':>11}{'peak MB':>9}{'ratio':>8}  goal"


@dataclass(frozen=True)
class Measured:
    """One measurement; `peak` is in megabytes, None where several things share a process."""

    seconds: float
    peak: float | None = None


def main() -> None:
    print(HEAD)
    results = {size: measure(size) for size in SIZES}
    for smaller, larger in pairwise(SIZES):
        for what in ("apply, first", "apply, second", "import, first", "import, second"):
            growth = results[larger][what].seconds / results[smaller][what].seconds
            print(
                f"{what}: {larger:,} people take {growth:.1f} × the time of {smaller:,} (goal: 11)"
            )


def measure(size: int) -> dict[str, Measured]:
    """All measurements of one size, printed as they come."""
    with tempfile.TemporaryDirectory(prefix="kith-bench-") as name:
        folder = Path(name)
        alone = json.loads(run("benchmarks/ledger.py", str(size), data=folder / "ledger")[1])
        raw = alone["raw"]
        found = {
            "raw load": Measured(raw),
            "apply, first": Measured(alone["first"]),
            "apply, second": Measured(alone["second"]),
            **measure_imports(size, folder),
        }
    # Starting Python outweighs small imports: the goals are those of a million.
    is_large = size > 900_000
    goals = {"apply, first": 2.5, "apply, second": 1.0, "import, second": 3.0} if is_large else {}
    for what, measured in found.items():
        print(_line(size, what, measured, raw, goals.get(what)), flush=True)
    return found


def measure_imports(size: int, folder: Path) -> dict[str, Measured]:
    """Whole runs of `kith import`, from the start of the process to its end."""
    data = folder / "data"
    run("-m", "kith", "migrate", data=data)
    run(
        "-m",
        "kith",
        "user",
        "add",
        EMAIL,
        "--password-stdin",
        data=data,
        said="seven-quiet-otters\n",
    )
    found = {}
    for day, what in ((1, "import, first"), (2, "import, second")):
        archive = write_export(folder, size, day=day)
        found[what], printed = run(
            "-m",
            "kith",
            "import",
            str(archive),
            "--user",
            EMAIL,
            "--account",
            ACCOUNT,
            "--json",
            data=data,
        )
        document = json.loads(printed)
        assert document["status"] == "completed", document
        changed = sum(document["changes"].values())
        assert changed == (0 if day == 1 else size // 100 + 2 * (size // 100 + 1)), document
        archive.unlink()
    return found


def run(*arguments: str, data: Path, said: str = "") -> tuple[Measured, str]:
    """Runs Python with kith's settings; returns what it took, and what it printed. Raises when it fails."""
    environment = {
        **os.environ,
        "KITH_DATA_DIR": str(data),
        "DATABASE_URL": "",
        "LOG_LEVEL": "WARNING",
    }
    begun = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, *arguments],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT if "ledger" in arguments[0] else subprocess.DEVNULL,
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
        sys.exit(f"{' '.join(arguments)} failed: {printed}")
    return Measured(seconds, usage.ru_maxrss / MEGABYTE), printed


def _line(size: int, what: str, measured: Measured, raw: float, goal: float | None) -> str:
    peak = "" if measured.peak is None else f"{measured.peak:.0f}"
    goals = [] if goal is None else [f"ratio ≤ {goal}"]
    goals += [] if measured.peak is None else [f"memory < {MOST_MEMORY} MB"]
    return (
        f"{size:>9,}  {what:<22}{measured.seconds:>9.2f}{size / measured.seconds:>11,.0f}{peak:>9}"
        f"{measured.seconds / raw:>8.2f}  {', '.join(goals)}"
    )


if __name__ == "__main__":
    main()
