"""Text as Instagram meant it: the repair of the JSON exports' broken letters, and how words are compared.

JSON exports write each UTF-8 byte of a letter beyond ASCII as a character of its own (seen from December 2020 to
2026). HTML exports and the flat files before that hold real text.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import TypeVar

Told = TypeVar("Told")

_LONGEST = 100
_MOST = 32_768


def repair_mojibake(text: str) -> str:
    """What was meant by a string, key or label of a JSON export; what is right already stays.

    For parsed strings, and once only. Text of which any part is no such run of bytes stays as it is.
    """
    if text.isascii():
        return text
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text


def folded(text: str) -> str:
    """The form in which two labels are the same whatever their case, spaces, apostrophe and coding of accents."""
    return " ".join(unicodedata.normalize("NFC", text).replace("’", "'").casefold().split())


def remembered(tell: Callable[[str], Told]) -> Callable[[str], Told]:
    """Remembers what is told of short texts, such as labels and names, which come again and again.

    Twice as quick as an lru_cache that looks at the length first; and no long text stays in memory.
    """
    return _Memory(tell).__getitem__


class _Memory(dict[str, Told]):
    def __init__(self, tell: Callable[[str], Told]) -> None:
        self._tell = tell

    def __missing__(self, text: str) -> Told:
        told = self._tell(text)
        if len(text) <= _LONGEST:
            if len(self) >= _MOST:
                self.clear()
            self[text] = told
        return told
