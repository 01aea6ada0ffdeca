"""Who may open what: every route, for visitors, programs, strangers and wrong methods."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, reverse

from kith.accounts.models import Connection, User
from kith.people.models import KeptPerson, Person
from kith.sync.models import SyncJob
from kith.sync.services.withdrawing import confirmation_code
from kith.unfollow.models import Unfollow
from kith.urls import urlpatterns
from tests.web.conftest import Browser
from tests.web.ledger import ALICES_PEOPLE, BOBS_PEOPLE, Ledger, held_job, ledger_of

pytestmark = [pytest.mark.database, pytest.mark.django_db]

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
READ, WRITE = ("GET",), ("POST",)


@dataclass(frozen=True)
class Route:
    """How a route is opened. `owned` tells whose object its address names."""

    methods: tuple[str, ...]
    arguments: Callable[[Ledger], list[object]] = lambda _: []
    public: bool = False
    owned: bool = False

    def url(self, name: str, ledger: Ledger) -> str:
        return reverse(name, args=self.arguments(ledger))


def _person(ledger: Ledger) -> list[object]:
    return [Person.objects.get(connection=ledger.connection, username="orla.birch").pk]


def _job(ledger: Ledger) -> list[object]:
    return [ledger.second.pk]


def _connection(ledger: Ledger) -> list[object]:
    return [ledger.connection.pk]


def _kept(ledger: Ledger) -> list[object]:
    kept, _ = KeptPerson.objects.get_or_create(connection=ledger.connection, username="orla.birch")
    return [kept.pk]


def _unfollow(ledger: Ledger) -> list[object]:
    person = Person.objects.get(connection=ledger.connection, username="orla.birch")
    unfollow, _ = Unfollow.objects.get_or_create(
        connection=ledger.connection, person=person, username=person.username, position=1
    )
    return [unfollow.pk]


def _deletion(_: Ledger) -> list[object]:
    return [confirmation_code("10200000000000001")]


def _list_file(_: Ledger) -> list[object]:
    return ["following", "csv"]


def _list(_: Ledger) -> list[object]:
    return ["following"]


ROUTES = {
    "home": Route(READ, public=True),
    "healthz": Route(READ, public=True),
    "readyz": Route(READ, public=True),
    "dashboard": Route(READ),
    "sync": Route(WRITE),
    "sync-status": Route(READ),
    "sync-cancel": Route(WRITE),
    "list": Route(READ, _list),
    "list-file": Route(READ, _list_file),
    "ranked": Route(READ),
    "ranked-selection": Route(WRITE),
    "ranked-file": Route(READ, lambda _: ["csv"]),
    "person-explanation": Route(READ, _person, owned=True),
    "report-file": Route(READ, lambda _: ["queue", "csv"]),
    "keep-list": Route(("GET", "POST")),
    "keep-list-import": Route(WRITE),
    "keep-list-file": Route(READ, lambda _: ["csv"]),
    "keep-list-clear": Route(WRITE),
    "kept-note": Route(WRITE, _kept, owned=True),
    "kept-remove": Route(WRITE, _kept, owned=True),
    "person-keep": Route(WRITE, _person, owned=True),
    "unfollow-review": Route(("GET", "POST")),
    "unfollow-queue": Route(READ),
    "unfollow-guided": Route(READ),
    "queue-pause": Route(WRITE),
    "queue-resume": Route(WRITE),
    "queue-clear": Route(WRITE),
    "queue-settings": Route(WRITE),
    "unfollow-remove": Route(WRITE, _unfollow, owned=True),
    "unfollow-put-back": Route(WRITE, _unfollow, owned=True),
    "unfollow-done": Route(WRITE, _unfollow, owned=True),
    "unfollow-take-back": Route(WRITE, _unfollow, owned=True),
    "unfollow-skip": Route(WRITE, _unfollow, owned=True),
    "person": Route(READ, _person, owned=True),
    "changes": Route(READ),
    "history": Route(READ),
    "activity": Route(READ),
    "imports": Route(("GET", "POST")),
    "job": Route(READ, _job, owned=True),
    "job-status": Route(READ, _job, owned=True),
    "job-cancel": Route(WRITE, _job, owned=True),
    "job-accept": Route(WRITE, _job, owned=True),
    "job-discard": Route(WRITE, _job, owned=True),
    "job-undo": Route(("GET", "POST"), _job, owned=True),
    "score-settings": Route(("GET", "POST")),
    "score-preview": Route(READ),
    "score-reset": Route(WRITE),
    "score-suggestions": Route(WRITE),
    "settings": Route(READ),
    "settings-token": Route(WRITE),
    "settings-time-zone": Route(WRITE),
    "connection-choose": Route(WRITE, _connection, owned=True),
    "connection-automatic": Route(WRITE, _connection, owned=True),
    "connection-disconnect": Route(WRITE, _connection, owned=True),
    "connection-forget": Route(WRITE, _connection, owned=True),
    "connect-instagram": Route(WRITE),
    "instagram-callback": Route(READ),
    "instagram-webhook": Route(("GET", "POST"), public=True),
    "instagram-deauthorize": Route(WRITE, public=True),
    "instagram-data-deletion": Route(WRITE, public=True),
    "data-deletion-status": Route(READ, _deletion, public=True),
}
PRIVATE = [name for name, route in ROUTES.items() if not route.public]
OWNED = [name for name, route in ROUTES.items() if route.owned]
PAGES = [name for name, route in ROUTES.items() if "GET" in route.methods and not route.owned]
ALICES_WORDS = ("alice", *ALICES_PEOPLE)


def calls(name: str) -> Iterator[tuple[str, Route]]:
    for method in ROUTES[name].methods:
        yield method, ROUTES[name]


def content(response: HttpResponse) -> str:
    return b"".join(response).decode()


def test_every_route_has_a_case_here() -> None:
    own = {pattern.name for pattern in urlpatterns if isinstance(pattern, URLPattern)}
    assert own == set(ROUTES)


@pytest.mark.parametrize("name", PRIVATE)
def test_visitors_are_sent_to_the_login_page(client: Client, ledger: Ledger, name: str) -> None:
    for method, route in calls(name):
        url = route.url(name, ledger)
        response = client.generic(method, url, headers={"accept": "text/html"})
        assert response.status_code == 302
        assert response.url == reverse("account_login") + (
            f"?next={url.replace('/', '%2F')}" if method == "GET" else ""
        )


@pytest.mark.parametrize("name", PRIVATE)
def test_programs_without_a_session_get_401_as_json(
    client: Client, ledger: Ledger, name: str
) -> None:
    for method, route in calls(name):
        url = route.url(name, ledger)
        response = client.generic(method, url, headers={"accept": "application/json"})
        assert (response.status_code, response.json()) == (401, {"error": "Please sign in."})


@pytest.mark.parametrize("name", ROUTES)
def test_other_methods_are_405(browser_of_alice: Client, ledger: Ledger, name: str) -> None:
    route = ROUTES[name]
    for method in set(METHODS) - set(route.methods):
        response = browser_of_alice.generic(method, route.url(name, ledger))
        assert response.status_code == 405, method


@pytest.mark.parametrize("name", OWNED)
def test_what_belongs_to_somebody_else_is_404(
    signed_in: Browser, charlie: User, bob: User, ledger: Ledger, name: str
) -> None:
    ledger_of(bob, "bob.bakes", BOBS_PEOPLE)
    for stranger in (charlie, bob):
        for method, route in calls(name):
            response = signed_in(stranger).generic(method, route.url(name, ledger))
            assert response.status_code == 404
            assert not any(word in content(response) for word in ALICES_WORDS)
    assert Connection.objects.filter(pk=ledger.connection.pk, status="connected").exists()


@pytest.mark.parametrize("name", OWNED)
def test_what_does_not_exist_is_404_as_well(
    browser_of_alice: Client, ledger: Ledger, name: str
) -> None:
    missing = reverse(name, args=[987_654])
    for method, _ in calls(name):
        assert browser_of_alice.generic(method, missing).status_code == 404


def test_a_held_job_of_somebody_else_can_be_neither_accepted_nor_discarded(
    signed_in: Browser, charlie: User, ledger: Ledger
) -> None:
    job = held_job(ledger.connection)
    for name in ("job-accept", "job-discard"):
        assert signed_in(charlie).post(reverse(name, args=[job.pk])).status_code == 404
    assert SyncJob.objects.get(pk=job.pk).status == "held"


@pytest.mark.parametrize("name", PAGES)
def test_a_stranger_never_sees_a_name_of_somebody_else(
    signed_in: Browser, charlie: User, bob: User, ledger: Ledger, name: str
) -> None:
    ledger_of(bob, "bob.bakes", BOBS_PEOPLE)
    for stranger in (charlie, bob):
        response = signed_in(stranger).get(ROUTES[name].url(name, ledger), follow=True)
        assert not any(word in content(response) for word in ALICES_WORDS)


@pytest.mark.parametrize("name", PAGES)
def test_every_page_opens_for_its_owner(
    browser_of_alice: Client, ledger: Ledger, name: str
) -> None:
    expected = {
        "home": 302,
        "instagram-callback": 302,
        "instagram-webhook": 404,
        "score-preview": 422,
    }.get(name, 200)
    response = browser_of_alice.get(ROUTES[name].url(name, ledger))
    assert response.status_code == expected


@pytest.mark.parametrize("name", [name for name in OWNED if "GET" in ROUTES[name].methods])
def test_every_page_of_an_object_opens_for_its_owner(
    browser_of_alice: Client, ledger: Ledger, name: str
) -> None:
    assert browser_of_alice.get(ROUTES[name].url(name, ledger)).status_code == 200
