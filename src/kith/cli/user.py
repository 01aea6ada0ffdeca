"""`kith user add`."""

from __future__ import annotations

import argparse
import sys

from kith.cli.failures import Failure

NAME = "user"
HELP = "add users"
EXAMPLE = "echo a-long-password | kith user add ada@example.org --password-stdin"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    add = actions.add_parser(
        "add", help="add a user with a verified e-mail address", epilog=f"example: {EXAMPLE}"
    )
    add.add_argument("email", metavar="EMAIL")
    add.add_argument(
        "--password-stdin",
        action="store_true",
        required=True,
        help="read the password from standard input",
    )
    add.add_argument(
        "--traceback",
        action="store_true",
        default=argparse.SUPPRESS,
        help="show where a failure happened",
    )
    add.add_argument("--staff", action="store_true", help="make the user an administrator")


def run(options: argparse.Namespace) -> None:
    from django.core.exceptions import ValidationError

    from kith.accounts.services.users import UserExists, add_user

    password = sys.stdin.readline().rstrip("\r\n")
    if not password:
        raise Failure("No password came on standard input.")
    try:
        user = add_user(options.email, password, is_staff=options.staff)
    except UserExists as error:
        raise Failure(str(error)) from None
    except ValidationError as error:
        raise Failure(" ".join(error.messages)) from None
    print(f"Added {user.email}.", file=sys.stderr)
