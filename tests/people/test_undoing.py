"""The latest import can be undone: what was before comes back to the last field, and can be changed anew."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kith.accounts.models import Connection
from kith.core.records import ListName, PersonRecord
from kith.people import queries
from kith.people.comparing import BOTH, FOLLOWER, FOLLOWING
from kith.people.models import Change, KeptPerson, Person, PersonBefore, PersonState, Snapshot
from kith.people.services.applying import Outcome, SnapshotDiscarded, apply_snapshot
from kith.people.services.undoing import NotUndoable, TakenBack, undo_snapshot
from kith.people.signals import snapshot_undone
from tests.factories import (
    apply,
    changes_in,
    everything,
    lists_of,
    make_connection,
    people,
    person,
    stage,
    told_by,
)

pytestmark = [pytest.mark.database, pytest.mark.django_db]

Step = Callable[[Connection], Outcome]

ADA, BEA, CLEO = (person(name, number, since=100) for number, name in enumerate("abc"))


def importing(
    following: Iterable[PersonRecord] | None, followers: Iterable[PersonRecord] | None, **how: Any
) -> Step:
    how = {"source": "export", "accept_doubtful": True, **how}
    return lambda connection: apply(connection, following, followers, **how)


def syncing(
    following: Iterable[PersonRecord] | None, followers: Iterable[PersonRecord] | None, **how: Any
) -> Step:
    return importing(following, followers, source="api", **how)


def state(connection: Connection) -> list[Any]:
    """Everything that people and programs can see of the ledger."""
    latest = queries.latest_snapshot(connection)
    return [
        *everything(connection),
        *Snapshot.objects.filter(connection=connection, state="applied").values(),
        latest,
        *(queries.latest_complete(connection, name) for name in ListName),
        lists_of(connection),
    ]


def newest(connection: Connection) -> Snapshot:
    return Snapshot.objects.filter(connection=connection).latest("id")


def told(connection: Connection) -> list[dict[str, Any]]:
    """The last snapshot's changes and the people of the ledger, without row ids: those are never given twice.

    Somebody whose name another one has now carries their row id behind it.
    """
    changes = Change.objects.filter(snapshot=newest(connection)).values()
    found = Person.objects.filter(connection=connection).values()
    own = {"id", "connection_id", "snapshot_id", "person_id", "before", "gone_at"}
    rows = [
        {
            key: value.partition("~")[0] if isinstance(value, str) else value
            for key, value in row.items()
            if key not in own
        }
        for row in (*changes, *found)
    ]
    return sorted(rows, key=repr)


EXACT = {"since_is_exact": True}
MINUTES = {"since_is_exact": False}
STORIES: dict[str, tuple[list[Step], Step]] = {
    "the first import": ([], importing([ADA], [ADA, BEA])),
    "an import that brings nothing new": (
        [importing([ADA], [BEA])],
        importing([ADA], [BEA]),
    ),
    "people who come": ([importing([ADA], [BEA])], importing([ADA, CLEO], [BEA, CLEO])),
    "people who leave": ([importing([ADA], [ADA, BEA])], importing([], [ADA])),
    "an account that is gone": ([importing([ADA, BEA], [ADA, BEA])], importing([BEA], [BEA])),
    "an account that is back": (
        [importing([ADA, BEA], [ADA, BEA]), importing([BEA], [BEA])],
        importing([ADA, BEA], [ADA, BEA]),
    ),
    "a rename by id": ([importing([], [ADA, BEA])], importing([], [person("zoe", 0), BEA])),
    "a rename by follow time": (
        [importing([], [person("ada", since=7), BEA])],
        importing([], [person("zoe", since=7), BEA]),
    ),
    "a swap of names": (
        [importing([], [person("ada", 1), person("bea", 2)])],
        importing([], [person("ada", 2), person("bea", 1)]),
    ),
    "names that move on in a ring": (
        [importing([], [person(name, number) for number, name in enumerate("xyz")])],
        importing([], [person(name, (number + 1) % 3) for number, name in enumerate("xyz")]),
    ),
    "a name taken over by somebody else": (
        [importing([], [person("ada", 1), person("bea", 2)])],
        importing([], [person("ada", 3), person("bea", 2)]),
    ),
    "a name taken over, the old holder not spoken of": (
        [importing(people("ada", "bea"), [person("cleo", 1)])],
        importing(None, [person("cleo", 2)], partial=[ListName.FOLLOWERS]),
    ),
    "a partial list": (
        [importing([ADA], [BEA])],
        importing([ADA], [person("b", 1, name="Bea"), CLEO], partial=list(ListName)),
    ),
    "one list alone": ([importing([ADA], [BEA])], importing(None, [CLEO])),
    "double entries": (
        [importing([], [person("ada", since=5), BEA])],
        importing([], [person("ada", since=9), person("ada", since=5), BEA]),
    ),
    "people enriched by a sync before": (
        [
            importing(people("ada", "bea"), []),
            syncing([person("ada", 1, name="Ada", verified=True), person("bea", 2)], []),
        ],
        importing(people("ada.l", "bea"), []),
    ),
    "ids that an import adds": ([importing(people("ada"), [])], importing([person("ada", 9)], [])),
    "times that become exact": (
        [importing([], [person("ada", since=120, **MINUTES)])],
        importing([], [person("ada", since=133, **EXACT)]),
    ),
    "profiles that change": (
        [importing([], [person("ada", 1, name="Ada", biography="Kites", followers_count=10)])],
        importing([], [person("ada", 1, name="A.", picture_url="https://x", followers_count=90)]),
    ),
}


@pytest.fixture(params=STORIES)
def story(request: pytest.FixtureRequest) -> tuple[list[Step], Step]:
    return STORIES[request.param]


def test_undoing_an_import_brings_everything_back(
    connection: Connection, story: tuple[list[Step], Step]
) -> None:
    steps, last = story
    for step in steps:
        step(connection)
    before = state(connection)
    last(connection)
    undo_snapshot(newest(connection).pk)
    assert state(connection) == before
    assert newest(connection).state == Snapshot.State.UNDONE
    assert newest(connection).undone_at
    assert not PersonBefore.objects.exists()


def test_an_undone_import_says_the_same_when_it_comes_again(
    connection: Connection, story: tuple[list[Step], Step]
) -> None:
    steps, last = story
    for step in steps:
        step(connection)
    first = last(connection)
    seen = told(connection)
    undo_snapshot(newest(connection).pk)
    assert last(connection) == first
    assert told(connection) == seen


NAMES = ["ada", "ada.l", "bea", "b_ea", "cleo", "z"]
_numbers = count(1)


@st.composite
def snapshots(draw: st.DrawFn) -> dict[str, Any]:
    """What a source may give of some people: ids or none, times or none, lists whole or in part or not."""
    names = draw(st.permutations(NAMES))
    has_ids = draw(st.booleans())
    is_exact = draw(st.booleans())
    records = [
        person(
            name,
            number if has_ids else None,
            since=draw(st.sampled_from([None, 60, 61, 1_000 + number])),
            since_is_exact=is_exact,
            name=draw(st.sampled_from([None, name.title()])),
        )
        for number, name in enumerate(names)
    ]
    bits = draw(st.lists(st.integers(0, BOTH), min_size=len(NAMES), max_size=len(NAMES)))
    lists: list[list[PersonRecord] | None] = [
        [record for record, on in zip(records, bits, strict=True) if on & bit]
        for bit in (FOLLOWING, FOLLOWER)
    ]
    absent = draw(st.sampled_from([None, None, None, 0, 1]))
    if absent is not None:
        lists[absent] = None
    return {
        "following": lists[0],
        "followers": lists[1],
        "partial": draw(st.sampled_from([(), (), (ListName.FOLLOWERS,), tuple(ListName)])),
        "source": draw(st.sampled_from(["export", "api"])),
        "accept_doubtful": True,
    }


@settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(snapshots(), min_size=2, max_size=5))
def test_whatever_was_and_whatever_comes_undoing_brings_it_back(
    history: list[dict[str, Any]],
) -> None:
    *earlier, wrong, next_one = history
    undone = make_connection(username=f"undone{next(_numbers)}")
    untouched = make_connection(username=f"untouched{next(_numbers)}")
    for connection in (undone, untouched):
        for number, given_ in enumerate(earlier, start=1):
            apply(connection, **given_, on=number)
    before = state(undone)
    apply(undone, **{**wrong, "source": "export"}, on=8)
    undo_snapshot(newest(undone).pk)
    assert state(undone) == before
    for connection in (undone, untouched):
        apply(connection, **next_one, on=9)
    assert told(undone) == told(untouched)


def test_what_was_taken_back_is_told_in_numbers(connection: Connection) -> None:
    apply(connection, [], people("ada", "bea", "cleo"), source="export")
    apply(connection, [], people("ada", "dora", "eve"), source="export")
    assert undo_snapshot(newest(connection).pk) == TakenBack(changes=4, removed=2, restored=2)


def test_only_the_latest_import_can_be_undone(connection: Connection) -> None:
    apply(connection, [], people("ada"), source="export")
    first = newest(connection)
    apply(connection, [], people("ada", "bea"), source="export")
    before = state(connection)
    with pytest.raises(NotUndoable, match="a newer sync or import"):
        undo_snapshot(first.pk)
    assert state(connection) == before


def test_what_came_before_an_undone_import_is_not_kept_any_more(connection: Connection) -> None:
    apply(connection, [], people("ada"), source="export")
    first = newest(connection)
    apply(connection, [], people("ada", "bea"), source="export")
    undo_snapshot(newest(connection).pk)
    before = state(connection)
    with pytest.raises(NotUndoable, match="not kept any more"):
        undo_snapshot(first.pk)
    assert state(connection) == before


def test_an_import_is_undone_once(connection: Connection) -> None:
    apply(connection, [], people("ada"), source="export")
    undo_snapshot(newest(connection).pk)
    with pytest.raises(NotUndoable, match="undone already"):
        undo_snapshot(newest(connection).pk)


def test_an_undone_snapshot_is_never_applied_again(connection: Connection) -> None:
    apply(connection, [], people("ada"), source="export")
    undone = newest(connection)
    undo_snapshot(undone.pk)
    with pytest.raises(SnapshotDiscarded):
        apply_snapshot(undone.pk)
    assert everything(connection) == []


def test_a_sync_cannot_be_undone_and_ends_what_could(connection: Connection) -> None:
    apply(connection, [], people("ada"), source="export")
    apply(connection, people("cleo"), people("bea"), source="export")
    imported = newest(connection)
    assert PersonBefore.objects.exists()
    apply(connection, people("cleo"), people("bea"), source="api")
    assert not PersonBefore.objects.exists()
    for snapshot in (newest(connection), imported):
        with pytest.raises(NotUndoable):
            undo_snapshot(snapshot.pk)


def test_counts_that_the_api_tells_afterwards_do_not_stand_in_the_way(
    connection: Connection,
) -> None:
    apply(connection, [], people("ada"), source="export")
    before = everything(connection)
    apply(connection, people("cleo"), people("bea"), source="export")
    imported = newest(connection)
    apply(connection, None, None, source="api", followers_count=12)
    undo_snapshot(imported.pk)
    assert everything(connection) == before


@pytest.mark.parametrize("is_held", [True, False])
def test_what_was_never_applied_cannot_be_undone(connection: Connection, is_held: bool) -> None:
    apply(connection, [], people("ada"), source="export")
    snapshot = stage(connection, [], [] if is_held else people("ada"), source="export")
    if is_held:
        assert apply_snapshot(snapshot.pk).held
    with pytest.raises(NotUndoable, match="that was applied"):
        undo_snapshot(snapshot.pk)


def test_an_import_from_before_kith_kept_what_it_takes_cannot_be_undone(
    connection: Connection,
) -> None:
    apply(connection, [], people("ada"), source="export")
    Snapshot.objects.update(newest_person_before=None)
    with pytest.raises(NotUndoable, match="not kept"):
        undo_snapshot(newest(connection).pk)


def test_the_people_of_another_account_are_left_alone(connection: Connection) -> None:
    other = make_connection(username="other.account")
    apply(connection, [], people("ada"), source="export")
    apply(other, people("ada"), people("ada", "bea"), source="export")
    apply(connection, people("cleo"), people("bea"), source="export")
    apply(other, people("ada"), people("bea", "cleo"), source="export")
    before = state(other)
    undo_snapshot(newest(connection).pk)
    assert state(other) == before
    undo_snapshot(newest(other).pk)
    assert lists_of(other) == ({"ada"}, {"ada", "bea"})


def test_a_held_snapshot_waits_on_when_the_import_before_it_is_undone(
    connection: Connection,
) -> None:
    apply(connection, [], people("ada", "bea"), source="export")
    imported = newest(connection)
    held = stage(connection, [], [], source="export")
    assert apply_snapshot(held.pk).held
    undo_snapshot(imported.pk)
    held.refresh_from_db()
    assert held.state == Snapshot.State.HELD
    assert not apply_snapshot(held.pk, accept_doubtful=True).held
    assert changes_in(connection) == []


def test_whoever_the_user_keeps_stays_kept_by_name(connection: Connection) -> None:
    apply(connection, [], [person("ada", 1)], source="export")
    KeptPerson.objects.create(connection=connection, username="bea", note="from school")
    KeptPerson.objects.create(
        connection=connection, username="ada", person=Person.objects.get(username="ada")
    )
    before = list(KeptPerson.objects.order_by("id").values())
    apply(connection, [], [person("ada.l", 1), person("bea", 2)], source="export")
    assert not KeptPerson.objects.filter(person=None).exists()
    assert KeptPerson.objects.filter(username="ada.l").exists()
    undo_snapshot(newest(connection).pk)
    assert list(KeptPerson.objects.order_by("id").values()) == before


def test_a_crash_in_the_middle_leaves_the_import_as_it_was(connection: Connection) -> None:
    apply(connection, [], people("ada", "bea"), source="export")
    apply(connection, people("cleo"), people("bea"), source="export")
    before, kept = state(connection), PersonBefore.objects.count()

    def die(**_: object) -> None:
        raise RuntimeError("killed")

    snapshot_undone.connect(die)
    try:
        with pytest.raises(RuntimeError):
            undo_snapshot(newest(connection).pk)
    finally:
        snapshot_undone.disconnect(die)
    assert state(connection) == before
    assert PersonBefore.objects.count() == kept
    undo_snapshot(newest(connection).pk)
    assert lists_of(connection) == (set(), {"ada", "bea"})


def test_later_imports_are_compared_with_what_came_back(connection: Connection) -> None:
    apply(connection, [], people("ada", "bea"), source="export", on=1)
    apply(connection, [], people("bea", "cleo"), source="export", on=3)
    undo_snapshot(newest(connection).pk)
    outcome = apply(connection, [], people("ada", "bea", "dora"), source="export", on=2)
    assert told_by(outcome) == {"new_follower": 1}


def test_nothing_that_is_known_of_a_person_is_forgotten_to_be_kept() -> None:
    known = {field.name for field in Person._meta.concrete_fields} - {"id", "connection"}
    assert known == {field.name for field in PersonState._meta.local_fields}
