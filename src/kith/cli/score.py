"""`kith score`: computes the insights of an account anew."""

from __future__ import annotations

import argparse

from kith.cli.failures import Failure
from kith.cli.selection import add_selection, selected_connection
from kith.core.wording import count

NAME = "score"
HELP = "compute the scores of everybody you follow anew"
EXAMPLE = "kith score --user ada@example.org"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_selection(parser)


def run(options: argparse.Namespace) -> None:
    from kith.people.queries import latest_snapshot
    from kith.people.services.insights import recompute_insights

    connection = selected_connection(options)
    if latest_snapshot(connection) is None:
        raise Failure(
            f"Nothing is known of {connection.username} yet: sync it, or import an export."
        )
    print(
        f"{connection.username}: {count(recompute_insights(connection), 'person', 'people')} scored."
    )
