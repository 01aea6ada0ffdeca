"""`make bench`: how fast kith reads a million likes and half a million messages, and how much memory it takes.

Each archive is read in a process of its own, from the ZIP to the last page. BENCH_QUICK=1 leaves out the largest.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from measuring import MEGABYTE, QUICK, Goal

NEWEST = 1_772_000_000  # 2026-02-25
ACTIVITY = "your_instagram_activity"
OWNERS = 20_000
MESSAGES_IN_A_FILE = 10_000  # Instagram begins a new file behind so many.
MESSAGES_IN_A_CONVERSATION = 25_000
MOST_MEMORY = 120
# What a hundred times as many records may add, in megabytes: whatever is kept of each would be more.
MOST_GROWTH = 20
HEAD = (
    f"{'records':>9}  {'what':<22}{'seconds':>9}{'records/s':>11}{'peak MB':>9}{'growth':>8}  goal"
)

File = tuple[str, Iterator[str]]


@dataclass(frozen=True)
class Measured:
    """Seconds of reading alone, and the peak of the whole process in megabytes."""

    records: int
    seconds: float
    peak: float


def main() -> None:
    print(HEAD)
    for what, files, count, speed in (
        ("likes, until 2025", likes_by_title, 1_000_000, 150_000),
        ("likes, since 2026", likes_by_label, 1_000_000, 150_000),
        ("messages", conversations, 500_000, None),
    ):
        small = measure(files, count // 100)
        measured = small if QUICK else measure(files, count)
        print(_line(what, measured, measured.peak - small.peak, speed), flush=True)


def measure(files: Callable[[int], Iterator[File]], count: int) -> Measured:
    """Writes an archive and has it read."""
    with tempfile.TemporaryDirectory(prefix="kith-bench-") as name:
        archive = _write(Path(name), files(count))
        process = subprocess.Popen(
            [sys.executable, __file__, str(archive)], stdout=subprocess.PIPE, text=True
        )
        assert process.stdout
        printed = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            sys.exit(f"Reading {count:,} records failed: {printed}")
    seen = json.loads(printed)
    assert seen["records"] == count, seen
    return Measured(count, seen["seconds"], usage.ru_maxrss / MEGABYTE)


def read(archive: Path) -> None:
    """What the process does that is measured."""
    from kith.core.exports import open_export

    begun, records = time.perf_counter(), 0
    with open_export([archive]) as export:
        reading = export.accounts[0].interactions()
        for page in reading:
            records += len(page)
    print(json.dumps({"records": records, "seconds": time.perf_counter() - begun}))


def likes_by_title(count: int) -> Iterator[File]:
    records = (
        f'    {{\n      "title": "{_owner(number)}",\n      "string_list_data": [\n        {{\n'
        f'          "href": "https://www.instagram.com/p/C{number:010d}/",\n'
        f'          "value": "\\u00f0\\u009f\\u0091\\u008d",\n          "timestamp": {NEWEST - number}\n'
        "        }\n      ]\n    }"
        for number in range(count)
    )
    yield f"{ACTIVITY}/likes/liked_posts.json", _around('{"likes_media_likes": [', records, "]}")


def likes_by_label(count: int) -> Iterator[File]:
    records = (json.dumps(_labelled(number), indent=2) for number in range(count))
    yield f"{ACTIVITY}/likes/liked_posts.json", _around("[", records, "]")


def conversations(count: int) -> Iterator[File]:
    """With few people, of many files; a list beside them pairs display names with usernames."""
    number = 0
    people = range(-(-count // MESSAGES_IN_A_CONVERSATION))
    for person in people:
        left = min(MESSAGES_IN_A_CONVERSATION, count - person * MESSAGES_IN_A_CONVERSATION)
        for part in range(-(-left // MESSAGES_IN_A_FILE)):
            size = min(MESSAGES_IN_A_FILE, left - part * MESSAGES_IN_A_FILE)
            beginning = json.dumps({"participants": [{"name": f"Ada {person}"}, {"name": "Me"}]})
            messages = (_message(person, number + each) for each in range(size))
            yield (
                f"{ACTIVITY}/messages/inbox/ada{person}_1790000000000{person:04d}/message_{part + 1}.json",
                _around(f'{beginning[:-1]}, "messages": [', messages, "]}"),
            )
            number += size
    known = [
        {"timestamp": NEWEST, "label_values": _names(f"ada.{person}", f"Ada {person}")}
        for person in people
    ]
    yield "connections/followers_and_following/close_friends.json", iter([json.dumps(known)])


def _labelled(number: int) -> dict[str, object]:
    url = f"https://www.instagram.com/reel/C{number:010d}/"
    tags = [{"title": "", "dict": [{"label": "Name", "value": tag}]} for tag in ("walk", "fog")]
    owner = [{"dict": _names(_owner(number), f"Ada {number % OWNERS}"), "title": ""}]
    return {
        "timestamp": NEWEST - number,
        "media": [],
        "label_values": [
            {"label": "URL", "value": url, "href": url},
            {"label": "Caption", "value": f"Morning walk {number}, and fog over the harbour"},
            {"title": "Hashtags", "dict": tags},
            {"dict": owner, "title": "Owner"},
        ],
        "fbid": f"1807991{number:010d}",
    }


def _names(username: str, name: str) -> list[dict[str, str]]:
    labels = (("URL", ""), ("Name", name), ("Username", username))
    return [{"label": label, "value": value} for label, value in labels]


def _message(person: int, number: int) -> str:
    message = {
        "sender_name": "Me" if number % 2 else f"Ada {person}",
        "timestamp_ms": (NEWEST - number) * 1000,
        "content": f"See you at {number}, where we always meet",
        "is_geoblocked_for_viewer": False,
        "is_unsent_image_by_messenger_kid_parent": False,
    }
    return json.dumps(message, indent=2)


def _owner(number: int) -> str:
    """Scattered, as people are whose posts one likes."""
    return f"ada.{number * 2_654_435_761 % OWNERS}"


def _around(beginning: str, records: Iterator[str], end: str) -> Iterator[str]:
    yield beginning
    separator = ""
    while batch := list(islice(records, 1_000)):
        yield separator + ",".join(batch)
        separator = ","
    yield end


def _write(folder: Path, files: Iterator[File]) -> Path:
    archive = folder / "instagram-bench.harbor-2026-03-01-AbCdEf01.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as out:
        lists = "connections/followers_and_following"
        followers = [{"title": f"ada.{number}"} for number in range(100)]
        out.writestr(f"{lists}/followers_1.json", json.dumps(followers))
        account = {"Username": {"value": "bench.harbor"}, "Name": {"value": "Me"}}
        out.writestr(
            "personal_information/personal_information/personal_information.json",
            json.dumps({"profile_user": [{"string_map_data": account}]}),
        )
        for name, pieces in files:
            with out.open(name, "w", force_zip64=True) as member:
                for piece in pieces:
                    member.write(piece.encode())
    return archive


def _line(what: str, measured: Measured, growth: float, speed: int | None) -> str:
    a_second = measured.records / measured.seconds
    goals = [] if speed is None or QUICK else [Goal(f"≥ {speed:,} a second", a_second >= speed)]
    goals.append(Goal(f"memory < {MOST_MEMORY} MB", measured.peak < MOST_MEMORY))
    goals.append(Goal(f"growth < {MOST_GROWTH} MB", growth < MOST_GROWTH))
    return (
        f"{measured.records:>9,}  {what:<22}{measured.seconds:>9.2f}"
        f"{a_second:>11,.0f}{measured.peak:>9.0f}{growth:>8.0f}  {', '.join(map(str, goals))}"
    )


if __name__ == "__main__":
    read(Path(sys.argv[1])) if sys.argv[1:] else main()
