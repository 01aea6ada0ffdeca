"""`kith report`: prints a list or a summary as a table, JSON or CSV."""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections.abc import Iterable
from typing import Any

from kith.cli.failures import Failure
from kith.cli.selection import add_selection, selected_connection

NAME = "report"
HELP = "print a list or a summary"
EXAMPLE = "kith report not-following-back --user ada@example.org --format csv"
NAMES = (
    "summary", "following", "followers", "mutuals", "not-following-back", "fans", "new-followers",
    "lost-followers", "changes", "ranked", "interactions",
)  # fmt: skip


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", choices=NAMES, metavar="NAME", help=", ".join(NAMES))
    add_selection(parser)
    parser.add_argument("--format", choices=["table", "json", "csv"], default="table")
    parser.add_argument(
        "--limit", type=_limit, default=None, metavar="N", help="print the first N only"
    )


def _limit(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return number


def run(options: argparse.Namespace) -> None:
    from kith.people import reports
    from kith.people.queries import NEED_BOTH_LISTS, are_both_lists_known

    connection = selected_connection(options)
    if options.name == "summary":
        summary = reports.summary(connection)
        if summary is None:
            raise Failure(
                f"Nothing is known of {connection.username} yet: sync it, or import an export."
            )
        _print_summary(summary, options.format)
        return
    if options.name in reports.REPORTS:
        report, columns = reports.REPORTS[options.name]
        rows = report(connection, options.limit)
    else:
        if options.name in NEED_BOTH_LISTS and not are_both_lists_known(connection):
            print(
                "kith: Not known yet: it takes both lists, and only one has been read.",
                file=sys.stderr,
            )
        rows = reports.people(connection, options.name, options.limit)
        columns = reports.PERSON_COLUMNS
    {"json": _print_json, "csv": _print_csv, "table": _print_table}[options.format](rows, columns)


def _print_summary(summary: dict[str, Any], format_: str) -> None:
    if format_ == "json":
        print(json.dumps(summary, ensure_ascii=False))
    elif format_ == "csv":
        _print_csv([summary], tuple(summary))
    else:
        for name, value in summary.items():
            print(f"{name.replace('_', ' '):20} {'unknown' if value is None else value}")


def _print_json(rows: Iterable[dict[str, Any]], _columns: tuple[str, ...]) -> None:
    from kith.people.reports import json_array

    sys.stdout.writelines(json_array(rows))


def _print_csv(rows: Iterable[dict[str, Any]], columns: tuple[str, ...]) -> None:
    from kith.people.reports import safe_cell

    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([safe_cell(row[column]) for column in columns] for row in rows)


def _print_table(rows: Iterable[dict[str, Any]], columns: tuple[str, ...]) -> None:
    texts = [[_printable(row[column]) for column in columns] for row in rows]
    used = [i for i, column in enumerate(columns) if i == 0 or any(line[i] for line in texts)]
    widths = {i: max([len(columns[i]), *(len(line[i]) for line in texts)]) for i in used}
    for line in [[column.replace("_", " ") for column in columns], *texts]:
        print("  ".join(line[i].ljust(widths[i]) for i in used).rstrip())


def _printable(value: object) -> str:
    """A name may hold what steers a terminal, or breaks its lines."""
    text = "" if value is None else str(value)
    return text if text.isprintable() else "".join(c if c.isprintable() else " " for c in text)
