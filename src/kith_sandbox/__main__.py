"""`python -m kith_sandbox --port 8801 --seed 7 --lists on --state FILE`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from kith_sandbox.journal import JournalError
from kith_sandbox.server import serve

MOST_DAYS_AGO = 365


def main(arguments: list[str] | None = None) -> int:
    """Serve until told to stop. 0 at the end, 1 when it cannot start."""
    parser = argparse.ArgumentParser(
        prog="python -m kith_sandbox",
        description="A small Instagram to develop against.",
        epilog="Example: python -m kith_sandbox --port 8801 --state var/sandbox.jsonl",
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (127.0.0.1)")
    parser.add_argument("--port", type=int, default=8801, help="port to listen on (8801)")
    parser.add_argument("--seed", type=int, default=7, help="which world to grow (7)")
    parser.add_argument(
        "--lists",
        choices=("on", "off"),
        default="on",
        help="offer the list edges as a gateway would, or refuse them as Instagram does (on)",
    )
    parser.add_argument(
        "--days-ago",
        type=_days,
        default=0,
        metavar="N",
        help="begin a new world so many days ago; its clock stays behind until it is advanced (0)",
    )
    parser.add_argument("--state", type=Path, help="a file that makes the world survive a restart")
    chosen = parser.parse_args(arguments)
    try:
        serve(
            chosen.port,
            seed=chosen.seed,
            lists=chosen.lists == "on",
            days_ago=chosen.days_ago,
            state=chosen.state,
            host=chosen.host,
            ready=_say,
        )
    except (OSError, JournalError) as reason:
        sys.stderr.write(f"The sandbox cannot start: {reason}\n")
        return 1
    return 0


def _days(text: str) -> int:
    if not (text.isdecimal() and int(text) <= MOST_DAYS_AGO):
        raise argparse.ArgumentTypeError(f"{text!r} is no number of days from 0 to {MOST_DAYS_AGO}")
    return int(text)


def _say(url: str) -> None:
    sys.stderr.write(f"The sandbox answers at {url} (control page: {url}/sandbox/)\n")


if __name__ == "__main__":
    sys.exit(main())
