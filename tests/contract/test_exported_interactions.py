"""What kith reads of the interactions in an export is what happened in the sandbox, in every era and format."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kith.core.exports import InteractionOutcome, open_export
from kith.core.records import Direction, InteractionKind, InteractionRecord, ListState
from kith_sandbox.export.deeds import Deed, Deeds, deeds_of
from kith_sandbox.export.writer import write_export
from kith_sandbox.growth import DAY, grow_world
from kith_sandbox.world import World

AT = 1_786_450_200  # 2026-08-11 12:10 UTC
BORN_AT = AT - AT % DAY - DAY
ACCOUNT = "tiny.studio"
NOW = datetime.fromtimestamp(AT + 2 * DAY, UTC)
LIKE, COMMENT = InteractionKind.LIKE, InteractionKind.COMMENT
STORY, SAVED = InteractionKind.STORY_REACTION, InteractionKind.SAVED
MESSAGE = InteractionKind.MESSAGE

Event = tuple[str, InteractionKind, int]


@pytest.fixture(scope="module")
def world() -> World:
    return grow_world(7, BORN_AT)


def read(path: Path) -> tuple[list[InteractionRecord], InteractionOutcome]:
    with open_export([path], now=NOW) as export:
        reading = export.accounts[0].interactions()
        return [record for page in reading for record in page], reading.outcome


def deeds(world: World, *, at: int = AT, since: int | None = None) -> Deeds:
    return deeds_of(world, world.account(ACCOUNT), at=at, since=since)


def truth(done: Deeds, *, minutes: bool = False) -> Counter[Event]:
    """What was done to others who are still there; pages tell minutes only."""
    by_kind: dict[InteractionKind, list[Deed]] = {
        LIKE: [*done.liked_posts, *done.liked_comments],
        COMMENT: [*done.comments, *done.reels_comments],
        STORY: [deed for reactions in done.reactions.values() for deed in reactions],
        SAVED: list(done.saved),
    }
    return Counter(
        (deed.username, kind, deed.at - deed.at % (60 if minutes else 1))
        for kind, found in by_kind.items()
        for deed in found
        if deed.username and deed.username != ACCOUNT
    )


def given(records: list[InteractionRecord]) -> Counter[Event]:
    return Counter(
        (record.username, record.kind, record.at or 0)
        for record in records
        if record.kind is not MESSAGE and record.direction is Direction.GIVEN
    )


@pytest.mark.parametrize("file_format", ["json", "html"])
@pytest.mark.parametrize("era", ["E1", "E2", "E3", "E4", "E5", "E6"])
def test_every_era_and_format_tells_all_that_was_done(
    world: World, tmp_path: Path, era: str, file_format: str
) -> None:
    path = write_export(world, ACCOUNT, tmp_path, at=AT, era=era, file_format=file_format)
    records, outcome = read(path)
    assert given(records) == truth(deeds(world), minutes=file_format == "html")
    assert outcome.unreadable == 0
    assert outcome.own == 6
    assert all(outcome.states[kind] is ListState.COMPLETE for kind in (LIKE, COMMENT, STORY, SAVED))


@pytest.mark.parametrize("locale", ["nl", "ru", "ja"])
@pytest.mark.parametrize("file_format", ["json", "html"])
def test_every_language_tells_the_same(
    world: World, tmp_path: Path, locale: str, file_format: str
) -> None:
    path = write_export(world, ACCOUNT, tmp_path, at=AT, locale=locale, file_format=file_format)
    records, _ = read(path)
    assert given(records) == truth(deeds(world), minutes=file_format == "html")


def test_the_flat_era_tells_who_wrote_with_whom(world: World, tmp_path: Path) -> None:
    done = deeds(world)
    expected = Counter(
        (talk.usernames[0], Direction.GIVEN if said.username == ACCOUNT else Direction.RECEIVED)
        for talk in done.conversations
        if len(talk.usernames) == 2
        for said in talk.messages
    )
    records, outcome = read(write_export(world, ACCOUNT, tmp_path, at=AT, era="E0"))
    assert (
        Counter((each.username, each.direction) for each in records if each.kind is MESSAGE)
        == expected
    )
    group = next(talk for talk in done.conversations if len(talk.usernames) > 2)
    assert outcome.in_groups == len(group.messages) > 0
    likes = Counter({event: n for event, n in truth(done).items() if event[1] in {LIKE, COMMENT}})
    assert given(records) == likes


@pytest.mark.parametrize("file_format", ["json", "html"])
def test_messages_are_told_of_the_right_people_only(
    world: World, tmp_path: Path, file_format: str
) -> None:
    records, outcome = read(write_export(world, ACCOUNT, tmp_path, at=AT, file_format=file_format))
    wrote: dict[str, Counter[Direction]] = {}
    for talk in deeds(world).conversations:
        if len(talk.usernames) == 2:
            wrote[talk.usernames[0]] = Counter(
                Direction.GIVEN if said.sender == talk.names[1] else Direction.RECEIVED
                for said in talk.messages
                if said.text != "Liked a message"
            )
    told: dict[str, Counter[Direction]] = {}
    for record in records:
        if record.kind is MESSAGE:
            told.setdefault(record.username, Counter())[record.direction] += 1
    assert len(told) > 3
    assert {username: wrote[username] for username in told} == told
    assert outcome.unmatched[MESSAGE] == sum(
        counts.total() for username, counts in wrote.items() if username not in told
    )


def test_whoever_is_gone_is_nobody(tmp_path: Path) -> None:
    world = grow_world(7, BORN_AT)
    name = deeds(world).liked_posts[0].username
    world.leave(world.find(name), "deleted")
    done = deeds(world)
    assert not any(deed.username == name for deed in done.liked_posts)
    for file_format in ("json", "html"):
        for era in ("E4", "E6"):
            path = write_export(world, ACCOUNT, tmp_path, at=AT, era=era, file_format=file_format)
            records, outcome = read(path)
            assert given(records) == truth(done, minutes=file_format == "html")
            assert outcome.unmatched[LIKE] > 0


def test_a_range_cuts_what_was_done(world: World, tmp_path: Path) -> None:
    path = write_export(world, ACCOUNT, tmp_path, at=AT, days=90, file_format="html")
    records, outcome = read(path)
    begin = AT - 90 * DAY
    assert given(records) == truth(deeds(world, since=begin), minutes=True)
    assert outcome.cut_to is not None
    assert all(period.from_at.timestamp() >= begin - 60 for period in outcome.known.values())
