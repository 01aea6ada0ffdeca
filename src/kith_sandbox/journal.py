"""The file that makes a restarted sandbox the same world: a JSON line for every action."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any


class JournalError(Exception):
    """The file is no journal of a sandbox; the text says where it goes wrong."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One action as it was done.

    `at` is the moment on the sandbox's clock (epoch seconds), `offset` how far that clock was ahead
    of the machine's afterwards.
    """

    at: float
    offset: float
    action: str
    asked: dict[str, Any]


class Journal:
    """Appends actions to a file. The first is `born`: the seed, the first day, the clock's first offset."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> list[Entry]:
        """All entries. A last line that was cut off by a kill is left out."""
        if not self.path.exists():
            return []
        lines = self.path.read_text("utf-8").split("\n")
        try:
            return [_entry(line) for line in lines[:-1] if line]
        except (ValueError, KeyError, TypeError) as error:
            raise JournalError(f"{self.path} is no journal of a sandbox: {error}") from None

    def keep_whole_lines(self) -> None:
        """Cut off the rest of a line that a kill left behind."""
        if self.path.exists():
            raw = self.path.read_bytes()
            self.path.write_bytes(raw[: raw.rfind(b"\n") + 1])

    def append(self, entry: Entry) -> None:
        """Add an action."""
        line = json.dumps(
            {"at": entry.at, "offset": entry.offset, "do": entry.action, "with": entry.asked}
        )
        with self.path.open("a", encoding="utf-8") as file:
            file.write(line + "\n")

    def begin(self, seed: int, born_at: int, offset: float) -> None:
        """Forget everything but the birth of a world."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_text("", encoding="utf-8")
        self.append(Entry(born_at, offset, "born", {"seed": seed}))


def _entry(line: str) -> Entry:
    fields = json.loads(line)
    return Entry(
        float(fields["at"]), float(fields["offset"]), str(fields["do"]), dict(fields["with"])
    )
