"""A sync tells the truth of the account it reads, and what happened since the last one."""

from __future__ import annotations

from typing import Any

import pytest
from pytest_django import Settings

from kith.accounts.models import Activity, Connection, User
from kith.core.records import ListState
from kith.people.models import Person, StagedPerson
from kith.people.reports import summary
from kith.sync.models import SpentCall, SyncJob
from kith.sync.results import sync_document
from kith.sync.services.jobs import NotQueueable, queue_sync
from kith.sync.sources import LISTS_NOT_OFFERED
from tests.contract.visitor import Visitor
from tests.factories import changes_in, lists_of, make_connection
from tests.sync.steps import (
    ORIGIN,
    behind_page,
    connect,
    page_calls,
    profile_calls,
    queue,
    states,
    sync,
    truth,
    work,
)

pytestmark = [pytest.mark.database, pytest.mark.django_db]

COMPLETE = (ListState.COMPLETE, ListState.COMPLETE)
ABSENT = (ListState.ABSENT, ListState.ABSENT)


def told(job: SyncJob) -> dict[str, int]:
    return {kind: count for kind, count in job.result["changes"].items() if count}


def state_of(visitor: Visitor, account: str = "tiny.studio") -> dict[str, Any]:
    accounts = visitor.seen("state")["accounts"]
    return next(each for each in accounts if each["username"] == account)


def test_the_first_sync_equals_the_truth(connection: Connection, visitor: Visitor) -> None:
    job = sync(connection)
    assert (job.status, told(job), states(job.snapshot)) == ("completed", {}, COMPLETE)
    assert lists_of(connection) == truth(visitor)
    state = state_of(visitor)
    figures = summary(connection)
    assert figures
    for name in ("following", "followers", "mutuals", "not_following_back", "fans"):
        assert figures[name] == state[name]
    assert not StagedPerson.objects.exists()


def test_every_person_is_known_as_the_source_tells_them(
    connection: Connection, visitor: Visitor
) -> None:
    sync(connection)
    lists = visitor.seen("people?account=tiny.studio")
    fields = ("name", "biography", "verified", "followers_count", "follows_count")
    for name, since in (("following", "following_since"), ("followers", "follower_since")):
        for true in lists[name]:
            known = Person.objects.get(instagram_user_id=true["id"])
            assert {field: getattr(known, field) for field in fields} == {
                field: true[field] for field in fields
            }
            assert getattr(known, since) == true["since"]


def test_the_profile_is_brought_up_to_date(connection: Connection, visitor: Visitor) -> None:
    visitor.control("happen", account="tiny.studio", kind="follows_me")
    job = sync(connection)
    connection.refresh_from_db()
    assert connection.followers_count == state_of(visitor)["followers"]
    assert connection.last_synced_at
    assert job.total == sum(map(len, truth(visitor)))
    assert (job.processed, job.percent) == (job.total, 100)


def test_the_second_sync_reports_exactly_what_happened(
    connection: Connection, visitor: Visitor
) -> None:
    sync(connection)
    following, followers = (sorted(names) for names in truth(visitor))
    fans = sorted(set(followers) - set(following))
    mutual = min(set(following) & set(followers))

    def happen(kind: str, **fields: str) -> str:
        answer = visitor.control("happen", account="tiny.studio", kind=kind, **fields)
        return str(answer["username"])

    expected = [
        ("new_follower", happen("follows_me")),
        ("lost_follower", happen("unfollows_me", username=fans[0])),
        ("followed", happen("follow")),
        ("unfollowed", happen("unfollow", username=min(set(following) - set(followers)))),
        ("renamed", happen("rename", username=fans[1], to="a.new.name")),
        ("renamed", fans[2]),
        ("renamed", fans[3]),
        ("gone", happen("deactivate", username=mutual)),
    ]
    happen("swap", username=fans[2], to=fans[3])
    sync(connection)
    assert sorted(changes_in(connection)) == sorted(expected)
    happen("return", username=mutual)
    job = sync(connection)
    assert told(job) == {"returned": 1}
    assert lists_of(connection) == truth(visitor)


def test_a_sync_without_news_reports_none(connection: Connection, visitor: Visitor) -> None:
    sync(connection)
    assert told(sync(connection)) == {}
    assert changes_in(connection) == []


def test_a_month_of_the_sandbox_is_followed_without_a_false_word(
    alice: User, visitor: Visitor
) -> None:
    connection = connect(alice, visitor, "marlow.pine")
    sync(connection)
    before = truth(visitor, "marlow.pine")
    visitor.control("advance", days=5)
    SpentCall.objects.all().delete()
    sync(connection)
    after = truth(visitor, "marlow.pine")
    assert lists_of(connection) == after
    kinds = changes_in(connection)
    lost = {name for kind, name in kinds if kind in {"lost_follower", "gone"}}
    assert lost
    assert not lost & after[1]
    assert lost <= before[1]


def test_a_sync_costs_one_call_for_the_profile_and_one_per_page(
    connection: Connection, visitor: Visitor
) -> None:
    before = len(visitor.calls())
    sync(connection)
    assert len(visitor.calls()) - before == 1 + 2 + 4
    assert SpentCall.objects.filter(connection=connection).count() == 7


def test_the_activity_log_tells_who_asked_and_what_came_of_it(connection: Connection) -> None:
    job = sync(connection)
    started, completed = Activity.objects.order_by("id")[1:]
    assert (started.kind, completed.kind) == ("sync_started", "sync_completed")
    assert completed.details["job"] == job.pk
    assert completed.details["following"] == 181
    assert completed.details["seconds"] > 0
    for line in (started, completed):
        assert (line.address, line.user_agent) == ("192.0.2.7", "A browser")


def test_the_document_of_a_sync_says_what_the_contract_promises(connection: Connection) -> None:
    document = sync_document(sync(connection))
    assert document["success"] is True
    assert document["stats"]["following"] == document["stats"]["following_processed"] == 181
    assert document["stats"]["followers"] == document["stats"]["followers_processed"] == 350
    assert document["stats"]["lists"]["following"]["state"] == "complete"
    assert document["duration_seconds"] > 0
    assert document["error"] is None


def test_without_list_edges_there_are_counts_and_one_question(
    connection: Connection, visitor: Visitor
) -> None:
    visitor.control("switch", lists=False)
    before = profile_calls(visitor)
    job = sync(connection)
    assert (job.status, told(job), states(job.snapshot)) == ("completed", {}, ABSENT)
    assert job.snapshot
    assert (job.snapshot.follows_count, job.snapshot.followers_count) == (181, 350)
    assert job.snapshot.following_reason == job.snapshot.followers_reason == LISTS_NOT_OFFERED
    connection.refresh_from_db()
    assert connection.lists_offered is False
    assert page_calls(visitor) == 1
    assert sync(connection).status == "completed"
    assert (page_calls(visitor), profile_calls(visitor) - before) == (1, 2)
    assert summary(connection) is None


def test_people_known_from_before_stay_when_the_list_edges_go(
    connection: Connection, visitor: Visitor
) -> None:
    sync(connection)
    visitor.control("switch", lists=False)
    assert told(sync(connection)) == {}
    assert lists_of(connection) == truth(visitor)


def test_a_list_that_is_refused_behind_good_pages_is_there_in_part(
    connection: Connection, visitor: Visitor
) -> None:
    """Only at the first page a refusal tells that the API has no such list."""

    def switch_off() -> bool:
        visitor.control("switch", lists=False)
        return False

    job = sync(connection, stopping=behind_page(1, switch_off))
    assert (job.status, states(job.snapshot)) == (
        "completed",
        (ListState.PARTIAL, ListState.ABSENT),
    )
    assert len(lists_of(connection)[0]) == 100
    assert "The list of following was read in part, 100 people." in job.message


@pytest.mark.parametrize(("setting", "pages"), [("off", 0), ("on", 1), ("auto", 0)])
def test_the_setting_decides_whether_a_refusal_is_remembered(
    connection: Connection, visitor: Visitor, settings: Settings, setting: str, pages: int
) -> None:
    from kith.sync.opening import open_source
    from kith.sync.sources import APISource

    Connection.objects.update(lists_offered=False)
    settings.INSTAGRAM_LIST_EDGES = setting
    job = SyncJob.objects.select_related("connection").get(pk=queue(connection).pk)
    source = open_source(job)
    assert isinstance(source, APISource)
    assert (source.lists_offered is None) is bool(pages)
    source.close()


def test_a_list_with_more_pages_than_allowed_is_partial(
    connection: Connection, settings: Settings
) -> None:
    settings.INSTAGRAM_MAX_PAGES = 2
    job = sync(connection)
    assert states(job.snapshot) == (ListState.COMPLETE, ListState.PARTIAL)
    assert job.snapshot
    assert "INSTAGRAM_MAX_PAGES" in job.snapshot.followers_reason


def test_an_account_by_exports_alone_cannot_be_synced(alice: User) -> None:
    with pytest.raises(NotQueueable, match="not connected"):
        queue_sync(make_connection(alice), origin=ORIGIN)


def test_a_connection_whose_token_is_gone_fails_in_plain_words(connection: Connection) -> None:
    from kith.sync.engine import run_job
    from tests.sync.steps import claim

    job = queue(connection)
    connection.token.delete()
    run_job(claim())
    job.refresh_from_db()
    assert (job.status, job.error_code) == ("failed", "not-connected")
    assert "Connect the account again" in job.error


def test_an_account_that_was_renamed_is_still_the_same(
    connection: Connection, visitor: Visitor
) -> None:
    sync(connection)
    account = visitor.sandbox.world.account("tiny.studio")
    with visitor.sandbox.sandbox.lock:
        account.username = "tiny.studio.now"
    queue(connection)
    assert work().status == "completed"
    connection.refresh_from_db()
    assert connection.username == "tiny.studio.now"
    assert Connection.objects.count() == 1
