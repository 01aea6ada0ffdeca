"""A pytest plugin (`-p tests.servers.environment`): the tests get an environment of their own.

pytest-django reads the settings before any conftest.py is imported, hence a plugin. With
KITH_TEST_DATABASE=postgresql it also starts the one PostgreSQL that all workers of a run share.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import pytest
from dotenv import dotenv_values

# What a developer may say to the tests; every other setting of kith is taken away.
SAID_TO_THE_TESTS = frozenset(
    {"KITH_CHROMIUM", "KITH_TEST_DATABASE", "KITH_TEST_SESSION", "KITH_LIVE_INSTAGRAM", "KITH_SOAK"}
)
SETTINGS = frozenset(
    {
        "ALLOWED_HOSTS",
        "CSRF_TRUSTED_ORIGINS",
        "DATABASE_URL",
        "DJANGO_ALLOW_ASYNC_UNSAFE",
        "ENCRYPTION_KEY",
        "REDIS_URL",
        "SECRET_KEY",
        "TRUSTED_PROXIES",
        # Loopback is all the tests talk to, and a proxy would stand in between.
        "ALL_PROXY",
        "HTTP_PROXY",
        "HTTPS_PROXY",
    }
)
SETTING_FAMILIES = ("EMAIL_", "INSTAGRAM_", "KITH_", "LOG_", "PG", "STRIPE_", "SYNC_")


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Runs before pytest-django's hook of the same name, which loads the settings."""
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    database_url = os.environ.get("DATABASE_URL", "")
    forget_developer(Path.cwd() / ".env")
    if worker:
        data_dir = Path(os.environ["KITH_TEST_SESSION"]) / worker
    else:
        session = Path(tempfile.mkdtemp(prefix="kith-tests-"))
        early_config.add_cleanup(lambda: shutil.rmtree(session, ignore_errors=True))
        os.environ["KITH_TEST_SESSION"] = str(session)
        data_dir = session / "main"
        database_url = _shared_database(early_config)
    os.environ["KITH_DATA_DIR"] = str(data_dir)
    if database_url:
        os.environ["DATABASE_URL"] = database_url


def forget_developer(dotenv: Path) -> None:
    """Takes kith's settings out of the environment, and keeps `dotenv` from adding any."""
    for name in list(os.environ):
        upper = name.upper()
        if upper not in SAID_TO_THE_TESTS and (
            upper in SETTINGS or upper.startswith(SETTING_FAMILIES)
        ):
            del os.environ[name]
    # kith takes an empty variable for one that is not set, and the environment wins over the file.
    for name in dotenv_values(dotenv):
        os.environ.setdefault(name, "")


def _shared_database(early_config: pytest.Config) -> str:
    """The address of the database server of this run; empty for SQLite in the data directory."""
    database = os.environ.get("KITH_TEST_DATABASE", "sqlite")
    if database == "sqlite":
        return ""
    if database != "postgresql":
        raise pytest.UsageError(
            f"KITH_TEST_DATABASE must be sqlite or postgresql, not {database!r}."
        )
    from tests.servers.postgres import start_postgres

    server = start_postgres()
    early_config.add_cleanup(server.stop)
    return server.url
