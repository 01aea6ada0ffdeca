"""The usage headers and Retry-After, read tolerantly."""

from datetime import timedelta
from typing import Literal

import pytest

from kith.core.instagram import RateUsage
from kith.core.instagram.limits import retry_after_in, usage_in
from tests.core.instagram.stage import NOW

APP, ACCOUNT = "X-App-Usage", "X-Business-Use-Case-Usage"


def test_both_headers_are_read_and_the_higher_percentage_counts() -> None:
    headers = {
        APP: '{"call_count":28,"total_time":25,"total_cputime":25}',
        ACCOUNT: '{"17841":[{"type":"instagram","call_count":85,"total_cputime":20,"total_time":25,'
        '"estimated_time_to_regain_access":0}]}',
    }
    assert usage_in(headers, NOW) == RateUsage(
        percent=85, account_percent=85, app_percent=28, regain_at=None, observed_at=NOW
    )


def test_minutes_until_access_become_a_moment() -> None:
    header = '{"1":[{"type":"instagram","call_count":100,"estimated_time_to_regain_access":19}]}'
    usage = usage_in({ACCOUNT: header}, NOW)
    assert usage
    assert usage.regain_at == NOW + timedelta(minutes=19)
    assert usage.is_spent(NOW)
    assert not usage.is_spent(NOW + timedelta(minutes=19))


def test_a_spent_budget_without_minutes_pauses_five() -> None:
    usage = usage_in({APP: '{"call_count": 100}'}, NOW)
    assert usage
    assert usage.regain_at == NOW + timedelta(minutes=5)


def test_budgets_of_other_products_do_not_count() -> None:
    header = (
        '{"1":[{"type":"messenger","call_count":100},{"type":"instagram","call_count":3},'
        '{"total_time":9}]}'
    )
    usage = usage_in({ACCOUNT: header}, NOW)
    assert usage
    assert usage.percent == 9


@pytest.mark.parametrize(
    ("header", "percent"),
    [
        ('{"call_volume": 12, "cpu_time": 40}', 40),
        ('{"call_count": "61"}', 61),
        ('{"call_count": 60.2}', 61),
        ('{"call_count": 250}', 250),
        ('{"call_count": 5, "new": {"a": 1}, "total_time": null}', 5),
    ],
)
def test_undocumented_and_odd_members_are_tolerated(header: str, percent: int) -> None:
    usage = usage_in({APP: header}, NOW)
    assert usage
    assert usage.percent == percent


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[]",
        "null",
        "7",
        "{",
        "nonsense",
        '{"call_count": "x"}',
        '{"call_count": true}',
        "[" * 100000,
        '{"call_count": -4}',
        '{"call_count": NaN}',
        '{"1": {"call_count": 1}}',
        '{"1": [7, null]}',
        '{"1": 3}',
    ],
)
@pytest.mark.parametrize("name", [APP, ACCOUNT])
def test_headers_that_say_nothing_readable_say_nothing(name: str, text: str) -> None:
    assert usage_in({name: text}, NOW) is None


def test_no_headers_are_no_usage() -> None:
    assert usage_in({}, NOW) is None


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("7", 7),
        (" 7.5 ", 7.5),
        ("Mon, 23 Nov 2026 12:01:00 GMT", 60),
        ("Mon, 23 Nov 2026 13:01:00 +0100", 60),
        ("99999999999999999999", 86400),
        ("1e300", 86400),
    ],
)
def test_retry_after_is_seconds_or_a_date_and_never_more_than_a_day(
    text: str, seconds: float
) -> None:
    assert retry_after_in({"Retry-After": text}, NOW) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "text",
    [
        "", "0", "-1", "soon", "inf", "nan", "Mon, 23 Nov 2026 11:00:00 GMT", "32 Foo 2026",
        "Mon, 04 Jan 2027 00:00:00 +99999999999999", "1 Jan 2027 99999999999999999999:1",
    ],
)  # fmt: skip
def test_a_retry_after_that_asks_for_no_pause_is_none(text: str) -> None:
    assert retry_after_in({"Retry-After": text}, NOW) is None


def test_an_earlier_end_does_not_shorten_a_pause() -> None:
    later = RateUsage(percent=40, regain_at=NOW + timedelta(hours=1))
    usage = later.limited_until(NOW + timedelta(minutes=5), NOW)
    assert (usage.percent, usage.regain_at) == (100, NOW + timedelta(hours=1))


@pytest.mark.parametrize(("scope", "app", "account"), [("app", 100, 30), ("account", 20, 100)])
def test_a_refusal_counts_for_whom_it_names(
    scope: Literal["app", "account"], app: int, account: int
) -> None:
    told = RateUsage(percent=30, app_percent=20, account_percent=30)
    usage = told.limited_until(NOW + timedelta(minutes=5), NOW, scope)
    assert (usage.percent, usage.app_percent, usage.account_percent) == (100, app, account)
