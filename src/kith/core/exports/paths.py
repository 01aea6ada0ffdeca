"""What the path of a file in an export says, whatever a packer made of it: folders, name, format, and its root."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

# Instagram's own folders, in which files of an export lie; what is above them belongs to the person who packed it.
SECTIONS = frozenset(
    {
        *("connections", "followers_and_following", "personal_information", "account_information"),
        *("your_instagram_activity", "likes", "comments", "saved", "messages"),
        *("story_interactions", "story_sticker_interactions"),
    }
)
# Folders of conversations: each holds a folder for each of them. Broadcasts go to thousands, and are not read.
INBOXES = frozenset({"inbox", "message_requests", "archived_threads"})

# What browsers and desktops append to the second file of the same name.
_COPY = r"(?: ?\(\d{1,3}\)| copy(?: \d{1,3})?|-\d{1,3})?"
_FILE = re.compile(rf"(?P<stem>.+?){_COPY}\.(?P<format>json|html|txt)")


@dataclass(frozen=True)
class FilePath:
    """All in lower case. `stem` is the name without format and without the mark of a second copy."""

    folders: tuple[str, ...]
    stem: str
    format: str

    @property
    def folder(self) -> str:
        return self.folders[-1] if self.folders else ""


def file_path(path: str) -> FilePath | None:
    """Of a path with `/` or `\\`; None for other formats, and for what macOS adds to ZIPs."""
    *folders, file = path.replace("\\", "/").lower().split("/")
    match = None if file.startswith("._") or "__macosx" in folders else _FILE.fullmatch(file)
    return FilePath(tuple(folders), match["stem"], match["format"]) if match else None


def root_of(folders: Sequence[str]) -> tuple[str, ...]:
    """The folders above those that Instagram makes."""
    found = list(folders)
    if len(found) > 1 and found[-2].lower() in INBOXES:
        del found[-2:]
    while found and found[-1].lower() in SECTIONS:
        found.pop()
    return tuple(found)
