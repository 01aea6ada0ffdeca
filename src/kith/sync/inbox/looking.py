"""Remembers what each file was like at the last look, and finds those that belong together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from django.db.models import QuerySet

from kith.accounts.queries import user_by_email
from kith.core.exports.titles import title_of
from kith.sync.inbox.files import InboxEntry, entries_in
from kith.sync.models import InboxLook

# A little less than the minute between two ticks.
BETWEEN_LOOKS = timedelta(seconds=50)
# A part that is not whole is waited for: then whoever copies it has given up.
PATIENCE = timedelta(hours=1)


@dataclass
class Seen:
    """An entry with the row that remembers it."""

    entry: InboxEntry
    look: InboxLook

    @property
    def is_settled(self) -> bool:
        return self.look.due_at is None

    def holds_up(self, now: datetime) -> bool:
        """Whether it still grows, is worked on, or should be waited for because it is not whole."""
        if self.look.due_at is None or self.look.due_at <= now:
            return False
        return not self.look.reason or now - self.look.changed_at < PATIENCE

    def row(self) -> QuerySet[InboxLook]:
        """The row while the file is as it was seen: nothing is written about a file that has changed since."""
        return InboxLook.objects.filter(
            pk=self.look.pk, size=self.look.size, modified_ns=self.look.modified_ns
        )


@dataclass(frozen=True)
class Group:
    """The files that by their names are parts of one export, or a file alone."""

    members: list[Seen]
    exported_on: date

    def is_due(self, now: datetime) -> bool:
        if any(seen.holds_up(now) for seen in self.members):
            return False
        return any(not seen.is_settled for seen in self.members)


def groups_in(root: Path, now: datetime) -> list[Group]:
    """Looks at every file and notes what has changed. The oldest exports come first. Raises OSError."""
    together: dict[tuple[object, ...], list[Seen]] = {}
    for seen in _looked_at(list(entries_in(root)), now):
        title = title_of([seen.entry.at.stem], is_flat=True)
        named = (title.username, title.exported_on) if title.exported_on else (seen.entry.path,)
        together.setdefault((seen.entry.folder, *named), []).append(seen)
    groups = [Group(members, _day_of(members[0].entry)) for members in together.values()]
    return sorted(groups, key=lambda group: (group.exported_on, group.members[0].entry.path))


def _day_of(entry: InboxEntry) -> date:
    """The day in the name, or that of the last change."""
    exported_on = title_of([entry.at.stem], is_flat=True).exported_on
    return exported_on or datetime.fromtimestamp(entry.modified_ns / 1e9, UTC).date()


def _looked_at(entries: list[InboxEntry], now: datetime) -> Iterable[Seen]:
    known = {look.path: look for look in InboxLook.objects.all()}
    there = {entry.path for entry in entries}
    gone = [look.pk for path, look in known.items() if path not in there]
    InboxLook.objects.filter(pk__in=gone).delete()
    new = [_first_look(entry, now) for entry in entries if entry.path not in known]
    # Another scanner may have seen them a moment earlier.
    InboxLook.objects.bulk_create(new, ignore_conflicts=True)
    for entry in entries:
        if entry.path in known:
            _look_again(entry, known[entry.path], now)
    rows = {look.path: look for look in InboxLook.objects.all()}
    return [Seen(entry, rows[entry.path]) for entry in entries if entry.path in rows]


def _first_look(entry: InboxEntry, now: datetime) -> InboxLook:
    return InboxLook(
        path=entry.path,
        user=user_by_email(entry.folder) if entry.folder else None,
        size=entry.size,
        modified_ns=entry.modified_ns,
        changed_at=now,
        due_at=None if entry.fault else now + BETWEEN_LOOKS,
        reason=entry.fault,
    )


def _look_again(entry: InboxEntry, before: InboxLook, now: datetime) -> None:
    is_as_it_was = (entry.size, entry.modified_ns) == (before.size, before.modified_ns)
    if is_as_it_was and (before.reason == entry.fault or not entry.fault):
        return
    fresh = _first_look(entry, now)
    Seen(entry, before).row().update(
        user=fresh.user,
        size=fresh.size,
        modified_ns=fresh.modified_ns,
        changed_at=now,
        due_at=fresh.due_at,
        digest="",
        reason=fresh.reason,
    )
