"""`kith user add`, `migrate`, `doctor` and `reencrypt`: what whoever runs kith does."""

from __future__ import annotations

import base64
import os
from datetime import timedelta
from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.utils import timezone
from pytest_django import Settings as DjangoSettings

from kith.accounts.models import AccessToken, User
from kith.accounts.services.tokens import store_token
from kith.core.instagram import Token
from kith.sync.inbox import scan_inbox
from tests.cli.running import Kith, in_a_process
from tests.factories import make_connection

PASSWORD = "otters-sleep-holding-hands"


@pytest.mark.database
@pytest.mark.django_db
def test_a_user_who_was_added_can_sign_in(kith: Kith) -> None:
    ran = kith("user", "add", "Ada@Example.org", "--password-stdin", stdin=f"{PASSWORD}\n")
    assert (ran.code, ran.out, ran.err) == (0, "", "Added ada@example.org.\n")
    user = User.objects.get()
    assert not user.is_staff
    assert EmailAddress.objects.filter(user=user, verified=True, primary=True).exists()
    login = {"login": "ada@example.org", "password": PASSWORD}
    assert Client().post("/accounts/login/", login).url == "/dashboard"


@pytest.mark.database
@pytest.mark.django_db
def test_staff_are_administrators(kith: Kith) -> None:
    kith("user", "add", "ada@example.org", "--password-stdin", "--staff", stdin=PASSWORD)
    user = User.objects.get()
    assert user.is_staff
    assert user.is_superuser


@pytest.mark.database
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("email", "password", "sentence"),
    [
        ("ada@example.org", "", "No password came"),
        ("ada@example.org", "short", "too short"),
        ("ada@example.org", "password1234", "too common"),
        ("ada@example.org", "ada@example.org", "too similar"),
        ("ada", PASSWORD, "valid email address"),
        ("Bob@example.org", PASSWORD, "There is a user bob@example.org already."),
    ],
)
def test_what_makes_no_user_is_told(kith: Kith, email: str, password: str, sentence: str) -> None:
    kith("user", "add", "bob@example.org", "--password-stdin", stdin=PASSWORD)
    ran = kith("user", "add", email, "--password-stdin", stdin=password)
    assert (ran.code, ran.out) == (1, "")
    assert sentence in ran.failure
    assert User.objects.count() == 1


def key() -> bytes:
    return os.urandom(32)


@pytest.mark.database
@pytest.mark.django_db
def test_tokens_move_to_the_first_key(kith: Kith, settings: DjangoSettings) -> None:
    old, new = key(), key()
    settings.ENCRYPTION_KEYS = [old]
    for username in ("alice.paints", "alice.sculpts"):
        token = Token(value=f"IGAA{username}", issued_at=timezone.now())
        store_token(make_connection(username=username), token)
    settings.ENCRYPTION_KEYS = [new, old]
    assert kith("reencrypt").out == "2 tokens re-encrypted, 0 had the first key already.\n"
    assert kith("reencrypt").out == "0 tokens re-encrypted, 2 had the first key already.\n"
    settings.ENCRYPTION_KEYS = [new]
    opened = {stored.unsealed() for stored in AccessToken.objects.all()}
    assert opened == {"IGAAalice.paints", "IGAAalice.sculpts"}


@pytest.mark.database
@pytest.mark.django_db
def test_a_key_that_is_gone_is_told_and_nothing_is_lost(
    kith: Kith, settings: DjangoSettings
) -> None:
    old = key()
    settings.ENCRYPTION_KEYS = [old]
    store_token(make_connection(), Token(value="IGAAlost", issued_at=timezone.now()))
    settings.ENCRYPTION_KEYS = [key()]
    ran = kith("reencrypt")
    assert (ran.code, ran.out) == (1, "")
    assert "Put the old key back" in ran.failure
    checked = kith("doctor")
    assert checked.code == 1
    assert "WRONG  keys: 1 stored token opens with no key" in checked.out
    settings.ENCRYPTION_KEYS = [old]
    assert AccessToken.objects.get().unsealed() == "IGAAlost"


def test_a_new_machine_is_set_up_by_migrate_and_healthy_by_doctor(tmp_path: Path) -> None:
    unwell = in_a_process(tmp_path, "doctor")
    assert unwell.code == 1
    assert "WRONG  database:" in unwell.out
    assert "kith migrate" in unwell.out
    for _ in range(2):
        migrated = in_a_process(tmp_path, "migrate")
        assert (migrated.code, migrated.out) == (0, "")
    well = in_a_process(tmp_path, "doctor")
    assert well.code == 0, well.out
    lines = [line.split(":")[0].split(maxsplit=1) for line in well.out.splitlines()]
    assert {state for state, _ in lines} == {"ok"}
    parts = {name for _, name in lines}
    assert parts == {"configuration", "database", "queue", "keys", "clock", "write access"}


def test_generated_keys_are_readable_by_their_owner_only(tmp_path: Path) -> None:
    in_a_process(tmp_path, "migrate")
    for name in ("secret_key", "encryption_key"):
        path = tmp_path / name
        assert path.stat().st_mode & 0o077 == 0
        assert len(base64.b64decode(path.read_text())) >= 32


def test_a_queue_that_cannot_be_reached_is_found(tmp_path: Path) -> None:
    in_a_process(tmp_path, "migrate")
    ran = in_a_process(tmp_path, "doctor", REDIS_URL="redis://127.0.0.1:1/0")
    assert ran.code == 1
    assert "WRONG  queue:" in ran.out


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_the_doctor_tells_what_was_not_taken_from_the_watched_folder(
    kith: Kith, tmp_path: Path, settings: DjangoSettings
) -> None:
    assert "watched folder" not in kith("doctor").out
    settings.INBOX_DIR = tmp_path
    (tmp_path / "broken.zip").write_bytes(b"PK")
    for minute in range(2):
        scan_inbox(now=timezone.now() + timedelta(minutes=minute))
    told = kith("doctor").out
    assert f"ok     watched folder: {tmp_path}, 1 export, 1 of them not taken in" in told
    assert "broken.zip: It is not a whole ZIP yet." in told
    settings.INBOX_DIR = tmp_path / "gone"
    assert "WRONG  watched folder: " in kith("doctor").out
