"""Watches every line that a test logs: no token, code or secret may stand in one."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator

import pytest

# How the sandbox makes tokens and codes, and the secret of its one app.
SECRET = re.compile(r"\b(?:IGAA|AQ)[A-Z2-7]{40,}|sandbox-secret")


@pytest.fixture(autouse=True)
def nothing_secret_is_logged(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Lets the HTTP library print the addresses it calls, which kith keeps it from, and reads all afterwards."""
    caplog.set_level(logging.INFO, logger="httpx2")
    yield
    written = "\n".join(
        line(record) for phase in ("setup", "call") for record in caplog.get_records(phase)
    )
    assert not SECRET.search(written)


def line(record: logging.LogRecord) -> str:
    """A record with its traceback and everything attached to it, as no formatter would hide it."""
    return f"{logging.Formatter().format(record)} {record.__dict__}"
