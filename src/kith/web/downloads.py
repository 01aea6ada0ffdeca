"""Lists as files: CSV and JSON streamed line by line, XLSX written row by row. No cell of a sheet is ever a formula."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from tempfile import TemporaryFile
from typing import IO

import xlsxwriter
from django.http import FileResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

from kith.people.reports import json_array, safe_cell

Row = Iterable[object]
KINDS = ("csv", "xlsx", "json")
# Where a sheet ends (https://support.microsoft.com/office, "Excel specifications and limits", read 2026-11).
MOST_SHEET_ROWS = 1_048_576
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class _Line:
    """A file that hands every written line straight back, so that a CSV file can be streamed."""

    def write(self, text: str) -> str:
        return text


def download(rows: Iterator[Row], name: str, kind: str) -> HttpResponseBase:
    """The rows, heading first, as a file to save; `kind` is one of KINDS."""
    if kind == "xlsx":
        return _xlsx(rows, name)
    lines, content_type = {
        "csv": (_csv_lines, "text/csv; charset=utf-8"),
        "json": (_json_lines, "application/json"),
    }[kind]
    answer = StreamingHttpResponse(lines(rows), content_type=content_type)
    answer["Content-Disposition"] = content_disposition_header(
        as_attachment=True, filename=f"{name}.{kind}"
    )
    return answer


def _csv_lines(rows: Iterator[Row]) -> Iterator[str]:
    writer = csv.writer(_Line())
    yield "\ufeff"  # Without this mark spreadsheets take UTF-8 for something older.
    for row in rows:
        yield writer.writerow([safe_cell(value) for value in row])


def _json_lines(rows: Iterator[Row]) -> Iterator[str]:
    """What `kith report --format json` prints: the heading's names stand in every row."""
    heading = [str(name) for name in next(rows, ())]
    return json_array(dict(zip(heading, row, strict=True)) for row in rows)


def _xlsx(rows: Iterator[Row], name: str) -> FileResponse:
    """Written to a file on disk first, a row in memory at a time: a sheet's index comes at its end."""
    file = TemporaryFile()  # noqa: SIM115 - the response closes it
    write_book(file, rows)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"{name}.xlsx", content_type=SHEET)


def write_book(file: IO[bytes], rows: Iterator[Row], most: int = MOST_SHEET_ROWS) -> None:
    """The rows, heading first; what a sheet of `most` rows cannot hold goes on in another one."""
    book = xlsxwriter.Workbook(
        file,
        {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False},
    )
    heading = tuple(next(rows, ()))
    # Sheets are not named after the account: not every name can be a sheet's.
    sheet = _begun(book, heading)
    for number, row in enumerate(rows):
        place = number % (most - 1) + 1
        if number and place == 1:
            sheet = _begun(book, heading)
        _write_row(sheet, place, row)
    book.close()


def _begun(book: xlsxwriter.Workbook, heading: Row) -> xlsxwriter.worksheet.Worksheet:
    sheet = book.add_worksheet()
    _write_row(sheet, 0, heading)
    return sheet


def _write_row(sheet: xlsxwriter.worksheet.Worksheet, place: int, row: Row) -> None:
    for column, value in enumerate(row):
        _write(sheet, place, column, value)


def _write(sheet: xlsxwriter.worksheet.Worksheet, row: int, column: int, value: object) -> None:
    if value is None:
        return
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, int | float):
        sheet.write_number(row, column, value)
    else:
        sheet.write_string(row, column, str(value)[:32_767])
