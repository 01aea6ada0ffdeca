"""`kith sandbox`: an Instagram to try things on."""

from __future__ import annotations

import argparse
import os
import sys

NAME = "sandbox"
HELP = "serve a small Instagram to develop against"
EXAMPLE = "kith sandbox --port 8801 --seed 7 --lists on"
NEEDS_DJANGO = False


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=int, default=8801)
    parser.add_argument("--seed", type=int, default=7, help="which world to grow")
    parser.add_argument(
        "--lists", choices=["on", "off"], default="on", help="whether it offers the two lists"
    )
    parser.add_argument(
        "--days-ago",
        type=int,
        default=0,
        metavar="N",
        help="begin a new world so many days ago; its clock stays behind until it is advanced",
    )
    parser.add_argument(
        "--state", metavar="FILE", help="keep what happens in this file, over restarts"
    )


def run(options: argparse.Namespace) -> None:
    # Another program, not an import: the sandbox shares nothing with the product.
    command = [
        sys.executable,
        "-m",
        "kith_sandbox",
        "--port",
        str(options.port),
        "--seed",
        str(options.seed),
    ]
    command += ["--lists", options.lists, "--days-ago", str(options.days_ago)]
    if options.state:
        command += ["--state", options.state]
    os.execv(sys.executable, command)
