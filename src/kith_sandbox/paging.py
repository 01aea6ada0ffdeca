"""Pages of a list: opaque cursors, the address of the next page, and misbehaviour on demand.

A list is given as ascending places (integers). A cursor holds the place behind which a page
begins, so that it stays right when the list changes, and a lap, so that the same place can have
another cursor.
"""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from werkzeug.wrappers import Request

from kith_sandbox.graph.errors import bad_parameter

_START = -(1 << 80)  # Before every place.


@dataclass(frozen=True, slots=True)
class Cursor:
    """A position in a list."""

    place: int = _START
    lap: int = 0

    def __str__(self) -> str:
        return urlsafe_b64encode(f"AQHR|{self.place}|{self.lap}".encode()).decode().rstrip("=")

    @classmethod
    def read(cls, text: str) -> Cursor:
        """The cursor that was handed out. Raises a `GraphError` for any other text."""
        try:
            raw = urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode("ascii")
            _, place, lap = raw.split("|")
            return cls(int(place), int(lap))
        except (binascii.Error, ValueError):
            raise bad_parameter("Invalid cursors values after cursor is not valid") from None


@dataclass(frozen=True, slots=True)
class Page:
    """The places of one page, and where the next begins (`None`: nowhere)."""

    places: Sequence[int]
    before: Cursor
    after: Cursor
    has_next: bool


def cut(places: Sequence[int], request: Request, *, most: int, fault: str | None) -> Page:
    """The page that a request asks for with `limit` and `after`, at most `most` long."""
    cursor = Cursor.read(request.args["after"]) if request.args.get("after") else Cursor()
    limit = min(_limit(request), most)
    start = bisect_right(places, cursor.place)
    chunk = places[start : start + limit]
    again = Cursor(cursor.place, cursor.lap + 1)
    if fault == "empty-list":
        return Page((), cursor, cursor, has_next=False)
    if fault == "empty-page-with-next":
        return Page((), cursor, again, has_next=True)
    if fault == "repeated-page":
        return Page(places[max(0, start - limit) : start] or chunk, cursor, again, has_next=True)
    if fault == "looping-cursor":
        return Page(chunk, cursor, cursor, has_next=True)
    before = Cursor(chunk[0]) if chunk else cursor
    after = Cursor(chunk[-1]) if chunk else cursor
    has_next = start + limit < len(places) and fault != "missing-next"
    return Page(chunk, before, after, has_next=has_next)


def paged(
    page: Page, data: list[dict[str, object]], request: Request, token: str
) -> dict[str, object]:
    """The body of a list answer. `next` carries the token, as at Instagram."""
    if not data and not page.has_next:
        return {"data": []}
    paging: dict[str, object] = {"cursors": {"before": str(page.before), "after": str(page.after)}}
    if page.has_next:
        query = request.args.to_dict() | {"access_token": token, "after": str(page.after)}
        paging["next"] = f"{request.base_url}?{urlencode(query)}"
    return {"data": data, "paging": paging}


def _limit(request: Request) -> int:
    text = request.args.get("limit", "25")
    if not text.isdecimal() or int(text) < 1:
        raise bad_parameter("Param limit must be a positive integer")
    return int(text)
