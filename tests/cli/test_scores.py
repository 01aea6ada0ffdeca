"""`kith score`, and the reports `ranked` and `interactions`: the documents of the contract, to the key."""

from __future__ import annotations

from datetime import date

import pytest

from kith.accounts.models import User
from kith.people.models import Insight, InteractionDay, Person
from tests.cli.running import Kith
from tests.cli.test_reports import ALICE, PERSON_KEYS
from tests.factories import make_connection
from tests.web.ledger import Ledger

pytestmark = [pytest.mark.database, pytest.mark.django_db]
NOON = 1_772_712_000  # 2026-03-05T12:00:00Z


def counted(ledger: Ledger, username: str, kind: str, direction: str, **told: int) -> None:
    person = Person.objects.filter(connection=ledger.connection, username=username).first()
    InteractionDay.objects.create(
        connection=ledger.connection,
        person=person,
        username=username,
        kind=kind,
        direction=direction,
        day=date(2026, 3, 5),
        last_at=told.pop("last_at", NOON),
        **told,
    )


def test_scoring_again_says_how_many(kith: Kith, ledger: Ledger) -> None:
    Insight.objects.all().delete()
    ran = kith("score", *ALICE)
    assert (ran.code, ran.out, ran.err) == (0, "alice.paints: 2 people scored.\n", "")
    assert Insight.objects.count() == 2


def test_without_a_snapshot_there_is_nothing_to_score(kith: Kith, alice: User) -> None:
    make_connection(alice)
    ran = kith("score", *ALICE)
    assert ran.code == 1
    assert "sync it, or import an export" in ran.failure


def test_ranked_prints_everybody_followed_with_their_scores(kith: Kith, ledger: Ledger) -> None:
    kith("score", *ALICE)
    ran = kith("report", "ranked", *ALICE, "--format", "json")
    assert ran.code == 0
    assert {row["username"] for row in ran.document} == {"orla.birch", "ines.hollow"}
    more = ["score", "category", "confidence", "engagement_gap_days", "engagement_score"]
    assert list(ran.document[0]) == [*PERSON_KEYS, *more, "explanation"]
    scores = [row["score"] for row in ran.document if row["score"] is not None]
    assert scores == sorted(scores, reverse=True)
    assert all(row["explanation"] for row in ran.document)


def test_interactions_are_counted_by_kind_the_most_recent_first(kith: Kith, ledger: Ledger) -> None:
    counted(ledger, "orla.birch", "like", "given", from_export=3)
    counted(ledger, "orla.birch", "message", "received", from_export=1, from_api=2)
    counted(ledger, "a.stranger", "comment", "received", from_api=1, last_at=NOON + 60)
    ran = kith("report", "interactions", *ALICE, "--format", "json")
    assert ran.code == 0
    zero = {
        "likes_given": 0,
        "comments_given": 0,
        "story_reactions_given": 0,
        "saved": 0,
        "messages_sent": 0,
        "messages_received": 0,
        "comments_received": 0,
    }
    assert ran.document == [
        {"username": "a.stranger", **zero, "comments_received": 1,
         "last_interaction_at": "2026-03-05T12:01:00Z"},
        {"username": "orla.birch", **zero, "likes_given": 3, "messages_received": 2,
         "last_interaction_at": "2026-03-05T12:00:00Z"},
    ]  # fmt: skip


def test_reports_without_interactions_are_empty_lists(kith: Kith, ledger: Ledger) -> None:
    ran = kith("report", "interactions", *ALICE, "--format", "json", "--limit", "5")
    assert (ran.code, ran.document) == (0, [])


def test_two_people_who_had_one_name_are_told_apart(kith: Kith, ledger: Ledger) -> None:
    counted(ledger, "orla.birch", "like", "given", from_export=3)
    former = Person.objects.create(
        connection=ledger.connection, username="orla.birch", is_following=False, is_follower=False
    )
    InteractionDay.objects.create(
        connection=ledger.connection, person=former, username="orla.birch", kind="like",
        direction="given", day=date(2019, 3, 5), last_at=NOON - 9_000_000, from_export=1,
    )  # fmt: skip
    ran = kith("report", "interactions", *ALICE, "--format", "json")
    found = [(row["username"], row["likes_given"]) for row in ran.document]
    assert found == [("orla.birch", 3), ("orla.birch", 1)]
