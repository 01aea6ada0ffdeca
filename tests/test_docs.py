"""The documentation tells of every setting and every command, and of none that is not there."""

from __future__ import annotations

import argparse
import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from dotenv import dotenv_values

from kith.cli import _parser
from kith.cli.report import NAMES

REPOSITORY = Path(__file__).parents[1]
PAGES = sorted([*REPOSITORY.glob("*.md"), *REPOSITORY.glob("docs/**/*.md")])
# What `kith run` tells the website by itself; nobody sets it.
INTERNAL = {"KITH_DEMO_LOGIN"}
# What the web server reads, not kith.
OF_OTHERS = {"WEB_CONCURRENCY"}
READERS = {
    "text",
    "integer",
    "choice",
    "items",
    "web_address",
    "origins",
    "networks",
    "keys",
    "folder",
}


def settings_read() -> dict[str, str | None]:
    """Every variable that settings.py reads, with its default where that is a plain one."""
    source = (REPOSITORY / "src/kith/settings.py").read_text(encoding="utf-8")
    found: dict[str, str | None] = {}
    for call in ast.walk(ast.parse(source)):
        if not (isinstance(call, ast.Call) and call.args):
            continue
        reader = getattr(call.func, "attr", None) or getattr(call.func, "id", None)
        first, *rest = call.args
        if reader in READERS | {"_instagram_address"} and isinstance(first, ast.Constant):
            default = rest[0].value if rest and isinstance(rest[0], ast.Constant) else None
            found[first.value] = found.get(first.value) or (str(default) if default else None)
    return found


def settings_told() -> dict[str, str]:
    """Every row of the table in docs/configuration.md, with what stands for the default."""
    text = (REPOSITORY / "docs/configuration.md").read_text(encoding="utf-8")
    return dict(re.findall(r"^\| `([A-Z_]+)` \| ([^|]+?) \|", text, flags=re.MULTILINE))


def commands() -> dict[str, argparse.ArgumentParser]:
    [action] = [
        action for action in _parser()._actions if isinstance(action, argparse._SubParsersAction)
    ]
    return dict(action.choices)


def options_of(parser: argparse.ArgumentParser) -> set[str]:
    """Its options and those of its own subcommands."""
    found = {option for action in parser._actions for option in action.option_strings}
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for inner in action.choices.values():
                found |= options_of(inner)
    return found


def code_in(page: Path) -> Iterator[str]:
    """Every line of code on a page, in the text or set apart."""
    text = page.read_text(encoding="utf-8")
    blocks = re.findall(r"^```.*?$(.*?)^```", text, flags=re.MULTILINE | re.DOTALL)
    for block in blocks:
        yield from block.splitlines()
    yield from re.findall(
        r"`([^`\n]+)`", re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    )


def test_every_setting_is_documented_and_every_documented_setting_is_read() -> None:
    assert set(settings_told()) == set(settings_read()) - INTERNAL


@pytest.mark.parametrize(("name", "told"), settings_told().items())
def test_a_documented_default_is_the_real_one(name: str, told: str) -> None:
    real = settings_read()[name]
    plain = re.match(r"`([^`$]+)`", told)
    if plain and real:
        assert plain[1] == real


def test_the_example_of_an_environment_names_settings_that_exist() -> None:
    lines = (REPOSITORY / ".env.example").read_text(encoding="utf-8").splitlines()
    shown = [line.removeprefix("# ") for line in lines if re.match(r"# [A-Z_]+=", line)]
    named = {line.split("=")[0] for line in shown}
    assert named <= set(settings_told()) | OF_OTHERS
    assert named
    assert not dotenv_values(REPOSITORY / ".env.example")


def test_the_readme_lists_every_command() -> None:
    readme = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    rows = " ".join(re.findall(r"^\| (`kith .+?) \|", readme, flags=re.MULTILINE))
    assert set(re.findall(r"`kith ([a-z-]+)", rows)) == set(commands())


def test_the_readme_lists_every_report() -> None:
    readme = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    [row] = re.findall(r"^\| `kith report .+$", readme, flags=re.MULTILINE)
    assert tuple(re.findall(r"`([a-z-]+)`", row)) == NAMES


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_on_a_page_exists_with_its_options(page: Path) -> None:
    for line in code_in(page):
        for name, rest in re.findall(r"(?:^|[\s/=])kith ([a-z][a-z-]*)([^|;&#]*)", line):
            assert name in commands(), line
            for option in re.findall(r"(?<!\S)(--[a-z-]+)", rest):
                assert option in options_of(commands()[name]), line


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_to_a_file_of_ours_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8"))
    for link in links:
        if "://" not in link:
            assert (page.parent / link).exists(), link
