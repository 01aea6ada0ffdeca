"""The queue holds what the user approved, and whoever is protected never enters it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from kith.accounts.models import Activity, Connection
from kith.accounts.origin import Origin
from kith.accounts.services.preferences import set_suggestions
from kith.people.models import KeptPerson, Person
from kith.people.services.keeping import keep
from kith.sync.queue import huey
from kith.unfollow.models import Queue, Unfollow
from kith.unfollow.queries import Rest, acted, counts_by_status, is_by_api, queue_of, rest_of
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
        queueing.pause(ledger, origin=ORIGIN)
    assert rest_of(queue_of(ledger), timezone.now()) == Rest("", None)
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


def test_a_rest_says_why_and_until_when(ledger: Connection) -> None:
    later = timezone.now() + timedelta(hours=1)
    queueing.rest(ledger, origin=ORIGIN, reason="Instagram wants a rest.", until=later)
    rest = rest_of(queue_of(ledger), timezone.now())
    assert rest == Rest("Instagram wants a rest.", later)
    assert rest_of(queue_of(ledger), later) is None


def test_a_rest_puts_no_end_to_the_users_own_pause(ledger: Connection) -> None:
    queueing.pause(ledger, origin=ORIGIN)
    later = timezone.now() + timedelta(hours=1)
    queueing.rest(ledger, origin=ORIGIN, reason="Instagram wants a rest.", until=later)
    assert rest_of(queue_of(ledger), later) == Rest("", None)


def test_short_rests_do_not_fill_the_activity_log(ledger: Connection) -> None:
    now = timezone.now()
    for minutes in (5, 10, 180):
        until = now + timedelta(minutes=minutes)
        queueing.rest(ledger, origin=ORIGIN, reason="Instagram wants a rest.", until=until)
    assert Activity.objects.filter(kind=Activity.Kind.QUEUE_PAUSED).count() == 1


def test_whoever_is_queued_again_does_not_free_a_place_in_the_pace(ledger: Connection) -> None:
    queueing.set_pace(ledger, per_hour=2, per_day=2)
    approve(ledger, "cleo", "dan")
    for name in ("cleo", "dan"):
        guided.mark_done(unfollow_of(ledger, name), origin=ORIGIN)
    Unfollow.objects.update(status=Unfollow.Status.STILL_FOLLOWED)
    for name in ("cleo", "dan"):
        queueing.put_back(unfollow_of(ledger, name))
    assert waiting(ledger) == ["cleo", "dan"]
    for unfollow in Unfollow.objects.filter(status=Unfollow.Status.PENDING):
        guided.mark_done(unfollow, origin=ORIGIN)
    assert len(acted(ledger.pk, timezone.now())) == 4


def test_whoever_is_protected_by_now_cannot_be_put_back(ledger: Connection) -> None:
    approve(ledger, "cleo")
    queueing.take_off(unfollow_of(ledger, "cleo"))
    keep(ledger, ["cleo"], origin=ORIGIN, note="my sister")
    with pytest.raises(queueing.QueueRefused, match="my sister"):
        queueing.put_back(unfollow_of(ledger, "cleo"))


def test_a_name_kept_before_kith_met_its_person_is_protected(ledger: Connection) -> None:
    KeptPerson.objects.create(connection=ledger, username="cleo", note="my sister")
    assert approve(ledger, "cleo").candidates == []
    other = make_connection(make_user("bob"), "bob.builds")
    KeptPerson.objects.create(connection=other, username="dan")
    assert [each.person.username for each in approve(ledger, "dan").candidates] == ["dan"]


def test_another_pace_is_not_kept_waiting_by_the_old_one(ledger: Connection) -> None:
    tomorrow = timezone.now() + timedelta(days=1)
    queueing.set_pace(ledger, per_hour=1, per_day=1)
    Queue.objects.update(next_at=tomorrow)
    queueing.set_pace(ledger, per_hour=1, per_day=1)
    assert queue_of(ledger).next_at == tomorrow
    queueing.set_pace(ledger, per_hour=60, per_day=150)
    assert queue_of(ledger).next_at is None


@pytest.mark.parametrize("what", ["resume", "another way", "another pace", "put back"])
def test_a_worker_is_woken_when_the_queue_may_go_on(
    ledger: Connection, what: str, django_capture_on_commit_callbacks: Any
) -> None:
    approve(ledger, "cleo")
    cleo = unfollow_of(ledger, "cleo")
    queueing.take_off(cleo)
    queueing.pause(ledger, origin=ORIGIN)
    huey.flush()
    do = {
        "resume": lambda: queueing.resume(ledger, origin=ORIGIN),
        "another way": lambda: queueing.set_mode(ledger, Queue.Mode.GUIDED),
        "another pace": lambda: queueing.set_pace(ledger, per_hour=5, per_day=5),
        "put back": lambda: queueing.put_back(cleo),
    }[what]
    with django_capture_on_commit_callbacks(execute=True):
        do()
    assert len(huey.pending()) == 1
    huey.flush()


def test_an_account_whose_api_is_gone_goes_on_by_hand(ledger: Connection) -> None:
    Connection.objects.filter(pk=ledger.pk).update(status=Connection.Status.CONNECTED)
    ledger.refresh_from_db()
    queueing.set_mode(ledger, Queue.Mode.API)
    assert is_by_api(queue_of(ledger))
    Connection.objects.filter(pk=ledger.pk).update(status=Connection.Status.EXPORTS_ONLY)
    ledger.refresh_from_db()
    assert not is_by_api(queue_of(ledger))
