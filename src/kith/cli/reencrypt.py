"""`kith reencrypt`."""

from __future__ import annotations

import argparse

from kith.cli.failures import Failure
from kith.core.wording import count

NAME = "reencrypt"
HELP = "re-encrypt stored tokens with the first key of ENCRYPTION_KEY"
EXAMPLE = "kith reencrypt"


def add_arguments(_parser: argparse.ArgumentParser) -> None:
    return


def run(_options: argparse.Namespace) -> None:
    from kith.accounts.sealing import CannotUnseal
    from kith.accounts.services.tokens import reencrypt_tokens

    try:
        renewed, untouched = reencrypt_tokens()
    except CannotUnseal as error:
        raise Failure(
            f"{error}. Put the old key back behind the new one, then run this again."
        ) from None
    print(f"{count(renewed, 'token')} re-encrypted, {untouched:,} had the first key already.")
