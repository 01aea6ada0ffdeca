"""What an export comes in: ZIPs, folders and loose files behind one face. Nothing is ever written anywhere."""

from __future__ import annotations

import io
import lzma
import os
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Self

from kith.core.exports.errors import (
    Damaged,
    Encrypted,
    NotUnderstood,
    TooLarge,
    UnsafeName,
)
from kith.core.exports.limits import Limits
from kith.core.exports.needed import SECTIONS, Name, name_of

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
class Member:
    """A needed file. `path` is its place in the container, `shown` what people are told. Sizes in bytes."""

    path: str
    shown: str
    name: Name
    size: int
    read_raw: Callable[[], bytes] = field(repr=False, compare=False)

    def read(self) -> bytes:
        """The whole content. Raises NotUnderstood for a file that does not unpack."""
        try:
            return self.read_raw()
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
    open_files: ExitStack = field(default_factory=ExitStack, repr=False, compare=False)

    @classmethod
    def of_zip(cls, path: Path, limits: Limits) -> Self:
        """Reads the directory of the ZIP. Raises Damaged, Encrypted, TooLarge, UnsafeName."""
        with ExitStack() as stack:
            file = stack.enter_context(_DirectoryFile(path, limits.directory_bytes))
            archive = stack.enter_context(_read_directory(path, file, limits))
            infos = [(info, _safe_path(path, info, limits)) for info in archive.infolist()]
            files = [(info, name) for info, name in infos if name and not name.endswith("/")]
            members = tuple(_members_of_zip(path, archive, files, limits))
            return cls(path.stem, tuple(name for _, name in files), members, stack.pop_all())

    @classmethod
    def of_folder(cls, path: Path, limits: Limits) -> Self:
        """Lists the folder and all below, without following links. Raises Damaged, TooLarge."""
        root = _root_of(path.resolve())
        return cls.of_files(root, list(_files_below(path.resolve(), limits)), limits)

    @classmethod
    def of_files(cls, root: Path, files: list[Path], limits: Limits) -> Self:
        """Loose files that lie below one folder."""
        paths = tuple(sorted(file.relative_to(root).as_posix() for file in files))
        members = []
        for name in paths:
            size = (root / name).stat().st_size
            found = name_of(f"{root.name}/{name}")
            if found and size <= limits.member_bytes:
                members.append(Member(name, name, found, size, (root / name).read_bytes))
            elif found:
                raise TooLarge(name, f"has {size:,} bytes")
        return cls(root.name, paths, tuple(members))

    def close(self) -> None:
        self.open_files.close()


def loose_root(file: Path) -> Path:
    """The folder that a loose file belongs to, above the folders that Instagram makes."""
    return _root_of(file.resolve().parent)


def _root_of(folder: Path) -> Path:
    while folder.name.lower() in SECTIONS and folder.parent != folder:
        folder = folder.parent
    return folder


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
) -> Iterator[Member]:
    for info, name in files:
        found = name_of(name)
        if found is None:
            continue
        shown = f"{path.name}: {name}"
        if info.flag_bits & 0x1:
            raise Encrypted(shown)
        _refuse_bomb(shown, info, limits)
        yield Member(name, shown, found, info.file_size, lambda info=info: archive.read(info))  # type: ignore[misc]


def _refuse_bomb(shown: str, info: zipfile.ZipInfo, limits: Limits) -> None:
    """What a ZIP says of a size is also the most that Python unpacks, so what it says can be trusted."""
    if info.file_size > limits.member_bytes:
        raise TooLarge(shown, f"has {info.file_size:,} bytes when unpacked")
    ratio = info.file_size / max(info.compress_size, 1)
    if info.file_size > limits.ratio_from_bytes and ratio > limits.ratio:
        raise TooLarge(shown, f"unpacks to {ratio:.0f} times its size")
