"""The user's approval: nobody is queued without it, and those who are protected are refused with their reason."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from kith.accounts.models import Activity, Connection
from kith.accounts.origin import Origin
from kith.accounts.queries import preferences_of
from kith.accounts.services.recording import record_activity
from kith.people.models import Person
from kith.people.services.rows import batches
from kith.unfollow.models import Unfollow
from kith.unfollow.protection import protected
from kith.unfollow.queries import Allowance, allowance_of, queued_people, waiting_in
from kith.unfollow.services.queueing import next_position, stored_queue
from kith.unfollow.tasks import wake_unfollowing

# A week at the full pace. Longer queues outlive what the user knew when approving.
MOST_QUEUED = 1_000
IS_QUEUED = "They are in the queue already."


@dataclass(frozen=True)
class Candidate:
    """Somebody who can be queued, with what the user decides by."""

    person: Person
    score: int | None
    why: str


@dataclass(frozen=True)
class Refusal:
    """Somebody who cannot be queued, and why not."""

    person: Person
    reason: str


@dataclass(frozen=True)
class Review:
    """What approving would do: whom it would queue and whom not, and when the whole queue would be done."""

    candidates: list[Candidate]
    refusals: list[Refusal]
    waiting: int
    allowance: Allowance

    @property
    def are_all_queued(self) -> bool:
        """Whether everybody chosen waits already, as after a second press of the button."""
        reasons = {refusal.reason for refusal in self.refusals}
        return not self.candidates and reasons == {IS_QUEUED}

    @property
    def done_on(self) -> date:
        """In the queue's zone."""
        return self.allowance.done_on(self.waiting + len(self.candidates))


def review(connection: Connection, person_ids: Collection[int]) -> Review:
    """Judges the chosen people, the best candidate first. Ids of nobody of this connection are passed over."""
    waiting = waiting_in(connection).count()
    candidates, refusals = _judged(connection, person_ids, MOST_QUEUED - waiting)
    return Review(candidates, refusals, waiting, allowance_of(connection))


@transaction.atomic
def approve(
    connection: Connection, person_ids: Collection[int], *, origin: Origin, time_zone: str = ""
) -> Review:
    """Queues whom a review finds possible, best candidates first. Approving twice queues once.

    `time_zone` is the zone in whose days the pace counts from now on; empty keeps the one before.
    """
    queue = stored_queue(connection)
    if time_zone and time_zone != queue.time_zone:
        queue.time_zone = time_zone
        queue.save(update_fields=["time_zone"])
    found = review(connection, person_ids)
    position = next_position(connection)
    Unfollow.objects.bulk_create(
        (
            Unfollow(
                connection=connection,
                person=candidate.person,
                username=candidate.person.username,
                mode=queue.mode,
                position=position + place,
                score=candidate.score,
                reason=candidate.why,
            )
            for place, candidate in enumerate(found.candidates)
        ),
        batch_size=500,
    )
    if found.candidates:
        record_activity(
            Activity.Kind.UNFOLLOWS_APPROVED,
            user=connection.user,
            connection=connection,
            origin=origin,
            details={"people": len(found.candidates), "refused": len(found.refusals)},
        )
        transaction.on_commit(wake_unfollowing)
    return found


def _judged(
    connection: Connection, person_ids: Collection[int], room: int
) -> tuple[list[Candidate], list[Refusal]]:
    """`room` is for how many more the queue has places."""
    people = _people(connection, person_ids)
    reasons = dict.fromkeys(
        queued_people(connection).values_list("person_id", flat=True), IS_QUEUED
    )
    reasons |= protected(people, preferences_of(connection.user))
    candidates: list[Candidate] = []
    refusals: list[Refusal] = []
    for person in people:
        reason = reasons.get(person.pk)
        if reason is None and len(candidates) >= room:
            reason = (
                f"The queue holds {MOST_QUEUED:,} people at most; approve them when it is shorter."
            )
        if reason is None:
            candidates.append(_candidate(person))
        else:
            refusals.append(Refusal(person, reason))
    return candidates, refusals


def _people(connection: Connection, person_ids: Collection[int]) -> list[Person]:
    """The best candidates first, people without a score at the end."""
    found: list[Person] = []
    for batch in batches(sorted(set(person_ids))):
        found += Person.objects.filter(connection=connection, pk__in=batch).select_related(
            "insight"
        )
    return sorted(found, key=lambda person: (-(_candidate(person).score or -1), person.username))


def _candidate(person: Person) -> Candidate:
    insight = getattr(person, "insight", None)
    return Candidate(person, insight.score if insight else None, insight.why if insight else "")
