"""The keep list as a CSV file: `username,note`, one person a line."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain

from django.db.models import Q, QuerySet

from kith.accounts.models import Connection
from kith.core.exports.usernames import as_username, username_of_profile
from kith.people.models import KeptPerson
from kith.people.reports import iso, plain_cell

COLUMNS = ("username", "note", "added_at")
MOST_LINES = 10_000


@dataclass
class KeepListFile:
    """What a file names. `unreadable` holds the numbers of lines whose first cell is no user name."""

    people: list[tuple[str, str]] = field(default_factory=list)
    unreadable: list[int] = field(default_factory=list)


def read_keep_list(lines: Iterable[str]) -> KeepListFile:
    """Reads names (with or without `@`, or addresses of profiles) with notes; passes a heading and empty lines over.

    Half of Europe's spreadsheets write semicolons between the cells. Raises csv.Error.
    """
    found = KeepListFile()
    lines = iter(lines)
    first = next(lines, "")
    separator = ";" if first.count(";") > first.count(",") else ","
    rows = csv.reader(chain([first], lines), delimiter=separator)
    for number, row in enumerate(rows, start=1):
        cells = [plain_cell(cell.removeprefix("\ufeff").strip()) for cell in row]
        if not any(cells) or (number == 1 and cells[0].lower() in {"username", "name", "user"}):
            continue
        name = username_of_profile(cells[0]) or as_username(cells[0])
        if name is None or number > MOST_LINES:
            found.unreadable.append(number)
            continue
        found.people.append((name, cells[1] if len(cells) > 1 else ""))
    return found


def kept_people(
    connection: Connection, search: str = "", since: int | None = None
) -> QuerySet[KeptPerson]:
    """Who is kept, by name; `search` is a part of a name or a note, `since` the id from which on they were added."""
    kept = KeptPerson.objects.filter(connection=connection).order_by("username", "pk")
    if search:
        named = Q(username__contains=search.lstrip("@").lower())
        kept = kept.filter(named | Q(note__icontains=search))
    return kept if since is None else kept.filter(pk__gte=since)


def kept_among(person_ids: Iterable[int]) -> set[int]:
    """Which of these people are kept."""
    kept = KeptPerson.objects.filter(person_id__in=list(person_ids))
    return {row for row in kept.values_list("person_id", flat=True) if row is not None}


def keep_list_rows(connection: Connection) -> Iterator[tuple[object, ...]]:
    """The rows of the file, heading first."""
    yield COLUMNS
    for row in kept_people(connection).iterator():
        yield row.username, row.note, iso(row.added_at)
