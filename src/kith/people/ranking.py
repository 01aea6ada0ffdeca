"""The ranked list: everybody the user follows, the best candidate first, narrowed by filters that combine.

One look at everybody followed (7,500 people at most) tells who fits and how many every choice would leave.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection as database
from django.db.models import QuerySet

from kith.accounts.models import Connection
from kith.people.choices import Condition, Ground, RankedFilters, options, parts
from kith.people.models import Insight, KeptPerson, Person

SORTS: dict[str, tuple[str, bool]] = {
    # What it is sorted by, and whether its first direction is downwards.
    "score": ("i.score", True),
    "username": ("p.username", False),
    "followers": ("p.followers_count", True),
    "following": ("p.follows_count", True),
    "ratio": ("i.ratio", True),
    "since": ("p.following_since", False),
    "interaction": ("i.last_interaction", False),
    "engagement": ("i.engagement_score", False),
}
ROWS_AT_ONCE = 500
FROM = (
    f"{Person._meta.db_table} p LEFT JOIN {Insight._meta.db_table} i ON i.person_id = p.id "
    f"LEFT JOIN {KeptPerson._meta.db_table} k ON k.person_id = p.id"
)


@dataclass(frozen=True)
class Standing:
    """Whom the filters leave, as ids in order, and how many each choice would leave beside the other filters."""

    people: list[int]
    counts: Mapping[str, int]

    @property
    def count(self) -> int:
        return len(self.people)


def followed_people(connection: Connection) -> QuerySet[Person]:
    return Person.objects.filter(connection=connection, is_following=True)


def standing(
    connection: Connection,
    filters: RankedFilters,
    ground: Ground,
    *,
    sort: str = "score",
    downwards: bool | None = None,
) -> Standing:
    """Everything about the list but its rows, in one query. Unknown values stand at the end either way."""
    choices, wanted = options(ground), parts(filters, ground)
    fits, misses = _bits(choices), _bits(wanted, unless=True)
    field, first = SORTS[sort]
    direction = "DESC" if (first if downwards is None else downwards) else "ASC"
    with database.cursor() as cursor:
        cursor.execute(
            f"SELECT p.id, {fits.sql}, {misses.sql} FROM {FROM} WHERE p.connection_id = %s AND p.is_following "
            f"ORDER BY {field} IS NULL, {field} {direction}, p.username",
            [*fits.parameters, *misses.parameters, connection.pk],
        )
        rows = cursor.fetchall()
    alike = Counter((fitting, missing) for _, fitting, missing in rows)
    return Standing(
        people=[pk for pk, _, missing in rows if not missing],
        counts=_counts(alike, list(choices), list(wanted)),
    )


def people_in_order(ids: Sequence[int]) -> Iterator[Person]:
    """The people with their insights and their places on the keep list."""
    for start in range(0, len(ids), ROWS_AT_ONCE):
        some = ids[start : start + ROWS_AT_ONCE]
        found = Person.objects.select_related("insight", "kept").in_bulk(some)
        yield from (found[pk] for pk in some if pk in found)


def _bits(conditions: Mapping[str, Condition], *, unless: bool = False) -> Condition:
    """One number that has a bit for each condition that holds, or with `unless` for each that does not."""
    yes, no = ("0", "{}") if unless else ("{}", "0")
    sql = " + ".join(
        f"CASE WHEN {condition.sql} THEN {yes.format(1 << place)} ELSE {no.format(1 << place)} END"
        for place, condition in enumerate(conditions.values())
    )
    parameters: list[Any] = []
    for condition in conditions.values():
        parameters += condition.parameters
    return Condition(sql or "0", tuple(parameters))


def _counts(
    alike: Mapping[tuple[int, int], int], choices: list[str], wanted: list[str]
) -> dict[str, int]:
    """Of the filters that are set, a choice passes over its own: choosing it would put it in that one's place."""
    places = {name: place for place, name in enumerate(wanted)}
    found = {}
    for place, choice in enumerate(choices):
        own = places.get(choice.partition(":")[0])
        passed_over = 0 if own is None else 1 << own
        found[choice] = sum(
            count
            for (fitting, missing), count in alike.items()
            if fitting & (1 << place) and not missing & ~passed_over
        )
    return found
