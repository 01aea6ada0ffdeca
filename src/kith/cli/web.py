"""`kith web`."""

from __future__ import annotations

import argparse
import os
import sys

from kith.cli.failures import Failure

NAME = "web"
HELP = "serve the website"
EXAMPLE = "kith web --host 127.0.0.1 --port 8000"
NEEDS_DJANGO = False


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--host", default="127.0.0.1", help="address to listen on (default: this machine only)"
    )
    parser.add_argument("--port", type=int, default=8000)


def run(options: argparse.Namespace) -> None:
    if sys.platform == "win32":
        raise Failure("The web server does not run on Windows itself; run kith in WSL.")
    command = [
        sys.executable, "-m", "gunicorn", "kith.wsgi:application", "--no-control-socket",
        "--bind", f"{options.host}:{options.port}", "--worker-class", "gthread", "--threads", "8",
        "--workers", os.environ.get("WEB_CONCURRENCY", "1"), "--timeout", "120", "--graceful-timeout", "10",
        "--keep-alive", "5", "--log-level", "warning",
    ]  # fmt: skip
    os.execv(sys.executable, command)
