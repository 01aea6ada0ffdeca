"""What the name of a ZIP or folder tells: whose export it is, and of which day."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from kith.core.exports.usernames import as_username

# What browsers, desktops and parts of one export append.
_APPENDED = r"(?: ?\(\d{1,3}\)| copy(?: \d{1,3})?| \d{1,3}|[-_ ]part[-_ ]?\d{1,3}|-\d{1,3})*"
# `instagram-NAME-2026-08-11-AbCd1234`, seen from 2023 to 2026. Read from the right: a name can look like a date.
_TITLE = re.compile(
    rf"instagram-(?P<name>.+)-(?P<date>\d{{4}}-\d{{2}}-\d{{2}})(?:-[A-Za-z0-9]+)?{_APPENDED}",
    re.IGNORECASE,
)
# `NAME_20191231`, until 2020.
_FLAT_TITLE = re.compile(rf"(?P<name>[A-Za-z0-9._]{{1,30}})_(?P<date>\d{{8}}){_APPENDED}")


@dataclass(frozen=True)
class Title:
    username: str | None = None
    exported_on: date | None = None


def title_of(names: list[str], *, is_flat: bool = False) -> Title:
    """Reads the first name that is a title. Those of before 2021 count only for an export of that age."""
    for pattern in (_TITLE, _FLAT_TITLE) if is_flat else (_TITLE,):
        for name in names:
            match = pattern.fullmatch(name)
            exported_on = _day(match["date"]) if match else None
            if match and exported_on:
                return Title(as_username(match["name"]), exported_on)
    return Title()


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
