"""Text as Instagram meant it: the repair of the JSON exports' broken letters, and how words are compared.

JSON exports write each UTF-8 byte of a letter beyond ASCII as a character of its own (seen from December 2020 to
2026). HTML exports and the flat files before that hold real text.
"""

from __future__ import annotations

import unicodedata


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
