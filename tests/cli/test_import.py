"""`kith import`: the document and the exit status of the contract."""

from __future__ import annotations

from pathlib import Path

import pytest

from kith.accounts.models import Activity, Connection, User
from kith.people.models import Change, Person
from kith.sync.models import SyncJob
from tests.cli.running import Kith
from tests.core.exports import corpus
from tests.web.ledger import connect, job_of, ledger_of

pytestmark = [pytest.mark.database, pytest.mark.django_db]

ALICE = ("--user", "alice@kith.example")
KEYS = [
    "job_id",
    "account",
    "status",
    "lists",
    "changes",
    "warnings",
    "files_read",
    "records_unreadable",
]
LATER = corpus.ZIP_NAME.replace("2026-08-11", "2026-09-11")


@pytest.fixture
def export(tmp_path: Path, alice: User) -> Path:
    return corpus.write_zip(tmp_path / f"{corpus.ZIP_NAME}.zip", corpus.era_6())


def crowd_export(folder: Path, name: str, size: int) -> Path:
    names = [f"crowd.{number:03}" for number in range(size)]
    files = {
        **corpus.era_6(),
        f"{corpus.LISTS}/followers_1.json": corpus.values(names),
    }
    return corpus.write_zip(folder / f"{name}.zip", files)


def test_an_export_becomes_one_document(kith: Kith, export: Path) -> None:
    ran = kith("import", export, *ALICE, "--json")
    assert (ran.code, ran.err) == (0, "")
    document = ran.document
    assert list(document) == KEYS
    assert document["job_id"] == SyncJob.objects.get().pk
    assert (document["account"], document["status"]) == (corpus.OWNER, "completed")
    assert document["lists"] == {
        "following": {"state": "complete", "count": 5, "reason": None},
        "followers": {"state": "complete", "count": 4, "reason": None},
    }
    assert document["changes"] == dict.fromkeys(Change.Kind.values, 0)
    assert document["records_unreadable"] == 0
    assert document["files_read"] >= 2
    assert all(list(each) == ["code", "message", "file"] for each in document["warnings"])


def test_people_are_told_in_a_few_lines(kith: Kith, export: Path) -> None:
    ran = kith("import", export, *ALICE)
    assert ran.code == 0
    assert ran.out.splitlines() == [
        f"{corpus.OWNER}: completed",
        "  following: 5 people, complete",
        "  followers: 4 people, complete",
    ]


def test_the_second_export_tells_what_changed(kith: Kith, export: Path, tmp_path: Path) -> None:
    kith("import", export, *ALICE)
    # Who stays keeps the time at which they began to follow.
    newcomer = corpus.as_value("new.newt", corpus.since(len(corpus.FOLLOWERS)))
    followers = [*corpus.values(corpus.FOLLOWERS[:3]), newcomer]
    files = {**corpus.era_6(), f"{corpus.LISTS}/followers_1.json": followers}
    second = corpus.write_zip(tmp_path / f"{LATER}.zip", files)
    changes = kith("import", second, *ALICE, "--json").document["changes"]
    assert changes == dict.fromkeys(Change.Kind.values, 0) | {"new_follower": 1, "lost_follower": 1}


def test_the_same_export_once_more_changes_nothing(kith: Kith, export: Path) -> None:
    kith("import", export, *ALICE)
    ran = kith("import", export, *ALICE, "--json")
    assert (ran.code, ran.document["status"]) == (0, "completed")
    assert ran.document["lists"]["following"]["count"] == 5
    assert "already-imported" in {warning["code"] for warning in ran.document["warnings"]}


def test_a_doubtful_export_is_held_with_3_and_accepted_when_asked_to(
    kith: Kith, alice: User, tmp_path: Path
) -> None:
    kith("import", crowd_export(tmp_path, corpus.ZIP_NAME, 90), *ALICE)
    second = crowd_export(tmp_path, LATER, 40)
    held = kith("import", second, *ALICE, "--json")
    assert held.code == 3
    assert held.document["status"] == "held"
    assert "mass-loss" in {warning["code"] for warning in held.document["warnings"]}
    assert "--accept-doubtful" in held.failure
    assert Person.objects.filter(is_follower=True).count() == 90
    accepted = kith("import", second, *ALICE, "--json", "--accept-doubtful")
    assert (accepted.code, accepted.document["status"]) == (0, "completed")
    assert Person.objects.filter(is_follower=True).count() == 40


def test_a_folder_several_parts_and_single_files_are_all_exports(
    kith: Kith, alice: User, tmp_path: Path
) -> None:
    files = corpus.era_6()
    folder = corpus.write_folder(tmp_path / corpus.ZIP_NAME, files)
    lists = [folder / name for name in files if "followers_and_following" in name]
    halves = [
        corpus.write_zip(tmp_path / f"part-{number}" / f"{corpus.ZIP_NAME}.zip", half)
        for number, half in enumerate(_halves(files))
        if (tmp_path / f"part-{number}").mkdir() is None
    ]
    for paths in ([folder], halves, lists):
        Connection.objects.all().delete()
        ran = kith("import", *paths, *ALICE, "--account", corpus.OWNER, "--json")
        assert ran.code == 0, ran.err
        assert ran.document["lists"]["following"]["count"] == 5
        assert ran.document["lists"]["followers"]["count"] == 4


def _halves(files: dict[str, object]) -> list[dict[str, object]]:
    return [dict(list(files.items())[start::2]) for start in (0, 1)]


def test_an_export_without_one_list_says_what_to_ask_for(
    kith: Kith, alice: User, tmp_path: Path
) -> None:
    files = {k: v for k, v in corpus.era_6().items() if "followers_1" not in k}
    ran = kith("import", corpus.write_zip(tmp_path / "x.zip", files), *ALICE, "--json")
    assert ran.code == 0
    followers = ran.document["lists"]["followers"]
    assert (followers["state"], followers["count"]) == ("absent", 0)
    assert followers["reason"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("broken.zip", b"PK\x03\x04 and then nothing"),
        ("photo.jpg", b"\xff\xd8\xff"),
        ("empty.zip", b""),
    ],
)
def test_what_is_no_export_fails_with_the_same_document_and_a_sentence(
    kith: Kith, alice: User, tmp_path: Path, name: str, content: bytes
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    ran = kith("import", path, *ALICE, "--json")
    assert ran.code == 1
    assert list(ran.document) == KEYS
    assert ran.document["status"] == "failed"
    assert name in ran.failure
    [warning] = ran.document["warnings"]
    assert warning["message"] in ran.failure
    assert not Connection.objects.exists()


def test_an_export_whose_files_cannot_be_read_fails_and_leaves_nothing_behind(
    kith: Kith, alice: User, tmp_path: Path
) -> None:
    files = dict.fromkeys(corpus.base(), b"{broken")
    path = corpus.write_zip(tmp_path / f"{corpus.ZIP_NAME}.zip", files)
    ran = kith("import", path, *ALICE, "--json")
    assert ran.code == 1
    assert list(ran.document) == KEYS
    assert ran.document["status"] == "failed"
    assert {each["state"] for each in ran.document["lists"].values()} == {"absent"}
    assert ran.failure
    assert not Person.objects.exists()
    plain = kith("import", path, *ALICE)
    assert (plain.code, plain.out) == (1, "")


def test_a_path_that_does_not_exist_is_told(kith: Kith, alice: User, tmp_path: Path) -> None:
    ran = kith("import", tmp_path / "nothing.zip", *ALICE)
    assert (ran.code, ran.out) == (1, "")
    assert "nothing.zip does not exist" in ran.failure


def test_during_a_job_of_the_same_account_an_import_is_refused(
    kith: Kith, alice: User, export: Path
) -> None:
    job_of(connect(alice, corpus.OWNER), SyncJob.Status.IN_PROGRESS)
    ran = kith("import", export, *ALICE, "--json")
    assert ran.code == 1
    assert ran.document["status"] == "failed"
    assert "under way already" in ran.failure


def test_single_files_need_the_name_of_their_account(
    kith: Kith, alice: User, tmp_path: Path
) -> None:
    folder = corpus.write_folder(tmp_path / "lists", corpus.base())
    ran = kith("import", folder, *ALICE)
    assert (ran.code, ran.out) == (1, "")
    assert "--account" in ran.failure
    ledger_of(alice, "alice.paints")
    assert kith("import", folder, *ALICE, "--account", "new.account").code == 0
    assert Connection.objects.filter(username="new.account").exists()


def test_the_activity_log_says_that_it_was_the_command(kith: Kith, export: Path) -> None:
    kith("import", export, *ALICE)
    lines = Activity.objects.order_by("id").values_list("kind", "address", "user_agent")
    assert list(lines) == [
        ("import_started", None, "kith import"),
        ("import_completed", None, "kith import"),
    ]


def second_export(folder: Path) -> Path:
    """The last follower has left, and somebody new has come."""
    newcomer = corpus.as_value("new.newt", corpus.since(-9))
    files = {
        **corpus.era_6(),
        f"{corpus.LISTS}/followers_1.json": [newcomer, *corpus.values(corpus.FOLLOWERS[:3])],
    }
    return corpus.write_zip(folder / f"{LATER}.zip", files)


def test_the_latest_import_is_undone(kith: Kith, export: Path, tmp_path: Path) -> None:
    kith("import", export, *ALICE)
    before = list(Person.objects.order_by("id").values())
    second = second_export(tmp_path)
    told = kith("import", second, *ALICE, "--json").document
    ran = kith("import", "--undo", *ALICE, "--json")
    assert (ran.code, ran.err) == (0, "")
    assert ran.document == {
        "job_id": told["job_id"],
        "account": corpus.OWNER,
        "status": "undone",
        "taken_back": {"changes": 2, "removed": 1, "restored": 1},
        "warnings": [],
    }
    assert list(Person.objects.order_by("id").values()) == before
    assert not Change.objects.exists()
    assert Activity.objects.latest("id").user_agent == "kith import --undo"
    assert kith("import", second, *ALICE, "--json").document["changes"] == told["changes"]


def test_undoing_is_told_in_a_few_lines(kith: Kith, export: Path) -> None:
    kith("import", export, *ALICE)
    ran = kith("import", "--undo", *ALICE, "--account", corpus.OWNER)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.splitlines() == [
        f"{corpus.OWNER}: undone, everything is as it was before job {SyncJob.objects.get().pk}",
        "  changes forgotten: 0",
        f"  people removed: {len({*corpus.FOLLOWING, *corpus.FOLLOWERS})}",
        "  people as they were: 0",
    ]


def test_what_cannot_be_undone_ends_with_1_and_the_reason(kith: Kith, export: Path) -> None:
    kith("import", export, *ALICE)
    kith("import", "--undo", *ALICE)
    ran = kith("import", "--undo", *ALICE, "--json")
    assert ran.code == 1
    assert ran.failure == "kith: This import was undone already."
    assert ran.document["status"] == "failed"
    assert [each["message"] for each in ran.document["warnings"]] == [
        "This import was undone already."
    ]
    never = kith("import", "--undo", *ALICE, "--account", "somebody.else")
    assert (never.code, never.out) == (1, "")
    assert "tracks no account somebody.else" in never.failure
