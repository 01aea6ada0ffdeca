"""`make bench`: whole runs of `kith import`, from the start of the process to its end, against a raw load of the rows.

An export of up to 1,000,000 followers is imported twice: the account as it was on two days. Everything happens on
SQLite in a temporary directory.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from invented import ACCOUNT, write_export
from measuring import (
    HEAD,
    SIZES,
    Goal,
    Measured,
    at_most,
    growth,
    is_large,
    line,
    run,
    run_script,
)

EMAIL = "bench@kith.example"
MOST_SECOND = 3.0
MOST_MEMORY = 350
DAYS = {1: "kith import, the first time", 2: "kith import, the second time"}


def main() -> None:
    print(HEAD)
    found = {size: measure(size) for size in SIZES}
    for day, what in DAYS.items():
        growth(what, *(found[size][day] for size in SIZES))


def measure(size: int) -> dict[int, Measured]:
    """The imports of both days, printed as they come."""
    with tempfile.TemporaryDirectory(prefix="kith-bench-") as name:
        folder, data = Path(name), Path(name) / "data"
        _, told = run_script("loading.py", "export", str(size), data=folder / "raw")
        raw = Measured(**told)
        line(size, "raw load of the same rows", raw, raw)
        run("-m", "kith", "migrate", data=data)
        run(
            "-m", "kith", "user", "add", EMAIL, "--password-stdin",
            data=data, said="seven-quiet-otters\n",
        )  # fmt: skip
        found = {}
        for day, what in DAYS.items():
            found[day] = imported = _import(folder, data, size, day)
            # Starting Python outweighs small imports.
            goals = [at_most(MOST_SECOND, imported, raw)] if day == 2 and is_large(size) else []
            line(size, what, imported, raw, [*goals, _memory(imported)])
    return found


def _import(folder: Path, data: Path, size: int, day: int) -> Measured:
    archive = write_export(folder, size, day=day)
    measured, printed = run(
        "-m", "kith", "import", str(archive), "--user", EMAIL, "--account", ACCOUNT, "--json",
        data=data,
    )  # fmt: skip
    document = json.loads(printed)
    assert document["status"] == "completed", document
    changed = sum(document["changes"].values())
    assert changed == (0 if day == 1 else size // 100 + 2 * (size // 100 + 1)), document
    archive.unlink()
    return measured


def _memory(measured: Measured) -> Goal:
    peak = measured.peak or 0
    return Goal(f"memory < {MOST_MEMORY} MB", 0 < peak < MOST_MEMORY)


if __name__ == "__main__":
    main()
