"""Files of the watched folder: which there are, whether they are whole, and what they hold to the byte."""

from __future__ import annotations

import hashlib
import io
import os
import stat
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

CHUNK = 1024 * 1024
_A_LINK = "It is a link, and kith follows none. Put the file itself here."
_NO_FILE = "It is not a plain file."
_NO_TEXT = "Its name is not text that can be written down. Rename it."


@dataclass(frozen=True)
class InboxEntry:
    """Something in the watched folder. `path` is its place in there, `folder` that of a sub-folder or empty.

    Size in bytes, the time of the last change in nanoseconds. `fault` says why it cannot even be looked at.
    """

    path: str
    at: Path
    folder: str
    size: int
    modified_ns: int
    fault: str = ""


def entries_in(root: Path) -> Iterator[InboxEntry]:
    """The ZIPs at the top and in its folders, one level deep, by name. Raises OSError when the top cannot be read."""
    for entry in _listed(root):
        if entry.is_dir(follow_symlinks=False):
            yield from _entries_of_folder(entry)
        elif _is_zip_name(entry.name) or entry.is_symlink():
            yield from _seen(entry, "")


def _entries_of_folder(folder: os.DirEntry[str]) -> Iterator[InboxEntry]:
    try:
        listed = _listed(folder.path)
    except OSError as fault:
        yield from _seen(folder, "", cannot_be_read(fault))
        return
    for entry in listed:
        if _is_zip_name(entry.name) and not entry.is_dir(follow_symlinks=False):
            yield from _seen(entry, folder.name)


def _listed(folder: str | Path) -> list[os.DirEntry[str]]:
    """Without what is hidden: the drafts of programs that copy, and the shadows of files that macOS makes."""
    with os.scandir(folder) as found:
        visible = [entry for entry in found if not entry.name.startswith(".")]
    return sorted(visible, key=lambda entry: entry.name)


def _is_zip_name(name: str) -> bool:
    return name.lower().endswith(".zip")


def _seen(entry: os.DirEntry[str], folder: str, fault: str = "") -> Iterator[InboxEntry]:
    """The entry as it is now; nothing if it has just gone away."""
    path = f"{folder}/{entry.name}" if folder else entry.name
    with suppress(FileNotFoundError):
        known = entry.stat(follow_symlinks=False)
        if not fault and stat.S_ISLNK(known.st_mode):
            fault = _A_LINK
        elif not fault and not stat.S_ISREG(known.st_mode):
            fault = _NO_FILE
        try:
            path.encode()
        except UnicodeEncodeError:
            path, fault = path.encode("utf-8", "replace").decode(), _NO_TEXT
        yield InboxEntry(path, Path(entry.path), folder, known.st_size, known.st_mtime_ns, fault)


def cannot_be_read(fault: OSError) -> str:
    return f"It cannot be read ({fault.strerror}). Let the user that kith runs as read it."


def is_whole(path: Path) -> bool:
    """Whether the directory of the ZIP, which comes last, is there. Raises OSError."""
    with _opened(path) as file:
        return zipfile.is_zipfile(file)


def digest_of(path: Path) -> str:
    """The SHA-256 of the content. Raises OSError."""
    with _opened(path) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _opened(path: Path) -> io.BufferedReader:
    """Refuses a link that has taken the place of the file, and does not wait at a pipe."""
    return os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb")


class InboxCopy:
    """A file to be copied as if it had been uploaded; `digest` is that of the bytes that were copied."""

    def __init__(self, path: Path) -> None:
        self.name: str | None = path.name
        self._path = path
        self._hash = hashlib.sha256()

    def chunks(self) -> Iterator[bytes]:
        """Its bytes, a piece at a time. Raises OSError."""
        with _opened(self._path) as file:
            while chunk := file.read(CHUNK):
                self._hash.update(chunk)
                yield chunk

    @property
    def digest(self) -> str:
        return self._hash.hexdigest()
