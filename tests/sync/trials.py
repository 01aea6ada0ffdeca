"""Jobs that can be run again and again from the same beginning, in front of a history with every kind of change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils import timezone

from kith.accounts.models import Connection, User
from kith.accounts.services.tokens import store_token
from kith.core.instagram import Token
from kith.sync.models import SyncJob
from kith.sync.services.imports import import_upload, keep_upload
from tests.contract.visitor import Visitor
from tests.sync.checkpoint import Checkpoint
from tests.sync.steps import BASIC, NEVER, ORIGIN, queue, truth

ACCOUNT = "tiny.studio"


@dataclass
class Trial:
    """`start` queues the job; `calls` lists the paths it asked for, as the sandbox saw them."""

    checkpoint: Checkpoint
    start: Callable[[], SyncJob]
    calls: Callable[[], list[str]]

    def begin(self) -> SyncJob:
        self.checkpoint.restore()
        return self.start()


class Upload:
    """A file as a browser sends it."""

    def __init__(self, name: str, content: bytes) -> None:
        self.name: str | None = name
        self._content = content

    def chunks(self) -> list[bytes]:
        return [self._content]


def sync_trial(connection: Connection, visitor: Visitor) -> Trial:
    """A sync. Every run has a token of its own."""
    token = ""

    def start() -> SyncJob:
        nonlocal token
        token = give_token(connection, visitor)
        return queue(connection)

    return Trial(Checkpoint(), start, lambda: calls_with(token, visitor))


def give_token(connection: Connection, visitor: Visitor, account: str = ACCOUNT) -> str:
    """A new token of an account, by whose number the sandbox tells its calls from all others. Returns the number."""
    visitor.control("switch", rate_limit=1_000_000)
    made = visitor.control("token", account=account, scopes=BASIC)
    token = Token(value=made["access_token"], issued_at=timezone.now(), scopes=(BASIC,))
    store_token(connection, token)
    return str(made["serial"])


def calls_with(token: str, visitor: Visitor) -> list[str]:
    """The paths that were asked for, as the sandbox saw them."""
    sandbox = visitor.sandbox.sandbox
    with sandbox.lock:
        return [call.path for call in sandbox.calls.log if call.token == token]


def import_trial(user: User, export: Upload) -> Trial:
    """An import of an upload. It needs no call."""
    return Trial(Checkpoint(), lambda: queue_upload(user, export), list)


def queue_upload(user: User, export: Upload, account: str = "") -> SyncJob:
    return import_upload(user, keep_upload([export]), account=account, origin=ORIGIN)


def downloaded(visitor: Visitor) -> Upload:
    """The JSON export that Instagram would send now, under its own name."""
    answer = visitor.http.get(
        f"{visitor.sandbox.url}/sandbox/export", params={"account": ACCOUNT, "format": "json"}
    )
    assert answer.status_code == 200, answer.text
    name = answer.headers["Content-Disposition"].partition("filename=")[2].strip('"')
    return Upload(name, answer.content)


def somebody_leaves(visitor: Visitor) -> str:
    """A mutual deactivates the account. Returns the name."""
    following, followers = truth(visitor)
    name = min(following & followers)
    visitor.control("happen", account=ACCOUNT, kind="deactivate", username=name)
    return name


def everything_happens(visitor: Visitor, left: str) -> None:
    """Makes a change of every kind; `left` was there, left, and comes back."""
    following, followers = truth(visitor)
    mutuals, fans = sorted(following & followers), sorted(followers - following)
    for happening in (
        {"kind": "return", "username": left},
        {"kind": "follows_me", "username": "late.guest"},
        {"kind": "follow", "username": "new.idol"},
        {"kind": "unfollows_me", "username": fans[0]},
        {"kind": "unfollow", "username": min(following - followers)},
        {"kind": "rename", "username": fans[1], "to": "a.new.name"},
        {"kind": "deactivate", "username": mutuals[0]},
    ):
        visitor.control("happen", account=ACCOUNT, **happening)


def leases_run_out() -> None:
    """As if the workers that hold jobs had been silent for long."""
    SyncJob.objects.filter(status=SyncJob.Status.IN_PROGRESS).update(
        leased_until=timezone.now() + NEVER
    )
