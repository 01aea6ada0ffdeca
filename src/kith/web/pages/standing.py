"""How somebody stands with the user: their score and why, what passed between the two, keeping, and the queue."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from kith.core.records import InteractionKind
from kith.core.scoring import Explanation, explain
from kith.people.contacts import contacts_with
from kith.people.models import KeptPerson, Person, computed_insight, moment
from kith.unfollow.models import Unfollow
from kith.unfollow.queries import unfollows_of
from kith.web.pages.marks import account_type_of, badges_of, insight_of
from kith.web.pages.unfollows import STATUS_WORDS

KIND_WORDS = {
    InteractionKind.LIKE: "Likes",
    InteractionKind.MESSAGE: "Messages",
    InteractionKind.COMMENT: "Comments",
    InteractionKind.STORY_REACTION: "Reactions to stories",
    InteractionKind.SAVED: "Saved posts",
    InteractionKind.MENTION: "Mentions",
}


@dataclass(frozen=True)
class ContactLine:
    """One kind of contact; None: not known."""

    word: str
    given: int | None
    received: int | None
    last_at: datetime | None


@dataclass(frozen=True)
class KeptLine:
    """Somebody's place on the keep list."""

    id: int
    note: str
    added_at: datetime


@dataclass(frozen=True)
class QueueLine:
    """How somebody's last unfollow stands."""

    word: str
    url: str
    at: datetime
    is_open: bool


@dataclass(frozen=True)
class Standing:
    """Of people whom the user does not follow there is neither a score nor an explanation."""

    score: int | None
    explanation: Explanation | None
    badges: tuple[str, ...]
    account_type: str
    contacts: list[ContactLine]
    last_contact_at: datetime | None
    kept: KeptLine | None
    queue: QueueLine | None
    can_be_queued: bool


def standing_of(person: Person) -> Standing:
    insight = insight_of(person) if person.is_following else None
    contacts = [
        ContactLine(KIND_WORDS[each.kind], each.given, each.received, moment(each.last))
        for each in contacts_with(person)
    ]
    kept: KeptPerson | None = getattr(person, "kept", None)
    queue = _queue(person)
    return Standing(
        score=insight.score if insight else None,
        explanation=explain(computed_insight(insight)) if insight else None,
        badges=badges_of(person) if insight else (),
        account_type=account_type_of(insight),
        contacts=[line for line in contacts if (line.given, line.received) != (None, None)],
        last_contact_at=max((each.last_at for each in contacts if each.last_at), default=None),
        kept=KeptLine(kept.pk, kept.note, kept.added_at) if kept else None,
        queue=queue,
        can_be_queued=person.is_following and kept is None and not (queue and queue.is_open),
    )


def _queue(person: Person) -> QueueLine | None:
    last = unfollows_of(person.connection).filter(person=person).order_by("-pk").first()
    if last is None:
        return None
    status = Unfollow.Status(last.status)
    return QueueLine(
        word=STATUS_WORDS[status],
        url=f"{reverse('unfollow-queue')}?status={status.value}",
        at=last.ended_at or last.done_at or last.approved_at,
        is_open=status in Unfollow.OPEN,
    )
