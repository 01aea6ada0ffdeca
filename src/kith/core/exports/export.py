"""Opens what a person has of an export, and chooses the account in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from kith.core.exports.account import AccountExport
from kith.core.exports.archive import Container, loose_root
from kith.core.exports.errors import (
    AccountNotChosen,
    AccountNotFound,
    Damaged,
    NoRelationshipData,
    NotAnExport,
    TooLarge,
    WrongPlatform,
)
from kith.core.exports.layout import Piece, pieces_of, unite
from kith.core.exports.limits import Limits
from kith.core.exports.needed import need_of
from kith.core.exports.platforms import other_platform
from kith.core.exports.titles import title_of
from kith.core.exports.usernames import as_username
from kith.core.records import Notice

_ZIP_MARKS = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_MOST_FOUND = 12
DEFAULT_LIMITS = Limits()


class Export:
    """What was opened. A context manager: its files stay open until it is closed."""

    def __init__(
        self,
        accounts: tuple[AccountExport, ...],
        notices: tuple[Notice, ...],
        open_files: ExitStack,
    ) -> None:
        self.accounts = accounts
        self._notices = notices
        self._open_files = open_files

    @property
    def notices(self) -> tuple[Notice, ...]:
        """What a person should know about the files, those of each account included."""
        return (*self._notices, *(note for account in self.accounts for note in account.notices))

    def close(self) -> None:
        self._open_files.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


def open_export(
    paths: Sequence[Path], *, limits: Limits = DEFAULT_LIMITS, now: datetime | None = None
) -> Export:
    """Finds the accounts in ZIPs (several parts), folders and loose files, mixed as they come.

    Names matter: a ZIP or folder should keep the name Instagram gave it, which tells account and day. Only names and
    the own account are read here. Raises ExportError.
    """
    with ExitStack() as stack:
        notices: list[Notice] = []
        containers = []
        for container in _containers(paths, limits, notices):
            stack.callback(container.close)
            containers.append(container)
        _refuse_too_much(containers, limits)
        pieces = unite(piece for container in containers for piece in pieces_of(container))
        whole = [piece for piece in pieces if piece.has_lists]
        if not whole:
            _refuse(containers, pieces)
        notices += [_unused(piece) for piece in pieces if not piece.has_lists]
        moment = now or datetime.now(UTC)
        accounts = tuple(AccountExport(piece, now=moment) for piece in whole)
        return Export(accounts, tuple(notices), stack.pop_all())
    raise AssertionError  # ExitStack swallows nothing.


def choose_account(export: Export, wanted: str | None) -> AccountExport:
    """The account that is wanted, or the only one. Raises AccountNotChosen, AccountNotFound."""
    accounts = export.accounts
    if wanted:
        name = as_username(wanted) or wanted.strip()
        fitting = tuple(account for account in accounts if account.username == name)
        if not fitting and len(accounts) == 1 and accounts[0].username is None:
            return accounts[0]
        if not fitting:
            raise AccountNotFound(name, _names(accounts))
        accounts = fitting
    if len(accounts) == 1:
        return accounts[0]
    if len({account.username for account in accounts}) == 1:
        raise AccountNotChosen(_names(accounts), _one_at_a_time(accounts))
    raise AccountNotChosen(_names(accounts))


def _names(accounts: Iterable[AccountExport]) -> tuple[str, ...]:
    return tuple(sorted({account.username or "(unknown)" for account in accounts}))


def _one_at_a_time(accounts: Iterable[AccountExport]) -> str:
    days = sorted({f"{account.exported_on}" for account in accounts if account.exported_on})
    listed = f" of {' and '.join(days)}" if len(days) > 1 else ""
    return (
        f"These are several exports of the same account{listed}. Import them one at a time, the "
        "older first, so that what changed in between can be told."
    )


def _containers(
    paths: Sequence[Path], limits: Limits, notices: list[Notice]
) -> Iterable[Container]:
    loose: dict[Path, list[Path]] = {}
    others = []
    for path in paths:
        if path.is_dir():
            yield Container.of_folder(path, limits)
            yield from (Container.of_zip(part, limits) for part in _parts_within(path))
        elif not path.is_file():
            raise NotAnExport(f"{path.name or path} does not exist. Check the path.")
        elif _is_zip(path) or path.suffix.lower() == ".zip":
            yield Container.of_zip(path, limits)
        elif need_of(path.resolve().as_posix()):
            loose.setdefault(loose_root(path), []).append(path.resolve())
        else:
            others.append(path)
    for root, files in loose.items():
        yield Container.of_files(root, files, limits)
    for path in others:
        if len(others) == len(paths):
            raise NotAnExport(_not_an_export(path))
        notices.append(Notice("ignored-file", f"{path.name} was not needed.", path.name))


def _parts_within(folder: Path) -> list[Path]:
    """The ZIPs in a folder that by their names are exports: people keep the parts of one together."""
    zips = sorted(folder.glob("*.zip"))
    return [path for path in zips if title_of([path.stem]).exported_on and _is_zip(path)]


def _is_zip(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(4) in _ZIP_MARKS
    except OSError as fault:
        raise Damaged(path.name, "cannot be read") from fault


def _not_an_export(path: Path) -> str:
    return (
        f"{path.name} is not an Instagram export: neither a ZIP, nor a folder, nor a file of one such as "
        "followers_1.json. Give the ZIP as Instagram made it."
    )


def _refuse_too_much(containers: Iterable[Container], limits: Limits) -> None:
    found = list(containers)
    size = sum(member.size for container in found for member in container.members)
    if size > limits.total_bytes:
        raise TooLarge("The files together", f"have lists of {size:,} bytes")
    size = sum(member.size for container in found for member in container.interactions)
    if size > limits.interaction_total_bytes:
        raise TooLarge("The files together", f"have interactions of {size:,} bytes")


def _refuse(containers: Sequence[Container], pieces: Sequence[Piece]) -> None:
    if not containers:
        raise NotAnExport("No files were given. Give the ZIP of an export as Instagram made it.")
    platform = other_platform(path for container in containers for path in container.paths)
    if platform:
        raise WrongPlatform(platform)
    found = sorted({path.split("/")[0] for container in containers for path in container.paths})
    shown = (*found[:_MOST_FOUND], "…") if len(found) > _MOST_FOUND else found
    raise NoRelationshipData(
        shown, section_is_empty=any(piece.has_empty_section for piece in pieces)
    )


def _unused(piece: Piece) -> Notice:
    given = [file.shown for file in (*piece.members, *piece.interactions)]
    files = ", ".join(given[:3])
    return Notice("not-used", f"No list of people belongs to {files}.", given[0])
