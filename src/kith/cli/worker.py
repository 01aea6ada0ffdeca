"""`kith worker`."""

from __future__ import annotations

import argparse

NAME = "worker"
HELP = "run syncs and imports in the background"
EXAMPLE = "kith worker"


def add_arguments(_parser: argparse.ArgumentParser) -> None:
    return


def run(_options: argparse.Namespace) -> None:
    from kith.sync.worker import serve

    serve()
