"""The archive: every era and format says what the world says."""

from __future__ import annotations

import json
import re
import tracemalloc
from datetime import UTC, datetime
from pathlib import Path
from zipfile import ZipFile

import pytest

from kith_sandbox.export.eras import ERAS
from kith_sandbox.export.json_files import mojibake
from kith_sandbox.export.writer import write_export
from kith_sandbox.growth import DAY, grow_followers, grow_world
from kith_sandbox.world import FOLLOWERS, FOLLOWING, World
from tests.sandbox.conftest import Visitor

AT = 1_786_450_200  # 2026-08-11 12:10 UTC
BORN_AT = AT - AT % DAY - DAY
SUPER = "connections/followers_and_following"


@pytest.fixture(scope="module")
def world() -> World:
    return grow_world(7, BORN_AT)


def _truth(world: World, name: str, account: str = "marlow.pine") -> dict[str, int]:
    listed = world.listed(world.account(account), name)
    return {world.username(number): since for number, since in listed}


def _files(path: Path) -> dict[str, str]:
    with ZipFile(path) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def _records(text: str) -> dict[str, int]:
    """Names and times of a JSON list of shape A or B."""
    data = json.loads(text)
    records = data if isinstance(data, list) else next(iter(data.values()))
    entries = [(record, record["string_list_data"][0]) for record in records]
    return {entry.get("value") or record["title"]: entry["timestamp"] for record, entry in entries}


@pytest.mark.parametrize("era", ["E1", "E2", "E3", "E4", "E5", "E6"])
def test_json_lists_are_those_of_the_world(world: World, tmp_path: Path, era: str) -> None:
    files = _files(write_export(world, "marlow.pine", tmp_path, at=AT, era=era))
    folder = SUPER if era >= "E3" else "followers_and_following"
    followers = "followers.json" if era == "E1" else "followers_1.json"
    assert _records(files[f"{folder}/{followers}"]) == _truth(world, FOLLOWERS)
    assert _records(files[f"{folder}/following.json"]) == _truth(world, FOLLOWING)


def test_the_first_era_has_flat_files_and_iso_dates(world: World, tmp_path: Path) -> None:
    path = write_export(world, "marlow.pine", tmp_path, at=AT, era="E0")
    assert path.name == "marlow.pine_20260811.zip"
    files = _files(path)
    connections = json.loads(files["connections.json"])
    for name in (FOLLOWING, FOLLOWERS):
        times = {
            username: int(datetime.fromisoformat(date).timestamp())
            for username, date in connections[name].items()
        }
        assert times == _truth(world, name)
    assert json.loads(files["profile.json"])["name"] == "Marlow Pine 🌲"
    with pytest.raises(ValueError, match="no HTML"):
        write_export(world, "marlow.pine", tmp_path, at=AT, era="E0", file_format="html")


@pytest.mark.parametrize("era", ["E1", "E4", "E6"])
def test_html_lists_name_everybody_at_utc_minus_eight(
    world: World, tmp_path: Path, era: str
) -> None:
    files = _files(write_export(world, "marlow.pine", tmp_path, at=AT, era=era, file_format="html"))
    page = next(text for name, text in files.items() if "/followers" in name)
    rows = re.findall(r'instagram\.com/([\w.]+)">[^<]*</a></div><div>([^<]+)</div>', page)
    truth = _truth(world, FOLLOWERS)
    assert [name for name, _ in rows] == list(truth)
    for name, shown in rows:
        told = datetime.strptime(shown, "%b %d, %Y %I:%M %p").replace(tzinfo=UTC)
        assert int(told.timestamp()) + 8 * 3_600 == truth[name] - truth[name] % 60


def test_following_lost_its_value_in_the_fourth_era(world: World, tmp_path: Path) -> None:
    def first(era: str) -> dict[str, object]:
        files = _files(write_export(world, "tiny.studio", tmp_path, at=AT, era=era))
        return json.loads(files[f"{SUPER}/following.json"])["relationships_following"][0]

    name = next(iter(_truth(world, FOLLOWING, "tiny.studio")))
    assert first("E3")["string_list_data"][0]["value"] == name  # type: ignore[index]
    assert first("E4")["title"] == name
    assert first("E4")["string_list_data"][0]["href"] == f"https://www.instagram.com/_u/{name}"  # type: ignore[index]


def test_small_lists_became_labels_in_the_sixth_era(world: World, tmp_path: Path) -> None:
    files = _files(write_export(world, "tiny.studio", tmp_path, at=AT, locale="ru"))
    close = json.loads(files[f"{SUPER}/close_friends.json"])
    label = mojibake("Имя пользователя")
    names = [
        pair["value"] for each in close for pair in each["label_values"] if pair["label"] == label
    ]
    assert len(names) == 9
    assert set(names) <= set(_truth(world, FOLLOWING, "tiny.studio"))
    assert isinstance(json.loads(files[f"{SUPER}/hide_story_from.json"]), dict)
    assert r"\u00d0\u0098\u00d0\u00bc\u00d1\u008f" in files[f"{SUPER}/close_friends.json"]


def test_files_were_renamed_from_accounts_to_profiles(world: World, tmp_path: Path) -> None:
    old = _files(write_export(world, "tiny.studio", tmp_path, at=AT, era="E2"))
    new = _files(write_export(world, "tiny.studio", tmp_path, at=AT, era="E3"))
    assert "followers_and_following/blocked_accounts.json" in old
    assert f"{SUPER}/blocked_profiles.json" in new
    assert f"{SUPER}/profiles_you've_favorited.json" in new


@pytest.mark.parametrize("era", ["E1", "E2", "E3", "E4", "E6"])
def test_the_archive_names_its_owner(world: World, tmp_path: Path, era: str) -> None:
    path = write_export(world, "marlow.pine", tmp_path, at=AT, era=era)
    assert re.fullmatch(r"instagram-marlow\.pine-2026-08-11-[A-Za-z0-9]{8}\.zip", path.name)
    files = _files(path)
    text = next(text for name, text in files.items() if name.endswith("personal_information.json"))
    particulars = json.loads(text)["profile_user"][0]["string_map_data"]
    assert particulars["Username"]["value"] == "marlow.pine"
    assert particulars["Name"]["value"] == mojibake("Marlow Pine 🌲")
    assert ("Email address" in particulars) == (era >= "E4")


def test_followers_are_split_at_ten_thousand(world: World, tmp_path: Path) -> None:
    files = _files(write_export(world, "big.harbor", tmp_path, at=AT))
    first = files[f"{SUPER}/followers_1.json"]
    assert first.count("\n") + 1 == 130_002
    assert len(_records(first)) == 10_000
    assert len(_records(files[f"{SUPER}/followers_2.json"])) == 2_000
    assert f"{SUPER}/followers_3.json" not in files


def test_a_range_cuts_the_followers_and_is_told_in_the_header(world: World, tmp_path: Path) -> None:
    cut = _files(write_export(world, "marlow.pine", tmp_path, at=AT, days=365))
    listed = _records(cut[f"{SUPER}/followers_1.json"])
    recent = {name: at for name, at in _truth(world, FOLLOWERS).items() if at >= AT - 365 * DAY}
    assert listed == recent
    assert _records(cut[f"{SUPER}/following.json"]) == _truth(world, FOLLOWING)
    for days, times in ((None, 1), (365, 3)):
        html = _files(
            write_export(world, "marlow.pine", tmp_path, at=AT, days=days, file_format="html")
        )
        assert html[f"{SUPER}/following.html"].count("<time datetime=") == times
    assert (
        '<time datetime="2026-08-11T12:10Z">Tuesday, August 11, 2026 at 5:10 AM UTC</time>'
        in (html[f"{SUPER}/following.html"])
    )


def test_the_older_frame_has_no_header(world: World, tmp_path: Path) -> None:
    files = _files(
        write_export(world, "tiny.studio", tmp_path, at=AT, era="E3", file_format="html")
    )
    page = files[f"{SUPER}/following.html"]
    assert "<time" not in page
    assert "<h2" not in page
    assert '<div class="_a706" role="main">' in page


def test_deleted_people_stay_under_odd_names_only_on_request(tmp_path: Path) -> None:
    world = grow_world(7, BORN_AT)
    account = world.account("tiny.studio")
    world.leave(next(iter(account.following)), "deleted")
    plain = _files(write_export(world, "tiny.studio", tmp_path, at=AT))
    odd = _files(write_export(world, "tiny.studio", tmp_path, at=AT, with_deleted=True))
    assert "__deleted__" not in plain[f"{SUPER}/following.json"]
    assert odd[f"{SUPER}/following.json"].count('"title": "__deleted__') == 1


def test_ones_own_recent_unfollows_are_listed(tmp_path: Path) -> None:
    world = grow_world(7, BORN_AT)
    account = world.account("tiny.studio")
    number = next(iter(account.following))
    world.unfollow(account, FOLLOWING, number, AT - DAY, by="control")
    files = _files(write_export(world, "tiny.studio", tmp_path, at=AT, era="E5"))
    listed = _records(files[f"{SUPER}/recently_unfollowed_profiles.json"])
    assert listed == {world.username(number): AT - DAY}


def test_a_long_list_needs_little_memory(tmp_path: Path) -> None:
    world = grow_world(7, BORN_AT)
    account = world.account("big.harbor")
    grow_followers(world, account, 40_000, AT)
    world.count(account, FOLLOWERS)
    tracemalloc.start()
    write_export(world, "big.harbor", tmp_path, at=AT)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 3_000_000


@pytest.mark.parametrize("era", list(ERAS))
def test_the_control_api_sends_the_archive(visitor: Visitor, tmp_path: Path, era: str) -> None:
    query = {"account": "tiny.studio", "era": era, "format": "json"}
    answer = visitor.http.get("/sandbox/export", params=query)
    assert answer.headers["content-type"] == "application/zip"
    assert "tiny.studio" in answer.headers["content-disposition"]
    file = tmp_path / "export.zip"
    file.write_bytes(answer.content)
    assert _files(file)


@pytest.mark.parametrize(
    "query",
    [
        {"account": "nobody"},
        {"account": "tiny.studio", "era": "E9"},
        {"account": "tiny.studio", "era": "E0", "format": "html"},
        {"account": "tiny.studio", "days": "soon"},
    ],
)
def test_a_wrong_export_is_refused_with_a_sentence(visitor: Visitor, query: dict[str, str]) -> None:
    answer = visitor.http.get("/sandbox/export", params=query)
    assert answer.status_code == 400
    assert answer.json()["error"].endswith(".")
