"""An account in front of a sandbox, with two pages of following and four of followers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from pytest_django import Settings

from kith.accounts.models import Connection, User
from kith_sandbox.server import RunningSandbox
from tests.contract.visitor import Visitor
from tests.factories import make_user
from tests.secrecy import nothing_secret_is_logged
from tests.sync.steps import connect
from tests.sync.watched_folder import Inbox

__all__ = ["nothing_secret_is_logged"]

FOLLOWERS = 350


@pytest.fixture
def visitor(instagram: RunningSandbox) -> Iterator[Visitor]:
    with httpx2.Client() as http:
        visitor = Visitor(instagram, http)
        visitor.control("grow", account="tiny.studio", followers=FOLLOWERS)
        yield visitor


@pytest.fixture
def alice() -> User:
    return make_user("alice")


@pytest.fixture
def connection(alice: User, visitor: Visitor) -> Connection:
    """tiny.studio, connected by alice."""
    return connect(alice, visitor)


@pytest.fixture
def inbox(tmp_path: Path, settings: Settings) -> Inbox:
    """An empty folder that is watched."""
    settings.INBOX_DIR = tmp_path / "inbox"
    settings.INBOX_DIR.mkdir()
    return Inbox(settings.INBOX_DIR)
