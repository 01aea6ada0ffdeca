"""Alice with a ledger, Bob with another, Charlie the stranger, and a browser for each."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import httpx2
import pytest
from django.test import Client

from kith.accounts.models import User
from kith_sandbox.server import RunningSandbox
from tests.factories import make_user
from tests.web.instagram import Instagram
from tests.web.ledger import Ledger, ledger_of

Browser = Callable[[User], Client]


@pytest.fixture
def alice(db: None) -> User:
    return make_user("alice")


@pytest.fixture
def bob(db: None) -> User:
    return make_user("bob")


@pytest.fixture
def charlie(db: None) -> User:
    return make_user("charlie")


@pytest.fixture
def ledger(alice: User) -> Ledger:
    return ledger_of(alice, "alice.paints")


@pytest.fixture
def signed_in() -> Browser:
    """Makes a browser in which somebody is signed in, at the address that the sandbox sends people back to."""

    def open_browser(user: User) -> Client:
        browser = Client(SERVER_NAME="127.0.0.1")
        browser.force_login(user)
        return browser

    return open_browser


@pytest.fixture
def browser_of_alice(alice: User, signed_in: Browser) -> Client:
    return signed_in(alice)


@pytest.fixture
def consent(instagram: RunningSandbox) -> Iterator[Instagram]:
    """Instagram's side of a connection; kith's settings point to it."""
    with httpx2.Client() as http:
        yield Instagram(instagram, http)
