"""One visitor per test, in front of a sandbox of its own."""

from collections.abc import Iterator

import httpx2
import pytest

from kith_sandbox.server import RunningSandbox
from tests.contract.visitor import Visitor
from tests.secrecy import nothing_secret_is_logged

__all__ = ["nothing_secret_is_logged"]


@pytest.fixture
def visitor(sandbox: RunningSandbox) -> Iterator[Visitor]:
    with httpx2.Client() as http:
        yield Visitor(sandbox, http)
