"""A preview tells what saving other weights would do, and stores nothing."""

from __future__ import annotations

import pytest

from kith.accounts.models import Connection
from kith.accounts.services.preferences import set_weights
from kith.core.scoring import InvalidWeights, Weights
from kith.people.models import Insight, KnownPeriod
from kith.people.previewing import preview_weights
from kith.people.services.insights import recompute_insights
from tests.factories import apply, day, person

pytestmark = [pytest.mark.django_db, pytest.mark.database]
NOW = day(3)
RATIO_ALONE = Weights(0, 0, 100, 0)


@pytest.fixture
def ledger(connection: Connection) -> Connection:
    followed = [
        person("ada", 1, since=1_500_000_000, followers_count=10, follows_count=5_000),
        person("ben", 2, since=1_500_000_000, followers_count=5_000, follows_count=10),
        person("cleo", 3),
    ]
    apply(connection, followed, [])
    recompute_insights(connection, NOW)
    return connection


def stored() -> dict[str, int | None]:
    return dict(Insight.objects.values_list("person__username", "score"))


def test_the_preview_is_what_saving_gives(ledger: Connection) -> None:
    before = stored()
    found = preview_weights(ledger, RATIO_ALONE)
    assert stored() == before
    set_weights(ledger.user, **RATIO_ALONE._asdict())
    recompute_insights(ledger, NOW)
    after = stored()
    assert {move.username: (move.before, move.after) for move in found.moves} == {
        name: (before[name], after[name]) for name in before if before[name] != after[name]
    }
    assert found.people == 3
    assert sum(found.after.values()) == sum(score is not None for score in after.values())


def test_so_it_is_where_silence_counts(ledger: Connection) -> None:
    for kind, direction in (("like", "given"), ("message", "given"), ("message", "received")):
        KnownPeriod.objects.create(
            connection=ledger, kind=kind, direction=direction, since=0, until=int(NOW.timestamp())
        )
    recompute_insights(ledger, NOW)
    before, found = stored(), preview_weights(ledger, RATIO_ALONE)
    set_weights(ledger.user, **RATIO_ALONE._asdict())
    recompute_insights(ledger, NOW)
    assert {move.username: (move.before, move.after) for move in found.moves} == {
        name: (before[name], after) for name, after in stored().items() if before[name] != after
    }
    assert found.moves


def test_who_moves_farthest_comes_first(ledger: Connection) -> None:
    moves = preview_weights(ledger, RATIO_ALONE).moves
    distances = [
        (move.category_before != move.category_after, abs((move.after or 0) - (move.before or 0)))
        for move in moves
    ]
    assert distances == sorted(distances, reverse=True)
    assert distances


def test_the_present_weights_move_nobody(ledger: Connection) -> None:
    found = preview_weights(ledger, Weights())
    assert (found.moves, found.changing_category) == ([], 0)
    assert found.before == found.after


def test_weights_that_do_not_sum_to_100_are_refused(ledger: Connection) -> None:
    with pytest.raises(InvalidWeights):
        preview_weights(ledger, Weights(50, 50, 50, 50))
