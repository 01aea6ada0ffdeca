"""Uploads of processes that were killed do not lie about for ever."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from kith.accounts.models import User
from kith.sync.leftovers import KEPT_FOR, forget_leftover_uploads
from kith.sync.models import SyncJob
from kith.sync.opening import upload_folder
from kith.sync.schedule import keep_schedule
from kith.sync.services.imports import keep_upload
from tests.sync.trials import Upload, queue_upload

pytestmark = pytest.mark.django_db

EXPORT = Upload(
    "followers_1.json",
    b'[{"string_list_data": [{"value": "ada", "timestamp": 1700000000}]}]',
)


@pytest.fixture(autouse=True)
def empty_folder() -> Iterator[None]:
    forget_leftover_uploads(now=timezone.now() + 2 * KEPT_FOR)
    yield
    forget_leftover_uploads(now=timezone.now() + 2 * KEPT_FOR)


def aged(path: Path, age: timedelta = KEPT_FOR + timedelta(minutes=1)) -> Path:
    """As if it had been written so long ago."""
    moment = (timezone.now() - age).timestamp()
    os.utime(path, (moment, moment))
    return path


def test_an_upload_that_never_became_a_job_goes_after_a_day() -> None:
    folder = upload_folder(keep_upload([EXPORT]))
    assert forget_leftover_uploads() == 0
    assert folder.exists()
    aged(folder)
    assert forget_leftover_uploads() == 1
    assert not folder.exists()
    assert forget_leftover_uploads() == 0


def test_an_upload_stays_as_long_as_its_job_is_under_way(alice: User) -> None:
    job = queue_upload(alice, EXPORT, "alice.paints")
    folder = aged(upload_folder(job.upload))
    assert forget_leftover_uploads() == 0
    SyncJob.objects.update(status="failed")
    assert forget_leftover_uploads() == 1
    assert not folder.exists()


def test_a_file_that_stopped_coming_in_goes_after_a_day() -> None:
    coming = Path(settings.FILE_UPLOAD_TEMP_DIR) / "half.upload"
    coming.write_bytes(b"PK")
    assert forget_leftover_uploads() == 0
    aged(coming)
    keep_schedule()
    assert not coming.exists()
    assert coming.parent.exists()
