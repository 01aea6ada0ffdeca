"""A circle of pages is noticed wherever it closes, whatever happens to the workers; a page that comes twice is none."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kith.core.records import ListName, ListPage, PersonRecord
from kith.sync.circles import MOST_REPEATS, Trail


def page(after: str | None, *names: str) -> ListPage:
    people = tuple(PersonRecord(username=name) for name in names)
    return ListPage(ListName.FOLLOWERS, people, after)


class Reading:
    """Follows pages like the engine, and forgets everything but the cursor whenever a claim ends."""

    def __init__(self) -> None:
        self.cursor: dict[str, Any] = {"after": None, "pages": 0}
        self.trail = Trail(self.cursor)

    def read(self, page: ListPage) -> None:
        pages = self.cursor["pages"] + 1
        kept = self.trail.follow(page, pages)
        self.cursor = {"after": page.after, "pages": pages, **kept}

    def taken_over(self) -> None:
        self.trail = Trail(self.cursor)


def test_a_list_that_goes_on_is_no_circle() -> None:
    reading = Reading()
    for number in range(300):
        reading.read(page(f"c{number}", f"p{number}"))
        assert not reading.trail.is_circle
    reading.read(page(None, "p299"))
    assert not reading.trail.is_circle


@pytest.mark.parametrize("names", [("milo.crane",), ()])
def test_the_same_page_a_few_times_in_a_row_is_none(names: tuple[str, ...]) -> None:
    reading = Reading()
    reading.read(page("c", "uma.reed"))
    for number in range(MOST_REPEATS):
        reading.read(page(f"lap{number}", *names))
        assert not reading.trail.is_circle
    reading.read(page("d", "sten.marsh"))
    for number in range(MOST_REPEATS):
        reading.read(page(f"again{number}", *names))
    assert not reading.trail.is_circle
    reading.read(page("once more", *names))
    assert reading.trail.is_circle


def test_a_cursor_of_this_claim_closes_the_circle_at_once() -> None:
    reading = Reading()
    for number in range(10):
        reading.read(page(f"c{number}", f"p{number}"))
    reading.read(page("c3", "p10"))
    assert reading.trail.is_circle
    reading.taken_over()
    assert reading.trail.is_circle


@given(lead=st.integers(0, 40), length=st.integers(1, 40), every=st.integers(1, 25))
def test_a_circle_of_any_length_ends_even_if_no_claim_sees_it_whole(
    lead: int, length: int, every: int
) -> None:
    reading = Reading()
    for number in range(3 * (lead + length) + 8):
        place = number if number < lead else lead + (number - lead) % length
        reading.read(page(f"c{place}", f"p{place}"))
        if reading.trail.is_circle:
            break
        if number % every == 0:
            reading.taken_over()
    assert reading.trail.is_circle
    assert number >= lead + length
