"""What every command has in common: help with an example, exit codes, sentences instead of tracebacks."""

from __future__ import annotations

from pathlib import Path

import pytest

from kith import __version__
from tests.cli.running import Kith, in_a_process

COMMANDS = [
    ["run"],
    ["web"],
    ["worker"],
    ["sandbox"],
    ["process-jobs"],
    ["migrate"],
    ["user"],
    ["user", "add"],
    ["import"],
    ["sync"],
    ["report"],
    ["doctor"],
    ["reencrypt"],
]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_has_help_with_an_example(kith: Kith, command: list[str]) -> None:
    ran = kith(*command, "--help")
    assert (ran.code, ran.err) == (0, "")
    assert "example: " in ran.out
    assert f"kith {' '.join(command)}" in ran.out.split("example: ")[1]
    assert "--traceback" in ran.out


def test_the_help_of_kith_lists_every_command(kith: Kith) -> None:
    out = kith("--help").out
    assert all(command[0] in out for command in COMMANDS)


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["betray"],
        ["report"],
        ["report", "enemies", "--user", "alice@kith.example"],
        ["report", "fans"],
        ["report", "fans", "--user", "alice@kith.example", "--format", "xml"],
        ["report", "fans", "--user", "alice@kith.example", "--limit", "0"],
        ["report", "fans", "--user", "alice@kith.example", "--limit", "many"],
        ["import", "--user", "alice@kith.example"],
        ["import", "a.zip"],
        ["import", "--undo"],
        ["import", "a.zip", "--undo", "--user", "alice@kith.example"],
        ["sync"],
        ["user", "add"],
        ["user", "add", "ada@example.org"],
        ["web", "--port", "http"],
        ["sandbox", "--lists", "perhaps"],
    ],
)
def test_bad_usage_ends_with_2_and_says_how_it_is_used(kith: Kith, arguments: list[str]) -> None:
    ran = kith(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("usage: kith")


def test_the_version_is_told(kith: Kith) -> None:
    assert kith("--version").out == f"kith {__version__}\n"


def test_kith_runs_as_a_module_anywhere(tmp_path: Path) -> None:
    ran = in_a_process(tmp_path, "--help")
    assert (ran.code, ran.err) == (0, "")
    assert "usage: kith" in ran.out
    assert list(tmp_path.iterdir()) == []


def test_without_a_database_a_command_says_what_to_do(tmp_path: Path) -> None:
    ran = in_a_process(tmp_path, "report", "fans", "--user", "ada@example.org")
    assert (ran.code, ran.out) == (1, "")
    assert "kith migrate" in ran.failure


def test_a_traceback_is_shown_when_it_is_asked_for(tmp_path: Path) -> None:
    ran = in_a_process(tmp_path, "report", "fans", "--user", "ada@example.org", "--traceback")
    assert ran.code == 1
    assert "Traceback" in ran.err


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "mysql://root@localhost/kith"),
        ("SYNC_CONCURRENCY", "many"),
        ("INSTAGRAM_GRAPH_URL", "http://graph.example"),
        ("ENCRYPTION_KEY", "0" * 64),
        ("KITH_SIGNUP", "perhaps"),
        ("TRUSTED_PROXIES", "everybody"),
    ],
)
def test_a_setting_that_cannot_be_read_stops_every_command_with_one_sentence(
    tmp_path: Path, name: str, value: str
) -> None:
    ran = in_a_process(tmp_path, "doctor", **{name: value})
    assert (ran.code, ran.out) == (1, "")
    assert name in ran.failure
