"""Invents the followers of a large account on two days, and writes them as the exports that Instagram would send.

Names are scattered, so that no index profits from their order. On the second day 1 % of the people are gone, 1 % are
renamed and 1 % are new. An export tells names and follow times; the API tells ids and profiles, of which the picture
links are others every time.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from kith.core.records import ListName, PersonRecord

ACCOUNT = "bench.harbor"
FOLLOWING = 1_000
ENTRIES_IN_A_FILE = 10_000  # Instagram begins a new file behind so many.
NEWEST = 1_772_000_000  # 2026-02-25
FOLDER = "connections/followers_and_following"
SOURCES = {"export": "rows of an export", "api": "rows of the API"}


def lists(count: int, *, day: int, source: str) -> dict[ListName, Iterator[PersonRecord]]:
    """Both lists of the account; it follows the newest of its first followers, whether they still follow or not."""
    return {
        ListName.FOLLOWING: (person(number, day=day, source=source) for number in range(FOLLOWING)),
        ListName.FOLLOWERS: followers(count, day=day, source=source),
    }


def followers(count: int, *, day: int, source: str) -> Iterator[PersonRecord]:
    """Who follows the account on day 1 or 2, the newest first."""
    if day == 2:
        for number in range(count, count + count // 100):
            yield person(number, day=day, source=source)
    for number in range(count):
        if day == 1 or number % 100:
            yield person(number, day=day, source=source)


def person(number: int, *, day: int, source: str) -> PersonRecord:
    renamed = ".new" if day == 2 and number % 100 == 1 else ""
    scattered = number * 2_654_435_761 % 2**32
    username = f"{scattered:08x}.{number}{renamed}"
    if source == "export":
        return PersonRecord(username, since=NEWEST - 17 * number)
    return PersonRecord(
        username,
        instagram_user_id=str(17_841_400_000_000_000 + scattered),
        name=f"Ada of the harbor {number}",
        biography=f"Boats, nets and tides, out at sea from May to {number:>14}"[:60],
        picture_url=f"https://pictures.example/v/{number:012d}_{day}/{'a' * 80}.jpg"[:120],
        verified=number % 50 == 0,
        followers_count=number % 5_000,
        follows_count=number % 900,
    )


def write_export(folder: Path, count: int, *, day: int) -> Path:
    """The ZIP of one day, under the name that Instagram would give it."""
    archive = folder / f"instagram-{ACCOUNT}-2026-03-0{day}-AbCdEf0{day}.zip"
    people = lists(count, day=day, source="export")
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as out:
        number = 1
        while entries := [
            _entry(one) for one in islice(people[ListName.FOLLOWERS], ENTRIES_IN_A_FILE)
        ]:
            out.writestr(f"{FOLDER}/followers_{number}.json", json.dumps(entries))
            number += 1
        followed = {"relationships_following": [_entry(one) for one in people[ListName.FOLLOWING]]}
        out.writestr(f"{FOLDER}/following.json", json.dumps(followed))
    return archive


def _entry(record: PersonRecord) -> dict[str, object]:
    link = {
        "href": f"https://www.instagram.com/{record.username}",
        "value": record.username,
        "timestamp": record.since,
    }
    return {"title": "", "media_list_data": [], "string_list_data": [link]}
