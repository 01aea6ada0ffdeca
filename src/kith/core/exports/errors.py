"""What can be wrong with an export as a whole. One bad file inside is no error: its list is told to be absent.

ExportError                  the same files give the same answer: none is worth a retry before a person did something
├── NotAnExport              no ZIP, no folder, no file of an export
├── WrongPlatform            an export, but of Threads, Facebook, X or TikTok
├── NoRelationshipData       an Instagram export without the two lists
├── Damaged                  a ZIP that ends too early or contradicts itself, a folder that cannot be read
├── Encrypted                a needed file asks for a password
├── TooLarge                 more than any honest export has: a bomb, or not an export
├── UnsafeName               a file name that points out of its archive
├── AccountNotChosen         several accounts or dates, and nobody said which
└── AccountNotFound          the account that was asked for is not in it
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar


class ExportError(Exception):
    """Its text is for people: what is wrong, and what to do next. `code` is stable and for programs."""

    code: ClassVar[str] = "export"
    retry: ClassVar[bool] = False


class NotAnExport(ExportError):
    code = "not-an-export"


class WrongPlatform(ExportError):
    code = "wrong-platform"

    def __init__(self, platform: str) -> None:
        self.platform = platform
        super().__init__(
            f"This is an export of {platform}, not of Instagram. Request one of your Instagram "
            "profile: Accounts Center, Your information and permissions, Export your information."
        )


class NoRelationshipData(ExportError):
    """`found` names the folders (or files) at the top of what was given."""

    code = "no-relationship-data"

    def __init__(self, found: Sequence[str], *, section_is_empty: bool = False) -> None:
        self.found = tuple(found)
        missing = (
            "Instagram says that it has no data about followers and following in this export."
            if section_is_empty
            else "There is neither a list of followers nor one of following in these files."
        )
        listed = f" Found instead: {', '.join(self.found)}." if self.found else ""
        super().__init__(
            f"{missing}{listed} If the export came in several parts, give all of them; else request "
            "a new one with 'Followers and following', format JSON, date range 'All time'."
        )


class Damaged(ExportError):
    code = "damaged"

    def __init__(self, file: str, fault: str) -> None:
        self.file = file
        super().__init__(f"{file} {fault}. Download it again and give the new file.")


class Encrypted(ExportError):
    code = "encrypted"

    def __init__(self, file: str) -> None:
        self.file = file
        super().__init__(
            f"{file} is protected with a password. Unpack it and give the folder, or give the ZIP "
            "as Instagram made it, which has none."
        )


class TooLarge(ExportError):
    code = "too-large"

    def __init__(self, file: str, fault: str) -> None:
        self.file = file
        super().__init__(
            f"{file} {fault}, which is more than an Instagram export has. Nothing was read. Give the "
            "ZIP as Instagram made it, or only its folder connections/followers_and_following."
        )


class UnsafeName(ExportError):
    code = "unsafe-name"

    def __init__(self, file: str, name: str) -> None:
        self.file = file
        super().__init__(
            f"{file} holds a file whose name points outside of the archive ({name[:80]!r}). Instagram "
            "makes no such files. Nothing was read; download the export from Instagram again."
        )


class AccountNotChosen(ExportError):
    """`choices` are the accounts there are; empty when the files do not say whose they are."""

    code = "account-not-chosen"

    def __init__(self, choices: Sequence[str], sentence: str | None = None) -> None:
        self.choices = tuple(choices)
        listed = f" It can be: {', '.join(self.choices)}." if self.choices else ""
        super().__init__(
            sentence or f"It is not clear which account this is about.{listed} Name the account."
        )


class AccountNotFound(ExportError):
    code = "account-not-found"

    def __init__(self, wanted: str, choices: Sequence[str]) -> None:
        self.wanted = wanted
        self.choices = tuple(choices)
        super().__init__(
            f"The export holds nothing of the account {wanted}. It is about: "
            f"{', '.join(self.choices)}. Give the export of {wanted}, or name one of these."
        )


class NotUnderstood(Exception):
    """One file that cannot be read as what its name says: the reason of an absent list. Never leaves this package."""
