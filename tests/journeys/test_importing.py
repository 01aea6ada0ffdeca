"""Somebody drops their export on the page; only what kith needs leaves their machine."""

from __future__ import annotations

import io
import json
import shutil
import zipfile
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from playwright.sync_api import Page, Request, expect

from kith.accounts.models import Connection, User
from kith.accounts.services.preferences import set_leaves_messages_out
from tests.core.exports import corpus
from tests.journeys.conftest import SignIn
from tests.web.ledger import connect
from tests.web.working import a_worker

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]

FORM = 4096  # Marks, names and the token of the form, besides its files.
PHOTO = b"\xff\xd8\xff the bytes of a photo"
WORDS = "the words of a message"
MESSAGE = json.dumps(
    {
        "participants": [{"name": "orla.b"}, {"name": "me"}],
        "messages": [
            {"sender_name": "orla.b", "timestamp_ms": 1_760_000_000_000, "content": WORDS}
        ],
    }
).encode()
PRIVATE = {
    "media/posts/202608/1.jpg": PHOTO,
    "your_instagram_activity/messages/inbox/orla_1/message_1.json": MESSAGE,
    "your_instagram_activity/likes/liked_posts.json": b'{"likes": "private"}',
}
EVERYTHING = {**corpus.era_6(), **PRIVATE}
LIKES = "your_instagram_activity/likes/liked_posts.json"
CONVERSATION = "your_instagram_activity/messages/inbox/orla_1/message_1.json"
NEEDED = (set(corpus.era_6()) - set(PRIVATE)) | {LIKES}


@pytest.fixture(autouse=True)
def no_uploads() -> None:
    """Whatever tests before this one have left lying."""
    for folder in django_settings.UPLOAD_DIR.iterdir():
        if folder.name != "incoming":
            shutil.rmtree(folder)


@pytest.fixture
def export(tmp_path: Path) -> Path:
    return corpus.write_zip(tmp_path / f"{corpus.ZIP_NAME}.zip", EVERYTHING)


@pytest.fixture
def imports(page: Page, site: str, sign_in: SignIn) -> Page:
    """The imports page, opened by Alice."""
    sign_in(page).goto(f"{site}/imports")
    return page


def drop(page: Page, *paths: Path) -> None:
    """Drags files from the desktop onto the page, as the browser itself reports it."""
    box = page.locator("[data-drop]").bounding_box()
    assert box
    place = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
    data = {"items": [], "files": [str(path) for path in paths], "dragOperationsMask": 1}
    browser = page.context.new_cdp_session(page)
    for kind in ("dragEnter", "dragOver", "drop"):
        browser.send("Input.dispatchDragEvent", {"type": kind, **place, "data": data})


def has_arrived(page: Page) -> dict[str, bytes]:
    """The files that reached kith, which keeps them until a worker has read them."""
    expect(page.get_by_text("Waiting for its turn")).to_be_visible(timeout=20_000)
    [folder] = [path for path in django_settings.UPLOAD_DIR.iterdir() if path.name != "incoming"]
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def members_of(content: bytes) -> set[str]:
    return set(zipfile.ZipFile(io.BytesIO(content)).namelist())


def uploads_of(page: Page) -> list[Request]:
    found: list[Request] = []
    page.on("request", lambda request: found.append(request) if request.method == "POST" else None)
    return found


def answer(page: Page, *, messages: bool) -> None:
    """Says whether messages may be counted."""
    name = "Count messages too" if messages else "Leave messages out"
    page.get_by_role("button", name=name).click()


def is_told_as_done(page: Page) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(
        f"Import of {corpus.OWNER}", timeout=20_000
    )
    expect(page.get_by_text("Done")).to_be_visible(timeout=20_000)


def test_a_zip_that_is_dropped_fills_the_ledger_and_photos_stay_at_home(
    imports: Page, site: str, export: Path
) -> None:
    requests = uploads_of(imports)
    drop(imports, export)
    answer(imports, messages=False)
    [(name, content)] = has_arrived(imports).items()
    assert name == export.name
    assert members_of(content) == NEEDED
    [upload] = requests
    assert upload.sizes()["requestBodySize"] < len(content) + FORM
    with a_worker():
        is_told_as_done(imports)
    imports.goto(f"{site}/lists/following")
    expect(imports.locator("table a.username")).to_have_count(len(corpus.FOLLOWING))


def test_of_messages_only_who_and_when_leaves_the_device(imports: Page, export: Path) -> None:
    requests = uploads_of(imports)
    drop(imports, export)
    expect(imports.get_by_text("There is a conversation in this.")).to_be_visible()
    assert requests == []
    answer(imports, messages=True)
    [content] = has_arrived(imports).values()
    assert members_of(content) == NEEDED | {CONVERSATION}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        told = archive.read(CONVERSATION).decode()
    assert WORDS not in told
    assert json.loads(told)["messages"] == [
        {"sender_name": "orla.b", "timestamp_ms": 1_760_000_000_000}
    ]
    with a_worker():
        is_told_as_done(imports)


def test_whoever_leaves_messages_out_is_not_asked(
    page: Page, site: str, sign_in: SignIn, alice: User, export: Path
) -> None:
    set_leaves_messages_out(alice, leaves_out=True)
    sign_in(page).goto(f"{site}/imports")
    drop(page, export)
    [content] = has_arrived(page).values()
    assert members_of(content) == NEEDED
    with a_worker():
        is_told_as_done(page)


def test_a_zip_can_be_chosen_as_well(imports: Page, worker: None, export: Path) -> None:
    imports.locator("input[type=file]").first.set_input_files(export)
    answer(imports, messages=False)
    is_told_as_done(imports)


def test_several_parts_are_taken_together(imports: Page, tmp_path: Path) -> None:
    files = list(EVERYTHING.items())
    parts = [
        corpus.write_zip(tmp_path / f"{corpus.ZIP_NAME}-part-{number}.zip", dict(files[number::2]))
        for number in range(2)
    ]
    drop(imports, *parts)
    answer(imports, messages=False)
    arrived = has_arrived(imports)
    assert set().union(*map(members_of, arrived.values())) == NEEDED
    with a_worker():
        is_told_as_done(imports)


def test_a_folder_that_was_unpacked_can_be_dropped(imports: Page, tmp_path: Path) -> None:
    folder = corpus.write_folder(tmp_path / corpus.ZIP_NAME, EVERYTHING)
    drop(imports, folder)
    answer(imports, messages=False)
    [content] = has_arrived(imports).values()
    assert members_of(content) == NEEDED
    with a_worker():
        is_told_as_done(imports)


def test_single_files_ask_for_the_name_of_their_account(
    imports: Page, worker: None, tmp_path: Path
) -> None:
    folder = corpus.write_folder(tmp_path / "lists", corpus.base())
    drop(imports, *(folder / name for name in corpus.base()))
    imports.get_by_label("Name of the account").fill(corpus.OWNER)
    imports.keyboard.press("Enter")
    is_told_as_done(imports)
    assert Connection.objects.get().username == corpus.OWNER


def test_with_several_accounts_one_is_chosen(
    imports: Page, worker: None, alice: User, tmp_path: Path
) -> None:
    for username in (corpus.OWNER, "somebody.else"):
        connect(alice, username)
    folder = corpus.write_folder(tmp_path / "lists", corpus.base())
    drop(imports, *(folder / name for name in corpus.base()))
    imports.get_by_label(corpus.OWNER).check()
    imports.get_by_role("button", name="Import this account").click()
    is_told_as_done(imports)


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("broken.zip", b"PK\x03\x04 and then nothing", "damaged"),
        ("holiday.jpg", PHOTO, "no lists of people"),
    ],
)
def test_what_cannot_be_used_is_told_without_sending_it(
    imports: Page, tmp_path: Path, name: str, content: bytes, sentence: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    requests = uploads_of(imports)
    drop(imports, path)
    expect(imports.locator("[data-import-state]")).to_contain_text(sentence)
    assert requests == []


def test_nothing_of_an_upload_is_left_on_disk(imports: Page, worker: None, export: Path) -> None:
    drop(imports, export)
    answer(imports, messages=False)
    is_told_as_done(imports)
    left = [path for path in django_settings.UPLOAD_DIR.rglob("*") if path.is_file()]
    assert left == []
