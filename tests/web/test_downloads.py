"""A workbook holds every row, whatever the names in it."""

from __future__ import annotations

import io
import re
import zipfile

from kith.web.downloads import write_book

ROW = re.compile("<row ")


def sheets(rows: list[tuple[object, ...]], most: int = 1_000) -> list[str]:
    file = io.BytesIO()
    write_book(file, iter(rows), most)
    with zipfile.ZipFile(file) as book:
        names = sorted(name for name in book.namelist() if "worksheets/sheet" in name)
        return [book.read(name).decode() for name in names]


def test_what_a_sheet_cannot_hold_goes_on_in_another_under_the_same_heading() -> None:
    rows: list[tuple[object, ...]] = [("username",), *((f"ada.{n}",) for n in range(7))]
    found = sheets(rows, most=4)
    assert [len(ROW.findall(sheet)) for sheet in found] == [4, 4, 2]
    assert all("username" in sheet for sheet in found)
    assert "ada.6" in found[-1]


def test_a_list_of_nobody_has_its_heading() -> None:
    [sheet] = sheets([("username",)])
    assert "username" in sheet


def test_names_with_characters_that_no_sheet_can_hold_do_no_harm() -> None:
    [sheet] = sheets([("name",), ("\x00\x0bAda \ufffe & <b>",), ("x" * 40_000,), (None,), (True,)])
    assert "&amp; &lt;b&gt;" in sheet
    assert "\x0b" not in sheet
