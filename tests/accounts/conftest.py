"""Users, and an account of alice's."""

from __future__ import annotations

import pytest

from kith.accounts.models import Connection, User
from tests import factories


@pytest.fixture
def alice() -> User:
    return factories.make_user("alice")


@pytest.fixture
def bob() -> User:
    return factories.make_user("bob")


@pytest.fixture
def connection(alice: User) -> Connection:
    return factories.make_connection(alice)
