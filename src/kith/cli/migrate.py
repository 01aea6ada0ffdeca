"""`kith migrate`."""

from __future__ import annotations

import argparse
import sys

NAME = "migrate"
HELP = "create or upgrade the database"
EXAMPLE = "kith migrate"


def add_arguments(_parser: argparse.ArgumentParser) -> None:
    return


def run(_options: argparse.Namespace) -> None:
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=1, stdout=sys.stderr)
