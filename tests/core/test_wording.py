"""Numbers and lengths of time, as messages, pages and commands say them."""

from __future__ import annotations

from kith.core.wording import count, duration


def test_one_thing_and_many_things_are_worded_rightly() -> None:
    assert [count(number, "day") for number in (0, 1, 1_200)] == ["0 days", "1 day", "1,200 days"]
    assert count(1, "person is", "people are") == "1 person is"
    assert count(1_027, "person is", "people are") == "1,027 people are"


def test_lengths_of_time_are_said_as_people_say_them() -> None:
    said = [duration(days) for days in (0, 1, 13, 14, 59, 60, 90, 365, 729, 730, 1_459)]
    assert said == [
        "less than a day",
        "1 day",
        "13 days",
        "2 weeks",
        "8 weeks",
        "2 months",
        "3 months",
        "12 months",
        "24 months",
        "2 years",
        "3 years",
    ]
