"""axe-core finds nothing to complain about on any screen: light, dark, on a phone, with people and without."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client
from django.urls import resolve, reverse
from playwright.sync_api import Browser, Page

from kith.accounts.models import User
from kith.accounts.origin import Origin
from kith.people.models import InteractionDay, KeptPerson, Person
from kith.people.services.keeping import keep_all
from kith.sync.models import SyncJob
from kith.sync.services.withdrawing import confirmation_code
from kith.unfollow.models import Unfollow
from kith.unfollow.services import approving
from tests.factories import apply, day, make_user, person
from tests.web.ledger import connect, held_job, job_of, take
from tests.web.test_routes import ROUTES

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LOOKS = {"light": ("light", 1280), "dark": ("dark", 1280), "phone": ("light", 375)}
SIGNED_OUT = (
    "/",
    "/accounts/login/",
    "/accounts/signup/",
    "/accounts/password/reset/",
    "/nothing/here",
)
# What a GET answers that is no page.
NO_SCREENS = {
    "healthz", "readyz", "sync-status", "job-status", "list-file", "ranked-file", "report-file", "keep-list-file",
    "person-explanation", "score-preview", "instagram-callback", "instagram-webhook",
}  # fmt: skip
SCREENS = (
    "/dashboard", "/lists/following", "/lists/followers?search=nobody", "/changes", "/history", "/activity", "/imports",
    "/accounts/ranked", "/accounts/ranked?search=nobody", "/unfollows/review", "/unfollows/queue",
    "/unfollows/queue?status=still_followed", "/unfollows/guided", "/whitelist", "/settings", "/settings/scores",
    "/settings/scores?inactivity=100&engagement=0&ratio=0&age=0",
    "/accounts/email/", "/accounts/password/change/", "/accounts/2fa/", "/accounts/2fa/totp/activate/",
)  # fmt: skip
# What can be opened on a screen: a selector to click, on which screen.
OPENED = {
    "/accounts/ranked?sort=since": ".more-filters summary",
    "/accounts/ranked?sort=ratio": ".opens-keys",
    "/unfollows/queue?page=1": ".queue-actions summary",
    "/whitelist?page=1": ".results-head summary",
}


@pytest.fixture
def crowded(alice: User) -> list[str]:
    """Addresses of screens on which everything is to be seen at once."""
    connect(alice, "z" * 30)
    connection = connect(alice, "alice.paints")
    crowd = [
        person(f"crowd.{n:02}", n, name="Ida Crowd" * (n % 3), followers_count=10 ** (n % 7), follows_count=90 * n)
        for n in range(60)
    ]  # fmt: skip
    take(connection, following=crowd, followers=crowd[20:])
    take(connection, following=crowd[2:], followers=crowd[25:])
    people = Person.objects.filter(connection=connection, is_following=True).order_by("username")
    ids = list(people.values_list("pk", flat=True))
    approving.approve(connection, ids[:9], origin=Origin())
    for unfollow, status in zip(Unfollow.objects.all(), Unfollow.Status, strict=False):
        Unfollow.objects.filter(pk=unfollow.pk).update(status=status, error="Why it is so.")
    keep_all(connection, ids[12:15], origin=Origin())
    KeptPerson.objects.update(note="my sister")
    InteractionDay.objects.create(
        connection=connection, person_id=ids[20], username="crowd.22", kind="like", direction="given",
        day=day(1).date(), from_export=3, last_at=int(day(1).timestamp()),
    )  # fmt: skip
    held = held_job(connect(alice, "alice.waits"))
    undone = connect(alice, "alice.undoes")
    apply(undone, [person("ada")], [], source="export")
    told = job_of(undone, kind=SyncJob.Kind.IMPORT, snapshot=undone.snapshots.get())
    failed = job_of(connection, SyncJob.Status.FAILED, SyncJob.Kind.IMPORT)
    job_of(connection, SyncJob.Status.PENDING)
    return [
        *(reverse("person", args=[pk]) for pk in (ids[0], ids[12], ids[20])),
        *(reverse("job", args=[job.pk]) for job in (held, failed, told)),
        reverse("job-undo", args=[told.pk]),
        reverse("data-deletion-status", args=[confirmation_code("10200000000000001")]),
    ]


def opened(browser: Browser, look: str, site: str, user: User | None = None) -> Page:
    """A page in a look. The policy of the page would keep axe out, so here it does not count."""
    scheme, width = LOOKS[look]
    context = browser.new_context(
        bypass_csp=True,
        color_scheme="dark" if scheme == "dark" else "light",
        reduced_motion="reduce",
        viewport={"width": width, "height": 800},
        is_mobile=width < 768,
        has_touch=width < 768,
    )
    context.add_init_script(path=AXE)
    if user:
        client = Client()
        client.force_login(user)
        name = settings.SESSION_COOKIE_NAME
        context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": site}])
    return context.new_page()


def complaints(page: Page) -> Iterator[str]:
    """What axe finds, in a line each."""
    script = "tags => axe.run(document, {runOnly: tags, resultTypes: ['violations']})"
    found: dict[str, Any] = page.evaluate(script, RULES)
    for violation in found["violations"]:
        for node in violation["nodes"]:
            yield f"{page.url}: {violation['id']}: {node['target']} {node['failureSummary']}"


def look_at(page: Page, urls: dict[str, str]) -> list[str]:
    found: list[str] = []
    for url, opener in urls.items():
        page.goto(url)
        if opener:
            page.locator(opener).first.focus()
            page.keyboard.press("Enter")
        found += complaints(page)
    page.context.close()
    return found


def test_no_screen_is_left_out(crowded: list[str]) -> None:
    looked_at = {resolve(urlsplit(url).path).url_name for url in ("/", *SCREENS, *crowded)}
    screens = {name for name, route in ROUTES.items() if "GET" in route.methods} - NO_SCREENS
    assert screens - looked_at == set()


@pytest.mark.parametrize("look", LOOKS)
def test_without_signing_in(browser: Browser, site: str, alice: User, look: str) -> None:
    page = opened(browser, look, site)
    assert look_at(page, {f"{site}{url}": "" for url in SIGNED_OUT}) == []


@pytest.mark.parametrize("look", LOOKS)
def test_before_there_are_people(browser: Browser, site: str, alice: User, look: str) -> None:
    page = opened(browser, look, site, make_user("charlie"))
    assert look_at(page, {f"{site}{url}": "" for url in SCREENS}) == []


@pytest.mark.parametrize("look", LOOKS)
def test_with_people(
    browser: Browser, site: str, alice: User, crowded: list[str], look: str
) -> None:
    page = opened(browser, look, site, alice)
    page.goto(f"{site}/accounts/ranked")
    page.locator("[data-pick]").nth(10).click()
    page.locator("[data-pick]").nth(13).click()
    page.get_by_text("2 selected").wait_for()
    urls = dict.fromkeys((*SCREENS, *crowded), "") | OPENED
    page.locator(".why").first.focus()
    page.get_by_role("tooltip").wait_for()
    assert list(complaints(page)) == []
    if look == "phone":
        del urls["/accounts/ranked?sort=ratio"]
    assert look_at(page, {f"{site}{url}": opener for url, opener in urls.items()}) == []
