"""What every test may ask for: a sandbox, a Valkey, a browser."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from tests.servers.valkey import RunningValkey, start_valkey

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Page, ViewportSize, WebError
    from pytest_django import Settings as DjangoSettings

    from kith_sandbox.server import RunningSandbox

DESK: ViewportSize = {"width": 1280, "height": 800}
PHONE: ViewportSize = {"width": 375, "height": 740}


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Puts the SQLite test database in a file: threads cannot safely share one in memory."""
    from django.conf import settings
    from django.db import connection

    if connection.vendor == "sqlite":
        connection.settings_dict["TEST"]["NAME"] = str(settings.DATA_DIR / "test.sqlite3")


@pytest.fixture
def sandbox() -> Iterator[RunningSandbox]:
    """An Instagram of the test's own, on a free port, grown from the same seed each time."""
    from kith_sandbox.server import start

    with start(port=0, seed=7) as running:
        yield running


@pytest.fixture
def instagram(sandbox: RunningSandbox, settings: DjangoSettings) -> RunningSandbox:
    """The sandbox, with kith's settings and content security policy pointing to it."""
    old = "{0.scheme}://{0.netloc}".format(urlsplit(settings.INSTAGRAM_AUTHORIZE_URL))
    settings.INSTAGRAM_AUTHORIZE_URL = f"{sandbox.url}/oauth/authorize"
    settings.INSTAGRAM_TOKEN_URL = f"{sandbox.url}/oauth/access_token"
    settings.INSTAGRAM_GRAPH_URL = sandbox.url
    policy: dict[str, Any] = copy.deepcopy(settings.CONTENT_SECURITY_POLICY)
    for sources in policy["DIRECTIVES"].values():
        sources[:] = [sandbox.url if source == old else source for source in sources]
    settings.CONTENT_SECURITY_POLICY = policy
    return sandbox


@pytest.fixture(scope="session")
def valkey() -> Iterator[RunningValkey]:
    server = start_valkey()
    yield server
    server.stop()


@pytest.fixture
def valkey_url(valkey: RunningValkey) -> str:
    """The address of a Valkey without keys."""
    valkey.empty()
    return valkey.url


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A Chromium, one for each module of tests.

    Playwright leaves an event loop running in this thread, which Django takes for asynchronous
    code. So it lives no longer than a module: other tests keep Django's guard and may run loops.
    """
    from playwright.sync_api import sync_playwright

    from tests.servers.chromium import LAUNCH_FLAGS, browser_environment, chromium_path

    program = chromium_path()
    with pytest.MonkeyPatch.context() as environment, sync_playwright() as playwright:
        environment.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        launched = playwright.chromium.launch(
            executable_path=program, args=LAUNCH_FLAGS, env={**browser_environment(program)}
        )
        yield launched
        launched.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page on a desk's screen, in a context (cookies, storage) of its own; see `_opened`."""
    with _opened(browser, DESK) as page:
        yield page


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    """A page on a phone's touch screen, in a context of its own; see `_opened`."""
    with _opened(browser, PHONE) as page:
        yield page


@contextmanager
def _opened(browser: Browser, viewport: ViewportSize) -> Iterator[Page]:
    """Fails the test afterwards if a script threw or the content security policy was broken."""
    is_phone = viewport is PHONE
    context = browser.new_context(
        locale="en-GB", timezone_id="UTC", viewport=viewport, has_touch=is_phone, is_mobile=is_phone
    )
    faults: list[str] = []

    def note_error(error: WebError) -> None:
        faults.append(str(error.error))

    def note_violation(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            faults.append(message.text)

    context.on("weberror", note_error)
    context.on("console", note_violation)
    yield context.new_page()
    context.close()
    assert not faults
