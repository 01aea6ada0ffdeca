"""The frame of an HTML page of an export: a box for each record, in which a heading, links, tables and dates stand.

Class names are the same in all languages and in all years seen (2025 and 2026); text is right as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from kith.core.exports.errors import NotUnderstood

NO_PAGE = "is no HTML page"

_BOX_CLASS = "uiBoxWhite"
_BOX = re.compile(rb"<div\b[^>]{0,300}\buiBoxWhite\b")
_LONGEST_TAG = 400
_HEADING_CLASS = "_a6-h"
_TAIL_LENGTH = 1024


def has_boxes(document: bytes) -> bool:
    return _BOX.search(document) is not None


def refuse_cut_off(document: bytes) -> None:
    """Raises NotUnderstood for a page, or the last part of one, that has no end."""
    if b"</html" not in document[-_TAIL_LENGTH:].lower():
        raise NotUnderstood("is cut off: its end is missing; download the export again")


def boxes_in(chunks: Iterator[bytes]) -> Iterator[etree._Element]:
    """The outermost boxes, each gone once the next is asked for, so a page of any length takes little memory.

    Raises NotUnderstood, possibly behind some boxes, for a page that breaks off.
    """
    page = _Page(chunks)
    seen, held = 0, None
    try:
        for _, div in etree.iterparse(page, tag="div", html=True, encoding="utf-8"):
            if not is_box(div):
                continue
            seen += 1
            if any(is_box(outer) for outer in div.iterancestors("div")):
                continue
            # Where a page breaks off, the parser closes what is open: half a name would be taken for a whole one.
            if held is not None:
                yield held
                _drop(held)
            held = div
    except etree.LxmlError:
        raise NotUnderstood(NO_PAGE) from None
    refuse_cut_off(page.tail)
    # The parser stops without a word where a page nests too deeply or hides a part of itself.
    if seen != page.boxes:
        raise NotUnderstood("breaks off in the middle; download the export again")
    if held is not None:
        yield held


class _Page:
    """A page as the parser reads it. Counts what looks like boxes, and keeps the end."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._unsearched = b""
        self.boxes = 0
        self.tail = b""

    def read(self, _size: int = -1) -> bytes:
        chunk = next(self._chunks, b"")
        self.tail = (self.tail + chunk)[-_TAIL_LENGTH:]
        text, end = self._unsearched + chunk, 0
        for match in _BOX.finditer(text):
            self.boxes += 1
            end = match.end()
        # A tag can begin in one chunk and end in the next.
        self._unsearched = text[max(end, len(text) - _LONGEST_TAG) :]
        return chunk


def is_box(element: etree._Element) -> bool:
    return _BOX_CLASS in (element.get("class") or "")


def _drop(element: etree._Element) -> None:
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def is_heading(element: etree._Element) -> bool:
    return element.tag == "h2" or (
        element.tag == "div" and _HEADING_CLASS in (element.get("class") or "").split()
    )


def heading_of(box: etree._Element) -> str | None:
    found = next((element for element in box.iter("h2", "div") if is_heading(element)), None)
    return None if found is None else all_text(found)


def table_of(element: etree._Element) -> dict[str, str]:
    """Rows of two cells, or of one cell that holds its label and, in elements of their own, its value."""
    values: dict[str, str] = {}
    for row in element.iter("tr"):
        cells = row.findall("td")
        if len(cells) == 2:
            values.setdefault(all_text(cells[0]), all_text(cells[1]))
        elif len(cells) == 1 and len(cells[0]):
            label = (cells[0].text or "").strip()
            values.setdefault(label, all_text(cells[0]).removeprefix(label).strip())
    return values


def all_text(element: etree._Element) -> str:
    return "".join(str(text) for text in element.itertext()).strip()


def last_text(box: etree._Element) -> str:
    texts = [str(text).strip() for text in box.itertext()]
    return next((text for text in reversed(texts) if text), "")


def text_behind(link: etree._Element) -> str:
    """The date of a link stands in the element behind the one that holds the link."""
    holder = link.getparent()
    behind = holder.getnext() if holder is not None else None
    return "" if behind is None else all_text(behind)
