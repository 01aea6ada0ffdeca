"""An import reads interactions behind the lists: page by page, once, and never to the lists' harm."""

from __future__ import annotations

import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from kith.accounts.models import User
from kith.accounts.origin import Origin
from kith.accounts.services.preferences import set_leaves_messages_out
from kith.people.models import InteractionDay, KnownPeriod
from kith.sync.models import SyncJob
from kith.sync.results import import_document
from kith.sync.services.imports import import_paths
from kith.sync.services.undoing import undo_import
from tests.factories import make_user

pytestmark = [pytest.mark.django_db, pytest.mark.database]
ORIGIN = Origin.of_program("a test")
NOON = int(datetime(2026, 2, 20, 12, tzinfo=UTC).timestamp())
LISTS = "connections/followers_and_following"
LIKES = "your_instagram_activity/likes/liked_posts.json"
THREAD = "your_instagram_activity/messages/inbox/ben_1234567890/message_1.json"


@pytest.fixture
def alice() -> User:
    return make_user("alice")


def entry(name: str) -> dict[str, Any]:
    link = {"href": f"https://www.instagram.com/{name}", "value": name, "timestamp": 1_700_000_000}
    return {"title": "", "media_list_data": [], "string_list_data": [link]}


def like(name: str) -> dict[str, Any]:
    link = {"href": "https://www.instagram.com/p/AAAA/", "value": "👍", "timestamp": NOON}
    return {"title": name, "string_list_data": [link]}


def written(folder: Path, files: dict[str, Any], day: int = 1) -> Path:
    archive = folder / f"instagram-alice.paints-2026-03-0{day}-AbCdEf0{day}.zip"
    lists = {
        f"{LISTS}/followers_1.json": [entry("ada")],
        f"{LISTS}/following.json": {"relationships_following": [entry("ada"), entry("ben.b")]},
    }
    with zipfile.ZipFile(archive, "w") as out:
        for path, document in {**lists, **files}.items():
            text = document if isinstance(document, str) else json.dumps(document)
            out.writestr(path, text)
    return archive


def taken_in(user: User, archive: Path) -> SyncJob:
    job = import_paths(user, [archive], account="", accept_doubtful=False, origin=ORIGIN)
    job.refresh_from_db()
    return job


def counted() -> list[tuple[str, str, int]]:
    rows = InteractionDay.objects.order_by("username", "kind")
    return list(rows.values_list("username", "kind", "from_export"))


def test_likes_come_in_with_the_lists(alice: User, tmp_path: Path) -> None:
    likes = {"likes_media_likes": [like("ada"), like("ada"), like("zoe")]}
    job = taken_in(alice, written(tmp_path, {LIKES: likes}))
    assert job.status == "completed"
    assert counted() == [("ada", "like", 2), ("zoe", "like", 1)]
    assert KnownPeriod.objects.filter(kind="like", direction="given").exists()
    assert import_document(job)["files_read"] == 3


def test_the_same_export_again_changes_nothing(alice: User, tmp_path: Path) -> None:
    archive = written(tmp_path, {LIKES: {"likes_media_likes": [like("ada")]}})
    taken_in(alice, archive)
    again = taken_in(alice, archive)
    assert again.result["repeats_snapshot"]
    assert counted() == [("ada", "like", 1)]


def test_damaged_interactions_harm_no_list_and_are_named(alice: User, tmp_path: Path) -> None:
    job = taken_in(alice, written(tmp_path, {LIKES: '{"likes_media_likes": [{"title"'}))
    document = import_document(job)
    assert job.status == "completed"
    assert {name: each["state"] for name, each in document["lists"].items()} == {
        "following": "complete",
        "followers": "complete",
    }
    assert any("liked_posts" in (notice["file"] or "") for notice in document["warnings"])
    assert not KnownPeriod.objects.filter(kind="like").exists()


def test_messages_are_left_out_when_the_user_wants_it_and_come_in_later(
    alice: User, tmp_path: Path
) -> None:
    thread = {
        "participants": [{"name": "ben.b"}, {"name": "alice.paints"}],
        "messages": [{"sender_name": "ben.b", "timestamp_ms": NOON * 1000, "content": "a secret"}],
        "title": "ben.b",
        "thread_path": "inbox/ben_1234567890",
    }
    archive = written(tmp_path, {THREAD: thread, LIKES: {"likes_media_likes": [like("ada")]}})
    set_leaves_messages_out(alice, leaves_out=True)
    taken_in(alice, archive)
    assert {kind for _, kind, _ in counted()} == {"like"}
    set_leaves_messages_out(alice, leaves_out=False)
    job = taken_in(alice, archive)
    assert "repeats_snapshot" not in job.result
    assert {kind for _, kind, _ in counted()} == {"like", "message"}
    assert "a secret" not in json.dumps([job.cursors, job.result])


def test_undoing_the_import_takes_its_interactions_back(alice: User, tmp_path: Path) -> None:
    first = {LIKES: {"likes_media_likes": [like("ada")]}}
    taken_in(alice, written(tmp_path, first))
    before = counted()
    second = {LIKES: {"likes_media_likes": [like("ada"), like("ada"), like("ben.b")]}}
    job = taken_in(alice, written(tmp_path, second, day=2))
    assert counted() != before
    undo_import(job, origin=ORIGIN)
    assert counted() == before
