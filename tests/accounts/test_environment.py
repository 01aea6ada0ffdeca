"""Settings are read from the environment; a wrong one stops the start with one helpful sentence."""

from __future__ import annotations

import base64
import os
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from kith.environment import ConfigurationError, Environment, stored_secret

GOOD_KEY = bytes(range(32))
STARTS = "import django; django.setup(); from django.conf import settings; print(settings.DATA_DIR)"


def start(
    tmp_path: Path, program: str = STARTS, **variables: str
) -> subprocess.CompletedProcess[str]:
    """kith's settings, read by a process of its own in an empty folder."""
    environment = {
        "PATH": os.defpath,
        "HOME": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "kith.settings",
        "KITH_DATA_DIR": str(tmp_path / "data"),
    }
    return subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env=environment | variables,
        capture_output=True,
        text=True,
        check=False,
    )


def test_without_any_setting_kith_starts_and_makes_its_secrets(tmp_path: Path) -> None:
    started = start(tmp_path)
    assert started.returncode == 0, started.stderr
    data = tmp_path / "data"
    for name in ("secret_key", "encryption_key"):
        assert stat.S_IMODE((data / name).stat().st_mode) == 0o600
    secrets = [(data / name).read_text() for name in ("secret_key", "encryption_key")]
    start(tmp_path)
    assert secrets == [(data / name).read_text() for name in ("secret_key", "encryption_key")]


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("ENCRYPTION_KEY", "secret", "32 bytes of base64 or hex"),
        ("ENCRYPTION_KEY", "00" * 32, "too regular"),
        ("ENCRYPTION_KEY", f"{GOOD_KEY.hex()},{'ab' * 32}", "key 2"),
        ("ENCRYPTION_KEY", GOOD_KEY.hex()[:-2], "32 bytes"),
        ("DATABASE_URL", "mysql://kith@localhost/kith", "postgres://"),
        ("DATABASE_URL", "no address", "postgres://"),
        ("REDIS_URL", "localhost:6379", "redis://localhost:6379/0"),
        ("TRUSTED_PROXIES", "the proxy", "10.0.0.0/8"),
        ("CSRF_TRUSTED_ORIGINS", "kith.example", "https://kith.example"),
        ("INSTAGRAM_GRAPH_URL", "http://graph.instagram.com", "https://"),
        ("INSTAGRAM_TOKEN_URL", "api.instagram.com", "web address"),
        ("INSTAGRAM_REDIRECT_URI", "http://kith.example/back", "https://"),
        ("INSTAGRAM_APP_ID", "1234", "INSTAGRAM_APP_SECRET"),
        ("INSTAGRAM_LIST_EDGES", "maybe", "auto, on, off"),
        ("INSTAGRAM_CALLS_PER_HOUR", "many", "whole number"),
        ("INSTAGRAM_CALLS_PER_HOUR", "0", "between 1 and"),
        ("INSTAGRAM_MAX_PAGES", "-1", "between 1 and"),
        ("SYNC_CONCURRENCY", "1.5", "whole number"),
        ("SYNC_LEASE_SECONDS", "1", "between 5 and"),
        ("KITH_SIGNUP", "perhaps", "closed, open"),
        ("KITH_DATA_DIR", "/proc/nowhere", "cannot be created"),
        ("KITH_INBOX_DIR", "/nowhere", "No such file or directory"),
        ("KITH_INBOX_DIR", "/dev/null", "Not a directory"),
        ("KITH_INBOX_DIR", "~nobody-of-this-name/exports", "folder that kith can read"),
        ("EMAIL_URL", "mail.example", "smtp"),
        ("LOG_FORMAT", "xml", "text, json"),
        ("LOG_LEVEL", "LOUD", "INFO"),
    ],
)
def test_a_wrong_setting_stops_the_start_with_one_sentence(
    tmp_path: Path, name: str, value: str, said: str
) -> None:
    started = start(tmp_path, **{name: value})
    assert started.returncode != 0
    sentence = started.stderr.strip().splitlines()[-1]
    assert sentence.startswith("kith.environment.ConfigurationError: ")
    assert name in sentence
    assert said in sentence
    assert "for example" in sentence or "Make one with" in sentence
    if name == "ENCRYPTION_KEY":
        assert value not in started.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ENCRYPTION_KEY", GOOD_KEY.hex()),
        ("ENCRYPTION_KEY", base64.b64encode(GOOD_KEY).decode()),
        ("ENCRYPTION_KEY", base64.urlsafe_b64encode(bytes(range(220, 252))).decode().rstrip("=")),
        ("DATABASE_URL", "postgres://kith:secret@db.example:5432/kith"),
        ("REDIS_URL", "rediss://cache.example:6379/0"),
        ("INSTAGRAM_GRAPH_URL", "http://127.0.0.1:8801/"),
        ("INSTAGRAM_CALLS_PER_HOUR", "1"),
        ("KITH_SIGNUP", "OPEN"),
        ("LOG_LEVEL", "debug"),
        ("SYNC_CONCURRENCY", ""),
        ("KITH_INBOX_DIR", "~"),
        ("KITH_INBOX_DIR", "."),
    ],
)
def test_a_good_setting_starts(tmp_path: Path, name: str, value: str) -> None:
    started = start(tmp_path, **{name: value})
    assert started.returncode == 0, started.stderr


def test_a_dotenv_file_is_read_and_the_environment_wins(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("SYNC_CONCURRENCY=7\nINSTAGRAM_MAX_PAGES=8\n")
    program = "from django.conf import settings; print(settings.SYNC_CONCURRENCY, settings.INSTAGRAM_MAX_PAGES)"
    started = start(tmp_path, program, SYNC_CONCURRENCY="9")
    assert started.stdout.split() == ["9", "8"], started.stderr


def test_every_sentence_names_variable_fault_and_example() -> None:
    environment = Environment({"A": "x", "B": " ", "C": "1"})
    with pytest.raises(ConfigurationError, match=r"^A must be a whole number, not 'x'; .*A=5\.$"):
        environment.integer("A", 5, minimum=1, maximum=9)
    with pytest.raises(ConfigurationError, match="between 2 and 9, not be 1"):
        environment.integer("C", 5, minimum=2, maximum=9)
    assert environment.integer("B", 5, minimum=1, maximum=9) == 5
    assert environment.text("B", "standard") == "standard"


def test_lists_are_read_without_empty_items() -> None:
    environment = Environment({"HOSTS": " a.example, ,b.example,"})
    assert environment.items("HOSTS") == ["a.example", "b.example"]
    assert environment.items("NONE") == []


def test_many_processes_at_once_get_one_secret(tmp_path: Path) -> None:
    path = tmp_path / "encryption_key"
    with ThreadPoolExecutor(8) as pool:
        made = set(pool.map(lambda _: stored_secret(path), range(32)))
    assert len(made) == 1
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [file.name for file in tmp_path.iterdir()] == ["encryption_key"]
