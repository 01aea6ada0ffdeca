"""The command, run in this process on the database of the tests."""

from __future__ import annotations

import io

import pytest

from kith.accounts.models import User
from kith.cli import main
from tests.cli.running import Kith, Ran
from tests.factories import make_user
from tests.web.ledger import Ledger, ledger_of


@pytest.fixture
def kith(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Kith:
    """`kith("report", "fans", …, stdin="…")`; the database is that of the test."""
    monkeypatch.setenv("LOG_LEVEL", "WARNING")

    def run(*arguments: object, stdin: str = "") -> Ran:
        monkeypatch.setattr("sys.stdin", io.StringIO(stdin))
        capsys.readouterr()
        with pytest.raises(SystemExit) as end:
            main([str(argument) for argument in arguments])
        written = capsys.readouterr()
        return Ran(int(end.value.code or 0), written.out, written.err)

    return run


@pytest.fixture
def alice(db: None) -> User:
    return make_user("alice")


@pytest.fixture
def ledger(alice: User) -> Ledger:
    return ledger_of(alice, "alice.paints")
