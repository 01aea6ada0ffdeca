"""When follows began: numbers and texts of JSON exports, and the dates that rows of HTML pages show."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kith.core.exports.times import Clock, html_time, instant

NOW = datetime(2026, 9, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    "value", [1749860021, 1749860021.0, 1749860021000, "1749860021", "2025-06-14T00:13:41+00:00"]
)
def test_l30_seconds_milliseconds_digits_and_iso_dates_mean_the_same(value: object) -> None:
    clock = Clock(NOW)
    assert clock.since(value) == 1749860021
    assert clock.impossible == 0


@pytest.mark.parametrize("value", [0, "0", None, "", "soon", [], float("nan"), float("inf")])
def test_l30_a_record_without_a_date_is_not_counted_as_impossible(value: object) -> None:
    clock = Clock(NOW)
    assert clock.since(value) is None
    assert clock.impossible == 0


@pytest.mark.parametrize("value", [1990000000, 5, -2048515200, "9" * 6000])
def test_l30_the_future_and_the_time_before_instagram_are_counted(value: object) -> None:
    clock = Clock(NOW)
    assert clock.since(value) is None
    assert clock.impossible == 1


@pytest.mark.parametrize(
    ("shown", "seconds"),
    [
        ("Aug 09, 2026 9:49 am", 1786297781),
        ("Apr 05, 2024 3:43 pm", 1712360599),
        ("Dec 29, 2025 1:46 pm", 1767044795),
    ],
)
def test_l26_rows_are_eight_hours_behind_utc_in_summer_too(shown: str, seconds: int) -> None:
    assert html_time(shown) == seconds - seconds % 60


@pytest.mark.parametrize(
    ("shown", "utc"),
    [
        ("Aug 09, 2026 12:30 am", "2026-08-09T08:30"),
        ("Aug 09, 2026 12:30 pm", "2026-08-09T20:30"),
        ("ago 07, 2026 8:17 a. m.", "2026-08-07T16:17"),
        ("sept. 07, 2026 8:17 pm", "2026-09-08T04:17"),
        ("8月 10, 2026 6:32 PM", "2026-08-11T02:32"),
        ("ago 07, 2026 8:17 da tarde/noite", "2026-08-08T04:17"),
        ("ago 07, 2026 8:17 da manhã", "2026-08-07T16:17"),
        ("mrt 07, 2026 8:17 am", "2026-03-07T16:17"),
        ("авг. 07, 2026 8:17 PM", "2026-08-08T04:17"),
        ("03. Sept. 2026, 9:33 pm", "2026-09-04T05:33"),
        ("01.02.2025, 21:10", "2025-02-02T05:10"),
        ("2026-08-09 21:10", "2026-08-10T05:10"),
    ],
)
def test_l24_dates_are_read_in_many_languages(shown: str, utc: str) -> None:
    assert html_time(shown) == int(datetime.fromisoformat(utc).replace(tzinfo=UTC).timestamp())


@pytest.mark.parametrize(
    "shown",
    ["", "yesterday", "01/02/2025 1:00 pm", "Foo 09, 2026 9:49 am", "Feb 31, 2026 9:49 am",
     "Aug 09, 2026 25:00", "lis 09, 2026 9:49", "ส.ค. 09, 2569 9:49"],
)  # fmt: skip
def test_a_date_that_is_not_certain_is_none(shown: str) -> None:
    assert html_time(shown) is None


@given(st.text())
def test_no_text_breaks_the_reading_of_dates(text: str) -> None:
    html_time(text)
    html_time(f"{text} 9:49 {text}")
    Clock(NOW).since(text)


def test_a_moment_without_a_zone_is_utc_and_nonsense_is_none() -> None:
    assert instant("2026-08-11T12:11Z") == datetime(2026, 8, 11, 12, 11, tzinfo=UTC)
    assert instant("2026-08-11T12:11") == datetime(2026, 8, 11, 12, 11, tzinfo=UTC)
    assert instant("0001-01-01T00:00+14:00") is None
    assert instant("then") is None
