"""The website, a worker beside it, and people in front of a browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from kith.accounts.models import User
from tests.factories import make_user
from tests.web.ledger import Ledger, ledger_of
from tests.web.working import a_worker

SignIn = Callable[[Page], Page]


@pytest.fixture
def alice(transactional_db: None) -> User:
    return make_user("alice")


@pytest.fixture
def ledger(alice: User) -> Ledger:
    return ledger_of(alice, "alice.paints")


@pytest.fixture
def site(live_server: LiveServer) -> str:
    """The address of the website. By number: the sandbox and the browser know the machine by no other name."""
    return live_server.url.replace("localhost", "127.0.0.1")


@pytest.fixture
def worker(site: str) -> Iterator[None]:
    with a_worker():
        yield


@pytest.fixture
def sign_in(site: str, alice: User) -> SignIn:
    """Gives a page the session of Alice."""

    def as_alice(page: Page) -> Page:
        browser = Client()
        browser.force_login(alice)
        session = browser.cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": site}]
        )
        return page

    return as_alice
