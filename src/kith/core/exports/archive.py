"""What an export comes in: ZIPs, folders and loose files behind one face. Nothing is ever written anywhere."""

from __future__ import annotations

import io
import lzma
import os
import re
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO, Self

from kith.core.exports.errors import (
    Damaged,
    Encrypted,
    NotUnderstood,
    TooLarge,
    UnsafeName,
)
from kith.core.exports.interactions.files import THREAD, Place, place_of
from kith.core.exports.limits import Limits
from kith.core.exports.needed import Name, name_of
from kith.core.exports.paths import file_path, root_of

# Small enough to stay in the processor's cache while it is decoded, which makes that twice as fast.
CHUNK = 256 * 1024

_DRIVE = re.compile(r"[A-Za-z]:")
_UNPACKING_FAILED = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    OSError,
    RuntimeError,
    ValueError,
)


@dataclass(frozen=True)
class StoredFile:
    """A file that may be read. `path` is its place in the container, `shown` what people are told. Sizes in bytes."""

    path: str
    shown: str
    size: int
    open_raw: Callable[[], IO[bytes]] = field(repr=False, compare=False)

    def read(self) -> bytes:
        """The whole content. Raises NotUnderstood for a file that does not unpack."""
        with _unpacking(), self.open_raw() as content:
            return content.read()

    def chunks(self, size: int = CHUNK) -> Iterator[bytes]:
        """The content piece by piece. Raises NotUnderstood, possibly in the midst of it."""
        with _unpacking(), self.open_raw() as content:
            while chunk := content.read(size):
                yield chunk


@dataclass(frozen=True)
class Member(StoredFile):
    """A file of a list, or about the own account."""

    name: Name


@dataclass(frozen=True)
class InteractionMember(StoredFile):
    """A file of interactions."""

    place: Place


@contextmanager
def _unpacking() -> Iterator[None]:
    try:
        yield
    except NotImplementedError:
        raise NotUnderstood(
            "is packed in a way that kith cannot unpack; unpack the ZIP and give the folder"
        ) from None
    except _UNPACKING_FAILED:
        raise NotUnderstood("is damaged in the archive; download the export again") from None


@dataclass(frozen=True)
class Container:
    """One ZIP or folder. `paths` are all its files, needed or not; `name` is its own, without `.zip`."""

    name: str
    paths: tuple[str, ...]
    members: tuple[Member, ...]
    interactions: tuple[InteractionMember, ...] = ()
    open_files: ExitStack = field(default_factory=ExitStack, repr=False, compare=False)

    @classmethod
    def of_zip(cls, path: Path, limits: Limits) -> Self:
        """Reads the directory of the ZIP. Raises Damaged, Encrypted, TooLarge, UnsafeName."""
        with ExitStack() as stack:
            file = stack.enter_context(_DirectoryFile(path, limits.directory_bytes))
            archive = stack.enter_context(_read_directory(path, file, limits))
            infos = [(info, _safe_path(path, info, limits)) for info in archive.infolist()]
            files = [(info, name) for info, name in infos if name and not name.endswith("/")]
            found = list(_members_of_zip(path, archive, files, limits))
            paths = tuple(name for _, name in files)
            return cls(path.stem, paths, *_parted(found), open_files=stack.pop_all())

    @classmethod
    def of_folder(cls, path: Path, limits: Limits) -> Self:
        """Lists the folder and all below, without following links. Raises Damaged, TooLarge."""
        root = _root_of(path.resolve())
        return cls.of_files(root, list(_files_below(path.resolve(), limits)), limits)

    @classmethod
    def of_files(cls, root: Path, files: list[Path], limits: Limits) -> Self:
        """Loose files that lie below one folder."""
        paths = tuple(sorted(file.relative_to(root).as_posix() for file in files))
        found = []
        for name in paths:
            said = _said_by(f"{root.name}/{name}")
            if said:
                size = (root / name).stat().st_size
                _refuse_size(name, said, size, limits)
                found.append(_member(name, name, size, _opener(root / name), said))
        return cls(root.name, paths, *_parted(found))

    def close(self) -> None:
        self.open_files.close()


def loose_root(file: Path) -> Path:
    """The folder that a loose file belongs to, above the folders that Instagram makes."""
    return _root_of(file.resolve().parent)


def _root_of(folder: Path) -> Path:
    # The root of the disk has no name of its own, and stays.
    return Path(folder.anchor, *root_of(folder.parts[1:]))


def _files_below(folder: Path, limits: Limits) -> Iterator[Path]:
    def refuse(fault: OSError) -> None:
        raise Damaged(str(fault.filename), "cannot be read") from fault

    count = 0
    for where, folders, names in os.walk(folder, onerror=refuse):
        folders.sort()
        for name in names:
            count += 1
            if count > limits.members:
                raise TooLarge(folder.name, f"holds more than {limits.members:,} files")
            path = Path(where, name)
            if path.is_file() and not path.is_symlink():
                yield path


class _DirectoryFile(io.BufferedReader):
    """A file that refuses to read its ZIP directory, which comes in one piece, when that is too long."""

    def __init__(self, path: Path, longest_read: int) -> None:
        super().__init__(io.FileIO(path))
        self.longest_read: int | None = longest_read
        self._path = path

    def read(self, size: int | None = -1, /) -> bytes:
        if self.longest_read is not None and size is not None and size > self.longest_read:
            raise TooLarge(self._path.name, f"has a directory of {size:,} bytes")
        return super().read(size)


def _read_directory(path: Path, file: _DirectoryFile, limits: Limits) -> zipfile.ZipFile:
    try:
        archive = zipfile.ZipFile(file)
    except TooLarge:
        raise
    except Exception as fault:
        # zipfile raises half a dozen types for bytes that contradict each other; all mean the same here.
        raise Damaged(
            path.name, "is cut off or damaged, or is one piece of a split archive"
        ) from fault
    file.longest_read = None
    if len(archive.infolist()) > limits.members:
        raise TooLarge(path.name, f"holds {len(archive.infolist()):,} files")
    return archive


def _safe_path(path: Path, info: zipfile.ZipInfo, limits: Limits) -> str:
    """The path of a member with `/`. Some packers write `\\`, which Python leaves as it is."""
    name = info.filename.replace("\\", "/")
    leaves = name.startswith("/") or _DRIVE.match(name) or ".." in PurePosixPath(name).parts
    if leaves or len(name) > limits.path_length:
        raise UnsafeName(path.name, info.filename)
    return name.removeprefix("./")


def _members_of_zip(
    path: Path, archive: zipfile.ZipFile, files: list[tuple[zipfile.ZipInfo, str]], limits: Limits
) -> Iterator[StoredFile]:
    for info, name in files:
        said = _said_by(name)
        if said is None:
            continue
        shown = f"{path.name}: {name}"
        if info.flag_bits & 0x1:
            raise Encrypted(shown)
        # What a ZIP says of a size is also the most that Python unpacks, so what it says can be trusted.
        _refuse_size(shown, said, info.file_size, limits)
        ratio = info.file_size / max(info.compress_size, 1)
        if info.file_size > limits.ratio_from_bytes and ratio > limits.ratio:
            raise TooLarge(shown, f"unpacks to {ratio:.0f} times its size")
        yield _member(name, shown, info.file_size, partial(archive.open, info), said)


def _opener(path: Path) -> Callable[[], IO[bytes]]:
    return lambda: path.open("rb")


def _said_by(name: str) -> Name | Place | None:
    path = file_path(name)
    return (name_of(path) or place_of(path)) if path else None


def _member(
    path: str, shown: str, size: int, open_raw: Callable[[], IO[bytes]], said: Name | Place
) -> StoredFile:
    if isinstance(said, Name):
        return Member(path, shown, size, open_raw, said)
    return InteractionMember(path, shown, size, open_raw, said)


def _parted(
    files: Iterable[StoredFile],
) -> tuple[tuple[Member, ...], tuple[InteractionMember, ...]]:
    found = list(files)
    return (
        tuple(file for file in found if isinstance(file, Member)),
        tuple(file for file in found if isinstance(file, InteractionMember)),
    )


def _refuse_size(shown: str, said: Name | Place, size: int, limits: Limits) -> None:
    if isinstance(said, Name):
        most = limits.member_bytes
    else:
        most = limits.thread_bytes if said.file is THREAD else limits.interaction_bytes
    if size > most:
        raise TooLarge(shown, f"has {size:,} bytes")
