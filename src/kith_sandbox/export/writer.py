"""Writes the ZIP that Instagram would send to the owner of an account, in the shapes of an era."""

from __future__ import annotations

import string
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from hashlib import blake2b
from itertools import chain, islice
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from kith_sandbox.export import deeds_json, json_files
from kith_sandbox.export.contents import Contents, Entry, contents_of
from kith_sandbox.export.deeds_html import DeedsPages
from kith_sandbox.export.eras import ERAS, Era
from kith_sandbox.export.html_files import HTMLPage
from kith_sandbox.export.labels import LOCALES, Locale
from kith_sandbox.world import World

FOLLOWERS_IN_A_FILE = 10_000

_START_HERE = (
    "<html><head><title>Start here</title></head>"
    "<body><h1>Your Instagram activity</h1></body></html>"
)
_NO_DATA = "You have no data in this section"
_BATCH = 512

File = tuple[str, Iterable[str]]


def write_export(
    world: World,
    account: str,
    folder: Path,
    *,
    at: int,
    era: str = "E6",
    file_format: str = "json",
    days: int | None = None,
    locale: str = "en",
    with_deleted: bool = False,
) -> Path:
    """Write the archive of an account into `folder` and tell its path.

    `at` is the moment of the export in epoch seconds; `days` asks for the last days only, which
    cuts the followers and what the account did. `with_deleted` keeps deleted people as
    `__deleted__...` names. Follow times and names are those of the world. Raises `ValueError` for
    HTML of era E0, which had none.
    """
    contents = contents_of(
        world, world.account(account), at=at, days=days, with_deleted=with_deleted
    )
    files = _files(contents, ERAS[era], LOCALES[locale], file_format)
    path = folder / _archive_name(contents, era, file_format)
    with ZipFile(path, "w", ZIP_DEFLATED, compresslevel=1) as archive:
        moment = datetime.fromtimestamp(at, UTC).timetuple()[:6]
        for name, pieces in files:
            member = ZipInfo(name, moment)
            member.compress_type = ZIP_DEFLATED
            _add(archive, member, pieces)
    return path


def _files(contents: Contents, era: Era | None, locale: Locale, file_format: str) -> Iterable[File]:
    if era is None:
        if file_format == "html":
            raise ValueError("Exports of era E0 had no HTML.")
        flat = chain(json_files.e0_files(contents), deeds_json.e0_files(contents.deeds()))
        return ((name, [text]) for name, text in flat)
    write = _html if file_format == "html" else _json
    return write(contents, era, locale)


def _archive_name(contents: Contents, era: str, file_format: str) -> str:
    name, day = contents.account.username, datetime.fromtimestamp(contents.at, UTC)
    if era == "E0":
        return f"{name}_{day:%Y%m%d}.zip"
    letters = string.ascii_letters + string.digits
    mark = f"{name}:{contents.at}:{era}:{file_format}:{contents.days}"
    chance = blake2b(mark.encode(), digest_size=8).digest()
    ending = "".join(letters[byte % len(letters)] for byte in chance)
    return f"instagram-{name}-{day:%Y-%m-%d}-{ending}.zip"


def _json(contents: Contents, era: Era, locale: Locale) -> Iterator[File]:
    folder = era.lists_folder
    if era.wrapped_followers:
        yield (
            f"{folder}/followers.json",
            json_files.followers_pieces(contents.followers(), wrapped=True),
        )
    else:
        for number, entries in _split(contents.followers()):
            pieces = json_files.followers_pieces(entries, wrapped=False)
            yield f"{folder}/followers_{number}.json", pieces
    yield f"{folder}/following.json", json_files.following_pieces(contents, era.following_shape)
    for small in contents.small:
        if small.entries:
            file = small.file.format(profiles=era.profiles_word)
            shape = era.blocked_shape if small.file.startswith("blocked") else era.small_shape
            yield f"{folder}/{file}.json", json_files.small_pieces(small, shape, locale)
    yield f"{folder}/following_hashtags.json", [json_files.hashtags_text(contents)]
    yield f"{era.personal_file}.json", [json_files.personal_text(contents, era, locale)]
    for name, records in deeds_json.deeds_files(contents.deeds(), era, locale):
        yield f"{name}.json", records
    if folder.startswith("connections/"):
        yield "connections/contacts/no-data.txt", [_NO_DATA]


def _html(contents: Contents, era: Era, locale: Locale) -> Iterator[File]:
    folder, page = era.lists_folder, HTMLPage(contents, era, locale)
    if era.wrapped_followers:
        yield (
            f"{folder}/followers.html",
            page.people("Followers", contents.followers(), "value"),
        )
    else:
        for number, entries in _split(contents.followers()):
            yield (
                f"{folder}/followers_{number}.html",
                page.people("Followers", entries, "value"),
            )
    following = page.people("Following", contents.following(), era.following_shape)
    yield f"{folder}/following.html", following
    for small in contents.small:
        if small.entries:
            file = small.file.format(profiles=era.profiles_word)
            shape = era.blocked_shape if small.file.startswith("blocked") else era.small_shape
            yield f"{folder}/{file}.html", page.small(small, shape)
    yield f"{folder}/following_hashtags.html", page.hashtags()
    yield f"{era.personal_file}.html", page.personal()
    for name, records in DeedsPages(page, era, locale).files(contents.deeds()):
        yield f"{name}.html", records
    if folder.startswith("connections/"):
        yield "connections/contacts/no-data.txt", [_NO_DATA]
    if era.frame == 2026:
        yield "start_here.html", [_START_HERE]


def _split(entries: Iterator[Entry]) -> Iterator[tuple[int, Iterator[Entry]]]:
    """Numbered files of 10,000, each read to its end before the next; none for an empty list."""
    for number, first in enumerate(entries, start=1):
        yield number, chain([first], islice(entries, FOLLOWERS_IN_A_FILE - 1))


def _add(archive: ZipFile, info: ZipInfo, pieces: Iterable[str]) -> None:
    """Write a member in batches, so that a long list never stands in memory as a whole."""
    remaining = iter(pieces)
    with archive.open(info, "w") as member:
        while batch := list(islice(remaining, _BATCH)):
            member.write("".join(batch).encode())
