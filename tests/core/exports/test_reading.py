"""A list is read in pages, the same ones each time, and says at the end how much of it there was."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest

from kith.core.exports import AccountExport, open_export
from kith.core.records import ListName, ListState
from tests.core.exports import corpus
from tests.core.exports.corpus import FOLLOWERS, FOLLOWING, LISTS

NOW = datetime(2026, 9, 1, 12, tzinfo=UTC)


def write(tmp_path: Path, files: corpus.Files) -> Path:
    return corpus.write_zip(tmp_path / f"{corpus.ZIP_NAME}.zip", files)


def crowd(count: int) -> dict[str, object]:
    return {
        f"{LISTS}/followers_1.json": corpus.values(f"owl_{number}" for number in range(count)),
        f"{LISTS}/following.json": corpus.following(corpus.titles(FOLLOWING)),
    }


@pytest.mark.parametrize(
    ("count", "sizes"),
    [(0, []), (1, [1]), (9, [9]), (10, [10]), (11, [10, 1]), (20, [10, 10]), (25, [10, 10, 5])],
)
def test_pages_are_full_but_for_the_last(tmp_path: Path, count: int, sizes: list[int]) -> None:
    with open_export([write(tmp_path, crowd(count))]) as export:
        pages = list(export.accounts[0].read(ListName.FOLLOWERS, page_size=10))
    assert [len(page.people) for page in pages] == sizes
    assert {page.list for page in pages} <= {ListName.FOLLOWERS}


def test_only_the_last_page_says_that_the_list_ends(tmp_path: Path) -> None:
    with open_export([write(tmp_path, crowd(25))]) as export:
        afters = [page.after for page in export.accounts[0].read(ListName.FOLLOWERS, page_size=10)]
    assert afters[-1] is None
    assert all(after is not None for after in afters[:-1])
    assert all(one != other for one, other in pairwise(afters))


def test_reading_again_gives_the_same_pages(tmp_path: Path) -> None:
    files = {
        **crowd(12),
        f"{LISTS}/followers_2.json": corpus.labelled(["ada.lark", "bo_finch"], label="Qelvor"),
    }
    path = write(tmp_path, files)
    with open_export([path]) as export, open_export([path]) as later:
        reading = export.accounts[0].read(ListName.FOLLOWERS, page_size=5)
        first, outcome = list(reading), reading.outcome
        assert list(reading) == first
        assert reading.outcome == outcome
        assert list(later.accounts[0].read(ListName.FOLLOWERS, page_size=5)) == first


def test_the_outcome_is_known_only_at_the_end(tmp_path: Path) -> None:
    with open_export([write(tmp_path, crowd(25))]) as export:
        reading = export.accounts[0].read(ListName.FOLLOWERS, page_size=10)
        next(iter(reading))
        with pytest.raises(RuntimeError):
            _ = reading.outcome


def test_the_outcome_tells_counts_times_and_files(tmp_path: Path) -> None:
    files = corpus.base()
    files[f"{LISTS}/followers_1.json"] += [corpus.as_value("no_date", 0), {"title": "?"}]
    with open_export([write(tmp_path, files)]) as export:
        reading = export.accounts[0].read(ListName.FOLLOWERS)
        people = [person for page in reading for person in page.people]
        outcome = reading.outcome
    assert outcome.count == len(people) == len(FOLLOWERS) + 1
    assert (outcome.dated, outcome.unreadable) == (len(FOLLOWERS), 1)
    told = [notice.message for notice in outcome.notices]
    assert "1 record names nobody and was left out." in told
    assert outcome.newest_at == datetime.fromtimestamp(corpus.since(0), UTC)
    assert outcome.oldest_at == datetime.fromtimestamp(corpus.since(len(FOLLOWERS) - 1), UTC)
    assert len(outcome.files_read) == 1
    assert outcome.files_read[0].endswith("followers_1.json")


def test_an_absent_list_counts_nobody(tmp_path: Path) -> None:
    files = {**corpus.base(), f"{LISTS}/followers_2.json": b"[{"}
    with open_export([write(tmp_path, files)]) as export:
        reading = export.accounts[0].read(ListName.FOLLOWERS)
        list(reading)
        outcome = reading.outcome
    assert (outcome.state, outcome.count) == (ListState.ABSENT, 0)
    assert outcome.oldest_at is None


def test_display_names_are_told_only_where_the_export_has_them(tmp_path: Path) -> None:
    files = {**corpus.base(), f"{LISTS}/followers_1.json": corpus.labelled(["ada.lark"])}
    with open_export([write(tmp_path, files)]) as export:
        (account,) = export.accounts
        named = {name: people_names(account, name) for name in ListName}
    assert named[ListName.FOLLOWERS] == ["Dov Heron"]
    assert set(named[ListName.FOLLOWING]) == {None}


def people_names(account: AccountExport, name: ListName) -> list[str | None]:
    return [person.name for page in account.read(name) for person in page.people]


def test_the_day_in_the_name_is_widened_by_half_a_day_for_any_zone(tmp_path: Path) -> None:
    with open_export([write(tmp_path, corpus.base())], now=NOW) as export:
        (account,) = export.accounts
        assert account.taken_after == datetime(2026, 8, 10, 12, tzinfo=UTC)
        assert account.taken_at == datetime(2026, 8, 12, 12, tzinfo=UTC)


def test_without_a_day_the_newest_follow_is_the_earliest_moment_and_now_the_latest(
    tmp_path: Path,
) -> None:
    path = corpus.write_zip(tmp_path / "export.zip", corpus.base())
    with open_export([path], now=NOW) as export:
        (account,) = export.accounts
        assert account.taken_after == datetime.fromtimestamp(corpus.since(0), UTC)
        assert account.taken_at == NOW


def test_no_export_was_made_after_now(tmp_path: Path) -> None:
    now = datetime(2026, 8, 11, 9, tzinfo=UTC)
    with open_export([write(tmp_path, corpus.base())], now=now) as export:
        assert export.accounts[0].taken_at == now
