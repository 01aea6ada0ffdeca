"""Every JSON shape and trap of Instagram's exports from 2018 to 2026, each under its number in the corpus."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kith.core.exports import (
    AccountExport,
    AccountNotChosen,
    ListOutcome,
    NoRelationshipData,
    WrongPlatform,
    choose_account,
    open_export,
)
from kith.core.records import ListName, ListState, PersonRecord
from tests.core.exports import corpus
from tests.core.exports.corpus import FOLLOWERS, FOLLOWING, LISTS, OWNER

DISPLAY_LABELS = {"label": "Qelvor", "name_label": "Tamu"}
RUSSIAN = {
    "label": corpus.mojibake("Имя пользователя"),
    "name_label": corpus.mojibake("Имя"),
}


def drain(account: AccountExport, name: ListName) -> tuple[list[PersonRecord], ListOutcome]:
    reading = account.read(name)
    people = [person for page in reading for person in page.people]
    return people, reading.outcome


def names(account: AccountExport, name: ListName) -> list[str]:
    return [person.username for person in drain(account, name)[0]]


def small_names(account: AccountExport) -> dict[str, list[str]]:
    return {
        name: [person.username for person in people]
        for name, people in account.small_lists().items()
        if people
    }


def read_one(
    tmp_path: Path, file: str, content: object, name: ListName
) -> tuple[list[PersonRecord], ListOutcome]:
    """One list file beside a healthy other list."""
    other = "following.json" if name is ListName.FOLLOWERS else "followers_1.json"
    files = {f"{LISTS}/{other}": corpus.base()[f"{LISTS}/{other}"], f"{LISTS}/{file}": content}
    path = corpus.write_zip(tmp_path / f"{corpus.ZIP_NAME}.zip", files)
    with open_export([path]) as export:
        return drain(export.accounts[0], name)


def read_following(tmp_path: Path, content: object) -> tuple[list[PersonRecord], ListOutcome]:
    return read_one(tmp_path, "following.json", content, ListName.FOLLOWING)


def read_followers(tmp_path: Path, content: object) -> tuple[list[PersonRecord], ListOutcome]:
    return read_one(tmp_path, "followers_1.json", content, ListName.FOLLOWERS)


ERAS = {
    "L01-2018-one-file": corpus.era_0(),
    "L02-2021-wrapped-followers": corpus.era_1(),
    "L03-2022-bare-followers": corpus.era_2(),
    "L04-2024-super-folders": corpus.era_3(),
    "L05-2025-names-in-titles": corpus.era_4(),
    "L06-2026-labels": corpus.era_6(),
    "L07-2026-russian-labels": corpus.era_6(**RUSSIAN),
    "L08-2026-unknown-language": corpus.era_6(**DISPLAY_LABELS),
}


@pytest.mark.parametrize("files", ERAS.values(), ids=ERAS.keys())
def test_both_lists_of_every_era_are_read_completely(tmp_path: Path, files: dict[str, Any]) -> None:
    path = corpus.write_zip(tmp_path / f"{corpus.ZIP_NAME}.zip", files)
    with open_export([path]) as export:
        (account,) = export.accounts
        assert account.username == OWNER
        for name, expected in ((ListName.FOLLOWING, FOLLOWING), (ListName.FOLLOWERS, FOLLOWERS)):
            people, outcome = drain(account, name)
            assert tuple(person.username for person in people) == expected
            assert (outcome.state, outcome.count, outcome.unreadable) == (
                ListState.COMPLETE,
                len(expected),
                0,
            )
            assert outcome.dated == len(expected)


def test_l01_the_other_lists_of_the_one_file_are_read_and_hashtags_are_not(tmp_path: Path) -> None:
    with open_export([corpus.write_folder(tmp_path / "export", corpus.era_0())]) as export:
        small = small_names(export.accounts[0])
    assert small["blocked"] == ["spam_stoat"]
    assert ["cleo_wren"] in small.values()
    assert not any("cats" in people for people in small.values())


@pytest.mark.parametrize(
    "labels",
    [{}, RUSSIAN, DISPLAY_LABELS],
    ids=["L06-english", "L07-russian-mojibake", "L08-invented-language"],
)
def test_small_lists_of_2026_tell_usernames_and_not_display_names(
    tmp_path: Path, labels: dict[str, str]
) -> None:
    path = corpus.write_zip(tmp_path / "export.zip", corpus.era_6(**labels))
    with open_export([path]) as export:
        small = small_names(export.accounts[0])
    assert small["blocked"] == ["spam_stoat"]
    assert small["close_friends"] == ["ada.lark", "bo_finch", "elk_owl"]
    assert small["hide_story_from"] == ["gnu_ibis"]
    assert ["cleo_wren"] in small.values()
    assert ["ada.lark"] in small.values()


def test_l08_a_lone_record_whose_label_cannot_be_told_is_reported_and_names_nobody(
    tmp_path: Path,
) -> None:
    record = corpus.as_labels("new_newt", corpus.since(0), **DISPLAY_LABELS, display="some_name")
    files = {**corpus.base(), f"{LISTS}/close_friends.json": [record]}
    with open_export([corpus.write_zip(tmp_path / "export.zip", files)]) as export:
        (account,) = export.accounts
        assert not account.small_lists().get("close_friends")


def test_l09_a_list_of_one_is_written_as_the_record_itself(tmp_path: Path) -> None:
    people, outcome = read_followers(tmp_path, corpus.as_value("ada.lark", corpus.since(0)))
    assert [person.username for person in people] == ["ada.lark"]
    assert outcome.state is ListState.COMPLETE


def test_l10_each_file_is_read_by_its_own_shape(tmp_path: Path) -> None:
    files = {
        **corpus.era_4(),
        f"{LISTS}/close_friends.json": {"relationships_close_friends": corpus.values(["ada.lark"])},
        f"{LISTS}/pending_follow_requests.json": corpus.labelled(["cleo_wren", "new_newt"]),
    }
    with open_export([corpus.write_zip(tmp_path / "export.zip", files)]) as export:
        (account,) = export.accounts
        assert tuple(names(account, ListName.FOLLOWING)) == FOLLOWING
        small = small_names(account)
    assert small["close_friends"] == ["ada.lark"]
    assert ["cleo_wren", "new_newt"] in small.values()


def test_main_lists_may_move_to_labels_as_all_others_did(tmp_path: Path) -> None:
    people, outcome = read_followers(tmp_path, corpus.labelled(FOLLOWERS))
    assert tuple(person.username for person in people) == FOLLOWERS
    assert people[0].name == "Dov Heron"
    assert outcome.state is ListState.COMPLETE


def test_l11_an_unknown_wrapper_with_one_list_is_read(tmp_path: Path) -> None:
    people, outcome = read_following(tmp_path, {"relationships_new": corpus.values(["ada.lark"])})
    assert [person.username for person in people] == ["ada.lark"]
    assert outcome.state is ListState.COMPLETE


NOT_UNDERSTOOD = {
    "L11-two-lists": {"one": corpus.values(["ada.lark"]), "two": corpus.values(["bo_finch"])},
    "L11-unknown-wrapper-without-people": {"relationships_new": []},
    "L11-another-list": {"relationships_followers": corpus.values(["ada.lark"])},
    "L12-no-names": {"relationships_following": [{"title": "", "string_list_data": []}] * 3},
    "L12-numbers": [1, 2, 3],
    "L12-error": {"error": "Something went wrong"},
    "L12-null": b"null",
    "L12-wrapped-null": {"relationships_following": None},
    "L12-empty-object": {},
    "L12-number": b"7",
    "L12-nothing": b"",
    "L12-truncated": corpus.as_bytes(corpus.following(corpus.values(FOLLOWING)))[:-40],
    "L12-no-utf8": b'{"relationships_following": [{"title": "\xff\xfe"}]}',
    "L12-trailing": corpus.as_bytes(corpus.following([])) + b"]",
    "L17-nested": b"[" * 200_000,
    "L17-nested-and-closed": b"[" * 200_000 + b"]" * 200_000,
    "L17-nested-inside": b'{"relationships_following": [{"x": '
    + b"[" * 200_000
    + b"]" * 200_000
    + b"}]}",
    "L19-threads": {"text_post_app_text_post_app_following": corpus.values(["ada.lark"])},
}


@pytest.mark.parametrize("content", NOT_UNDERSTOOD.values(), ids=NOT_UNDERSTOOD.keys())
def test_what_is_not_understood_is_absent_with_a_reason_and_never_empty(
    tmp_path: Path, content: object
) -> None:
    people, outcome = read_following(tmp_path, content)
    assert people == []
    assert outcome.state is ListState.ABSENT
    assert outcome.reason
    assert "following.json" in outcome.reason


@pytest.mark.parametrize(
    "content", [[], {"relationships_following": []}], ids=["L13-bare", "L13-wrapped"]
)
def test_l13_an_empty_list_is_complete(tmp_path: Path, content: object) -> None:
    people, outcome = read_following(tmp_path, content)
    assert (people, outcome.state, outcome.count) == ([], ListState.COMPLETE, 0)


def test_l13_a_section_without_data_is_absent(tmp_path: Path) -> None:
    files = {f"{LISTS}/no-data.txt": "", f"{LISTS}/followers_1.json": corpus.values(FOLLOWERS)}
    with open_export([corpus.write_zip(tmp_path / "export.zip", files)]) as export:
        people, outcome = drain(export.accounts[0], ListName.FOLLOWING)
    assert (people, outcome.state) == ([], ListState.ABSENT)
    assert outcome.reason


def numbered(parts: dict[int, list[str]]) -> dict[str, Any]:
    return {
        f"{LISTS}/following.json": corpus.following(corpus.values(FOLLOWING)),
        **{f"{LISTS}/followers_{n}.json": corpus.values(people) for n, people in parts.items()},
    }


def test_l14_parts_are_read_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    files = numbered({number: [f"owl_{number}"] for number in (10, 9, 8, 7, 6, 5, 4, 3, 2, 1)})
    with open_export([corpus.write_zip(tmp_path / "export.zip", files)]) as export:
        people, outcome = drain(export.accounts[0], ListName.FOLLOWERS)
    assert [person.username for person in people] == [f"owl_{number}" for number in range(1, 11)]
    assert outcome.state is ListState.COMPLETE


@pytest.mark.parametrize("missing", [1, 2], ids=["L14-first", "L14-middle"])
def test_l14_a_missing_part_makes_the_list_partial(tmp_path: Path, missing: int) -> None:
    files = numbered({number: [f"owl_{number}"] for number in (1, 2, 3) if number != missing})
    with open_export([corpus.write_zip(tmp_path / "export.zip", files)]) as export:
        people, outcome = drain(export.accounts[0], ListName.FOLLOWERS)
    assert len(people) == 2
    assert outcome.state is ListState.PARTIAL
    assert f"followers_{missing}" in (outcome.reason or "")


def test_l14_ten_thousand_and_no_next_part_is_partial(tmp_path: Path) -> None:
    people, outcome = read_followers(tmp_path, corpus.values(f"owl_{n}" for n in range(10_000)))
    assert len(people) == 10_000
    assert outcome.state is ListState.PARTIAL
    assert "10,000" in (outcome.reason or "")


def test_a_readable_part_beside_a_damaged_one_never_makes_a_complete_list(tmp_path: Path) -> None:
    files = {**numbered({1: ["ada.lark"]}), f"{LISTS}/followers_2.json": b"[{"}
    with open_export([corpus.write_zip(tmp_path / "export.zip", files)]) as export:
        _, outcome = drain(export.accounts[0], ListName.FOLLOWERS)
    assert outcome.state is not ListState.COMPLETE
    assert "followers_2.json" in (outcome.reason or "")


def test_l15_several_people_in_one_record_and_repeated_ones_are_all_told(tmp_path: Path) -> None:
    record = corpus.as_value("ada.lark", corpus.since(0))
    record["string_list_data"] += corpus.as_value("bo_finch", corpus.since(1))["string_list_data"]
    people, outcome = read_followers(tmp_path, [record, corpus.as_value("ADA.lark", 5)])
    assert {person.username for person in people} == {"ada.lark", "bo_finch"}
    assert outcome.state is ListState.COMPLETE


SPELLINGS = {
    "case": {"value": "Ada.Lark"},
    "spaces": {"value": "  ada.lark "},
    "at": {"value": "@ada.lark"},
    "slash": {"href": "https://www.instagram.com/ada.lark/"},
    "query": {"href": "https://www.instagram.com/ada.lark?igsh=abc"},
    "fragment": {"href": "https://www.instagram.com/ada.lark/#x"},
    "http": {"href": "http://www.instagram.com/ada.lark"},
    "no-www": {"href": "https://instagram.com/ada.lark"},
    "u": {"href": "https://www.instagram.com/_u/ada.lark"},
    "value-is-address": {"value": "https://www.instagram.com/_u/ada.lark"},
}


@pytest.mark.parametrize("link", SPELLINGS.values(), ids=[f"L16-{name}" for name in SPELLINGS])
def test_every_spelling_of_a_name_is_the_same_account(tmp_path: Path, link: dict[str, str]) -> None:
    people, _ = read_followers(tmp_path, [{"title": "", "string_list_data": [link]}])
    assert [person.username for person in people] == ["ada.lark"]


HOSTILE = {
    "script": {"href": "javascript:alert(1)"},
    "foreign-host": {"href": "https://www.instagram.com.evil.example/ada.lark"},
    "post": {"href": "https://www.instagram.com/p/CAAAAAAAAA1/"},
    "page": {"href": "https://www.instagram.com/explore/"},
    "markup": {"value": "<img src=x onerror=alert(1)>"},
    "formula": {"value": "=HYPERLINK(1)"},
    "long": {"value": "a" * 10_000},
    "nul": {"value": "ada\x00lark"},
    "newline": {"value": "ada\nlark"},
}


@pytest.mark.parametrize("link", HOSTILE.values(), ids=[f"L17-{name}" for name in HOSTILE])
def test_what_is_no_name_is_counted_and_names_nobody(tmp_path: Path, link: dict[str, str]) -> None:
    healthy = corpus.as_value("ada.lark", corpus.since(0))
    people, outcome = read_followers(tmp_path, [healthy, {"title": "", "string_list_data": [link]}])
    assert [person.username for person in people] == ["ada.lark"]
    assert outcome.unreadable == 1


def test_l18_deleted_accounts_stay_on_the_list(tmp_path: Path) -> None:
    people, outcome = read_following(
        tmp_path, corpus.following(corpus.titles(["__deleted__ab12cd34ef", "ada.lark"]))
    )
    assert [person.username for person in people] == ["__deleted__ab12cd34ef", "ada.lark"]
    assert outcome.unreadable == 0


def test_l19_the_lists_of_threads_are_not_mixed_in(tmp_path: Path) -> None:
    threads = {"text_post_app_text_post_app_followers": corpus.values(["thread_toad"])}
    files = {**corpus.base(), "your_instagram_activity/threads/followers.json": threads}
    with open_export([corpus.write_zip(tmp_path / "export.zip", files)]) as export:
        (account,) = export.accounts
        assert tuple(names(account, ListName.FOLLOWERS)) == FOLLOWERS


PLATFORMS: dict[str, dict[str, Any]] = {
    "Threads": {"threads/followers.json": {"text_post_app_text_post_app_followers": []}},
    "Facebook": {"friends_and_followers/followers.json": {"followers_v2": []}},
    "X": {"data/follower.js": "window.YTD.follower.part0 = []"},
    "TikTok": {"user_data_tiktok.json": {}},
}


@pytest.mark.parametrize("platform", PLATFORMS, ids=[f"L19-{name}" for name in PLATFORMS])
def test_exports_of_other_services_are_called_by_their_name(tmp_path: Path, platform: str) -> None:
    path = corpus.write_zip(tmp_path / "export.zip", PLATFORMS[platform])
    with pytest.raises(WrongPlatform) as failure, open_export([path]):
        pass
    assert failure.value.platform == platform


def test_l22_one_list_alone_is_read_and_the_other_is_absent(tmp_path: Path) -> None:
    files = {f"{LISTS}/followers_1.json": corpus.values(FOLLOWERS)}
    with open_export([corpus.write_zip(tmp_path / "export.zip", files)]) as export:
        (account,) = export.accounts
        assert drain(account, ListName.FOLLOWERS)[1].state is ListState.COMPLETE
        people, outcome = drain(account, ListName.FOLLOWING)
    assert (people, outcome.state) == ([], ListState.ABSENT)
    assert outcome.reason


NEVER = [0, None, -1, "", "soon", -2_048_515_200]


@pytest.mark.parametrize("written", NEVER, ids=[f"L30-{written!r}" for written in NEVER])
def test_a_missing_time_is_unknown_and_the_person_stays(tmp_path: Path, written: object) -> None:
    people, outcome = read_followers(tmp_path, [corpus.as_value("ada.lark", written)])
    assert [(person.username, person.since) for person in people] == [("ada.lark", None)]
    assert outcome.dated == 0
    assert outcome.state is ListState.COMPLETE


@pytest.mark.parametrize(
    "written",
    [1_749_860_021, 1_749_860_021_000, "1749860021", 1_749_860_021.0],
    ids=["L30-seconds", "L30-milliseconds", "L30-digits", "L30-float"],
)
def test_every_way_to_write_a_time_is_understood(tmp_path: Path, written: object) -> None:
    people, _ = read_followers(tmp_path, [corpus.as_value("ada.lark", written)])
    assert people[0].since == 1_749_860_021
    assert people[0].since_is_exact


def test_l30_a_time_in_the_future_is_unknown_and_told(tmp_path: Path) -> None:
    people, outcome = read_followers(tmp_path, [corpus.as_value("ada.lark", 4_000_000_000)])
    assert people[0].since is None
    assert outcome.notices


def test_fields_of_unexpected_types_cost_one_record_and_not_the_file(tmp_path: Path) -> None:
    odd = {"title": 7, "string_list_data": [{"href": None, "value": 12, "timestamp": []}]}
    healthy = corpus.as_value("ada.lark", corpus.since(0))
    people, outcome = read_followers(tmp_path, [odd, healthy, "text", None])
    assert [person.username for person in people] == ["ada.lark"]
    assert outcome.unreadable == 3


OWN_ACCOUNTS = {
    "english": (corpus.personal(), "export.zip"),
    "german": (corpus.personal(label="Benutzername"), "export.zip"),
    "polish-mojibake": (
        corpus.personal(
            label=corpus.mojibake("Nazwa użytkownika"), name_label=corpus.mojibake("Imię")
        ),
        "export.zip",
    ),
    "by-name": (None, f"{corpus.ZIP_NAME}.zip"),
    "second-download": (None, f"{corpus.ZIP_NAME} (1).zip"),
}


@pytest.mark.parametrize(
    "case", OWN_ACCOUNTS.values(), ids=[f"I05-{name}" for name in OWN_ACCOUNTS]
)
def test_the_own_name_is_found_in_every_language_or_in_the_archives_name(
    tmp_path: Path, case: tuple[dict[str, Any] | None, str]
) -> None:
    document, archive = case
    files = corpus.base()
    if document:
        files["personal_information/personal_information/personal_information.json"] = document
    with open_export([corpus.write_zip(tmp_path / archive, files)]) as export:
        assert export.accounts[0].username == OWNER


@pytest.mark.parametrize("username", ["a-2024-01-01", "me.marten_1"])
def test_i05_names_that_look_like_dates_are_read_from_the_right(
    tmp_path: Path, username: str
) -> None:
    path = corpus.write_zip(
        tmp_path / f"instagram-{username.replace('-', '_')}-2026-08-11-AbCd1234.zip", corpus.base()
    )
    with open_export([path]) as export:
        assert export.accounts[0].username == username.replace("-", "_")


def test_a_wanted_account_is_chosen_whatever_its_spelling(tmp_path: Path) -> None:
    with open_export([corpus.write_zip(tmp_path / "export.zip", corpus.era_3())]) as export:
        assert choose_account(export, None) is choose_account(export, OWNER)


def test_l21_a_media_only_part_says_what_it_has(tmp_path: Path) -> None:
    files = {"media/posts/202606/1.jpg": b"x", "your_instagram_activity/likes/liked_posts.json": {}}
    path = corpus.write_zip(tmp_path / f"{corpus.ZIP_NAME}.zip", files)
    with pytest.raises(NoRelationshipData) as failure, open_export([path]):
        pass
    assert failure.value.found


def test_l20_two_accounts_in_one_archive_ask_which(tmp_path: Path) -> None:
    second = "instagram-other.otter-2026-08-11-Zz99Yy88"
    files = {**corpus.below(corpus.ZIP_NAME, corpus.base()), **corpus.below(second, corpus.base())}
    path = corpus.write_zip(tmp_path / "both.zip", files)
    with open_export([path]) as export:
        assert len(export.accounts) == 2
        with pytest.raises(AccountNotChosen) as failure:
            choose_account(export, None)
        assert set(failure.value.choices) == {OWNER, "other.otter"}
        assert choose_account(export, "other.otter").username == "other.otter"
