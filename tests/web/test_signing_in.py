"""Signing in and up, as people do it: with the forms of the pages."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings as DjangoSettings

from kith.accounts.models import User
from kith.accounts.services.users import add_user
from tests.web.reading import notices, parsed, words

pytestmark = [pytest.mark.database, pytest.mark.django_db]

PASSWORD = "otters-sleep-holding-hands"
LOGIN = {"login": "ada@example.org", "password": PASSWORD}
SIGNUP = {"email": "new@example.org", "password1": PASSWORD, "password2": PASSWORD}


@pytest.fixture(autouse=True)
def fresh_limits() -> Iterator[None]:
    """Attempts are counted in the cache; each test begins at none."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def ada(db: None) -> User:
    return add_user("Ada@Example.org", PASSWORD)


def test_the_form_has_the_fields_of_the_contract(client: Client) -> None:
    [form] = parsed(client.get("/accounts/login/")).xpath("//form[.//input[@name='password']]")
    assert {"login", "password"} <= set(form.fields)
    assert form.method == "POST"


def test_the_right_password_opens_the_dashboard(client: Client, ada: User) -> None:
    response = client.post("/accounts/login/", LOGIN)
    assert (response.status_code, response.url) == (302, "/dashboard")
    assert client.get("/dashboard").status_code == 200


def test_the_session_is_out_of_reach_of_scripts_and_other_sites(client: Client, ada: User) -> None:
    client.post("/accounts/login/", LOGIN)
    cookie = client.cookies["sessionid"]
    assert (cookie["samesite"], cookie["httponly"]) == ("Lax", True)


def test_the_address_may_be_written_in_any_case(client: Client, ada: User) -> None:
    response = client.post("/accounts/login/", LOGIN | {"login": "ADA@example.ORG"})
    assert response.url == "/dashboard"


def test_people_come_back_to_the_page_that_they_wanted(client: Client, ada: User) -> None:
    login = client.get("/lists/fans?search=x", headers={"accept": "text/html"}).url
    assert client.post(login, LOGIN).url == "/lists/fans?search=x"


@pytest.mark.parametrize(
    "target", ["//evil.example", "https://evil.example/", "javascript:alert(1)"]
)
def test_nobody_is_sent_elsewhere_after_signing_in(client: Client, ada: User, target: str) -> None:
    assert client.post("/accounts/login/", LOGIN | {"next": target}).url == "/dashboard"


@pytest.mark.parametrize("login", ["ada@example.org", "nobody@example.org"])
def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(
    client: Client, ada: User, login: str
) -> None:
    response = client.post("/accounts/login/", {"login": login, "password": "wrong-password"})
    assert response.status_code == 200
    assert "password you specified are not correct" in words(response)
    assert client.get("/dashboard").status_code == 302


def test_guessing_is_slowed_down_wherever_it_claims_to_come_from(client: Client, ada: User) -> None:
    for number in range(6):
        wrong = LOGIN | {"password": f"wrong-password-{number}"}
        client.post("/accounts/login/", wrong, headers={"x-forwarded-for": f"203.0.113.{number}"})
    response = client.post("/accounts/login/", LOGIN)
    assert response.status_code == 200
    assert "Too many failed login attempts" in words(response)


def test_signing_out_is_one_click_and_ends_the_session(client: Client, ada: User) -> None:
    client.post("/accounts/login/", LOGIN)
    [form] = parsed(client.get("/dashboard")).xpath("//form[@action='/accounts/logout/']")
    assert form.method == "POST"
    assert client.post("/accounts/logout/").url == "/"
    assert client.get("/dashboard").status_code == 302


def test_a_password_is_kept_as_argon2(ada: User) -> None:
    assert ada.password.startswith("argon2$argon2id$")


def test_while_signing_up_is_closed_nobody_gets_in(client: Client) -> None:
    assert "Sign-up is closed" in words(client.get("/accounts/signup/"))
    assert "Sign-up is closed" in words(client.post("/accounts/signup/", SIGNUP))
    assert not User.objects.exists()
    for url in ("/", "/accounts/login/"):
        assert not parsed(client.get(url)).xpath("//a[contains(@href, 'signup')]")


def test_while_signing_up_is_open_the_pages_lead_to_it(
    client: Client, settings: DjangoSettings
) -> None:
    settings.ACCOUNT_ALLOW_SIGNUPS = True
    for url in ("/", "/accounts/login/"):
        assert parsed(client.get(url)).xpath("//a[contains(@href, '/accounts/signup/')]")


def test_somebody_signs_up_confirms_the_address_and_gets_in(
    client: Client, settings: DjangoSettings
) -> None:
    settings.ACCOUNT_ALLOW_SIGNUPS = True
    assert client.post("/accounts/signup/", SIGNUP).url == "/accounts/confirm-email/"
    assert client.get("/dashboard").status_code == 302
    [message] = mail.outbox
    link = re.search(r"http://testserver(/accounts/confirm-email/\S+)", str(message.body))
    assert link
    confirmation = client.get(link[1])
    assert confirmation.status_code == 200
    client.post(link[1])
    response = client.post("/accounts/login/", {"login": SIGNUP["email"], "password": PASSWORD})
    assert response.url == "/dashboard"
    assert "Welcome" in words(client.get("/dashboard"))


@pytest.mark.parametrize("password", ["short", "password123", "new@example.org"])
def test_a_weak_password_is_refused(
    client: Client, settings: DjangoSettings, password: str
) -> None:
    settings.ACCOUNT_ALLOW_SIGNUPS = True
    response = client.post(
        "/accounts/signup/", SIGNUP | {"password1": password, "password2": password}
    )
    assert response.status_code == 200
    assert not User.objects.exists()


def test_signing_up_does_not_tell_who_has_an_account(
    client: Client, settings: DjangoSettings, ada: User
) -> None:
    settings.ACCOUNT_ALLOW_SIGNUPS = True
    known = client.post("/accounts/signup/", SIGNUP | {"email": "ada@example.org"})
    unknown = Client().post("/accounts/signup/", SIGNUP)
    assert known.url == unknown.url


def test_a_forgotten_password_is_set_anew_by_mail(client: Client, ada: User) -> None:
    assert client.post("/accounts/password/reset/", {"email": "ada@example.org"}).status_code == 302
    [message] = mail.outbox
    link = re.search(r"http://testserver(/accounts/password/reset/key/\S+)", str(message.body))
    assert link
    form = client.get(link[1], follow=True)
    new = {"password1": "beavers-build-at-night", "password2": "beavers-build-at-night"}
    client.post(form.request["PATH_INFO"], new)
    response = Client().post("/accounts/login/", LOGIN | {"password": new["password1"]})
    assert response.url == "/dashboard"


def test_the_front_page_hints_at_the_demo_when_there_is_one(
    client: Client, settings: DjangoSettings
) -> None:
    assert "Try the demo" not in words(client.get("/"))
    settings.KITH_DEMO_LOGIN = "demo@kith.example"
    assert "demo@kith.example" in notices(client.get("/"))
