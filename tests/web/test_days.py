"""The history day by day: each number leads to the changes behind it, and growth is measured with one measure."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import Client

from kith.accounts.models import Connection, User
from kith.people.models import Snapshot
from tests.factories import apply, day, people
from tests.web.ledger import Ledger, connect, take
from tests.web.reading import link, parsed, words

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def table(response: HttpResponse) -> list[str]:
    """The rows of the table, without what only screen readers are told."""
    rows = []
    for row in parsed(response).xpath("//main//tbody/tr"):
        for hidden in row.xpath(".//*[contains(@class, 'visually-hidden')]"):
            hidden.getparent().remove(hidden)
        rows.append(" | ".join(" ".join(cell.text_content().split()) for cell in row))
    return rows


def test_every_day_has_its_figures_and_its_changes(
    browser_of_alice: Client, ledger: Ledger
) -> None:
    take(ledger.connection, following=["ines.hollow"], followers=["tessa.fern", "noor.vale"])
    response = browser_of_alice.get("/history")
    assert table(response) == [
        "Tue 3 Mar 2026 | 2 | −1 1 | −1 0 | 1 | 0 | 1",
        "Mon 2 Mar 2026 | 2 | 2 | 1 | 1 | 1 | 0",
        "Sun 1 Mar 2026 | 2 | 2 | 1 | 0 | 0 | 0",
    ]


def test_every_number_leads_to_its_changes(browser_of_alice: Client, ledger: Ledger) -> None:
    take(ledger.connection, following=["ines.hollow"], followers=["tessa.fern", "noor.vale"])
    links = parsed(browser_of_alice.get("/history")).xpath("//main//tbody//a/@href")
    assert links == [
        "/changes?on=2026-03-03&kind=new_follower",
        "/changes?on=2026-03-03",
        "/changes?on=2026-03-02&kind=new_follower",
        "/changes?on=2026-03-02&kind=lost_follower",
    ]
    told = [
        {row.username for row in browser_of_alice.get(url).context["page"].rows} for url in links
    ]
    assert told == [{"noor.vale"}, {"noor.vale", "orla.birch"}, {"tessa.fern"}, {"milo.crane"}]


def test_changes_of_a_day_stay_so_when_a_kind_is_chosen(
    browser_of_alice: Client, ledger: Ledger
) -> None:
    response = browser_of_alice.get("/changes?on=2026-03-02&kind=lost_follower")
    assert "Monday 2 March 2026" in words(response)
    page = response.context["page"]
    assert all("on=2026-03-02" in option.url for option in page.kinds)
    assert [row.username for row in page.rows] == ["milo.crane"]
    empty = browser_of_alice.get("/changes?on=2026-03-01")
    assert "No such change was noticed on that day" in words(empty)


def test_the_changes_of_a_day_are_paged(browser_of_alice: Client, alice: User) -> None:
    connection = connect(alice, "alice.paints")
    take(connection, followers=["orla.birch"])
    crowd = [f"crowd.{number:03}" for number in range(70)]
    take(connection, followers=["orla.birch", *crowd])
    take(connection, followers=["orla.birch", *crowd, "late.guest"])
    url: str | None = "/changes?on=2026-03-02"
    told: list[str] = []
    while url:
        response = browser_of_alice.get(url)
        told += [row.username for row in response.context["page"].rows]
        url = link(response, "next")
    assert sorted(told) == crowd


def test_days_are_paged_and_the_curves_stand_on_the_first_page(
    browser_of_alice: Client, alice: User
) -> None:
    connection = connect(alice, "alice.paints")
    Snapshot.objects.bulk_create(
        Snapshot(
            connection=connection,
            source="api",
            state=Snapshot.State.APPLIED,
            taken_at=day(1) + timedelta(days=number),
            followers_state="complete",
            followers=number,
        )
        for number in range(200)
    )
    response = browser_of_alice.get("/history")
    assert len(response.context["page"].growth) == 180
    assert parsed(response).xpath("//canvas")
    told: list[int] = []
    url: str | None = "/history"
    while url:
        response = browser_of_alice.get(url)
        told += [row.followers.value for row in response.context["page"].rows]
        changes = [row.followers.change_text for row in response.context["page"].rows]
        url = link(response, "next")
        assert set(changes[:-1]) == {"+1"}
        assert changes[-1] == ("+1" if url else "")
    assert told == list(reversed(range(200)))
    assert not parsed(response).xpath("//canvas")


def counted(connection: Connection, on: int, followers: int) -> None:
    apply(connection, None, None, on=on, follows_count=3, followers_count=followers)


def test_instagrams_own_counts_are_named_and_not_mixed_with_lists(
    browser_of_alice: Client, alice: User
) -> None:
    connection = connect(alice, "alice.paints")
    counted(connection, 1, 20)
    apply(connection, people("ada"), people("ada", "bea"), source="export", on=2)
    counted(connection, 3, 22)
    counted(connection, 4, 23)
    response = browser_of_alice.get("/history")
    assert table(response) == [
        "Wed 4 Mar 2026 Instagram's own count | +1 23 | 3 | – | 0 | 0 | 0",
        "Tue 3 Mar 2026 Instagram's own count | 22 | 3 | – | 0 | 0 | 0",
        "Mon 2 Mar 2026 | 2 | 1 | 1 | 0 | 0 | 0",
        "Sun 1 Mar 2026 Instagram's own count | 20 | 3 | – | 0 | 0 | 0",
    ]
    growth = response.context["page"].growth
    assert [point["followers"] for point in growth] == [20, 22, 23]


def test_days_are_those_where_the_user_is(
    browser_of_alice: Client, alice: User, ledger: Ledger
) -> None:
    alice.time_zone = "Pacific/Kiritimati"  # 14 hours ahead
    alice.save()
    assert table(browser_of_alice.get("/history"))[0].startswith("Tue 3 Mar 2026")
    assert len(browser_of_alice.get("/changes?on=2026-03-03").context["page"].rows) == 2
    assert browser_of_alice.get("/changes?on=2026-03-02").context["page"].rows == []


def test_without_snapshots_the_page_says_what_fills_it(
    browser_of_alice: Client, alice: User
) -> None:
    assert "No account yet" in words(browser_of_alice.get("/history"))
    connect(alice, "alice.paints")
    assert "Nobody of alice.paints is known yet" in words(browser_of_alice.get("/history"))


@pytest.mark.parametrize(
    "query",
    ["before=x", "before=0001-01-01", "before=9999-12-31", "before=2026-02-30", "before=%00"],
)
def test_a_day_that_makes_no_sense_shows_everything(
    browser_of_alice: Client, ledger: Ledger, query: str
) -> None:
    assert len(browser_of_alice.get(f"/history?{query}").context["page"].rows) == 2
    query = query.replace("before", "on")
    assert len(browser_of_alice.get(f"/changes?{query}").context["page"].rows) == 2
