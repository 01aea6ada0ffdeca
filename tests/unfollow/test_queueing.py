"""The queue holds what the user approved, and whoever is protected never enters it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from kith.accounts.models import Activity, Connection
from kith.accounts.origin import Origin
from kith.accounts.services.preferences import set_suggestions
from kith.people.models import Person
from kith.people.services.keeping import keep
from kith.unfollow.models import Queue, Unfollow
from kith.unfollow.queries import counts_by_status, queue_of
from kith.unfollow.services import approving, guided, queueing
from tests.factories import apply, known_person, make_connection, make_user, people

pytestmark = [pytest.mark.django_db, pytest.mark.database]
ORIGIN = Origin("192.0.2.7", "A browser")


def ids(connection: Connection, *names: str) -> list[int]:
    return [known_person(connection, name).pk for name in names]


def approve(connection: Connection, *names: str) -> approving.Review:
    return approving.approve(connection, ids(connection, *names), origin=ORIGIN)


def waiting(connection: Connection) -> list[str]:
    found = Unfollow.objects.filter(connection=connection, status=Unfollow.Status.PENDING)
    return [unfollow.username for unfollow in found.order_by("position")]


def unfollow_of(connection: Connection, name: str) -> Unfollow:
    return Unfollow.objects.get(connection=connection, username=name)


def test_a_review_names_everybody_who_is_refused_and_why(ledger: Connection) -> None:
    keep(ledger, ["ada"], origin=ORIGIN, note="my sister")
    Person.objects.filter(username="ben").update(verified=True)
    Person.objects.filter(username="cleo").update(followers_count=200_000)
    set_suggestions(ledger.user, grace_days=14, verified_from_followers=100_000)
    approve(ledger, "dan")
    apply(ledger, people("ada", "ben", "cleo", "dan", "eve"), people("ada", "ben"))
    found = approving.review(ledger, ids(ledger, "ada", "ben", "cleo", "dan", "eve", "finn"))
    assert [each.person.username for each in found.candidates] == ["eve"]
    reasons = {each.person.username: each.reason for each in found.refusals}
    assert reasons["ada"] == "They are on your keep list: my sister"
    assert "verified" in reasons["ben"]
    assert "100,000" in reasons["cleo"]
    assert "already" in reasons["dan"]
    assert "not follow" in reasons["finn"]
    assert found.waiting == 1


def test_approving_twice_queues_once(ledger: Connection) -> None:
    assert len(approve(ledger, "cleo", "dan").candidates) == 2
    assert len(approve(ledger, "cleo", "dan").candidates) == 0
    assert waiting(ledger) == ["cleo", "dan"]
    assert Activity.objects.filter(kind=Activity.Kind.UNFOLLOWS_APPROVED).count() == 1


def test_the_database_refuses_a_second_open_unfollow_of_somebody(ledger: Connection) -> None:
    approve(ledger, "cleo")
    with pytest.raises(IntegrityError), transaction.atomic():
        Unfollow.objects.create(
            connection=ledger, person=known_person(ledger, "cleo"), username="cleo", position=9
        )


def test_people_of_another_account_cannot_be_queued(ledger: Connection) -> None:
    other = make_connection(make_user("charlie"), "charlie.cooks")
    apply(other, people("zoe"), [])
    found = approving.approve(ledger, ids(other, "zoe"), origin=ORIGIN)
    assert (found.candidates, found.refusals) == ([], [])


def test_a_queue_has_an_end(ledger: Connection) -> None:
    most = approving.MOST_QUEUED
    crowd = Person.objects.bulk_create(
        Person(connection=ledger, username=f"n{n}", is_following=True, is_follower=False)
        for n in range(most - 2)
    )
    approving.approve(ledger, [each.pk for each in crowd], origin=ORIGIN)
    found = approve(ledger, "cleo", "dan", "eve")
    assert len(found.candidates) == 2
    assert f"{most:,} people at most" in found.refusals[0].reason
    assert len(waiting(ledger)) == most


def test_pausing_and_resuming_twice_is_recorded_once(ledger: Connection) -> None:
    for _ in range(2):
        queueing.pause(ledger, origin=ORIGIN, reason="A rest.")
    assert queue_of(ledger).pause_reason == "A rest."
    for _ in range(2):
        queueing.resume(ledger, origin=ORIGIN)
    assert queue_of(ledger).paused_at is None
    kinds = [Activity.Kind.QUEUE_PAUSED, Activity.Kind.QUEUE_RESUMED]
    assert Activity.objects.filter(kind__in=kinds).count() == 2


def test_clearing_takes_off_only_those_who_wait(ledger: Connection) -> None:
    approve(ledger, "cleo", "dan", "eve")
    guided.mark_done(unfollow_of(ledger, "cleo"), origin=ORIGIN)
    assert queueing.clear(ledger, origin=ORIGIN) == 2
    assert queueing.clear(ledger, origin=ORIGIN) == 0
    counts = counts_by_status(ledger)
    assert (counts["done"], counts["removed"], counts["pending"]) == (1, 2, 0)


def test_one_who_was_taken_off_can_be_put_back_at_the_end(ledger: Connection) -> None:
    approve(ledger, "cleo", "dan")
    queueing.take_off(unfollow_of(ledger, "cleo"))
    queueing.take_off(unfollow_of(ledger, "cleo"))
    assert waiting(ledger) == ["dan"]
    queueing.put_back(unfollow_of(ledger, "cleo"))
    assert waiting(ledger) == ["dan", "cleo"]
    with pytest.raises(queueing.QueueRefused, match="already"):
        queueing.put_back(unfollow_of(ledger, "cleo"))


def test_the_pace_can_be_lowered_and_not_raised(ledger: Connection) -> None:
    queueing.set_pace(ledger, per_hour=10, per_day=50)
    assert (queue_of(ledger).per_hour, queue_of(ledger).per_day) == (10, 50)
    for per_hour, per_day in ((61, 50), (0, 50), (10, 151)):
        with pytest.raises(queueing.QueueRefused):
            queueing.set_pace(ledger, per_hour=per_hour, per_day=per_day)


def test_an_account_without_an_api_cannot_unfollow_by_it(ledger: Connection) -> None:
    with pytest.raises(queueing.QueueRefused, match="guided"):
        queueing.set_mode(ledger, Queue.Mode.API)


def test_done_by_hand_counts_once_and_can_be_taken_back(ledger: Connection) -> None:
    approve(ledger, "cleo", "dan")
    cleo = unfollow_of(ledger, "cleo")
    for _ in range(2):
        guided.mark_done(cleo, origin=ORIGIN)
    assert Activity.objects.filter(kind=Activity.Kind.UNFOLLOWED).count() == 1
    following = guided.next_in_line(ledger)
    assert following
    assert following.username == "dan"
    guided.take_done_back(cleo)
    assert waiting(ledger) == ["cleo", "dan"]


def test_skipping_moves_to_the_end(ledger: Connection) -> None:
    approve(ledger, "cleo", "dan")
    guided.skip(unfollow_of(ledger, "cleo"))
    assert waiting(ledger) == ["dan", "cleo"]


def test_somebody_kept_after_the_approval_is_not_shown_any_more(ledger: Connection) -> None:
    approve(ledger, "cleo", "dan")
    keep(ledger, ["cleo"], origin=ORIGIN)
    following = guided.next_in_line(ledger)
    assert following
    assert following.username == "dan"
    assert unfollow_of(ledger, "cleo").status == Unfollow.Status.REMOVED
    assert "keep list" in unfollow_of(ledger, "cleo").error


def test_what_was_taken_off_is_not_done(ledger: Connection) -> None:
    approve(ledger, "cleo")
    queueing.take_off(unfollow_of(ledger, "cleo"))
    with pytest.raises(queueing.QueueRefused):
        guided.mark_done(unfollow_of(ledger, "cleo"), origin=ORIGIN)


def test_a_pause_with_an_end_says_when(ledger: Connection) -> None:
    later = timezone.now() + timedelta(hours=1)
    queueing.pause(ledger, origin=ORIGIN, reason="Instagram wants a rest.", resume_at=later)
    assert queue_of(ledger).resume_at == later
