"""Uploads as a form sends them: archives and single files of invented people."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.core.exports import corpus


def archive(folder: Path, name: str = corpus.ZIP_NAME, **members: Any) -> SimpleUploadedFile:
    """A whole export of 2026, with a photo that nobody needs."""
    files = {**corpus.era_6(), "media/posts/202608/1.jpg": b"\xff\xd8" + bytes(500), **members}
    return upload(f"{name}.zip", corpus.write_zip(folder / f"{name}.zip", files).read_bytes())


def loose(*, followers: str = "followers_1.json") -> list[SimpleUploadedFile]:
    """The two lists alone: they do not say whose they are."""
    return [
        upload(followers, corpus.as_bytes(corpus.values(corpus.FOLLOWERS))),
        upload(
            "following.json", corpus.as_bytes(corpus.following(corpus.values(corpus.FOLLOWING)))
        ),
    ]


def upload(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)
