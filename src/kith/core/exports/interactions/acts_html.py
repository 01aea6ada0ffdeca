"""What the account did, in HTML: a heading, a link and a date, or tables of labels (of comments; since 2026 of all)."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from kith.core.exports.entries import Act, ActEntry
from kith.core.exports.html_boxes import (
    all_text,
    boxes_in,
    is_box,
    is_heading,
    last_text,
    table_of,
    text_behind,
)
from kith.core.exports.interactions.owners import act_of_groups, act_of_texts
from kith.core.exports.times import Clock
from kith.core.exports.usernames import as_username


def acts_in(chunks: Iterator[bytes], clock: Clock) -> Iterator[ActEntry]:
    """The records of one page. Raises NotUnderstood, possibly in the midst of them."""
    for box in boxes_in(chunks):
        yield from _acts_of_box(box, clock)


def _acts_of_box(box: etree._Element, clock: Clock) -> Iterator[ActEntry]:
    username = as_username(_title(box))
    tables = list(box.iter("table"))
    if tables:
        at = clock.since_shown(last_text(box))
        yield Act(username, at) if username else _of_tables(box, tables, at)
        return
    dates = [text_behind(link) for link in box.iter("a")] or [last_text(box)]
    for date in dates:
        at = clock.since_shown(date)
        # A box without a name is somebody who is gone; one without a date as well is nothing that is known.
        yield Act(username, at) if username or at else None


def _of_tables(box: etree._Element, tables: list[etree._Element], at: int | None) -> ActEntry:
    groups = [(_title_above(table, box), table_of(table)) for table in tables]
    if any(is_box(inner) for inner in box.iterdescendants("div")):
        return act_of_groups(groups, at)
    (_, texts), *_ = groups
    date = last_text(box)
    return act_of_texts({label: text for label, text in texts.items() if text != date}, at)


def _title(element: etree._Element) -> str | None:
    """The heading that stands directly in an element."""
    found = next((child for child in element if is_heading(child)), None)
    return None if found is None else all_text(found)


def _title_above(table: etree._Element, box: etree._Element) -> str | None:
    """The heading next above a table; None where there is none within the box."""
    for outer in table.iterancestors():
        if outer is box:
            break
        title = _title(outer)
        if title is not None:
            return title
    return None
