"""When an export was made: what names, entries and the clock allow, and nothing more certain than that."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from kith.core.exports import open_export
from tests.core.exports import corpus

NOW = datetime(2026, 9, 1, 12, tzinfo=UTC)
NEWEST = datetime.fromtimestamp(corpus.since(0), UTC)


def window(path: Path, now: datetime = NOW) -> tuple[datetime, datetime]:
    with open_export([path], now=now) as export:
        (account,) = export.accounts
        return account.taken_after, account.taken_at


def test_the_day_in_the_name_is_a_day_in_some_zone(tmp_path: Path) -> None:
    path = corpus.write_zip(tmp_path / f"{corpus.ZIP_NAME}.zip", corpus.base())
    assert window(path) == (
        datetime(2026, 8, 10, 12, tzinfo=UTC),
        datetime(2026, 8, 12, 12, tzinfo=UTC),
    )


def test_an_export_was_made_before_it_is_read(tmp_path: Path) -> None:
    path = corpus.write_zip(tmp_path / f"{corpus.ZIP_NAME}.zip", corpus.base())
    now = datetime(2026, 8, 11, 9, tzinfo=UTC)
    assert window(path, now)[1] == now


def test_without_a_day_it_is_between_the_newest_entry_and_now(tmp_path: Path) -> None:
    path = corpus.write_zip(tmp_path / "renamed.zip", corpus.base())
    assert window(path) == (NEWEST, NOW)


def test_an_entry_newer_than_the_day_in_the_name_is_a_wrong_date(tmp_path: Path) -> None:
    path = corpus.write_zip(tmp_path / "instagram-me.marten-2024-01-05-AbCd1234.zip", corpus.base())
    assert window(path)[0] == datetime(2024, 1, 4, 12, tzinfo=UTC)


def test_without_any_date_it_is_since_instagram_began(tmp_path: Path) -> None:
    files = {f"{corpus.LISTS}/followers_1.json": [corpus.as_value("ada.lark", 0)]}
    path = corpus.write_zip(tmp_path / "renamed.zip", files)
    assert window(path) == (datetime(2010, 10, 6, tzinfo=UTC), NOW)
