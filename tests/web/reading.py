"""Reads pages as a person would: by their words and their forms, not by their source."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from lxml import html


def parsed(response: HttpResponse) -> Any:
    """The document of an answer that is a page."""
    assert response["Content-Type"].startswith("text/html"), response["Content-Type"]
    return html.fromstring(response.content.decode())


def words(response: HttpResponse) -> str:
    """Everything that is written on the page, on one line."""
    body = parsed(response).find("body")
    return " ".join(body.text_content().split())


def notices(response: HttpResponse) -> str:
    """What the page tells at its head."""
    found = parsed(response).xpath("//main//*[contains(@class, 'notice')]")
    return " ".join(" ".join(notice.text_content().split()) for notice in found)


def names(response: HttpResponse) -> list[str]:
    """The people in the table, from top to bottom."""
    links = parsed(response).xpath("//table//a[contains(@class, 'username')]")
    return [link.text_content().strip() for link in links]


def actions(response: HttpResponse) -> set[str]:
    """Where the forms of the page's own part lead."""
    return {form.get("action") for form in parsed(response).xpath("//main//form")}


def link(response: HttpResponse, rel: str) -> str | None:
    """The address behind `rel="next"` or `rel="prev"`."""
    found = parsed(response).xpath(f"//a[@rel='{rel}']/@href")
    return str(found[0]) if found else None
