"""Finds the user and the account that a command is about."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from kith.cli.failures import Failure

if TYPE_CHECKING:
    from kith.accounts.models import Connection, User


def add_selection(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--user", required=True, metavar="EMAIL", help="whose ledger")
    parser.add_argument(
        "--account",
        default="",
        metavar="NAME",
        help="which Instagram account, if there are several",
    )


def selected_user(options: argparse.Namespace) -> User:
    from kith.accounts.queries import user_by_email

    user = user_by_email(options.user)
    if user is None:
        raise Failure(
            f"There is no user {options.user}. Add one: kith user add {options.user} --password-stdin"
        )
    return user


def selected_connection(options: argparse.Namespace) -> Connection:
    """The named account, or the only one."""
    from kith.accounts.queries import connection_named, connections_of

    user = selected_user(options)
    if options.account:
        named = connection_named(user, options.account)
        if named is None:
            raise Failure(f"{user} tracks no account {options.account}. {_accounts(user)}")
        return named
    found = list(connections_of(user)[:2])
    if not found:
        raise Failure(
            f"{user} tracks no account yet. Connect one on the website, or import an export."
        )
    if len(found) > 1:
        raise Failure(
            f"{user} tracks several accounts: say which with --account. {_accounts(user)}"
        )
    return found[0]


def _accounts(user: User) -> str:
    from kith.accounts.queries import connections_of

    names = ", ".join(connection.username for connection in connections_of(user))
    return f"Accounts: {names}." if names else "There are none yet."
