"""The screens of unfollowing: the review, the queue, and one person at a time."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse
from django.utils import timezone

from kith.accounts.models import Connection
from kith.accounts.queries import preferences_of
from kith.unfollow import queries
from kith.unfollow.models import MOST_PER_DAY, MOST_PER_HOUR, Queue, Unfollow
from kith.unfollow.protection import protected
from kith.unfollow.queries import Allowance, Rest
from kith.unfollow.services.approving import review
from kith.unfollow.services.guided import next_in_line
from kith.web.pages.empty import EmptyState
from kith.web.pages.people import PersonRow

ROWS = 50
REFUSALS = 100
# After so many in one sitting a pause is suggested: a person at it for an hour is at the pace's end.
PAUSE_AFTER = 20
STATUS_WORDS = {
    Unfollow.Status.PENDING: "Waiting",
    Unfollow.Status.DOING: "Under way",
    Unfollow.Status.DONE: "Done",
    Unfollow.Status.VERIFIED: "Verified",
    Unfollow.Status.STILL_FOLLOWED: "Still followed",
    Unfollow.Status.FAILED: "Failed",
    Unfollow.Status.REMOVED: "Taken off",
}
CAN_BE_PUT_BACK = {
    Unfollow.Status.REMOVED,
    Unfollow.Status.FAILED,
    Unfollow.Status.STILL_FOLLOWED,
}


@dataclass(frozen=True)
class ReviewRow:
    """One chosen person: with the reason to unfollow, or the reason why not."""

    person: PersonRow
    score: int | None
    reason: str


@dataclass(frozen=True)
class PaceLine:
    """The pace in numbers."""

    per_hour: int
    per_day: int
    most_per_hour: int
    most_per_day: int
    left_today: int
    done_on: date

    @classmethod
    def of(cls, allowance: Allowance, done_on: date) -> PaceLine:
        queue = allowance.queue
        return cls(
            queue.per_hour,
            queue.per_day,
            MOST_PER_HOUR,
            MOST_PER_DAY,
            allowance.left_today,
            done_on,
        )


@dataclass(frozen=True)
class ReviewPage:
    """What approving would do."""

    candidates: list[ReviewRow]
    refusals: list[ReviewRow]
    refused: int
    """How many; of those beyond REFUSALS `more_refused` tells the reasons alone, each with its number."""
    more_refused: list[tuple[str, int]]
    waiting: int
    mode: str
    pace: PaceLine
    empty: EmptyState | None


def review_page(connection: Connection | None, person_ids: list[int]) -> ReviewPage | None:
    if connection is None:
        return None
    found = review(connection, person_ids)
    empty = None
    if not found.candidates and not found.refusals:
        empty = EmptyState(
            "Nobody is selected",
            "Select people on the ranked list; here you see the reason for each before anything happens.",
            "Open the ranked list",
            reverse("ranked"),
        )
    return ReviewPage(
        candidates=[
            ReviewRow(PersonRow.of(each.person), each.score, each.why) for each in found.candidates
        ],
        refusals=[
            ReviewRow(PersonRow.of(each.person), None, each.reason)
            for each in found.refusals[:REFUSALS]
        ],
        refused=len(found.refusals),
        more_refused=Counter(each.reason for each in found.refusals[REFUSALS:]).most_common(5),
        waiting=found.waiting,
        mode=_way(found.allowance.queue),
        pace=PaceLine.of(found.allowance, found.done_on),
        empty=empty,
    )


def _way(queue: Queue) -> str:
    return (Queue.Mode.API if queries.is_by_api(queue) else Queue.Mode.GUIDED).value


@dataclass(frozen=True)
class QueueRow:
    """One unfollow with what can be done about it; `person` is None for somebody of an import that was undone."""

    id: int
    username: str
    person: PersonRow | None
    status: str
    status_word: str
    score: int | None
    reason: str
    error: str
    at: datetime
    can_be_removed: bool
    can_be_put_back: bool
    can_be_taken_back: bool

    @classmethod
    def of(cls, unfollow: Unfollow, protected_by: str = "") -> QueueRow:
        """`protected_by` is why somebody who waits will not be unfollowed."""
        status, person = Unfollow.Status(unfollow.status), unfollow.person
        return cls(
            id=unfollow.pk,
            username=person.username if person else unfollow.username,
            person=PersonRow.of(person) if person else None,
            status=status.value,
            status_word=STATUS_WORDS[status],
            score=unfollow.score,
            reason=unfollow.reason,
            error=f"Will be passed over. {protected_by}" if protected_by else unfollow.error,
            at=unfollow.ended_at or unfollow.done_at or unfollow.approved_at,
            can_be_removed=status == Unfollow.Status.PENDING,
            can_be_put_back=bool(status in CAN_BE_PUT_BACK and person and person.is_following),
            can_be_taken_back=status == Unfollow.Status.DONE and unfollow.mode == Queue.Mode.GUIDED,
        )


@dataclass(frozen=True)
class StatusTab:
    """One status with how many stand in it."""

    label: str
    count: int
    url: str
    is_current: bool


@dataclass(frozen=True)
class QueuePage:
    """The queue with its pace, one status at a time."""

    tabs: list[StatusTab]
    status: str
    rows: list[QueueRow]
    next_url: str | None
    previous_url: str | None
    waiting: int
    is_paused: bool
    rest: Rest | None
    mode: str
    can_use_api: bool
    pace: PaceLine
    empty: EmptyState | None


def queue_page(connection: Connection | None, status: str, number: int) -> QueuePage | None:
    """`status` is one of Unfollow.Status; `number` the page, from 1."""
    if connection is None:
        return None
    allowance = queries.allowance_of(connection)
    queue, counts = allowance.queue, queries.counts_by_status(connection)
    status = status if status in counts else Unfollow.Status.PENDING.value
    order = "position" if status == Unfollow.Status.PENDING else "-approved_at"
    found = queries.unfollows_of(connection).filter(status=status).order_by(order, "pk")
    number = min(number, max(1, -(-counts[status] // ROWS)))
    rows = list(found[(number - 1) * ROWS : number * ROWS + 1])
    waiting = counts[Unfollow.Status.PENDING]
    rest = queries.rest_of(queue, allowance.now)
    return QueuePage(
        tabs=[
            StatusTab(word, counts[value], _queue_url(value), value == status)
            for value, word in STATUS_WORDS.items()
            if counts[value] or value in {Unfollow.Status.PENDING, Unfollow.Status.DONE}
        ],
        status=status,
        rows=_queue_rows(connection, Unfollow.Status(status), rows[:ROWS]),
        next_url=_queue_url(status, number + 1) if len(rows) > ROWS else None,
        previous_url=_queue_url(status, number - 1) if number > 1 else None,
        waiting=waiting,
        is_paused=bool(rest and queue.paused_at),
        rest=rest,
        mode=_way(queue),
        can_use_api=queries.can_use_api(connection),
        pace=PaceLine.of(allowance, allowance.done_on(waiting)),
        empty=None if rows else _empty(Unfollow.Status(status)),
    )


def _queue_rows(
    connection: Connection, status: Unfollow.Status, unfollows: list[Unfollow]
) -> list[QueueRow]:
    """Whoever is protected leaves the queue when it is their turn, and is said to do so before."""
    reasons: dict[int, str] = {}
    if status == Unfollow.Status.PENDING:
        waiting = [unfollow.person for unfollow in unfollows if unfollow.person]
        reasons = protected(waiting, preferences_of(connection.user))
    return [QueueRow.of(each, reasons.get(each.person_id or 0, "")) for each in unfollows]


def _queue_url(status: str, number: int = 1) -> str:
    page = f"&page={number}" if number > 1 else ""
    return f"{reverse('unfollow-queue')}?status={status}{page}"


def _empty(status: Unfollow.Status) -> EmptyState:
    if status == Unfollow.Status.PENDING:
        return EmptyState(
            "Nobody is waiting",
            "Nothing is unfollowed without your approval. Select people on the ranked list and review them.",
            "Open the ranked list",
            reverse("ranked"),
        )
    return EmptyState("Nobody here", f"No unfollow stands at “{STATUS_WORDS[status].lower()}”.")


@dataclass(frozen=True)
class GuidedPage:
    """One person, large, and how far the queue is."""

    unfollow: QueueRow | None
    last_done: QueueRow | None
    waiting: int
    done_today: int
    pace: PaceLine
    rest_until: datetime | None
    suggests_pause: bool
    rest: Rest | None
    still_followed: int
    empty: EmptyState | None


def guided_page(connection: Connection | None) -> GuidedPage | None:
    if connection is None:
        return None
    unfollow = next_in_line(connection)
    allowance = queries.allowance_of(connection)
    free_at = allowance.free_at
    counts = queries.counts_by_status(connection)
    waiting = counts[Unfollow.Status.PENDING]
    last = queries.unfollows_of(connection).filter(
        status=Unfollow.Status.DONE, mode=Queue.Mode.GUIDED
    )
    last_done = last.order_by("-done_at").first()
    return GuidedPage(
        unfollow=QueueRow.of(unfollow) if unfollow else None,
        last_done=QueueRow.of(last_done) if last_done else None,
        waiting=waiting,
        done_today=allowance.taken_today,
        pace=PaceLine.of(allowance, allowance.done_on(waiting)),
        rest_until=free_at if free_at > allowance.now else None,
        suggests_pause=bool(allowance.taken_today) and allowance.taken_today % PAUSE_AFTER == 0,
        rest=queries.rest_of(allowance.queue, allowance.now),
        still_followed=queries.still_followed(connection),
        empty=None if unfollow else _empty(Unfollow.Status.PENDING),
    )


@dataclass(frozen=True)
class UnfollowNotices:
    """What the user should know of the queue without looking at it: why it stopped, and who is followed still."""

    rest: Rest | None
    still_followed: int

    @classmethod
    def of(cls, connection: Connection) -> UnfollowNotices:
        """A pause that the user wanted is no news, nor is one of an empty queue; a dead key is told elsewhere."""
        rest = queries.rest_of(queries.queue_of(connection), timezone.now())
        is_news = rest and rest.reason and not connection.needs_reconnect
        is_news = is_news and queries.waiting_in(connection).exists()
        return cls(rest if is_news else None, queries.still_followed(connection))
