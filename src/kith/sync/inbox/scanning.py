"""Takes in what has come to rest in the watched folder. Whatever is wrong with a file is remembered and shown."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from kith.accounts.models import Connection, User
from kith.accounts.origin import Origin
from kith.accounts.queries import user_by_email
from kith.core.exports import AccountNotChosen, Damaged, Export, ExportError, open_export
from kith.sync.inbox.files import InboxCopy, cannot_be_read, digest_of, is_whole
from kith.sync.inbox.looking import Group, Seen, groups_in
from kith.sync.models import InboxFile, InboxLook, SyncJob
from kith.sync.opening import forget_upload
from kith.sync.queries import active_job
from kith.sync.services.imports import import_upload, keep_upload, settle_account
from kith.sync.services.jobs import JobUnderWay

log = structlog.get_logger("kith.sync")
ORIGIN = Origin.of_program("kith, from the watched folder")
# Copying a few gigabytes takes less; whoever has claimed a file and is silent for longer is not there any more.
CLAIM = timedelta(minutes=15)
AGAIN = timedelta(minutes=10)
_NOT_WHOLE = "It is not a whole ZIP yet. If its download has ended, download it again."
_OUR_FAULT = "kith made a mistake over it; the log of the worker says which. Please report it."
_CHOOSE = "On the page Imports you can say which account it is."


class NotNow(Exception):
    """It is tried again a little later. The text is shown meanwhile."""


class AccountBusy(Exception):
    """The account has a job under way, or an older export of it waits for one: the next look tries again."""


def scan_inbox(*, now: datetime | None = None) -> int:
    """One look at the folder of KITH_INBOX_DIR, if it is set. Returns how many imports were queued.

    Raises OSError when the folder cannot be read any more.
    """
    if settings.INBOX_DIR is None:
        return 0
    scan = _Scan(now or timezone.now())
    groups = groups_in(settings.INBOX_DIR, scan.now)
    return sum(scan.take(group) for group in groups if group.is_due(scan.now))


@dataclass
class _Scan:
    """One look. An account whose older export has to wait is not given a newer one in the meantime."""

    now: datetime
    waiting: set[int] = field(default_factory=set)

    def take(self, group: Group) -> int:
        """How many imports came of the group. Whoever claims its files first works on them, alone."""
        fresh = [seen for seen in group.members if not seen.is_settled]
        if not self._claim(fresh):
            return 0
        readable = [seen for seen in group.members if self._is_readable(seen)]
        if any(seen.holds_up(self.now) for seen in fresh if seen not in readable):
            self._put_off([seen for seen in fresh if seen in readable], "", timedelta())
            return 0
        return self._attempt(readable)

    @transaction.atomic
    def _claim(self, fresh: list[Seen]) -> bool:
        """By one conditional update for each file; of two scanners at once one finds the time moved on already."""
        claimed = 0
        for seen in fresh:
            is_due = seen.row().filter(due_at=seen.look.due_at)
            claimed += is_due.update(due_at=self.now + CLAIM)
        if claimed < len(fresh):
            transaction.set_rollback(True)
        return claimed == len(fresh) > 0

    def _is_readable(self, seen: Seen) -> bool:
        """An incomplete download is no error: it is left for later."""
        if seen.entry.fault:
            return False
        try:
            reason = "" if is_whole(seen.entry.at) else _NOT_WHOLE
        except OSError as fault:
            reason = cannot_be_read(fault)
        if reason:
            self._put_off([seen], reason, AGAIN)
        return not reason

    def _attempt(self, members: list[Seen]) -> int:
        fresh = [seen for seen in members if not seen.is_settled]
        try:
            return self._import(members, fresh)
        except AccountNotChosen as error:
            if len(members) > 1:
                # They are no parts of one export after all.
                return sum(self._attempt([seen]) for seen in fresh)
            self._give_up(fresh, f"{error} {_CHOOSE}")
        except (AccountBusy, JobUnderWay, IntegrityError):
            # The last means that another scanner has just taken the same content in: the next look finds it known.
            self._put_off(fresh, "", timedelta())
        except (NotNow, Damaged) as reason:
            self._put_off(fresh, str(reason), AGAIN)
        except ExportError as error:
            self._give_up(fresh, str(error))
        except OSError as fault:
            self._put_off(fresh, f"It could not be copied ({fault.strerror}).", AGAIN)
        except Exception:
            # One file that kith stumbles over does not keep the others waiting.
            log.exception("inbox failed", files=[seen.entry.path for seen in members])
            self._put_off(fresh, _OUR_FAULT, AGAIN)
        return 0

    def _import(self, members: list[Seen], fresh: list[Seen]) -> int:
        if sum(seen.entry.size for seen in members) > settings.UPLOAD_LIMIT_BYTES:
            most = settings.UPLOAD_LIMIT_BYTES // 1024**3
            self._settle(fresh, f"It has more than {most} GB: use the command `kith import`.")
            return 0
        unknown = self._unknown_among(fresh)
        if not unknown:
            return 0
        with open_export([seen.entry.at for seen in members]) as export:
            user = _owner(members[0].entry.folder, export)
            connection = settle_account(user, export, "").connection
        self._wait_for(connection)
        InboxLook.objects.filter(pk__in=[seen.look.pk for seen in members]).update(user=user)
        self._queue(user, connection, members, unknown)
        self._settle(fresh, "")
        return 1

    def _unknown_among(self, fresh: list[Seen]) -> list[Seen]:
        """Files with contents that never came before; for the others all is done."""
        for seen in fresh:
            if not seen.look.digest:
                seen.look.digest = digest_of(seen.entry.at)
                seen.row().update(digest=seen.look.digest)
        known = InboxFile.objects.in_bulk([seen.look.digest for seen in fresh], field_name="digest")
        for seen in fresh:
            if seen.look.digest in known:
                self._settle([seen], known[seen.look.digest].reason)
        return [seen for seen in fresh if seen.look.digest not in known]

    def _wait_for(self, connection: Connection) -> None:
        if connection.pk in self.waiting or active_job(connection):
            self.waiting.add(connection.pk)
            raise AccountBusy

    def _queue(
        self, user: User, connection: Connection, members: list[Seen], unknown: list[Seen]
    ) -> None:
        """The job and the memory of what it took in are written together: neither is ever without the other."""
        copies = [InboxCopy(seen.entry.at) for seen in members]
        upload = keep_upload(copies)
        if [copy.digest for copy in copies] != [seen.look.digest for seen in members]:
            forget_upload(upload)
            InboxLook.objects.filter(pk__in=[seen.look.pk for seen in members]).update(digest="")
            raise NotNow("It changed while it was read.")

        def remember(job: SyncJob) -> None:
            InboxFile.objects.bulk_create(_files(unknown, InboxFile.State.IMPORTED, job=job))
            # A part that failed alone has found the others.
            failed = InboxFile.objects.filter(
                digest__in=[seen.look.digest for seen in members], state=InboxFile.State.FAILED
            )
            failed.update(state=InboxFile.State.IMPORTED, job=job, reason="")

        job = import_upload(user, upload, account=connection.username, origin=ORIGIN, also=remember)
        settled = [seen.look.pk for seen in members if seen.is_settled]
        InboxLook.objects.filter(pk__in=settled).update(reason="")
        log.info("export found", job=job.pk, files=[seen.entry.path for seen in members])

    def _give_up(self, fresh: list[Seen], reason: str) -> None:
        """The same content would fail again: it is remembered, and not tried until it changes."""
        InboxFile.objects.bulk_create(
            _files(fresh, InboxFile.State.FAILED, reason=reason), ignore_conflicts=True
        )
        self._settle(fresh, reason)
        log.warning("export not usable", files=[seen.entry.path for seen in fresh], reason=reason)

    def _settle(self, fresh: list[Seen], reason: str) -> None:
        for seen in fresh:
            seen.row().update(due_at=None, reason=reason)

    def _put_off(self, fresh: list[Seen], reason: str, pause: timedelta) -> None:
        for seen in fresh:
            seen.look.due_at, seen.look.reason = self.now + pause, reason
            seen.row().update(due_at=seen.look.due_at, reason=reason)


def _files(seen: list[Seen], state: InboxFile.State, **fields: object) -> list[InboxFile]:
    """One for each content, however many copies lie there."""
    names = {each.look.digest: each.entry.path for each in reversed(seen)}
    return [
        InboxFile(digest=digest, name=name, state=state, **fields) for digest, name in names.items()
    ]


def _owner(folder: str, export: Export) -> User:
    """Whose export it is. Raises NotNow, with what to do, when that cannot be known.

    A sub-folder belongs to the user of that e-mail address. At the top a file is the only user's, or the only one's who
    has connected its account by Instagram; a name that only exports have told proves nothing, and may be a stranger's.
    """
    if folder:
        user = user_by_email(folder)
        if user is None:
            raise NotNow(
                f"There is no user {folder}: name the folder by the e-mail address of the user whose export this is."
            )
        return user
    users = list(User.objects.filter(is_active=True)[:2])
    if len(users) == 1:
        return users[0]
    names = {account.username for account in export.accounts} - {None}
    proven = Connection.objects.exclude(status=Connection.Status.EXPORTS_ONLY)
    owners = User.objects.filter(
        is_active=True, connections__in=proven.filter(username__in=names)
    ).distinct()
    if len(names) == 1 and len(owners) == 1:
        return owners[0]
    raise NotNow(
        "Whose is it? Put it into a folder named by the e-mail address of the user, such as ada@example.org."
    )
