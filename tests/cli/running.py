"""Runs `kith` as people and programs do."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Ran:
    """How a command ended, and what it wrote."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """Standard output as the one JSON document that it must be."""
        return json.loads(self.out)

    @property
    def failure(self) -> str:
        """The sentence on standard error: one or two lines and no traceback."""
        assert "Traceback" not in self.err
        lines = self.err.strip().splitlines()
        assert 1 <= len(lines) <= 2, self.err
        assert lines[-1].startswith("kith: ") or len(lines) == 2, self.err
        return self.err.strip()


Kith = Callable[..., Ran]


def in_a_process(data_dir: Path, *arguments: str, stdin: str = "", **environment: str) -> Ran:
    """`python -m kith …` somewhere else on the machine, with a data directory of its own."""
    known = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    done = subprocess.run(
        [sys.executable, "-m", "kith", *arguments],
        cwd=data_dir,
        env={**known, "KITH_DATA_DIR": str(data_dir), **environment},
        input=stdin,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return Ran(done.returncode, done.stdout, done.stderr)
