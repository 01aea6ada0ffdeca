"""Invents the followers of a large account, and writes them as the exports that Instagram would send on two days.

Names are scattered, so that no index profits from their order. On the second day 1 % of the people are gone, 1 % are
renamed and 1 % are new.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

ACCOUNT = "bench.harbor"
FOLLOWING = 1_000
ENTRIES_IN_A_FILE = 10_000  # Instagram begins a new file behind so many.
NEWEST = 1_772_000_000  # 2026-02-25
FOLDER = "connections/followers_and_following"

Entry = tuple[str, int]
"""A name, and since when in epoch seconds."""


def followers(count: int, *, day: int) -> Iterator[Entry]:
    """Who follows the account on day 1 or 2, the newest first."""
    if day == 2:
        yield from ((_name(count + number, 1), NEWEST + number) for number in range(count // 100))
    for number in range(count):
        if day == 1 or number % 100:
            yield _name(number, day), NEWEST - 1 - 17 * number


def following(*, day: int) -> Iterator[Entry]:
    """Whom the account follows: the newest of its first followers, whether they still follow or not."""
    yield from ((_name(number, day), NEWEST - 17 * number) for number in range(FOLLOWING))


def _name(number: int, day: int) -> str:
    renamed = ".new" if day == 2 and number % 100 == 1 else ""
    return f"{number * 2_654_435_761 % 2**32:08x}.{number}{renamed}"


def write_export(folder: Path, count: int, *, day: int) -> Path:
    """The ZIP of one day, under the name that Instagram would give it."""
    archive = folder / f"instagram-{ACCOUNT}-2026-03-0{day}-AbCdEf0{day}.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as out:
        people, number = followers(count, day=day), 1
        while entries := [_entry(*person) for person in islice(people, ENTRIES_IN_A_FILE)]:
            out.writestr(f"{FOLDER}/followers_{number}.json", json.dumps(entries))
            number += 1
        followed = {"relationships_following": [_entry(*person) for person in following(day=day)]}
        out.writestr(f"{FOLDER}/following.json", json.dumps(followed))
    return archive


def _entry(name: str, since: int) -> dict[str, object]:
    link = {"href": f"https://www.instagram.com/{name}", "value": name, "timestamp": since}
    return {"title": "", "media_list_data": [], "string_list_data": [link]}
