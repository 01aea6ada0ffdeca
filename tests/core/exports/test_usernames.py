"""Whose name a record holds, in every form that exports of 2021 to 2026 have."""

from __future__ import annotations

import pytest

from kith.core.exports.usernames import as_username, username_among, username_of_profile


@pytest.mark.parametrize(
    ("href", "value", "title"),
    [
        pytest.param("https://www.instagram.com/ada.lark", "ada.lark", "", id="value"),
        pytest.param("https://www.instagram.com/_u/ada.lark", None, "ada.lark", id="title"),
        pytest.param("https://www.instagram.com/_u/ada.lark", None, None, id="L05-href-alone"),
        pytest.param(None, "https://www.instagram.com/_u/ada.lark", None, id="value-is-a-link"),
        pytest.param(None, " @Ada.Lark ", None, id="L16-at-case-and-spaces"),
        pytest.param("http://instagram.com/Ada.Lark/?igsh=abc#x", None, None, id="L16-link"),
        pytest.param("javascript:alert(1)", "ada.lark", None, id="L17-hostile-link"),
        pytest.param("https://www.instagram.com/p/CAAAAAAAAA1/", "👍", "ada.lark", id="content"),
    ],
)
def test_every_form_gives_the_same_name(
    href: str | None, value: str | None, title: str | None
) -> None:
    assert username_among(href, value, title) == "ada.lark"


def test_the_link_goes_before_the_value_and_the_value_before_the_title() -> None:
    assert username_among("https://www.instagram.com/a", "b", "c") == "a"
    assert username_among(None, "b", "c") == "b"


@pytest.mark.parametrize(
    "link",
    [
        "https://www.instagram.com.evil.example/ada.lark",
        "https://www.instagram.com@evil.example/ada.lark",
        "https://evil.example/https://www.instagram.com/ada.lark",
        "javascript:alert(1)",
        "https://www.instagram.com/",
        "https://www.instagram.com/_u",
        "https://www.instagram.com/accounts/login/",
        "https://www.instagram.com/explore/tags/cats",
        "https://www.instagram.com/reel/CAAAAAAAAA1/",
        "https://www.instagram.com/ada.lark\x00",
        "",
        None,
    ],
)
def test_other_pages_and_hosts_are_nobodys_profile(link: str | None) -> None:
    assert username_of_profile(link) is None


@pytest.mark.parametrize(
    "text",
    [
        "<img src=x onerror=y>",
        "=HYPERLINK(1)",
        "a" * 31,
        "a" * 10_000,
        "a\x00b",
        "ada lark",
        "é",
        "",
    ],
)
def test_what_cannot_be_a_username_is_none(text: str) -> None:
    assert as_username(text) is None
    assert username_among(None, text, text) is None


def test_deleted_accounts_keep_their_long_names() -> None:
    assert as_username("__deleted__ab12cd34ef56ab12cd34ef56") == (
        "__deleted__ab12cd34ef56ab12cd34ef56"
    )
