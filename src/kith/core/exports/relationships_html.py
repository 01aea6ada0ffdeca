"""Lists of people in HTML. Pages of 2025 and 2026 have a box for each record; for older ones the links have to do.

A box holds a link to a profile and a date, or a table of labels and values and a date (since spring 2026).
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from kith.core.exports.entries import Entry, Labelled
from kith.core.exports.errors import NotUnderstood
from kith.core.exports.html_boxes import (
    NO_PAGE,
    boxes_in,
    has_boxes,
    heading_of,
    last_text,
    refuse_cut_off,
    table_of,
    text_behind,
)
from kith.core.exports.times import Clock
from kith.core.exports.usernames import as_username, username_among, username_of_profile
from kith.core.records import PersonRecord


def entries_in(document: bytes, clock: Clock) -> Iterator[Entry]:
    """The records of one page. Raises NotUnderstood: before the first one, or at the end for a page that breaks off."""
    refuse_cut_off(document)
    if has_boxes(document):
        for box in boxes_in(iter([document])):
            yield from _entries_of_box(box, clock)
    else:
        yield from _linked(document)


def table_in(document: bytes) -> dict[str, str]:
    """The labels and values of a page about one thing, such as the own account. Raises NotUnderstood."""
    return table_of(_page(document))


def _page(document: bytes) -> etree._Element:
    try:
        page = etree.fromstring(document, etree.HTMLParser(encoding="utf-8"))
    except etree.LxmlError:
        page = None
    if page is None:
        raise NotUnderstood(NO_PAGE)
    return page


def _entries_of_box(box: etree._Element, clock: Clock) -> Iterator[Entry]:
    values = table_of(box)
    if values:
        since = clock.since_shown(last_text(box))
        yield Labelled(values, since=since, since_is_exact=False)
        return
    heading = heading_of(box)
    links = list(box.iter("a"))
    for link in links:
        name = username_among(link.get("href"), link.text, heading)
        yield _person(name, clock.since_shown(text_behind(link))) if name else None
    if not links:
        name = as_username(heading)
        yield _person(name, clock.since_shown(last_text(box))) if name else None


def _person(username: str, since: int | None) -> PersonRecord:
    return PersonRecord(username, since=since, since_is_exact=False)


def _linked(document: bytes) -> Iterator[Entry]:
    """Pages of an unknown frame: links to profiles are people; where they stand, dates cannot be told."""
    links = (link.get("href") for link in _page(document).iter("a"))
    names = [name for name in map(username_of_profile, links) if name]
    if not names:
        raise NotUnderstood("is a page without people, which Instagram does not make")
    for name in names:
        yield _person(name, None)
