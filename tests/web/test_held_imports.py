"""A doubtful import waits for an answer on its page, and changes nothing until then."""

from __future__ import annotations

import pytest
from django.test import Client

from kith.accounts.models import Activity, Connection, User
from kith.sync.models import SyncJob
from tests.factories import apply, person
from tests.web.ledger import connect, held_job, job_of
from tests.web.reading import actions, names, notices, parsed, words
from tests.web.working import work_off_jobs

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def followers_of(connection: Connection) -> int:
    return connection.people.filter(is_follower=True).count()


def test_a_held_import_shows_its_reasons_and_whom_it_would_lose(
    browser_of_alice: Client, alice: User
) -> None:
    job = held_job(connect(alice, "alice.paints"))
    response = browser_of_alice.get(f"/jobs/{job.pk}")
    text = words(response)
    assert "The list of followers is suddenly empty; kith knows 60 people on it." in text
    assert "60 people would count as having left" in text
    assert "crowd.00" in text
    assert {f"/jobs/{job.pk}/accept", f"/jobs/{job.pk}/discard"} <= actions(response)


def test_a_held_import_shows_exactly_those_who_would_leave(
    browser_of_alice: Client, alice: User
) -> None:
    """Whoever has another name now stays; whoever would leave stands there with the list."""
    connection = connect(alice, "alice.paints")
    crowd = [person(f"crowd.{number:03}", number) for number in range(150)]
    apply(connection, crowd[:3], crowd)
    renamed = person("anew", 149)
    assert apply(connection, crowd[1:3], [crowd[1], renamed]).held
    job = job_of(connection, SyncJob.Status.HELD, snapshot=connection.snapshots.get(state="held"))
    response = browser_of_alice.get(f"/jobs/{job.pk}")
    text = words(response)
    assert "148 people would count as having left" in text
    assert "1 would leave following, 148 would leave followers. The first 100 by name:" in text
    assert len(names(response)) == 100
    assert names(response)[:2] == ["crowd.000", "crowd.002"]
    relations = parsed(response).xpath("//td[@data-label='Relation']")
    assert [cell.text_content() for cell in relations[:2]] == [
        "Would be on neither list",
        "Would not follow you",
    ]
    assert "crowd.149" not in text


def test_accepting_a_held_import_applies_it(browser_of_alice: Client, alice: User) -> None:
    connection = connect(alice, "alice.paints")
    job = held_job(connection)
    SyncJob.objects.update(cursors={"following": {"done": True}, "followers": {"done": True}})
    response = browser_of_alice.post(f"/jobs/{job.pk}/accept")
    assert (response.status_code, response.url) == (302, f"/jobs/{job.pk}")
    assert followers_of(connection) == 60
    work_off_jobs()
    assert SyncJob.objects.get().status == "completed"
    assert followers_of(connection) == 0
    assert "snapshot_accepted" in Activity.objects.values_list("kind", flat=True)


def test_discarding_a_held_import_changes_nothing(browser_of_alice: Client, alice: User) -> None:
    connection = connect(alice, "alice.paints")
    job = held_job(connection)
    response = browser_of_alice.post(f"/jobs/{job.pk}/discard", follow=True)
    assert "nothing was changed" in notices(response)
    assert SyncJob.objects.get().status == "cancelled"
    assert followers_of(connection) == 60
    assert "snapshot_discarded" in Activity.objects.values_list("kind", flat=True)


@pytest.mark.parametrize("answers", [("accept", "discard"), ("discard", "accept")])
def test_a_question_is_answered_once(
    browser_of_alice: Client, alice: User, answers: tuple[str, str]
) -> None:
    job = held_job(connect(alice, "alice.paints"))
    browser_of_alice.post(f"/jobs/{job.pk}/{answers[0]}")
    first = SyncJob.objects.get().status
    response = browser_of_alice.post(f"/jobs/{job.pk}/{answers[1]}", follow=True)
    assert notices(response)
    assert SyncJob.objects.get().status == first
