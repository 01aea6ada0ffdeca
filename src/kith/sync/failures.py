"""Why a job failed, in words that a person can act on."""

from __future__ import annotations

import structlog

from kith.accounts.instagram import NotConnected
from kith.accounts.sealing import CannotUnseal
from kith.core.exports import ExportError
from kith.core.instagram import DEFAULT_SCOPES, InstagramError, PermissionMissing
from kith.people.services.applying import SnapshotDiscarded, SnapshotTooOld

log = structlog.get_logger("kith.sync")


class Unusable(Exception):
    """Nothing that was read can be used. The text is the reason."""


class WorkerCrashed(Exception):
    """The job made its worker crash again and again, always at the same place."""

    def __init__(self, times: int) -> None:
        super().__init__(
            f"The worker crashed {times} times in a row at the same place of this job, so it was given up. "
            "The log of the worker may say why; often the machine was out of memory."
        )


_CODES = {
    SnapshotTooOld: "older-than-known",
    SnapshotDiscarded: "discarded",
    Unusable: "nothing-readable",
    WorkerCrashed: "worker-crashed",
}


def in_words(error: Exception, job_id: int) -> tuple[str, str]:
    """A stable code, and a sentence that says what happened and what a person can do."""
    match error:
        case PermissionMissing():
            # Everything that a sync reads needs the first permission that kith asks for.
            named = error.scope or DEFAULT_SCOPES[0]
            return "permission-missing", f"{error} It is “{named}” that is needed. {error.advice}"
        case InstagramError():
            return _kebab(type(error).__name__), f"{error} {error.advice}"
        case NotConnected() | CannotUnseal():
            return "not-connected", f"{error} Connect the account again; its people stay."
        case ExportError():
            return error.code, str(error)
    for kind, code in _CODES.items():
        if isinstance(error, kind):
            return code, str(error)
    # A fault of our own is logged whole and said plainly.
    log.error("job crashed", job=job_id, exc_info=error)
    return "internal", "kith made a mistake; the log of the worker says which. Please report it."


def _kebab(name: str) -> str:
    return "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip(
        "-"
    )
