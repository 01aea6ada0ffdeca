"""ZIP parts, several downloads and renamed files: what belongs together is united, what contradicts itself is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from kith.core.exports import AccountExport, AccountNotChosen, choose_account, open_export
from kith.core.records import ListName, ListState
from tests.core.exports import corpus
from tests.core.exports.corpus import FOLLOWERS, FOLLOWING, LISTS, OWNER

FOLLOWERS_FILE = {f"{LISTS}/followers_1.json": corpus.values(FOLLOWERS)}
FOLLOWING_FILE = {f"{LISTS}/following.json": corpus.following(corpus.values(FOLLOWING))}
OWN_FILE = {"personal_information/personal_information.json": corpus.personal()}
MEDIA = {"media/posts/202601/1.jpg": b"not a photo"}


def usernames(account: AccountExport, name: ListName) -> tuple[str, ...]:
    return tuple(person.username for page in account.read(name) for person in page.people)


@pytest.mark.parametrize(
    "names",
    [
        ("instagram-me.marten-2026-08-11-AbCd1234", "instagram-me.marten-2026-08-11-EfGh5678"),
        ("instagram-me.marten-2026-08-11-AbCd1234", "instagram-me.marten-2026-08-11-AbCd1234 (1)"),
        ("instagram-me.marten-2026-08-11-AbCd1234", "part two"),
        ("part one", "part two"),
    ],
    ids=["L21-two-hashes", "L21-browser-copy", "L21-one-renamed", "L21-both-renamed"],
)
def test_parts_of_one_export_are_one_account(tmp_path: Path, names: tuple[str, str]) -> None:
    first = corpus.write_zip(tmp_path / f"{names[0]}.zip", {**FOLLOWERS_FILE, **OWN_FILE, **MEDIA})
    second = corpus.write_zip(tmp_path / f"{names[1]}.zip", FOLLOWING_FILE)
    with open_export([second, first]) as export:
        account = choose_account(export, None)
        assert account.username == OWNER
        assert usernames(account, ListName.FOLLOWERS) == FOLLOWERS
        assert usernames(account, ListName.FOLLOWING) == FOLLOWING


def test_a_media_only_part_beside_the_lists_is_no_harm(tmp_path: Path) -> None:
    lists = corpus.write_zip(tmp_path / "a.zip", corpus.base())
    media = corpus.write_zip(tmp_path / "b.zip", MEDIA)
    with open_export([media, lists]) as export:
        assert usernames(choose_account(export, None), ListName.FOLLOWERS) == FOLLOWERS


def test_the_same_zip_twice_is_read_once(tmp_path: Path) -> None:
    paths = [
        corpus.write_zip(tmp_path / f"{corpus.ZIP_NAME}{copy}.zip", corpus.era_4())
        for copy in ("", " (1)")
    ]
    with open_export(paths) as export, open_export(paths[:1]) as once:
        account = choose_account(export, None)
        assert usernames(account, ListName.FOLLOWING) == FOLLOWING
        assert account.fingerprint == choose_account(once, None).fingerprint


def test_two_different_lists_without_a_name_are_never_mixed(tmp_path: Path) -> None:
    other = {f"{LISTS}/followers_1.json": corpus.values(["otter"])}
    paths = [
        corpus.write_zip(tmp_path / "a.zip", FOLLOWERS_FILE),
        corpus.write_zip(tmp_path / "b.zip", other),
    ]
    with open_export(paths) as export:
        assert sorted(usernames(account, ListName.FOLLOWERS) for account in export.accounts) == [
            FOLLOWERS,
            ("otter",),
        ]
        with pytest.raises(AccountNotChosen, match="one at a time"):
            choose_account(export, None)


def test_two_different_loose_files_for_one_part_make_the_list_absent(tmp_path: Path) -> None:
    files = {
        "followers_1.json": corpus.values(FOLLOWERS),
        "followers_1 (1).json": corpus.values(["otter"]),
        "following.json": corpus.following(corpus.values(FOLLOWING)),
    }
    corpus.write_folder(tmp_path, files)
    with open_export([tmp_path / name for name in files]) as export:
        account = choose_account(export, None)
        followers = account.read(ListName.FOLLOWERS)
        assert list(followers) == []
        assert followers.outcome.state is ListState.ABSENT
        assert "followers_1 (1).json" in (followers.outcome.reason or "")
        assert usernames(account, ListName.FOLLOWING) == FOLLOWING


def test_a_folder_of_zip_parts_is_opened_as_the_parts(tmp_path: Path) -> None:
    corpus.write_zip(tmp_path / f"{corpus.ZIP_NAME}.zip", {**FOLLOWERS_FILE, **OWN_FILE})
    corpus.write_zip(tmp_path / f"{corpus.ZIP_NAME}-part-2.zip", FOLLOWING_FILE)
    with open_export([tmp_path]) as export:
        assert usernames(choose_account(export, None), ListName.FOLLOWING) == FOLLOWING


def test_reading_again_gives_the_same_pages(tmp_path: Path) -> None:
    path = corpus.write_zip(tmp_path / "export.zip", corpus.base())
    with open_export([path]) as export:
        reading = choose_account(export, None).read(ListName.FOLLOWING, page_size=2)
        pages = list(reading)
        assert [len(page.people) for page in pages] == [2, 2, 1]
        assert [page.after for page in pages] == ["1", "2", None]
        assert list(reading) == pages
        assert reading.outcome.count == len(FOLLOWING)
