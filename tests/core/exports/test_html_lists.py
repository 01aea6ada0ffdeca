"""Lists in HTML, end to end: frames of 2025 and 2026, languages, ranges and time zones (L23 to L26)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kith.core.exports import AccountExport, DateRange, ListOutcome, choose_account, open_export
from kith.core.records import ListName, ListState, PersonRecord
from tests.core.exports.corpus import FOLLOWERS, FOLLOWING, LISTS, PROFILE, base, write_folder

DATE = "Aug 09, 2026 9:49 am"
BOX = '<div class="pam _3-95 _2ph- _a6-g uiBoxWhite noborder">'
MADE = '<time datetime="2026-08-11T12:11Z">Tuesday</time>'
FROM_TO = '<time datetime="{}T12:05Z">a</time> <time datetime="2026-08-11T12:05Z">b</time>'


def link_box(name: str, date: str = DATE) -> str:
    """Grammar A: followers."""
    link = f'<a target="_blank" href="{PROFILE}{name}">{name}</a>'
    return f'{BOX}<div class="_a6-p"><div><div>{link}</div><div>{date}</div></div></div></div>'


def heading_box(name: str, date: str = DATE) -> str:
    """Grammar B: following since 2025."""
    url = f"{PROFILE}_u/{name}"
    return (
        f'{BOX}<h2 class="_3-95 _2pim _a6-h _a6-i">{name}</h2><div class="_a6-p"><div><div>'
        f'<a target="_blank" href="{url}">{url}</a></div><div>{date}</div></div></div></div>'
    )


def table_box(name: str, label: str = "Username") -> str:
    """Grammar C: small lists since 2026, boxes within boxes."""
    row = '<tr><td class="_a6_q">{}</td><td class="_2piu _a6_r">{}</td></tr>'
    rows = row.format("URL", f"{PROFILE}not.this") + row.format("Name", "A &amp; B")
    return (
        f'{BOX}<div class="_3-95 _a6-p">{BOX}<div class="_a6-p"><table>{rows}'
        f'{row.format(label, name)}</table></div></div></div><div class="_3-94 _a6-o">{DATE}</div></div>'
    )


def page_2025(boxes: Iterable[str]) -> str:
    """A frame without header."""
    return (
        '<html><head><meta charset="UTF-8" /><title>x</title></head><body class="_5vb_ _2yq _a7o5">'
        '<div class="_li"><div class="_a705"><div class="_a70e">x</div>'
        f'<div class="_a706" role="main">{"".join(boxes)}</div></div></div></body></html>'
    )


def page_2026(boxes: Iterable[str], times: str = MADE) -> str:
    return (
        '<html><head><meta charset="UTF-8" /><title>x</title></head><body class="_5vb_ _2yq _a7o5">'
        '<div class="_li"><div class="_a705"><header class="_as-_ _a70a"><h1>x</h1>'
        f'<aside role="contentinfo" class="_aoaa">Me Marten {times}</aside></header>'
        f'<main class="_a706" role="main">{"".join(boxes)}</main></div></div></body></html>'
    )


def pages(page: Callable[[Iterable[str]], str]) -> dict[str, str]:
    return {
        f"{LISTS}/followers_1.html": page(map(link_box, FOLLOWERS)),
        f"{LISTS}/following.html": page(map(heading_box, FOLLOWING)),
    }


def read(account: AccountExport, name: ListName) -> tuple[list[PersonRecord], ListOutcome]:
    reading = account.read(name)
    people = [person for page in reading for person in page.people]
    return people, reading.outcome


@pytest.mark.parametrize("page", [page_2025, page_2026])
def test_l23_both_frames_give_the_base_lists(
    tmp_path: Path, page: Callable[[Iterable[str]], str]
) -> None:
    with open_export([write_folder(tmp_path / "export", pages(page))]) as export:
        account = choose_account(export, None)
        for name, expected in ((ListName.FOLLOWERS, FOLLOWERS), (ListName.FOLLOWING, FOLLOWING)):
            people, outcome = read(account, name)
            assert tuple(person.username for person in people) == expected
            assert outcome.state is ListState.COMPLETE


def test_l23_tables_tell_the_username_and_not_the_link_of_the_biography(tmp_path: Path) -> None:
    files = pages(page_2026) | {
        f"{LISTS}/close_friends.html": page_2026([table_box("ada.lark"), table_box("bo_finch")])
    }
    with open_export([write_folder(tmp_path / "export", files)]) as export:
        friends = choose_account(export, None).small_lists()["close_friends"]
    assert [friend.username for friend in friends] == ["ada.lark", "bo_finch"]
    assert {friend.name for friend in friends} == {"A & B"}


def test_l23_json_is_preferred_to_html_of_the_same_list(tmp_path: Path) -> None:
    with open_export([write_folder(tmp_path / "export", base() | pages(page_2026))]) as export:
        people, outcome = read(choose_account(export, None), ListName.FOLLOWERS)
    assert tuple(person.username for person in people) == FOLLOWERS
    assert all(person.since_is_exact for person in people)
    assert all(file.endswith(".json") for file in outcome.files_read)


def test_l24_a_date_in_any_language_or_none_never_costs_a_person(tmp_path: Path) -> None:
    dates = (
        "8月 10, 2026 6:32 PM",
        "ago 07, 2026 8:17 da tarde/noite",
        "ago 07, 2026 8:17 pm",
        "who knows",
    )
    boxes = [link_box(name, date) for name, date in zip(FOLLOWERS, dates, strict=True)]
    files = {f"{LISTS}/followers_1.html": page_2026(boxes)}
    with open_export([write_folder(tmp_path / "export", files)]) as export:
        people, outcome = read(choose_account(export, None), ListName.FOLLOWERS)
    assert tuple(person.username for person in people) == FOLLOWERS
    assert [person.since for person in people] == [1786415520, 1786162620, 1786162620, None]
    assert (outcome.state, outcome.unreadable) == (ListState.COMPLETE, 0)


@pytest.mark.parametrize(
    ("times", "state"),
    [
        pytest.param(MADE, ListState.COMPLETE, id="one-time"),
        pytest.param(MADE + FROM_TO.format("2025-08-11"), ListState.PARTIAL, id="range"),
        pytest.param(MADE + FROM_TO.format("1905-02-01"), ListState.COMPLETE, id="all-time"),
    ],
)
def test_l25_a_range_in_the_header_cuts_both_lists(
    tmp_path: Path, times: str, state: ListState
) -> None:
    files = pages(lambda boxes: page_2026(boxes, times))
    with open_export([write_folder(tmp_path / "export", files)]) as export:
        account = choose_account(export, None)
        assert {read(account, name)[1].state for name in ListName} == {state}
        assert account.taken_after == datetime(2026, 8, 11, 12, 11, tzinfo=UTC)
        if state is ListState.PARTIAL:
            assert isinstance(account.range, DateRange)
        else:
            assert account.range == "complete"


def test_l25_a_page_without_header_does_not_tell_its_range(tmp_path: Path) -> None:
    with open_export([write_folder(tmp_path / "export", pages(page_2025))]) as export:
        assert choose_account(export, None).range is None


@pytest.mark.parametrize(
    ("shown", "seconds"),
    [("Aug 09, 2026 9:49 am", 1786297781), ("Dec 29, 2025 1:46 pm", 1767044795)],
)
def test_l26_html_is_true_to_the_minute_of_json(tmp_path: Path, shown: str, seconds: int) -> None:
    files = {f"{LISTS}/followers_1.html": page_2026([link_box("ada.lark", shown)])}
    with open_export([write_folder(tmp_path / "export", files)]) as export:
        (person,), _ = read(choose_account(export, None), ListName.FOLLOWERS)
    assert person.since == seconds - seconds % 60
    assert not person.since_is_exact


def test_a_box_that_names_nobody_is_counted(tmp_path: Path) -> None:
    files = {f"{LISTS}/followers_1.html": page_2026([link_box("ada.lark"), f"{BOX}<p>?</p></div>"])}
    with open_export([write_folder(tmp_path / "export", files)]) as export:
        people, outcome = read(choose_account(export, None), ListName.FOLLOWERS)
    assert [person.username for person in people] == ["ada.lark"]
    assert outcome.unreadable == 1
