"""What every answer tells the browser: where scripts may come from, who may frame it, what is kept."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from kith.people.models import Person
from tests.web.ledger import Ledger, held_job
from tests.web.reading import parsed

pytestmark = [pytest.mark.database, pytest.mark.django_db]

FOR_EVERYBODY = [
    "/",
    "/accounts/login/",
    "/accounts/signup/",
    "/accounts/password/reset/",
    "/accounts/logout/",
    "/healthz",
    "/readyz",
    "/nothing/here",
]
FOR_USERS = [
    "/dashboard",
    "/dashboard/sync-status",
    "/lists/following",
    "/lists/following.csv",
    "/changes",
    "/activity",
    "/imports",
    "/settings",
    "/accounts/email/",
    "/accounts/password/set/",
    "/accounts/2fa/",
    "/nothing/here",
]


def policy(response: HttpResponse) -> dict[str, list[str]]:
    directives = response["Content-Security-Policy"].split(";")
    named = (directive.split() for directive in directives if directive.strip())
    return {name: sources for name, *sources in named}


def assert_guarded(response: HttpResponse) -> None:
    found = policy(response)
    assert found["default-src"] == ["'self'"]
    assert found["object-src"] == found["base-uri"] == found["frame-ancestors"] == ["'none'"]
    assert not any("unsafe" in source for sources in found.values() for source in sources)
    assert response["X-Frame-Options"] == "DENY"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"


def assert_lives_with_its_policy(page: Any) -> None:
    """Nothing on the page is what its own policy forbids."""
    for script in page.xpath("//script"):
        is_data = script.get("type") == "application/json"
        assert is_data or script.get("src", "").startswith("/static/"), script.attrib
    for sheet in page.xpath("//link[@rel='stylesheet']/@href"):
        assert sheet.startswith("/static/")
    assert not page.xpath("//style | //*[@style]")
    handlers = {name for each in page.iter() for name in each.attrib if name.startswith("on")}
    assert not handlers


@pytest.mark.parametrize("url", FOR_EVERYBODY)
def test_answers_to_visitors_are_guarded(client: Client, db: None, url: str) -> None:
    response = client.get(url)
    assert_guarded(response)
    if response["Content-Type"].startswith("text/html") and response.content:
        assert_lives_with_its_policy(parsed(response))


@pytest.mark.parametrize("url", FOR_USERS)
def test_answers_to_users_are_guarded(browser_of_alice: Client, ledger: Ledger, url: str) -> None:
    response = browser_of_alice.get(url)
    assert response.status_code in {200, 404}
    assert_guarded(response)
    if response["Content-Type"].startswith("text/html"):
        assert_lives_with_its_policy(parsed(response))


def test_pages_of_objects_are_guarded(browser_of_alice: Client, ledger: Ledger) -> None:
    someone = Person.objects.first()
    assert someone
    for url in (
        reverse("person", args=[someone.pk]),
        reverse("job", args=[held_job(ledger.connection).pk]),
    ):
        response = browser_of_alice.get(url)
        assert_guarded(response)
        assert_lives_with_its_policy(parsed(response))


def test_forms_may_lead_to_kith_and_to_instagram_only(client: Client, db: None) -> None:
    assert policy(client.get("/accounts/login/"))["form-action"] == [
        "'self'",
        "http://127.0.0.1:8801",
    ]


def test_pictures_may_come_from_kith_and_instagram_only(client: Client, db: None) -> None:
    assert policy(client.get("/accounts/login/"))["img-src"] == [
        "'self'",
        "data:",
        "http://127.0.0.1:8801",
    ]


def test_a_post_without_the_forms_mark_is_refused_in_words(ledger: Ledger) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(ledger.user)
    response = browser.post("/dashboard/sync")
    assert response.status_code == 403
    assert "This form has grown old" in parsed(response).text_content()
    assert_guarded(response)


def test_a_host_that_is_not_ours_is_refused(client: Client, db: None) -> None:
    assert client.get("/", headers={"host": "evil.example"}).status_code == 400


def test_private_pages_are_not_kept_by_caches_in_between(
    browser_of_alice: Client, ledger: Ledger
) -> None:
    for url in ("/dashboard", "/lists/following", "/lists/following.csv", "/activity"):
        assert "Cookie" in browser_of_alice.get(url)["Vary"]
