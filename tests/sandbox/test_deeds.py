"""What an account does follows from the seed, and grows as days pass."""

from __future__ import annotations

import json
from pathlib import Path
from zipfile import ZipFile

import pytest

from kith_sandbox.export.deeds import Deeds, deeds_of
from kith_sandbox.export.json_files import mojibake
from kith_sandbox.export.writer import write_export
from kith_sandbox.growth import DAY, grow_world
from kith_sandbox.world import World

AT = 1_786_450_200  # 2026-08-11 12:10 UTC
BORN_AT = AT - AT % DAY - DAY
ACTIVITY = "your_instagram_activity"


@pytest.fixture(scope="module")
def world() -> World:
    return grow_world(7, BORN_AT)


def deeds(world: World, *, at: int = AT, account: str = "marlow.pine") -> Deeds:
    return deeds_of(world, world.account(account), at=at, since=None)


def files(path: Path) -> dict[str, str]:
    with ZipFile(path) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def test_the_same_seed_gives_the_same_deeds(world: World) -> None:
    assert deeds(world) == deeds(grow_world(7, BORN_AT))
    assert deeds(world) != deeds(grow_world(8, BORN_AT))


def test_as_days_pass_more_comes_and_nothing_goes(world: World) -> None:
    now, later = deeds(world), deeds(world, at=AT + 20 * DAY)
    for name in ("liked_posts", "liked_comments", "comments", "reels_comments", "saved"):
        before, after = getattr(now, name), getattr(later, name)
        assert after[-len(before) :] == before
    assert len(later.liked_posts) > len(now.liked_posts)
    for before, after in zip(now.conversations, later.conversations, strict=True):
        assert after.messages[len(after.messages) - len(before.messages) :] == before.messages


def test_nothing_is_of_the_future_and_everything_newest_first(world: World) -> None:
    done = deeds(world)
    for each in (done.liked_posts, done.comments, done.saved, *done.reactions.values()):
        times = [deed.at for deed in each]
        assert times == sorted(times, reverse=True)
        assert times[0] <= AT
    assert all(talk.messages[0].at <= AT for talk in done.conversations if talk.messages)


def test_most_people_are_silent_and_a_few_are_close(world: World) -> None:
    done = deeds(world)
    liked = [deed.username for deed in done.liked_posts]
    assert len(set(liked)) < len(world.account("marlow.pine").following) / 2
    assert max(map(liked.count, set(liked))) > 20


def test_conversations_are_with_one_with_several_and_with_somebody_who_is_gone(
    world: World,
) -> None:
    talks = deeds(world, account="tiny.studio").conversations
    assert {len(talk.names) for talk in talks} == {2, 4}
    assert any(talk.names[0] == "Instagram User" for talk in talks)
    assert {talk.inbox for talk in talks} == {"inbox", "message_requests"}
    assert any(said.liked_by for talk in talks for said in talk.messages)


@pytest.mark.parametrize(
    ("era", "liked", "stories"),
    [
        ("E1", "likes/liked_posts.json", "story_sticker_interactions/story_likes.json"),
        ("E4", f"{ACTIVITY}/likes/liked_posts.json", f"{ACTIVITY}/story_interactions/polls.json"),
        ("E6", f"{ACTIVITY}/likes/liked_posts.json", f"{ACTIVITY}/story_interactions/polls.json"),
    ],
)
def test_files_lie_where_their_era_has_them(
    world: World, tmp_path: Path, era: str, liked: str, stories: str
) -> None:
    found = files(write_export(world, "tiny.studio", tmp_path, at=AT, era=era))
    assert {liked, stories} <= found.keys()
    assert isinstance(json.loads(found[liked]), list) is (era == "E6")


def test_names_are_broken_as_instagram_breaks_them(world: World, tmp_path: Path) -> None:
    found = files(write_export(world, "marlow.pine", tmp_path, at=AT))
    threads = [json.loads(text) for name, text in found.items() if "/messages/" in name]
    assert all({"name": mojibake("Marlow Pine 🌲")} in thread["participants"] for thread in threads)
    moment = threads[0]["messages"][0]["timestamp_ms"]
    assert moment > 10**12


def test_a_comment_may_have_no_words(world: World, tmp_path: Path) -> None:
    found = files(write_export(world, "marlow.pine", tmp_path, at=AT, locale="nl"))
    comments = json.loads(found[f"{ACTIVITY}/comments/post_comments_1.json"])
    tables = [comment["string_map_data"] for comment in comments]
    assert any("Opmerking" not in table for table in tables)
    assert all("Media-eigenaar" in table for table in tables)
