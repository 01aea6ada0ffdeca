"""The demo: a user who connects to the sandbox through the real flow and syncs, so that the first page is not empty."""

from __future__ import annotations

import re
import secrets
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.db.models import F

DEMO_EMAIL = "demo@kith.example"
SECONDS_FOR_A_SYNC = 30
# Long enough for the sandbox's people to come, go and change their names: so the first page has changes to show.
# `kith run` begins a new sandbox so many days ago, or the people who come would come in the future.
DAYS_BETWEEN_SYNCS = 5


class DemoFailed(Exception):
    """The demo data could not be made; kith itself runs."""


@dataclass(frozen=True)
class DemoLogin:
    """With what the demo user signs in."""

    email: str
    password: str


def _password_file() -> Path:
    return Path(settings.DATA_DIR) / "demo_password"


def demo_login() -> DemoLogin | None:
    """The demo user's login, or None when there is none (any more)."""
    from kith.accounts.queries import user_by_email

    user = user_by_email(DEMO_EMAIL)
    if user is None or not _password_file().exists():
        return None
    return DemoLogin(user.email, _password_file().read_text(encoding="ascii").strip())


def prepare_demo() -> None:
    """Makes the demo user, their first sync, and a second one if the sandbox lives in the past. Raises DemoFailed."""
    from kith.accounts.queries import connections_of, user_by_email
    from kith.accounts.services.users import add_user

    user = user_by_email(DEMO_EMAIL)
    if user is None:
        password = secrets.token_urlsafe(9)
        path = _password_file()
        path.touch(mode=0o600)
        path.write_text(password, encoding="ascii")
        user = add_user(DEMO_EMAIL, password)
    if connections_of(user).exists():
        return
    print("Making demo data: a demo user connects to the sandbox and syncs …", flush=True)
    _connect(user)
    _await_sync(user)
    if (behind := _behind()) > timedelta():
        _date_back(user, behind)
        _let_pass(behind)
        _sync_again(user)


def _connect(user: Any) -> None:
    """Walks through consent as a browser would, then does what the callback page does."""
    import httpx2

    from kith.accounts.instagram import client_with
    from kith.accounts.origin import Origin
    from kith.accounts.services import connecting
    from kith.core.instagram import InstagramError
    from kith.sync.services.jobs import queue_sync

    redirect_uri = "http://127.0.0.1/auth/instagram/callback"
    state = connecting.start_connecting(user, "demo")
    with (
        client_with(None, redirect_uri=redirect_uri) as client,
        httpx2.Client(timeout=10) as browser,
    ):
        code = _code_from_consent(browser, client.authorization_url(state))
        connecting.use_attempt(user, "demo", state)
        try:
            token = connecting.token_from_code(client, code)
            with client_with(token) as connected:
                profile = connected.own_account()
        except InstagramError as error:
            raise DemoFailed(f"{error} {error.advice}") from None
    connection = connecting.store_connection(
        user, profile, token, origin=Origin.of_program("kith run"), how="demo"
    )
    queue_sync(connection, origin=Origin.of_program("kith run"))


def _code_from_consent(browser: Any, url: str) -> str:
    page = browser.get(url)
    for _ in range(4):
        location = page.headers.get("location", "")
        found = re.search(r"[?&]code=([^&#]+)", location)
        if found:
            return found.group(1)
        if location:
            page = browser.get(urljoin(str(page.url), location))
            continue
        page = _submit_first_form(browser, page)
    raise DemoFailed("the sandbox's consent page did not lead back")


def _submit_first_form(browser: Any, page: Any) -> Any:
    """Presses the form's first button with everything as it was proposed."""
    from lxml import html

    document: Any = html.fromstring(page.text)
    form = document.forms[0]
    values = dict(form.form_values())
    button = form.xpath(".//button[@name]")
    if button:
        values[button[0].get("name")] = button[0].get("value", "")
    target = urljoin(str(page.url), form.action or str(page.url))
    if form.method == "GET":
        return browser.get(target, params=values)
    return browser.post(target, data=values)


def _await_sync(user: Any) -> None:
    from kith.sync.models import SyncJob

    deadline = time.monotonic() + SECONDS_FOR_A_SYNC
    while time.monotonic() < deadline:
        job = SyncJob.objects.filter(connection__user=user).order_by("-id").first()
        if job and not job.is_active:
            return
        time.sleep(0.1)


def _behind() -> timedelta:
    """How far the sandbox's clock is behind this machine's."""
    import httpx2

    answer = httpx2.get(f"{settings.INSTAGRAM_GRAPH_URL}/sandbox/state", timeout=10)
    return timedelta(seconds=-answer.json()["clock"]["offset_seconds"])


def _date_back(user: Any, behind: timedelta) -> None:
    """kith dates what it reads by its own clock, but the lists were as they were when the sandbox's clock stood."""
    from kith.people.models import Snapshot

    Snapshot.objects.filter(connection__user=user).update(
        taken_after=F("taken_after") - behind, taken_at=F("taken_at") - behind
    )


def _let_pass(behind: timedelta) -> None:
    """Lets the sandbox catch up with the present."""
    import httpx2

    answer = httpx2.post(
        f"{settings.INSTAGRAM_GRAPH_URL}/sandbox/advance",
        json={"seconds": behind.total_seconds()},
        timeout=10,
    )
    if answer.status_code != 200:
        raise DemoFailed("the sandbox's clock could not be moved")


def _sync_again(user: Any) -> None:
    from kith.accounts.origin import Origin
    from kith.accounts.queries import connections_of
    from kith.sync.services.jobs import queue_sync

    queue_sync(connections_of(user)[0], origin=Origin.of_program("kith run"))
    _await_sync(user)
