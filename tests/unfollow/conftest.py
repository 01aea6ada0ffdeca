"""Accounts whose queues can be filled: one known from exports, and one in front of a sandbox."""

from __future__ import annotations

import pytest

from kith.accounts.models import Connection
from tests.factories import apply, make_connection, people
from tests.secrecy import nothing_secret_is_logged
from tests.sync.conftest import alice, connection, visitor

__all__ = ["alice", "connection", "nothing_secret_is_logged", "visitor"]

FOLLOWED = ("ada", "ben", "cleo", "dan", "eve", "finn")


@pytest.fixture
def ledger() -> Connection:
    """An account that follows six people, of whom ada and ben follow back."""
    known = make_connection()
    apply(known, people(*FOLLOWED), people("ada", "ben"))
    return known
