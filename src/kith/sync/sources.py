"""Where pages of people come from: the Instagram API, or an export. Both look the same to the engine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, Self

from django.conf import settings
from django.utils import timezone

from kith.core.exports import (
    AccountExport,
    InteractionReading,
    ListReading,
    Named,
    maybe_cut,
)
from kith.core.instagram import InstagramClient, ListsNotOffered, PointsToItself
from kith.core.records import ListName, ListPage, ListState, Notice, ProfileRecord
from kith.core.wording import count
from kith.sync.circles import MOST_REPEATS

PAGE_SIZE = 100  # The most that a list edge gives at once.
LISTS_NOT_OFFERED = (
    "Instagram does not offer this list by its API; import your export to see who is on it."
)


@dataclass(frozen=True)
class ListReport:
    """How reading a list ended, in the source's own judgement."""

    state: ListState
    reason: str = ""
    unreadable: int = 0
    notices: tuple[Notice, ...] = ()
    files_read: tuple[str, ...] = ()


GOES_ROUND = ListReport(
    ListState.PARTIAL, "Instagram's pages went round in a circle, so nobody counts as lost."
)


@dataclass
class Taken:
    """Between which two moments the source saw the lists."""

    after: datetime | None
    at: datetime


class Source(Protocol):
    """Yields pages, the same ones again when asked again, so that a taken-over job continues where it was."""

    kind: str

    def profile(self) -> ProfileRecord | None:
        """The account itself, where the source tells of it."""

    def pages(self, name: ListName, after: str | None, pages_done: int) -> Iterator[ListPage]:
        """The pages of a list behind those done already."""

    def report(self, name: ListName) -> ListReport:
        """To be asked once the pages of the list have ended."""

    def interactions(self) -> InteractionReading | None:
        """Pages of interactions, where the source has any; to be asked after the lists."""

    def taken(self, started_at: datetime) -> Taken:
        """When the lists were like this."""

    def close(self) -> None:
        """Lets go of connections and files."""


@dataclass
class APISource:
    """The two list edges of the API, page by page. An API without them gives the profile alone."""

    client: InstagramClient
    account_id: str
    lists_offered: bool | None
    page_size: int = PAGE_SIZE
    kind: str = "api"
    _reports: dict[ListName, ListReport] = field(default_factory=dict)

    def profile(self) -> ProfileRecord:
        return self.client.own_account()

    def pages(self, name: ListName, after: str | None, pages_done: int) -> Iterator[ListPage]:
        if self.lists_offered is False:
            self._reports[name] = ListReport(ListState.ABSENT, LISTS_NOT_OFFERED)
            return
        if pages_done and after is None:
            # The last page was committed, but not yet that it was the last.
            self.lists_offered = True
            self._reports[name] = ListReport(ListState.COMPLETE)
            return
        for _ in range(pages_done, settings.INSTAGRAM_MAX_PAGES):
            try:
                page = self._page(name, after)
            except ListsNotOffered:
                if after is not None:
                    raise  # A list that has given pages is offered: this one failed.
                self.lists_offered = False
                self._reports[name] = ListReport(ListState.ABSENT, LISTS_NOT_OFFERED)
                return
            self.lists_offered = True
            yield page
            after = page.after
            if after is None:
                self._reports[name] = ListReport(ListState.COMPLETE)
                return
        most = settings.INSTAGRAM_MAX_PAGES
        reason = f"The list has more than {count(most, 'page')} (INSTAGRAM_MAX_PAGES)."
        self._reports[name] = ListReport(ListState.PARTIAL, reason)

    def _page(self, name: ListName, after: str | None) -> ListPage:
        """A page that names itself as the next one is asked for again; the second answer is mostly right."""
        fetch = (
            self.client.following_page if name is ListName.FOLLOWING else self.client.followers_page
        )
        for _ in range(MOST_REPEATS - 1):
            with suppress(PointsToItself):
                return fetch(self.account_id, after=after, limit=self.page_size)
        return fetch(self.account_id, after=after, limit=self.page_size)

    def report(self, name: ListName) -> ListReport:
        return self._reports[name]

    def interactions(self) -> None:
        """What the API tells of them comes by polling and webhooks."""
        return

    def taken(self, started_at: datetime) -> Taken:
        return Taken(after=started_at, at=timezone.now())

    def close(self) -> None:
        self.client.close()


@dataclass
class ExportSource:
    """One account of an export. Its pages are cheap to read again, so the ones done already are read past."""

    export: AccountExport
    with_messages: bool = True
    named: Named | None = None
    kind: str = "export"
    _open: ExitStack = field(default_factory=ExitStack)
    _readings: dict[ListName, ListReading] = field(default_factory=dict)

    def keep_open(self, resource: Self | object) -> None:
        """Closes `resource` together with this source."""
        self._open.enter_context(resource)  # type: ignore[arg-type]

    def profile(self) -> None:
        return None

    def pages(
        self,
        name: ListName,
        after: str | None,  # noqa: ARG002 - pages of files are counted, not pointed at
        pages_done: int,
    ) -> Iterator[ListPage]:
        reading = self._readings[name] = self.export.read(name)
        for number, page in enumerate(reading):
            if number >= pages_done:
                yield page

    def report(self, name: ListName) -> ListReport:
        outcome = self._readings[name].outcome
        notices = outcome.notices
        if name is ListName.FOLLOWERS and ListName.FOLLOWING in self._readings:
            following = self._readings[ListName.FOLLOWING].outcome
            notices += maybe_cut(following, outcome, taken_at=self.export.taken_at)
        return ListReport(
            state=outcome.state,
            reason=outcome.reason or "",
            unreadable=outcome.unreadable,
            notices=notices,
            files_read=outcome.files_read,
        )

    def interactions(self) -> InteractionReading:
        return self.export.interactions(with_messages=self.with_messages, named=self.named)

    def taken(self, started_at: datetime) -> Taken:  # noqa: ARG002 - the export knows by itself
        return Taken(after=self.export.taken_after, at=self.export.taken_at)

    def close(self) -> None:
        self._open.close()
