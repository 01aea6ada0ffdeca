"""Times, spans and numbers as people read them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from lxml import html

from kith.web.templatetags.kith_text import (
    appointment,
    between,
    exact,
    number,
    planned,
    relative,
    span,
    when,
)

NOW = datetime(2026, 3, 8, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "–"),
        (0, "0"),
        (999, "999"),
        (1_234, "1,234"),
        (1_234_567, "1,234,567"),
    ],
)
def test_thousands_are_set_apart_and_unknown_is_not_zero(value: int | None, text: str) -> None:
    assert number(value) == text


@pytest.mark.parametrize(
    ("ahead", "text"),
    [
        (timedelta(seconds=-59), "just now"),
        (timedelta(seconds=30), "in a moment"),
        (timedelta(seconds=-60), "1 minute ago"),
        (timedelta(minutes=-59), "59 minutes ago"),
        (timedelta(minutes=41), "in 41 minutes"),
        (timedelta(hours=-1), "1 hour ago"),
        (timedelta(hours=-47), "1 day ago"),
        (timedelta(days=-6, hours=-23), "6 days ago"),
        (timedelta(days=-7), "1 Mar"),
        (timedelta(days=-365), "8 Mar 2025"),
    ],
)
def test_near_times_are_told_by_their_distance_and_far_ones_by_their_day(
    ahead: timedelta, text: str
) -> None:
    assert relative(NOW + ahead, NOW) == text


def test_a_time_is_shown_in_the_active_zone_and_exactly_on_hover() -> None:
    with timezone.override("Asia/Tokyo"):
        element = html.fragment_fromstring(when(datetime(2026, 3, 8, 20, 5, tzinfo=UTC)))
    assert element.tag == "time"
    assert element.get("title") == "Monday 9 March 2026, 05:05 JST"
    assert element.get("datetime") == "2026-03-08T20:05:00+00:00"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (datetime(2026, 3, 8, 20, 0, tzinfo=UTC), "in a moment"),
        (datetime(2026, 3, 8, 22, 5, tzinfo=UTC), "about 23:05"),
        (datetime(2026, 3, 9, 13, 20, tzinfo=UTC), "tomorrow about 14:20"),
        (datetime(2026, 3, 12, 13, 20, tzinfo=UTC), "12 Mar about 14:20"),
    ],
)
def test_what_is_planned_is_told_to_the_minute(value: datetime, text: str) -> None:
    with timezone.override("Europe/Berlin"):
        assert appointment(value, datetime(2026, 3, 8, 20, 0, tzinfo=UTC)) == text
        assert text in planned(value) or "in a moment" in planned(value)


def test_an_unknown_time_is_a_dash() -> None:
    assert when(None) == "–"


@pytest.mark.parametrize(
    ("after", "text"),
    [
        (None, "by 8 Mar 2020"),
        (datetime(2020, 3, 8, 9, tzinfo=UTC), "8 Mar 2020, 09:00–11:00"),
        (datetime(2020, 3, 8, 11, tzinfo=UTC), "8 Mar 2020, 11:00"),
        (datetime(2020, 3, 7, 9, tzinfo=UTC), "7 Mar 2020 09:00 – 8 Mar 2020 11:00"),
        (datetime(2020, 2, 27, 9, tzinfo=UTC), "27 Feb 2020 – 8 Mar 2020"),
    ],
)
def test_a_change_is_told_with_the_interval_in_which_it_happened(
    after: datetime | None, text: str
) -> None:
    before = datetime(2020, 3, 8, 11, tzinfo=UTC)
    assert span(after, before) == text
    assert text in between(after, before)


def test_the_title_of_a_change_has_both_ends() -> None:
    after, before = NOW - timedelta(days=3), NOW
    title = html.fragment_fromstring(between(after, before)).get("title")
    assert title == f"Between {exact(after)} and {exact(before)}"
