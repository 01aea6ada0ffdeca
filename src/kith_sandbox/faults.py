"""Failures on demand: "fail the next N calls of this path, after M good ones, in this way"."""

from __future__ import annotations

from dataclasses import asdict, dataclass

TOKEN_FAULTS: dict[str, int | None] = {
    "190-458": 458,
    "190-459": 459,
    "190-460": 460,
    "190-463": 463,
    "190-464": 464,
    "190-467": 467,
    "190-none": None,
}
CODE_FAULTS = {f"code-{code}": code for code in (1, 2, 4, 10, 17, 32, 200, 368, 613, 80002)}
PAGE_FAULTS = (
    "empty-page-with-next",
    "empty-list",
    "repeated-page",
    "looping-cursor",
    "missing-next",
)
BODY_FAULTS = ("http-500-html", "http-429", "error-in-200", "is-transient", "not-json")
WIRE_FAULTS = ("truncated-json", "timeout", "slow", "drop-connection")
FAULTS = (*WIRE_FAULTS, *BODY_FAULTS, *CODE_FAULTS, *TOKEN_FAULTS, *PAGE_FAULTS)


@dataclass
class Fault:
    """A failure that waits for its calls; `seconds` is for `timeout`, `slow` and `http-429`."""

    name: str
    times: int = 1
    skip: int = 0
    path: str = ""
    seconds: float = 0.0

    def concerns(self, paths: tuple[str, ...]) -> bool:
        """Whether one of a call's spellings begins with `path`, or has it as one component."""
        word = self.path.strip("/")
        return any(path.startswith(self.path) or word in path.split("/") for path in paths)

    def to_json(self) -> dict[str, object]:
        """The fault, for the control API."""
        return asdict(self)


class Faults:
    """The failures that are still to come, first asked first served."""

    def __init__(self) -> None:
        self.waiting: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Let some calls fail."""
        self.waiting.append(fault)

    def take(self, paths: tuple[str, ...]) -> Fault | None:
        """The failure of this call, if it has one."""
        for fault in self.waiting:
            if not fault.concerns(paths):
                continue
            if fault.skip > 0:
                fault.skip -= 1
                continue
            fault.times -= 1
            if fault.times <= 0:
                self.waiting.remove(fault)
            return fault
        return None
