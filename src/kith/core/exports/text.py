"""Text as Instagram meant it: the repair of the JSON exports' broken letters, and how words are compared.

JSON exports write each UTF-8 byte of a letter beyond ASCII as a character of its own (seen from December 2020 to
2026). HTML exports and the flat files before that hold real text.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from functools import lru_cache
from typing import TypeVar

Told = TypeVar("Told")

_SHORT = 100


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
    """Remembers what is told of short texts, such as labels and names, which come again and again; none is too long."""
    tell_once = lru_cache(maxsize=32_768)(tell)
    return lambda text: tell_once(text) if len(text) <= _SHORT else tell(text)
