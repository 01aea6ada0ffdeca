"""Only what Meta signed is counted; everybody else gets a refusal, and nothing that comes makes kith stumble."""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection as database
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from kith.accounts.models import Connection, User
from kith.people.models import InteractionDay, SeenEvent
from kith.web.views.webhooks import LARGEST_BODY
from tests.core.instagram.test_signatures import BODY, SIGNATURE
from tests.web.ledger import connect, take

pytestmark = [pytest.mark.database, pytest.mark.django_db]

URL = "/webhooks/instagram"
TOKEN = "a-verify-token"
ACCOUNT = "17841400000000001"
AT = 1_767_225_600
Post = Callable[..., HttpResponse]


@pytest.fixture(autouse=True)
def webhooks_are_on(settings: Settings) -> None:
    settings.INSTAGRAM_WEBHOOK_TOKEN = TOKEN


@pytest.fixture
def tracked(alice: User) -> Connection:
    """An account by the id that deliveries name, with Ada in its ledger."""
    connection = connect(alice, "alice.paints")
    connection.instagram_user_id = ACCOUNT
    connection.save()
    take(connection, following=["ada"])
    return connection


def post(client: Client, body: bytes, signature: str | None = None, **headers: str) -> HttpResponse:
    """Signed with the app's secret unless another signature is given."""
    signature = signature or f"sha256={hmac.new(b'sandbox-secret', body, 'sha256').hexdigest()}"
    headers = {"x-hub-signature-256": signature, **headers}
    return client.post(URL, body, content_type="application/json", headers=headers)


def delivery(*values: dict[str, Any], **entry: Any) -> bytes:
    told = [{"field": "comments", "value": value} for value in values]
    known = {"id": ACCOUNT, "time": AT, "changes": told}
    return json.dumps({"object": "instagram", "entry": [known | entry]}).encode()


def comment(number: int = 1, username: str = "ada") -> dict[str, Any]:
    return {"id": str(number), "from": {"id": "99", "username": username}, "text": "A secret word"}


def counted() -> int:
    return sum(InteractionDay.objects.values_list("from_api", flat=True))


# The handshake


def handshake(client: Client, **query: str) -> HttpResponse:
    asked = {"mode": "subscribe", "challenge": "1158201444", "verify_token": TOKEN} | query
    return client.get(URL, {f"hub.{name}": value for name, value in asked.items()})


@pytest.mark.parametrize("challenge", ["1158201444", "<script>ä +&</script>", ""])
def test_the_challenge_comes_back_exactly_as_it_came(client: Client, challenge: str) -> None:
    response = handshake(client, challenge=challenge)
    assert (response.status_code, response.content.decode()) == (200, challenge)
    assert response["Content-Type"].startswith("text/plain")


@pytest.mark.parametrize(
    "query", [{"verify_token": "wrong"}, {"verify_token": ""}, {"verify_token": "ä"}, {"mode": "x"}]
)
def test_who_does_not_know_the_token_is_refused(client: Client, query: dict[str, str]) -> None:
    response = handshake(client, **query)
    assert response.status_code == 403
    assert b"1158201444" not in response.content


def test_a_bare_visit_is_refused(client: Client) -> None:
    assert client.get(URL).status_code == 403


def test_without_a_token_the_route_is_off(
    client: Client, tracked: Connection, settings: Settings
) -> None:
    settings.INSTAGRAM_WEBHOOK_TOKEN = ""
    assert handshake(client, verify_token="").status_code == 404
    assert post(client, delivery(comment())).status_code == 404
    assert counted() == 0


# Deliveries


def test_a_signed_delivery_is_counted_without_a_session_or_a_csrf_token(
    tracked: Connection,
) -> None:
    client = Client(enforce_csrf_checks=True)
    assert post(client, BODY, SIGNATURE).status_code == 200
    day = InteractionDay.objects.get()
    assert (day.kind, day.direction, day.from_api, day.last_at) == ("comment", "received", 1, AT)
    assert day.person
    assert day.person.username == "ada"
    assert not client.cookies


def test_the_same_delivery_again_counts_once(client: Client, tracked: Connection) -> None:
    for _ in range(3):
        assert post(client, delivery(comment(1), comment(2), comment(1))).status_code == 200
    assert counted() == 2


@pytest.mark.parametrize("signature", ["sha256=", "sha256=" + "0" * 64, "sha1=x", SIGNATURE, "ä"])
def test_what_is_not_signed_by_the_app_is_refused_and_not_stored(
    client: Client, tracked: Connection, signature: str
) -> None:
    assert post(client, delivery(comment()), signature).status_code == 403
    headers = {"x-hub-signature": "sha1=00"}
    missing = client.post(URL, BODY, content_type="application/json", headers=headers)
    assert missing.status_code == 403
    assert not SeenEvent.objects.exists()


def test_a_second_secret_is_accepted(
    client: Client, tracked: Connection, settings: Settings
) -> None:
    settings.INSTAGRAM_SIGNING_SECRETS = ["the-instagram-secret", "the-meta-secret"]
    body = delivery(comment())
    signature = hmac.new(b"the-meta-secret", body, "sha256").hexdigest()
    assert post(client, body, f"sha256={signature}").status_code == 200
    assert post(client, body).status_code == 403
    assert counted() == 1


@pytest.mark.parametrize("body", [b"", b"{}", b"[1", b"hello", b"\xff\xfe", b"[" * 100_000])
def test_what_is_no_delivery_is_answered_with_400(
    client: Client, tracked: Connection, body: bytes
) -> None:
    assert post(client, body).status_code == 400
    assert counted() == 0


def test_what_nobody_can_read_does_not_hide_the_rest(client: Client, tracked: Connection) -> None:
    assert post(client, delivery({"id": {}}, comment())).status_code == 200
    assert counted() == 1


@pytest.mark.parametrize("account", ["0", "17841400000000009"])
def test_the_dashboards_test_event_is_answered_and_kept_nowhere(
    client: Client, tracked: Connection, account: str
) -> None:
    assert post(client, delivery(comment(), id=account)).status_code == 200
    assert not SeenEvent.objects.exists()


def test_a_body_beyond_all_measure_is_refused_unread(client: Client) -> None:
    headers = {"CONTENT_LENGTH": str(LARGEST_BODY + 1)}
    response = client.post(URL, b"{}", content_type="application/json", **headers)  # type: ignore[arg-type]
    assert response.status_code == 413


def test_a_batch_larger_than_any_form_may_be_is_taken_in_few_queries(
    client: Client, tracked: Connection
) -> None:
    told = [comment(number, f"guest.{number % 300}") for number in range(1_000)]
    body = delivery(*({**each, "text": "ä" * 400} for each in told))
    assert len(body) > 2 * 1024 * 1024
    with CaptureQueriesContext(database) as found:
        assert post(client, body).status_code == 200
    assert len({query["sql"].partition(" VALUES ")[0] for query in found.captured_queries}) <= 16
    assert counted() == 1_000


def test_no_word_of_what_was_said_is_stored_or_logged(
    client: Client, tracked: Connection, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    post(client, delivery(comment()))
    post(client, delivery({**comment(), "from": {"username": "A secret word"}}))
    post(client, b'{"text": "A secret word"')
    post(client, delivery(comment()), "sha256=0")
    assert "secret word" not in caplog.text
    kept = f"{list(InteractionDay.objects.values())} {list(SeenEvent.objects.values())}"
    assert "secret word" not in kept
