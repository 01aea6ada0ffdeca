"""Meta's two callbacks: removed permission and deletion of data, believed only with the app's signature."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import Settings

from kith.accounts.models import Connection, User
from tests.core.instagram.test_signatures import REQUEST, signed
from tests.web.ledger import Ledger, ledger_of

pytestmark = [pytest.mark.database, pytest.mark.django_db]

DEAUTHORIZE, DELETION = "/auth/instagram/deauthorize", "/auth/instagram/data-deletion"
WHOM = "10200000000000001"


@pytest.fixture
def ledger(alice: User) -> Ledger:
    """Alice's, by the id that the signed sample names."""
    ledger = ledger_of(alice, "alice.paints")
    Connection.objects.update(app_scoped_id=WHOM, connected_at=None)
    return ledger


def request_about(whom: str | None) -> dict[str, str]:
    payload = {"user_id": whom, "algorithm": "HMAC-SHA256", "issued_at": 1767225600}
    return {"signed_request": signed(payload)}


def test_a_removed_permission_is_heeded_without_a_session_or_a_csrf_token(ledger: Ledger) -> None:
    client = Client(enforce_csrf_checks=True)
    for _ in range(2):
        assert client.post(DEAUTHORIZE, {"signed_request": REQUEST}).status_code == 200
    assert Connection.objects.get().status == "reconnect_needed"
    assert ledger.connection.people.exists()


def test_a_deletion_is_done_and_its_page_says_so(client: Client, ledger: Ledger) -> None:
    first, again = (client.post(DELETION, {"signed_request": REQUEST}) for _ in range(2))
    assert not Connection.objects.exists()
    told = first.json()
    assert (first.status_code, told) == (200, again.json())
    assert set(told) == {"url", "confirmation_code"}
    assert told["url"] == f"http://testserver{DELETION}/{told['confirmation_code']}"
    page = client.get(told["url"])
    assert page.status_code == 200
    assert "was deleted" in page.content.decode()
    assert told["confirmation_code"] in page.content.decode()
    assert WHOM not in page.content.decode() + told["url"]


@pytest.mark.parametrize("whom", ["0", "99", None])
def test_an_unknown_user_gets_an_answer_as_well(
    client: Client, ledger: Ledger, whom: str | None
) -> None:
    assert client.post(DEAUTHORIZE, request_about(whom)).status_code == 200
    told = client.post(DELETION, request_about(whom)).json()
    assert client.get(told["url"]).status_code == 200
    assert Connection.objects.get().status == "connected"


@pytest.mark.parametrize("url", [DEAUTHORIZE, DELETION])
@pytest.mark.parametrize(
    "form",
    [
        {},
        {"signed_request": ""},
        {"signed_request": "a.b"},
        {"signed_request": REQUEST[:-3]},
        {"signed_request": signed({"user_id": WHOM, "algorithm": "HMAC-SHA256"}, "another")},
    ],
)
def test_what_meta_did_not_sign_changes_nothing(
    client: Client, ledger: Ledger, url: str, form: dict[str, str]
) -> None:
    assert client.post(url, form).status_code == 400
    assert Connection.objects.get().status == "connected"


def test_a_second_secret_is_accepted(client: Client, ledger: Ledger, settings: Settings) -> None:
    settings.INSTAGRAM_SIGNING_SECRETS = ["another", "sandbox-secret"]
    assert client.post(DEAUTHORIZE, {"signed_request": REQUEST}).status_code == 200
    assert Connection.objects.get().status == "reconnect_needed"


@pytest.mark.parametrize("code", ["abc", "0" * 32])
def test_a_made_up_code_has_no_page(client: Client, code: str) -> None:
    assert client.get(f"{DELETION}/{code}").status_code == 404
