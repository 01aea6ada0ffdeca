"""The page where an export comes in."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.conf import settings

from kith.accounts.models import User
from kith.accounts.queries import connections_of
from kith.sync.models import SyncJob
from kith.sync.queries import jobs_of
from kith.web.pages.jobs import JobView

PAST_IMPORTS = 20


@dataclass(frozen=True)
class ImportsPage:
    """The form, what went wrong with it, and the imports so far."""

    accounts: list[str]
    jobs: list[JobView]
    max_upload_text: str
    account_error: str = ""
    asks_account: bool = False
    choices: list[str] = field(default_factory=list)
    """The accounts that it can be; when it asks without choices, the name is typed."""


def imports_page(user: User, *, error: str = "", choices: list[str] | None = None) -> ImportsPage:
    past = jobs_of(user).filter(kind=SyncJob.Kind.IMPORT)[:PAST_IMPORTS]
    return ImportsPage(
        accounts=[connection.username for connection in connections_of(user)],
        jobs=[JobView.of(job) for job in past],
        max_upload_text=f"{settings.UPLOAD_LIMIT_BYTES // 1024**3} GB",
        account_error=error,
        asks_account=choices is not None,
        choices=choices or [],
    )
