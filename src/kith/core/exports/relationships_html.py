"""Lists of people in HTML. Pages of 2025 and 2026 have a box for each record; for older ones the links have to do.

A box holds a link to a profile and a date, or a table of labels and values and a date (since spring 2026).
Class names are the same in all languages and years seen; text is right as it is.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

from lxml import etree

from kith.core.exports.entries import Entry, Labelled
from kith.core.exports.errors import NotUnderstood
from kith.core.exports.times import Clock
from kith.core.exports.usernames import as_username, username_among, username_of_profile
from kith.core.records import PersonRecord

_BOX_CLASS = "uiBoxWhite"
_BOX = re.compile(rb"<div\b[^>]{0,300}\buiBoxWhite\b")
_HEADING_CLASS = "_a6-h"
_TAIL_LENGTH = 1024
_NO_PAGE = "is no HTML page"


def entries_in(document: bytes, clock: Clock) -> Iterator[Entry]:
    """The records of one page. Raises NotUnderstood: before the first one, or at the end for a page that breaks off."""
    if b"</html" not in document[-_TAIL_LENGTH:].lower():
        raise NotUnderstood("is cut off: its end is missing; download the export again")
    boxes = len(_BOX.findall(document))
    try:
        yield from _boxed(document, boxes, clock) if boxes else _linked(document)
    except etree.LxmlError:
        raise NotUnderstood(_NO_PAGE) from None


def table_in(document: bytes) -> dict[str, str]:
    """The labels and values of a page about one thing, such as the own account. Raises NotUnderstood."""
    return _table(_page(document))


def _page(document: bytes) -> etree._Element:
    try:
        page = etree.fromstring(document, etree.HTMLParser(encoding="utf-8"))
    except etree.LxmlError:
        page = None
    if page is None:
        raise NotUnderstood(_NO_PAGE)
    return page


def _boxed(document: bytes, boxes: int, clock: Clock) -> Iterator[Entry]:
    """Streams the outermost boxes; each is dropped once read, so a page of any length takes little memory."""
    seen = 0
    stream = io.BytesIO(document)
    for _, div in etree.iterparse(stream, tag="div", html=True, encoding="utf-8"):
        if _BOX_CLASS not in (div.get("class") or ""):
            continue
        seen += 1
        if any(_BOX_CLASS in (outer.get("class") or "") for outer in div.iterancestors("div")):
            continue
        yield from _entries_of_box(div, clock)
        _drop(div)
    # The parser stops without a word where a page nests too deeply or hides a part of itself.
    if seen != boxes:
        raise NotUnderstood("breaks off in the middle; download the export again")


def _drop(element: etree._Element) -> None:
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def _entries_of_box(box: etree._Element, clock: Clock) -> Iterator[Entry]:
    values = _table(box)
    if values:
        since = clock.since_shown(_last_text(box))
        yield Labelled(values, since=since, since_is_exact=False)
        return
    heading = _heading(box)
    links = list(box.iter("a"))
    for link in links:
        name = username_among(link.get("href"), link.text, heading)
        yield _person(name, clock.since_shown(_text_behind(link))) if name else None
    if not links:
        name = as_username(heading)
        yield _person(name, clock.since_shown(_last_text(box))) if name else None


def _person(username: str, since: int | None) -> PersonRecord:
    return PersonRecord(username, since=since, since_is_exact=False)


def _table(element: etree._Element) -> dict[str, str]:
    """Rows of two cells, or of one cell that holds its label and, in elements of their own, its value."""
    values: dict[str, str] = {}
    for row in element.iter("tr"):
        cells = row.findall("td")
        if len(cells) == 2:
            values.setdefault(_all_text(cells[0]), _all_text(cells[1]))
        elif len(cells) == 1 and len(cells[0]):
            label = (cells[0].text or "").strip()
            values.setdefault(label, _all_text(cells[0]).removeprefix(label).strip())
    return values


def _heading(box: etree._Element) -> str | None:
    for element in box.iter("h2", "div"):
        if element.tag == "h2" or _HEADING_CLASS in (element.get("class") or "").split():
            return _all_text(element)
    return None


def _all_text(element: etree._Element) -> str:
    return "".join(str(text) for text in element.itertext()).strip()


def _last_text(box: etree._Element) -> str:
    texts = [str(text).strip() for text in box.itertext()]
    return next((text for text in reversed(texts) if text), "")


def _text_behind(link: etree._Element) -> str:
    """The date of a link stands in the element behind the one that holds the link."""
    holder = link.getparent()
    behind = holder.getnext() if holder is not None else None
    return "" if behind is None else _all_text(behind)


def _linked(document: bytes) -> Iterator[Entry]:
    """Pages of an unknown frame: links to profiles are people; where they stand, dates cannot be told."""
    links = (link.get("href") for link in _page(document).iter("a"))
    names = [name for name in map(username_of_profile, links) if name]
    if not names:
        raise NotUnderstood("is a page without people, which Instagram does not make")
    for name in names:
        yield _person(name, None)
