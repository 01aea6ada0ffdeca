"""One person: what is known of them, and their story with the account."""

from __future__ import annotations

from dataclasses import dataclass

from kith.people.models import Change, Person
from kith.people.queries import are_both_lists_known
from kith.web.pages.changes import ChangeLine, lines
from kith.web.pages.people import PersonRow, profile_url

STORY_LINES = 200


@dataclass(frozen=True)
class PersonPage:
    """A person and their changes, the newest first."""

    person: PersonRow
    story: list[ChangeLine]
    profile_url: str


def person_page(person: Person) -> PersonPage:
    known = are_both_lists_known(person.connection)
    row = PersonRow.of(person, both_lists_known=known)
    changes = Change.objects.filter(person=person).order_by("-id")[:STORY_LINES]
    return PersonPage(row, lines(changes), profile_url(person.username))
