"""What an export comes in: ZIPs and their parts, folders, loose files, and archives that mean harm."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kith.core.exports import (
    AccountNotChosen,
    AccountNotFound,
    Damaged,
    Encrypted,
    Export,
    ExportError,
    Limits,
    NoRelationshipData,
    NotAnExport,
    TooLarge,
    choose_account,
    is_needed,
    open_export,
)
from kith.core.records import ListName
from tests.core.exports import corpus
from tests.core.exports.corpus import FOLLOWERS, FOLLOWING, LISTS, OWNER


def lists_of(export: Export) -> dict[ListName, tuple[str, ...]]:
    (account,) = export.accounts
    return {
        name: tuple(person.username for page in account.read(name) for person in page.people)
        for name in ListName
    }


BASE = {ListName.FOLLOWING: FOLLOWING, ListName.FOLLOWERS: FOLLOWERS}


def as_zip(tmp_path: Path) -> list[Path]:
    return [corpus.write_zip(tmp_path / f"{corpus.ZIP_NAME}.zip", corpus.base())]


def as_upper_case_zip(tmp_path: Path) -> list[Path]:
    return [corpus.write_zip(tmp_path / "EXPORT.ZIP", corpus.base())]


def as_folder(tmp_path: Path) -> list[Path]:
    return [corpus.write_folder(tmp_path / corpus.ZIP_NAME, corpus.base())]


def as_inner_folder(tmp_path: Path) -> list[Path]:
    return [corpus.write_folder(tmp_path / "export", corpus.base()) / LISTS]


def as_loose_files(tmp_path: Path) -> list[Path]:
    files = {Path(name).name: content for name, content in corpus.base().items()}
    return sorted(corpus.write_folder(tmp_path / "upload", files).iterdir())


def as_loose_files_in_place(tmp_path: Path) -> list[Path]:
    return sorted((corpus.write_folder(tmp_path / "export", corpus.base()) / LISTS).iterdir())


def in_outer_folders(tmp_path: Path) -> list[Path]:
    root = f"meta-2026-Aug-11-17-13-19/{corpus.ZIP_NAME}"
    return [corpus.write_zip(tmp_path / "export.zip", corpus.below(root, corpus.base()))]


def with_backslashes(tmp_path: Path) -> list[Path]:
    files = {name.replace("/", "\\"): content for name, content in corpus.base().items()}
    return [corpus.write_zip(tmp_path / "export.zip", files)]


def with_upper_case_endings(tmp_path: Path) -> list[Path]:
    files = {name.replace(".json", ".JSON"): content for name, content in corpus.base().items()}
    return [corpus.write_zip(tmp_path / "export.zip", files)]


def with_apple_doubles(tmp_path: Path) -> list[Path]:
    files = {
        **corpus.base(),
        f"__MACOSX/{LISTS}/._following.json": b"\x00\x05\x16\x07",
        f"{LISTS}/._followers_1.json": b"\x00\x05\x16\x07",
    }
    return [corpus.write_zip(tmp_path / "export.zip", files)]


def with_byte_order_marks(tmp_path: Path) -> list[Path]:
    files = {
        name: b"\xef\xbb\xbf" + corpus.as_bytes(content) for name, content in corpus.base().items()
    }
    return [corpus.write_zip(tmp_path / "export.zip", files)]


def with_the_same_twice(tmp_path: Path) -> list[Path]:
    files = {**corpus.below("mine", corpus.base()), **corpus.below("mine copy", corpus.base())}
    return [corpus.write_zip(tmp_path / "export.zip", files)]


def as_two_parts(tmp_path: Path) -> list[Path]:
    media = {"media/posts/202606/1.jpg": b"picture"}
    return [
        corpus.write_zip(tmp_path / f"{corpus.ZIP_NAME}.zip", media),
        corpus.write_zip(tmp_path / "instagram-me.marten-2026-08-11-Ef567890.zip", corpus.base()),
    ]


def as_two_parts_of_the_lists(tmp_path: Path) -> list[Path]:
    return [
        corpus.write_zip(tmp_path / f"part {number}.zip", {name: content})
        for number, (name, content) in enumerate(corpus.base().items())
    ]


def as_zip_and_loose_file(tmp_path: Path) -> list[Path]:
    (followers, followers_content), (following, content) = corpus.base().items()
    corpus.write_folder(tmp_path / "loose", {Path(following).name: content})
    return [
        corpus.write_zip(tmp_path / "export.zip", {followers: followers_content}),
        tmp_path / "loose" / Path(following).name,
    ]


def as_second_download(tmp_path: Path) -> list[Path]:
    files = {
        "followers_1 (1).json": corpus.values(FOLLOWERS),
        "following (1).json": corpus.following(corpus.values(FOLLOWING)),
    }
    return sorted(corpus.write_folder(tmp_path / "upload", files).iterdir())


@pytest.mark.parametrize(
    "pack",
    [
        as_zip,
        as_upper_case_zip,
        as_folder,
        as_inner_folder,
        as_loose_files,
        as_loose_files_in_place,
        in_outer_folders,
        with_backslashes,
        with_upper_case_endings,
        with_apple_doubles,
        with_byte_order_marks,
        with_the_same_twice,
        as_two_parts,
        as_two_parts_of_the_lists,
        as_zip_and_loose_file,
        as_second_download,
    ],
    ids=lambda pack: f"L20-{pack.__name__}",
)
def test_however_it_is_packed_each_list_is_read_once(
    tmp_path: Path, pack: Callable[[Path], list[Path]]
) -> None:
    with open_export(pack(tmp_path)) as export:
        assert lists_of(export) == BASE


def test_the_same_export_has_the_same_fingerprint_in_a_zip_and_in_a_folder(tmp_path: Path) -> None:
    fingerprints = set()
    reversed_base = dict(reversed(corpus.era_3().items()))
    for path in (
        corpus.write_zip(tmp_path / "one.zip", corpus.era_3()),
        corpus.write_zip(tmp_path / "two.zip", corpus.below("again", reversed_base)),
        corpus.write_folder(tmp_path / "three", corpus.era_3()),
    ):
        with open_export([path]) as export:
            fingerprints.add(export.accounts[0].fingerprint)
    assert len(fingerprints) == 1


def test_another_list_gives_another_fingerprint(tmp_path: Path) -> None:
    one = corpus.write_zip(tmp_path / "one.zip", corpus.base())
    other = corpus.write_zip(
        tmp_path / "two.zip",
        {**corpus.base(), f"{LISTS}/following.json": corpus.following(corpus.values(["ada.lark"]))},
    )
    with open_export([one]) as first, open_export([other]) as second:
        assert first.accounts[0].fingerprint != second.accounts[0].fingerprint


def test_l20_two_dates_of_one_account_are_to_be_imported_the_older_first(tmp_path: Path) -> None:
    newer = {
        **corpus.base(),
        f"{LISTS}/following.json": corpus.following(corpus.values(["ada.lark"])),
    }
    paths = [
        corpus.write_zip(tmp_path / f"instagram-{OWNER}-{day}-AbCd1234.zip", files)
        for day, files in (("2026-08-11", newer), ("2026-02-01", corpus.base()))
    ]
    with open_export(paths) as export:
        assert len(export.accounts) == 2
        with pytest.raises(AccountNotChosen) as failure:
            choose_account(export, None)
        assert "older" in str(failure.value)
        with pytest.raises(AccountNotChosen):
            choose_account(export, OWNER)


def test_an_account_that_is_not_there_is_not_found(tmp_path: Path) -> None:
    with open_export([corpus.write_zip(tmp_path / "export.zip", corpus.era_3())]) as export:
        with pytest.raises(AccountNotFound) as failure:
            choose_account(export, "other.otter")
        assert failure.value.choices == (OWNER,)


def nothing_at_all(tmp_path: Path) -> list[Path]:
    return []


def empty_folder(tmp_path: Path) -> list[Path]:
    (tmp_path / "empty").mkdir()
    return [tmp_path / "empty"]


def missing_path(tmp_path: Path) -> list[Path]:
    return [tmp_path / "not-there.zip"]


def picture(tmp_path: Path) -> list[Path]:
    (tmp_path / "cat.jpg").write_bytes(b"\xff\xd8\xff\xe0")
    return [tmp_path / "cat.jpg"]


@pytest.mark.parametrize(
    "give", [nothing_at_all, empty_folder, missing_path, picture], ids=lambda give: give.__name__
)
def test_what_is_no_export_is_refused(tmp_path: Path, give: Callable[[Path], list[Path]]) -> None:
    with pytest.raises((NotAnExport, NoRelationshipData)) as failure, open_export(give(tmp_path)):
        pass
    assert str(failure.value).endswith((".", "!"))


def test_a_cut_off_zip_is_damaged_at_every_length(tmp_path: Path) -> None:
    whole = corpus.write_zip(tmp_path / "whole.zip", corpus.base()).read_bytes()
    path = tmp_path / "cut.zip"
    for length in range(0, len(whole), 7):
        path.write_bytes(whole[:length])
        with pytest.raises(ExportError), open_export([path]):
            pass


def test_a_zip_that_is_something_else_is_damaged(tmp_path: Path) -> None:
    (tmp_path / "export.zip").write_bytes(b"<html>Please sign in</html>")
    with pytest.raises(Damaged), open_export([tmp_path / "export.zip"]):
        pass


def with_flags(path: Path, flag: int) -> Path:
    """Sets a flag in every header of an archive."""
    data = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(mark)
        while at >= 0:
            data[at + offset] |= flag
            at = data.find(mark, at + 1)
    path.write_bytes(data)
    return path


def test_an_encrypted_archive_is_told_as_such(tmp_path: Path) -> None:
    path = with_flags(corpus.write_zip(tmp_path / "export.zip", corpus.base()), 0x1)
    with pytest.raises(Encrypted), open_export([path]):
        pass


UNSAFE = [
    "../following.json",
    "/connections/x.json",
    f"{LISTS}/../../../x.json",
    "C:\\x.json",
    "..\\x.json",
]


@pytest.mark.parametrize("name", UNSAFE)
def test_names_that_point_outside_are_refused(tmp_path: Path, name: str) -> None:
    path = corpus.write_zip(tmp_path / "export.zip", {**corpus.base(), name: b"{}"})
    with pytest.raises(ExportError) as failure, open_export([path]):
        pass
    assert failure.value.code.startswith("unsafe")


def test_a_bomb_is_refused_by_its_ratio(tmp_path: Path) -> None:
    bomb = {f"{LISTS}/following.json": b"[" + b" " * 40_000_000 + b"]"}
    with pytest.raises(TooLarge), open_export([corpus.write_zip(tmp_path / "b.zip", bomb)]):
        pass


@pytest.mark.parametrize(
    "limits",
    [
        Limits(member_bytes=100),
        Limits(total_bytes=1_000),
        Limits(members=1),
        Limits(directory_bytes=10),
    ],
    ids=["member", "total", "members", "directory"],
)
def test_more_than_the_limits_is_refused(tmp_path: Path, limits: Limits) -> None:
    path = corpus.write_zip(tmp_path / "export.zip", corpus.base())
    with pytest.raises(TooLarge), open_export([path], limits=limits):
        pass


def test_a_needless_bomb_is_never_opened(tmp_path: Path) -> None:
    files = {**corpus.base(), "media/posts/202606/1.jpg": b"\0" * 40_000_000}
    with open_export([corpus.write_zip(tmp_path / "export.zip", files)]) as export:
        assert lists_of(export) == BASE


def test_a_member_whose_size_is_a_lie_never_gives_a_list(tmp_path: Path) -> None:
    path = tmp_path / "export.zip"
    files: dict[str, Any] = corpus.base()
    corpus.write_zip(path, files)
    data = bytearray(path.read_bytes())
    at = data.find(b"PK\x01\x02")
    (size,) = struct.unpack_from("<L", data, at + 24)
    struct.pack_into("<L", data, at + 24, size - 3)
    path.write_bytes(data)
    with open_export([path]) as export:
        reading = export.accounts[0].read(ListName.FOLLOWERS)
        assert [page for page in reading if page.people] == []
        assert reading.outcome.state == "absent"


def test_a_member_with_broken_bytes_is_absent_and_the_other_list_is_read(tmp_path: Path) -> None:
    path = tmp_path / "export.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name, content in corpus.base().items():
            archive.writestr(name, corpus.as_bytes(content))
    data = path.read_bytes()
    assert zlib.crc32(data) != zlib.crc32(data.replace(b"fan.vole", b"fan.mole", 1))
    path.write_bytes(data.replace(b"fan.vole", b"fan.mole", 1))
    with open_export([path]) as export:
        (account,) = export.accounts
        followers, following = account.read(ListName.FOLLOWERS), account.read(ListName.FOLLOWING)
        assert sum(len(page.people) for page in followers) == 0
        assert sum(len(page.people) for page in following) == len(FOLLOWING)
        assert (followers.outcome.state, following.outcome.state) == ("absent", "complete")


def test_links_out_of_a_folder_are_not_followed(tmp_path: Path) -> None:
    outside = corpus.write_folder(tmp_path / "outside", corpus.base())
    inside = corpus.write_folder(
        tmp_path / "inside", {f"{LISTS}/following.json": corpus.following(corpus.values(FOLLOWING))}
    )
    (inside / LISTS / "followers_1.json").symlink_to(outside / LISTS / "followers_1.json")
    with open_export([inside]) as export:
        assert lists_of(export)[ListName.FOLLOWERS] == ()


NEEDED = [
    f"{LISTS}/followers_1.json",
    f"{LISTS}/followers_12.html",
    f"x/y/{LISTS}/FOLLOWING.JSON",
    "followers_and_following\\following.json",
    f"{LISTS}/follow_requests_you've_received.json",
    f"{LISTS}/profiles_you’ve_favorited.json",
    f"{LISTS}/accounts_youve_favorited.json",
    f"{LISTS}/recently_unfollowed_accounts.json",
    "personal_information/personal_information/personal_information.json",
    "account_information/personal_information.json",
    "connections.json",
    "profile.json",
    "followers_1.json",
]
NEEDLESS = [
    "your_instagram_activity/threads/followers.json",
    "threads/following.json",
    "connections/contacts/synced_contacts.json",
    f"{LISTS}/following_hashtags.json",
    "your_instagram_activity/likes/liked_posts.json",
    "your_instagram_activity/messages/inbox/ada_1/message_1.json",
    "media/posts/202606/1.jpg",
    f"__MACOSX/{LISTS}/._followers_1.json",
    f"{LISTS}/followers_1.json.bak",
    f"{LISTS}/followers_x.json",
    "",
    "/",
]


@pytest.mark.parametrize("path", NEEDED)
def test_lists_and_the_own_name_are_needed(path: str) -> None:
    assert is_needed(path)


@pytest.mark.parametrize("path", NEEDLESS)
def test_everything_else_stays_where_it_is(path: str) -> None:
    assert not is_needed(path)
