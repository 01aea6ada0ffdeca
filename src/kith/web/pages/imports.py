"""The page where an export comes in."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings

from kith.accounts.models import User
from kith.accounts.queries import connections_of, preferences_of
from kith.sync.inbox.queries import left_lying_of
from kith.sync.models import InboxLook, SyncJob
from kith.sync.queries import jobs_of
from kith.web.pages.jobs import JobView, job_views

PAST_IMPORTS = 20
INBOX_LINES = 50


@dataclass(frozen=True)
class InboxLine:
    """A file of the watched folder that was not taken in, and why."""

    path: str
    reason: str
    is_tried_again: bool
    since: datetime

    @classmethod
    def of(cls, look: InboxLook) -> InboxLine:
        return cls(look.path, look.reason, look.due_at is not None, look.changed_at)


@dataclass(frozen=True)
class Inbox:
    """The user's part of the watched folder."""

    folder: str
    lines: list[InboxLine]


@dataclass(frozen=True)
class ImportsPage:
    """The form, what went wrong with it, the imports so far, and the watched folder if there is one."""

    accounts: list[str]
    jobs: list[JobView]
    max_upload_text: str
    inbox: Inbox | None
    account_error: str = ""
    asks_account: bool = False
    choices: list[str] = field(default_factory=list)
    """The accounts that it can be; when it asks without choices, the name is typed."""
    leaves_messages_out: bool = False


def imports_page(user: User, *, error: str = "", choices: list[str] | None = None) -> ImportsPage:
    past = jobs_of(user).filter(kind=SyncJob.Kind.IMPORT)[:PAST_IMPORTS]
    return ImportsPage(
        accounts=[connection.username for connection in connections_of(user)],
        jobs=job_views(past),
        max_upload_text=f"{settings.UPLOAD_LIMIT_BYTES // 1024**3} GB",
        inbox=_inbox(user) if settings.INBOX_DIR else None,
        account_error=error,
        asks_account=choices is not None,
        choices=choices or [],
        leaves_messages_out=preferences_of(user).leaves_messages_out,
    )


def _inbox(user: User) -> Inbox:
    return Inbox(user.email, [InboxLine.of(look) for look in left_lying_of(user)[:INBOX_LINES]])
