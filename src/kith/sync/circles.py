"""Notices when the pages of a list lead round in a circle, in one claim or over several."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from typing import Any

from kith.core.records import ListPage

# One page that comes twice, or an empty one in between, is a hiccup of Instagram: asked on, it goes on. Three in a row
# are more than we have seen of any list that still came to its end.
MOST_REPEATS = 3


class Trail:
    """Where the pages of a list have led so far.

    What must outlive a claim is kept beside the cursor, in the same few bytes however long the list is: the cursor
    of one earlier page (moved to pages 1, 2, 4, 8 …, so that a circle of any length meets it: Brent's method), and
    a checksum of the last page's people.
    """

    def __init__(self, cursor: Mapping[str, Any]) -> None:
        self._mark: str | None = cursor.get("mark")
        self._last: int | None = cursor.get("last")
        self._repeats: int = cursor.get("repeats", 0)
        self._seen = {cursor["after"]}

    @property
    def is_circle(self) -> bool:
        return self._repeats >= MOST_REPEATS

    def follow(self, page: ListPage, number: int) -> dict[str, Any]:
        """Goes on to a page, the `number`-th of its list; returns what to keep of it."""
        people = zlib.crc32("\n".join([person.username for person in page.people]).encode())
        if page.after is not None:
            if page.after in self._seen or page.after == self._mark:
                self._repeats = MOST_REPEATS
            else:
                self._repeats = self._repeats + 1 if people == self._last else 0
            self._seen.add(page.after)
            if number & (number - 1) == 0:
                self._mark = page.after
        self._last = people
        return {"mark": self._mark, "last": self._last, "repeats": self._repeats}
