"""`kith doctor`: checks what kith needs, one line each."""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from kith.core.wording import count

NAME = "doctor"
HELP = "check configuration, database, queue, keys, clock and write access"
EXAMPLE = "kith doctor"
# Nobody can have run this before it was written: an earlier clock is wrong, and tokens would seem to live for ever.
EARLIEST_PLAUSIBLE = datetime(2026, 11, 1, tzinfo=UTC)


def add_arguments(_parser: argparse.ArgumentParser) -> None:
    return


def run(_options: argparse.Namespace) -> int:
    checks: list[tuple[str, Callable[[], str]]] = [
        ("configuration", _configuration),
        ("database", _database),
        ("queue", _queue),
        ("keys", _keys),
        ("clock", _clock),
        ("write access", _write_access),
    ]
    from django.conf import settings

    inbox = settings.INBOX_DIR
    if inbox:
        checks.append(("watched folder", lambda: _inbox(inbox)))
    return 1 if [name for name, check in checks if not _passes(name, check)] else 0


def _passes(name: str, check: Callable[[], str]) -> bool:
    try:
        print(f"ok     {name}: {check()}")
    except Exception as error:  # noqa: BLE001 - whatever is wrong becomes a line
        print(f"WRONG  {name}: {error}")
        return False
    return True


def _configuration() -> str:
    from django.conf import settings
    from django.core.checks import ERROR, run_checks

    errors = [message.msg for message in run_checks() if message.level >= ERROR]
    if errors:
        raise RuntimeError(" ".join(errors))
    return f"Instagram is {'the sandbox' if settings.INSTAGRAM_IS_SANDBOX else settings.INSTAGRAM_GRAPH_URL}"


def _database() -> str:
    from kith.web.health import pending_migrations

    pending = pending_migrations()
    if pending:
        raise RuntimeError(f"{pending} migrations are not applied; run `kith migrate`")
    from django.db import connection

    return f"{connection.vendor}, up to date"


def _queue() -> str:
    from kith.sync.queue import huey

    return f"{type(huey).__name__}, {count(huey.pending_count(), 'wake-up')} waiting"


def _keys() -> str:
    from django.conf import settings

    from kith.accounts.models import AccessToken

    unopened = [stored.connection_id for stored in AccessToken.objects.all() if not _opens(stored)]
    if unopened:
        raise RuntimeError(
            f"{count(len(unopened), 'stored token opens', 'stored tokens open')} with no key of ENCRYPTION_KEY; "
            "put the old key back"
        )
    return f"{len(settings.ENCRYPTION_KEYS)} in use, every stored token opens"


def _opens(stored: object) -> bool:
    from kith.accounts.sealing import CannotUnseal

    try:
        stored.unsealed()  # type: ignore[attr-defined]
    except CannotUnseal:
        return False
    return True


def _clock() -> str:
    now = datetime.now(tz=UTC)
    if now < EARLIEST_PLAUSIBLE:
        raise RuntimeError(f"{now:%Y-%m-%d %H:%M} UTC lies in the past; set the machine's clock")
    return f"{now:%Y-%m-%d %H:%M} UTC"


def _write_access() -> str:
    from django.conf import settings

    with tempfile.NamedTemporaryFile(dir=settings.DATA_DIR) as file:
        file.write(b"kith")
        file.flush()
        os.fsync(file.fileno())
    return str(settings.DATA_DIR)


def _inbox(root: Path) -> str:
    """Files that wait for somebody are told, but are no fault of the installation."""
    from kith.sync.inbox.files import entries_in
    from kith.sync.inbox.queries import left_lying

    exports = count(len(list(entries_in(root))), "export")
    lying = [f"{look.path}: {look.reason}" for look in left_lying()]
    told = "".join(f"\n         {line}" for line in lying)
    return f"{root}, {exports}, {len(lying):,} of them not taken in{told}"
