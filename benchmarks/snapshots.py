"""`make bench`: how long a snapshot takes to be applied, against a raw load of the same rows and against Django's way.

Each measurement has a process and an empty SQLite database of its own. Django's way is measured with the rows of an
export, where it comes off best, and once: it takes longer than all the rest.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from invented import SOURCES
from measuring import (
    HEAD,
    ROUNDS,
    SIZES,
    Goal,
    Measured,
    at_most,
    growth,
    is_large,
    line,
    run_script,
    typical,
)

MOST = {"first": 2.5, "second": 1.0}
WHAT = {"first": "apply a first snapshot", "second": "apply a second one, 3 % changed"}
TIMES_FASTER = 15


def main() -> None:
    print(HEAD)
    for source, rows in SOURCES.items():
        found = {size: measure(size, source, rows) for size in SIZES}
        for which, what in WHAT.items():
            growth(f"{what} ({rows})", *(found[size][which] for size in SIZES))
        if source == "export":
            compare_with_django(found[SIZES[-1]])


def measure(size: int, source: str, rows: str) -> dict[str, Measured]:
    """The middle one of some rounds, in which the raw load and kith take turns."""
    rounds = [_round(size, source) for _ in range(ROUNDS[size])]
    found = {which: typical([one[which] for one in rounds]) for which in ("raw", *MOST)}
    line(size, f"raw load ({rows})", found["raw"], found["raw"])
    for which, most in MOST.items():
        goals = [at_most(most, found[which], found["raw"])] if is_large(size) else []
        line(size, WHAT[which], found[which], found["raw"], goals)
    return found


def _round(size: int, source: str) -> dict[str, Measured]:
    with tempfile.TemporaryDirectory(prefix="kith-bench-") as name:
        _, raw = run_script("loading.py", source, str(size), data=Path(name) / "raw")
        _, kith = run_script("ledger.py", source, str(size), data=Path(name) / "kith")
        return {which: Measured(**told) for which, told in {"raw": raw, **kith}.items()}


def compare_with_django(found: dict[str, Measured]) -> None:
    size = SIZES[-1]
    with tempfile.TemporaryDirectory(prefix="kith-bench-") as name:
        _, told = run_script("django_way.py", "export", str(size), data=Path(name))
    by_django = Measured(**told)
    times = by_django.cpu / found["second"].cpu
    goal = Goal(f"kith is ≥ {TIMES_FASTER} × as fast ({times:.1f} ×)", times >= TIMES_FASTER)
    goals = [goal] if is_large(size) else []
    line(size, "the second one by bulk_create", by_django, found["raw"], goals)


if __name__ == "__main__":
    main()
