"""From a selection to the queue and through it: nothing is unfollowed without the user's approval."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from kith.accounts.models import Connection, User
from kith.people.models import Person
from kith.unfollow.models import Queue, Unfollow
from kith.unfollow.services import approving, queueing
from tests.factories import person
from tests.sync.steps import ORIGIN
from tests.web.conftest import Browser
from tests.web.ledger import Ledger, connect, take
from tests.web.reading import actions, notices, parsed, words

pytestmark = [pytest.mark.database, pytest.mark.django_db]
CROWD = [f"crowd.{n}" for n in range(5)]


@pytest.fixture
def crowd(alice: User) -> Ledger:
    connection = connect(alice, "alice.paints")
    take(connection, following=CROWD, followers=[])
    return Ledger(alice, connection, None, None)  # type: ignore[arg-type]


def pk(username: str) -> int:
    return Person.objects.get(username=username).pk


def unfollow(username: str) -> Unfollow:
    return Unfollow.objects.get(username=username)


def approve(browser: Client, *usernames: str) -> None:
    browser.post("/unfollows/review", {"person": [pk(name) for name in usernames]})


def test_the_review_shows_reasons_pace_and_the_day(browser_of_alice: Client, crowd: Ledger) -> None:
    browser_of_alice.post(f"/people/{pk('crowd.1')}/keep", {"note": "my sister"})
    form = {"action": "review", "person": [pk("crowd.0"), pk("crowd.1")]}
    answer = browser_of_alice.post("/accounts/ranked/selection", form)
    assert answer.url == "/unfollows/review"
    page = words(browser_of_alice.get("/unfollows/review"))
    assert "1 to unfollow" in page
    assert "1 will not be unfollowed" in page
    assert "keep list: my sister" in page
    assert "60 an hour and 150 a day" in page
    assert not Unfollow.objects.exists()


def test_of_many_refused_the_last_are_told_by_their_reasons(
    browser_of_alice: Client, alice: User
) -> None:
    crowd = [person(f"crowd.{n}", n + 1, verified=True) for n in range(120)]
    connection = connect(alice, "alice.paints")
    take(connection, following=crowd, followers=[])
    ids = list(connection.people.values_list("pk", flat=True))
    browser_of_alice.post("/accounts/ranked/selection", {"action": "tick", "person": ids})
    page = browser_of_alice.get("/unfollows/review")
    assert "120 will not be unfollowed" in words(page)
    assert "and 20 more" in words(page)
    assert len(parsed(page).xpath("//ul[contains(@class, 'review')]/li")) == 101


def test_an_empty_review_leads_to_the_ranked_list(browser_of_alice: Client, crowd: Ledger) -> None:
    assert "Nobody is selected" in words(browser_of_alice.get("/unfollows/review"))


def test_approving_queues_only_whom_the_user_left_ticked(
    browser_of_alice: Client, crowd: Ledger
) -> None:
    approve(browser_of_alice, "crowd.0", "crowd.2")
    assert {each.username for each in Unfollow.objects.all()} == {"crowd.0", "crowd.2"}
    page = browser_of_alice.get("/unfollows/queue")
    assert "2 people are in the queue now" in notices(page)
    assert "2 waiting" in words(page)
    approve(browser_of_alice, "crowd.0")
    assert Unfollow.objects.count() == 2


def test_the_pace_counts_in_the_days_of_the_browser(
    browser_of_alice: Client, crowd: Ledger
) -> None:
    browser_of_alice.cookies["time_zone"] = "Pacific/Auckland"
    approve(browser_of_alice, "crowd.0")
    assert Queue.objects.get().time_zone in {"Pacific/Auckland", "UTC"}


def test_the_queue_can_be_paused_resumed_and_cleared(
    browser_of_alice: Client, crowd: Ledger
) -> None:
    approve(browser_of_alice, "crowd.0", "crowd.1")
    browser_of_alice.post("/unfollows/pause")
    assert "The queue is paused" in notices(browser_of_alice.get("/unfollows/queue"))
    browser_of_alice.post("/unfollows/resume")
    assert "paused" not in notices(browser_of_alice.get("/unfollows/queue"))
    browser_of_alice.post("/unfollows/clear")
    assert "Taken off 2" in words(browser_of_alice.get("/unfollows/queue"))


def test_each_can_be_taken_off_and_put_back(browser_of_alice: Client, crowd: Ledger) -> None:
    approve(browser_of_alice, "crowd.0")
    one = unfollow("crowd.0")
    browser_of_alice.post(f"/unfollows/{one.pk}/remove")
    page = browser_of_alice.get("/unfollows/queue?status=removed")
    assert f"/unfollows/{one.pk}/put-back" in actions(page)
    browser_of_alice.post(f"/unfollows/{one.pk}/put-back", {"back": "/unfollows/queue"})
    assert unfollow("crowd.0").status == "pending"


def test_a_way_back_never_leads_to_another_site(browser_of_alice: Client, crowd: Ledger) -> None:
    approve(browser_of_alice, "crowd.0")
    url = f"/unfollows/{unfollow('crowd.0').pk}/skip"
    for back in ("https://evil.example/", "//evil.example/", "javascript:alert(1)"):
        assert browser_of_alice.post(url, {"back": back}).url == "/unfollows/queue"


def test_one_by_one_done_skipped_and_taken_back(browser_of_alice: Client, crowd: Ledger) -> None:
    approve(browser_of_alice, "crowd.0", "crowd.1", "crowd.2")
    first = Unfollow.objects.order_by("position")[0]
    page = words(browser_of_alice.get("/unfollows/guided"))
    assert first.username in page
    assert "3 waiting" in page
    back = {"back": "/unfollows/guided"}
    assert browser_of_alice.post(f"/unfollows/{first.pk}/done", back).url == "/unfollows/guided"
    second = Unfollow.objects.filter(status="pending").order_by("position")[0]
    browser_of_alice.post(f"/unfollows/{second.pk}/skip", back)
    page = words(browser_of_alice.get("/unfollows/guided"))
    assert "2 waiting" in page
    assert "1 done today" in page
    browser_of_alice.post(f"/unfollows/{first.pk}/take-back", back)
    assert unfollow(first.username).status == "pending"


def test_whoever_is_still_followed_is_named(browser_of_alice: Client, crowd: Ledger) -> None:
    approve(browser_of_alice, "crowd.0")
    Unfollow.objects.update(status="still_followed")
    assert "still followed" in notices(browser_of_alice.get("/unfollows/guided"))
    assert "Still followed 1" in words(browser_of_alice.get("/unfollows/queue"))


def test_the_pace_can_be_lowered_on_the_page(browser_of_alice: Client, crowd: Ledger) -> None:
    url = "/unfollows/settings"
    browser_of_alice.post(url, {"per_hour": "20", "per_day": "80", "mode": "guided"})
    assert (Queue.objects.get().per_hour, Queue.objects.get().per_day) == (20, 80)
    browser_of_alice.post(url, {"per_hour": "999", "per_day": "80"})
    assert "restricts" in notices(browser_of_alice.get("/unfollows/queue"))
    assert Queue.objects.get().per_hour == 20


def test_strangers_cannot_touch_the_queue(
    signed_in: Browser, bob: User, browser_of_alice: Client, crowd: Ledger
) -> None:
    approve(browser_of_alice, "crowd.0")
    connect(bob, "bob.builds")
    stranger, one = signed_in(bob), unfollow("crowd.0")
    for what in ("remove", "put-back", "done", "skip", "take-back"):
        assert stranger.post(f"/unfollows/{one.pk}/{what}").status_code == 404
    stranger.post("/unfollows/clear")
    stranger.post("/unfollows/review", {"person": [pk("crowd.1")]})
    assert Unfollow.objects.get().status == "pending"


def test_a_queue_that_rests_says_until_when_on_both_of_its_pages(
    browser_of_alice: Client, crowd: Ledger
) -> None:
    approve(browser_of_alice, "crowd.0")
    until = timezone.now() + timedelta(hours=3)
    queueing.rest(crowd.connection, reason="Blocked for now.", until=until, origin=ORIGIN)
    for url in ("/unfollows/queue", "/unfollows/guided"):
        assert "paused until" in notices(browser_of_alice.get(url))
        assert "Blocked for now." in notices(browser_of_alice.get(url))
    Queue.objects.update(resume_at=timezone.now())
    for url in ("/unfollows/queue", "/unfollows/guided"):
        assert "paused" not in notices(browser_of_alice.get(url))


def test_a_page_behind_the_last_shows_the_last(browser_of_alice: Client, crowd: Ledger) -> None:
    approve(browser_of_alice, "crowd.0")
    page = words(browser_of_alice.get("/unfollows/queue?page=2"))
    assert "crowd.0" in page
    assert "Nobody is waiting" not in page


def test_by_hand_it_goes_on_when_the_api_is_gone(browser_of_alice: Client, crowd: Ledger) -> None:
    approve(browser_of_alice, "crowd.0")
    queueing.set_mode(crowd.connection, Queue.Mode.API)
    assert "one by one" not in words(browser_of_alice.get("/unfollows/queue"))
    Connection.objects.update(status=Connection.Status.EXPORTS_ONLY)
    assert "Start, one by one" in words(browser_of_alice.get("/unfollows/queue"))


def test_a_whole_queue_can_be_approved_at_once(browser_of_alice: Client, alice: User) -> None:
    connection = connect(alice, "alice.paints")
    crowd = [f"crowd.{number}" for number in range(approving.MOST_QUEUED)]
    take(connection, following=crowd, followers=[])
    people = Person.objects.values_list("pk", flat=True)
    form = {"csrfmiddlewaretoken": "of the page", "person": list(people)}
    assert browser_of_alice.post("/unfollows/review", form).status_code == 302
    assert Unfollow.objects.count() == approving.MOST_QUEUED


def test_a_browser_that_tells_no_zone_leaves_the_days_of_the_pace_alone(
    browser_of_alice: Client, crowd: Ledger
) -> None:
    browser_of_alice.cookies["time-zone"] = "Europe/Berlin"
    approve(browser_of_alice, "crowd.0")
    del browser_of_alice.cookies["time-zone"]
    approve(browser_of_alice, "crowd.1")
    assert Queue.objects.get().time_zone == "Europe/Berlin"


def test_somebody_of_an_undone_import_stands_in_the_queue_by_name(
    browser_of_alice: Client, crowd: Ledger
) -> None:
    approve(browser_of_alice, "crowd.0", "crowd.1")
    browser_of_alice.post(f"/unfollows/{unfollow('crowd.0').pk}/done")
    browser_of_alice.post(f"/unfollows/{unfollow('crowd.1').pk}/remove")
    Unfollow.objects.update(person=None)
    assert "crowd.0" in words(browser_of_alice.get("/unfollows/queue?status=done"))
    page = browser_of_alice.get("/unfollows/queue?status=removed")
    assert "crowd.1" in words(page)
    assert not any("put-back" in action for action in actions(page))
    assert "Last: crowd.0" in words(browser_of_alice.get("/unfollows/guided"))
    sheet = b"".join(browser_of_alice.get("/reports/queue.csv")).decode()
    assert "crowd.0,done" in sheet


def test_pressing_approve_twice_leads_to_the_queue_and_not_to_an_error(
    browser_of_alice: Client, crowd: Ledger
) -> None:
    approve(browser_of_alice, "crowd.0")
    answer = browser_of_alice.post("/unfollows/review", {"person": [pk("crowd.0")]}, follow=True)
    assert answer.redirect_chain == [("/unfollows/queue", 302)]
    assert "in the queue already" in notices(answer)
    answer = browser_of_alice.post("/unfollows/review", follow=True)
    assert answer.redirect_chain == [("/accounts/ranked", 302)]
    assert "Nobody was queued" in notices(answer)


def test_approving_comes_before_the_people_of_whom_there_may_be_a_thousand(
    browser_of_alice: Client, crowd: Ledger
) -> None:
    form = {"action": "review", "person": [pk("crowd.0"), pk("crowd.1")]}
    browser_of_alice.post("/accounts/ranked/selection", form)
    controls = parsed(browser_of_alice.get("/unfollows/review")).xpath(
        "//main//form//*[self::button or @type='checkbox']"
    )
    assert [control.tag for control in controls] == ["button", "input", "input"]


def test_whoever_is_kept_while_they_wait_is_said_to_be_passed_over(
    browser_of_alice: Client, crowd: Ledger
) -> None:
    approve(browser_of_alice, "crowd.0", "crowd.1")
    browser_of_alice.post(f"/people/{pk('crowd.1')}/keep", {"note": "my sister"})
    page = parsed(browser_of_alice.get("/unfollows/queue"))
    first, second = page.xpath("//main//ul[contains(@class, 'queue')]/li")
    assert "passed over" not in first.text_content()
    assert "Will be passed over. They are on your keep list: my sister" in second.text_content()
