"""A connection to try the ledger on."""

from __future__ import annotations

import pytest

from kith.accounts.models import Connection
from tests import factories


@pytest.fixture
def connection() -> Connection:
    """An account that alice tracks and of which nothing is known yet."""
    return factories.make_connection()
