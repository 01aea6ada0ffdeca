"""At the end of a sync kith looks who commented: nobody twice, nobody guessed, and never at the cost of the lists."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.db.models import Sum
from django.utils import timezone
from pytest_django import Settings

from kith.accounts.instagram import client_for
from kith.accounts.models import Connection, User
from kith.accounts.services.tokens import store_token
from kith.core.instagram import Token
from kith.core.records import Direction, EventRecord, InteractionKind
from kith.people.models import Insight, InteractionDay, KnownPeriod
from kith.people.services.events import record_events
from kith.sync.models import Pause, SyncJob
from kith.sync.polling import ALWAYS_READ, MOST_CALLS, MOST_PAGES_OF_COMMENTS, poll_comments
from kith.sync.results import warnings_of
from kith_sandbox.media import OWNER, Media
from tests.contract.visitor import Visitor
from tests.factories import lists_of
from tests.sync.steps import (
    BASIC,
    MANAGE_COMMENTS,
    PAGES,
    Killed,
    an_hour_passes,
    connect,
    die_in,
    queue,
    sync,
    truth,
    work,
)
from tests.sync.threads import at_once

pytestmark = [pytest.mark.database, pytest.mark.django_db]

ACCOUNT = "tiny.studio"
COMMENTS_A_PAGE = 50


@pytest.fixture
def talker(alice: User, visitor: Visitor) -> Connection:
    """tiny.studio, connected with the permission to read comments."""
    return connect(alice, visitor, ACCOUNT, (BASIC, MANAGE_COMMENTS))


def posts(visitor: Visitor) -> list[Media]:
    world = visitor.sandbox.world
    return visitor.sandbox.sandbox.gallery.of(world.account(ACCOUNT))


def comment_calls(visitor: Visitor) -> list[str]:
    """The posts whose comments were asked for, page by page."""
    paths = (call["path"] for call in visitor.calls())
    return [path.split("/")[1] for path in paths if path.endswith("/comments")]


def true_days(visitor: Visitor) -> Counter[tuple[str, str]]:
    """How often everybody commented or answered on which day, as the sandbox knows it."""
    top = [comment for media in posts(visitor) for comment in media.comments]
    everything = [each for comment in top for each in (comment, *comment.replies)]
    return Counter(
        (
            visitor.sandbox.world.username(comment.author),
            f"{datetime.fromtimestamp(comment.at, UTC):%Y-%m-%d}",
        )
        for comment in everything
        if comment.author != OWNER
    )


def known_days(connection: Connection) -> Counter[tuple[str, str]]:
    received = InteractionDay.objects.filter(
        connection=connection, kind=InteractionKind.COMMENT, direction=Direction.RECEIVED
    )
    days = received.values_list("username", "day", "from_api")
    return Counter({(name, f"{day:%Y-%m-%d}"): count for name, day, count in days})


def comment(visitor: Visitor, **fields: object) -> str:
    return str(visitor.control("comment", account=ACCOUNT, **fields)["id"])


def crowd_comments(visitor: Visitor, post: int, count: int) -> None:
    """Many comments under one post, by somebody of the ledger."""
    world, media = visitor.sandbox.world, posts(visitor)[post]
    author = world.account(ACCOUNT).first_number
    for number in range(count):
        visitor.sandbox.sandbox.gallery.write(
            media.id, author, "hi", world.born_at - 86_400 + number
        )


def notices(job: SyncJob) -> list[str | None]:
    return [warning["code"] for warning in warnings_of(job)]


def test_a_sync_tells_who_commented_and_answered(talker: Connection, visitor: Visitor) -> None:
    job = sync(talker)
    assert job.status == "completed"
    assert known_days(talker) == true_days(visitor)
    assert job.cursors["comments"]["new"] == true_days(visitor).total()
    assert notices(job) == []


def test_everything_up_to_now_is_known_then(talker: Connection, visitor: Visitor) -> None:
    before = int(timezone.now().timestamp())
    sync(talker)
    period = KnownPeriod.objects.get()
    assert (period.kind, period.direction, period.snapshot) == ("comment", "received", None)
    assert period.since == posts(visitor)[-1].at
    assert before <= period.until <= int(timezone.now().timestamp())


def test_comments_of_people_whom_one_follows_are_theirs_and_are_scored(
    talker: Connection, visitor: Visitor
) -> None:
    name = min(truth(visitor)[0])
    comment(visitor, username=name)
    sync(talker)
    day = InteractionDay.objects.filter(username=name).latest("day")
    assert day.person
    assert day.person.username == name
    assert Insight.objects.get(person=day.person).last_interaction == day.last_at


def test_a_second_sync_reads_the_newest_posts_and_those_with_news(
    talker: Connection, visitor: Visitor
) -> None:
    sync(talker)
    comment(visitor, username="new.guest", post=30)
    before = len(comment_calls(visitor))
    job = sync(talker)
    asked = comment_calls(visitor)[before:]
    newest = {post.id for post in posts(visitor)[:ALWAYS_READ] if post.comments}
    assert set(asked) == newest | {posts(visitor)[30].id}
    assert job.cursors["comments"]["new"] == 1
    assert known_days(talker) == true_days(visitor)


def test_a_sync_without_news_counts_nothing_anew(talker: Connection, visitor: Visitor) -> None:
    sync(talker)
    first = KnownPeriod.objects.get().until
    for _ in range(2):
        an_hour_passes()
        assert sync(talker).cursors["comments"]["new"] == 0
    assert known_days(talker) == true_days(visitor)
    assert KnownPeriod.objects.get().until >= first


def test_ones_own_answers_are_no_interactions(talker: Connection, visitor: Visitor) -> None:
    asked = comment(visitor, username="new.guest")
    comment(visitor, username=ACCOUNT, reply_to=asked)
    comment(visitor, username=ACCOUNT)
    comment(visitor, username="other.guest", reply_to=asked)
    sync(talker)
    names = {name for name, _ in known_days(talker)}
    assert {"new.guest", "other.guest"} <= names
    assert ACCOUNT not in names
    assert known_days(talker) == true_days(visitor)


def test_what_a_webhook_told_counts_once(talker: Connection, visitor: Visitor) -> None:
    key = f"comment:{comment(visitor, username='new.guest')}"
    told = EventRecord(
        key=key,
        kind=InteractionKind.COMMENT,
        direction=Direction.RECEIVED,
        at=int(timezone.now().timestamp()),
        username="new.guest",
    )
    record_events(talker, [told])
    sync(talker)
    assert known_days(talker) == true_days(visitor)


@pytest.mark.django_db(transaction=True)
def test_two_polls_at_once_count_everything_once(talker: Connection, visitor: Visitor) -> None:
    def poll() -> int:
        with client_for(talker) as client:
            return poll_comments(talker, client).new

    assert sum(at_once(2, poll)) == true_days(visitor).total()
    assert known_days(talker) == true_days(visitor)


def test_an_account_without_posts_is_asked_once(talker: Connection, visitor: Visitor) -> None:
    visitor.sandbox.sandbox.gallery.media.clear()
    job = sync(talker)
    assert (job.status, job.cursors["comments"]["new"]) == ("completed", 0)
    assert not KnownPeriod.objects.exists()


# Caps: what was not read is not claimed to be known.


def test_a_post_with_very_many_comments_is_read_in_part(
    talker: Connection, visitor: Visitor
) -> None:
    crowd_comments(visitor, 3, COMMENTS_A_PAGE * MOST_PAGES_OF_COMMENTS)
    assert sync(talker).status == "completed"
    pages = Counter(comment_calls(visitor))
    assert pages[posts(visitor)[3].id] == MOST_PAGES_OF_COMMENTS
    assert not KnownPeriod.objects.exists()


def test_a_poll_that_stops_at_its_cap_goes_on_with_the_next_sync(
    talker: Connection, visitor: Visitor
) -> None:
    for post in range(5, 8):
        crowd_comments(visitor, post, COMMENTS_A_PAGE * (MOST_PAGES_OF_COMMENTS - 2))
    job = sync(talker)
    assert job.status == "completed"
    assert len(comment_calls(visitor)) == MOST_CALLS - 1
    assert known_days(talker).total() < true_days(visitor).total()
    assert not KnownPeriod.objects.exists()
    for _ in range(2):
        an_hour_passes()
        sync(talker)
    assert known_days(talker) == true_days(visitor)
    assert KnownPeriod.objects.get().since == posts(visitor)[-1].at


def test_what_was_known_before_stays_known_and_grows_no_further(
    talker: Connection, visitor: Visitor
) -> None:
    sync(talker)
    before = KnownPeriod.objects.values().get()
    crowd_comments(visitor, 3, COMMENTS_A_PAGE * MOST_PAGES_OF_COMMENTS)
    sync(talker)
    assert KnownPeriod.objects.values().get() == before


# Whatever goes wrong, the lists are read.


def test_without_the_permission_no_call_is_made_and_the_job_says_so(
    connection: Connection, visitor: Visitor
) -> None:
    before = len(visitor.calls())
    job = sync(connection)
    assert len(visitor.calls()) - before == 1 + PAGES
    assert (job.status, notices(job)) == ("completed", ["comments-not-permitted"])
    assert lists_of(connection) == truth(visitor)


def test_a_permission_that_instagram_misses_ends_the_poll(
    connection: Connection, visitor: Visitor
) -> None:
    made = visitor.control("token", account=ACCOUNT, scopes=BASIC)
    store_token(connection, Token(value=made["access_token"], issued_at=timezone.now()))
    job = sync(connection)
    assert len(comment_calls(visitor)) == 1
    assert (job.status, notices(job)) == ("completed", ["comments-not-permitted"])
    assert lists_of(connection) == truth(visitor)


def test_a_spent_budget_ends_the_poll_and_holds_nothing_up(
    talker: Connection, visitor: Visitor, settings: Settings
) -> None:
    settings.INSTAGRAM_CALLS_PER_HOUR = 1 + PAGES + 3
    job = sync(talker)
    assert (job.status, notices(job)) == ("completed", [])
    assert lists_of(talker) == truth(visitor)
    assert len(comment_calls(visitor)) == 2
    assert not KnownPeriod.objects.exists()


@pytest.mark.parametrize("path", ["/me/media", "comments"])
@pytest.mark.parametrize(
    "fault",
    [
        "http-500-html",
        "not-json",
        "error-in-200",
        "is-transient",
        "drop-connection",
        "truncated-json",
        "code-2",
        "code-10",
        "code-200",
        "code-368",
        "code-80002",
        "190-460",
        "empty-list",
        "empty-page-with-next",
        "repeated-page",
        "looping-cursor",
        "missing-next",
    ],
)
def test_whatever_fails_the_lists_are_not_harmed(
    talker: Connection, visitor: Visitor, fault: str, path: str
) -> None:
    visitor.fail(fault, path=path, times=1_000)
    job = sync(talker)
    assert job.status == "completed", job.error
    assert lists_of(talker) == truth(visitor)
    assert len(comment_calls(visitor)) <= MOST_CALLS
    assert not known_days(talker) - true_days(visitor)


def test_a_refusal_for_the_limit_is_heeded(talker: Connection, visitor: Visitor) -> None:
    visitor.fail("code-80002", path="comments", times=1_000)
    sync(talker)
    assert len(comment_calls(visitor)) == 1
    assert Pause.objects.get().connection == talker


def test_one_post_that_cannot_be_read_does_not_hide_the_others(
    talker: Connection, visitor: Visitor
) -> None:
    broken = next(post for post in posts(visitor)[5:] if post.comments)
    visitor.fail("looping-cursor", path=f"/{broken.id}/comments", times=1_000)
    sync(talker)
    assert len(set(comment_calls(visitor))) == sum(bool(post.comments) for post in posts(visitor))
    assert known_days(talker)
    assert not KnownPeriod.objects.exists()


# Workers that leave or die meanwhile


def on_comment(number: int, visitor: Visitor, then: Callable[[], bool]) -> Callable[[], bool]:
    """What the worker is asked between calls: `then` behind so many pages of comments, else to go on."""

    def stopping() -> bool:
        return then() if len(comment_calls(visitor)) == number else False

    return stopping


def die() -> bool:
    raise Killed


def test_where_a_worker_is_to_leave_the_next_one_goes_on(
    talker: Connection, visitor: Visitor
) -> None:
    queue(talker)
    job = work(stopping=on_comment(30, visitor, lambda: True))
    assert (job.status, len(comment_calls(visitor))) == ("pending", 30)
    assert work().status == "completed"
    assert lists_of(talker) == truth(visitor)
    assert known_days(talker) == true_days(visitor)
    older = {post.id for post in posts(visitor)[ALWAYS_READ:]}
    asked = Counter(post for post in comment_calls(visitor) if post in older)
    assert set(asked.values()) == {1}


def test_where_a_worker_dies_the_next_one_goes_on(talker: Connection, visitor: Visitor) -> None:
    queue(talker)
    die_in(lambda: work(stopping=on_comment(4, visitor, die)))
    assert work().status == "completed"
    assert lists_of(talker) == truth(visitor)
    assert known_days(talker) == true_days(visitor)


def test_comments_that_kill_every_worker_do_not_cost_the_lists(
    talker: Connection, visitor: Visitor
) -> None:
    queue(talker)
    for calls in (4, 8):
        die_in(lambda calls=calls: work(stopping=on_comment(calls, visitor, die)))
    job = work()
    assert (job.status, job.cursors["comments"]["new"]) == ("completed", 0)
    assert lists_of(talker) == truth(visitor)
    assert len(comment_calls(visitor)) == 8


def test_a_sync_can_be_cancelled_there(talker: Connection, visitor: Visitor) -> None:
    def cancel() -> bool:
        SyncJob.objects.update(cancel_requested=True)
        return False

    queue(talker)
    assert work(stopping=on_comment(4, visitor, cancel)).status == "cancelled"
    assert lists_of(talker) == (set(), set())


def test_no_word_of_a_comment_is_kept(talker: Connection, visitor: Visitor) -> None:
    words = {comment.text for media in posts(visitor) for comment in media.comments}
    job = sync(talker)
    kept = f"{job.cursors} {job.result} {list(InteractionDay.objects.values())}"
    assert not [word for word in words if word in kept]
    assert InteractionDay.objects.aggregate(Sum("from_api"))["from_api__sum"]
