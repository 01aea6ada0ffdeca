"""The `kith` command: one module per subcommand, each with `NAME`, `HELP`, `EXAMPLE`, `add_arguments` and `run`."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from kith import __version__
from kith.cli.failures import Failure
from kith.environment import ConfigurationError


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs one subcommand and exits: 0 done, 1 failed with a sentence, 2 bad usage, others as the command says."""
    options = _parser().parse_args(arguments)
    try:
        if not options.is_service:
            # What a command has to say it prints; the log's progress lines are for services.
            os.environ.setdefault("LOG_LEVEL", "WARNING")
        if options.needs_django:
            _set_up_django()
        code = options.run(options)
    except (Failure, ConfigurationError) as failure:
        if options.traceback:
            raise
        print(f"kith: {failure}", file=sys.stderr)
        code = getattr(failure, "exit_code", 1)
    except KeyboardInterrupt:
        code = 130
    except BrokenPipeError:
        # Whoever read our output has seen enough (`kith report … | head`).
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except Exception as error:
        if options.traceback:
            raise
        print(f"kith: {_in_words(error)}", file=sys.stderr)
        code = 1
    sys.exit(code or 0)


def _in_words(error: Exception) -> str:
    from django.db.utils import DatabaseError

    if isinstance(error, DatabaseError):
        return f"The database cannot be used ({str(error).strip()}). Run `kith migrate`, and check DATABASE_URL."
    return f"{error or type(error).__name__} (run again with --traceback for details)"


def _set_up_django() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kith.settings")
    import django

    django.setup()


def _parser() -> argparse.ArgumentParser:
    from kith.cli import (
        doctor,
        import_,
        migrate,
        process_jobs,
        reencrypt,
        report,
        run,
        sandbox,
        score,
        sync,
        user,
        web,
        worker,
    )

    parser = argparse.ArgumentParser(
        prog="kith", description="An honest ledger of an Instagram account's relationships."
    )
    parser.add_argument("--version", action="version", version=f"kith {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for module in (
        run, web, worker, sandbox, process_jobs, migrate, user, import_, sync, score, report, doctor, reencrypt,
    ):  # fmt: skip
        command = commands.add_parser(
            module.NAME,
            help=module.HELP,
            description=module.HELP,
            epilog=f"example: {module.EXAMPLE}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        command.add_argument(
            "--traceback", action="store_true", help="show where a failure happened"
        )
        module.add_arguments(command)
        command.set_defaults(
            run=module.run,
            needs_django=getattr(module, "NEEDS_DJANGO", True),
            is_service=module in {run, web, worker, sandbox},
        )
    return parser
