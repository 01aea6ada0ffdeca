"""`make bench`: how long scoring takes for as many people as Instagram lets anybody follow. No database takes part."""

from __future__ import annotations

import random
import time
from collections.abc import Callable

import msgspec
from measuring import Goal

from kith.core.scoring import SHARES, Period, PersonFacts, Scoring, explain, why

PEOPLE = 7_500
ROUNDS = 7
NOW = 1_772_000_000  # 2026-02-25
DAY = 86_400
MOST_MILLISECONDS = 150


def main() -> None:
    people = invented(PEOPLE)
    scoring = Scoring(now=NOW, coverage=dict.fromkeys(SHARES, Period(0, NOW)))
    insights = [scoring.insight(person) for person in people]
    print(f"{'people':>9}  {'what':<22}{'ms':>9}{'µs each':>11}  goal")
    _report(
        "scoring alone", lambda: [scoring.insight(person) for person in people], MOST_MILLISECONDS
    )
    _report("as JSON", lambda: [msgspec.json.encode(insight) for insight in insights])
    _report("lines for a table", lambda: [why(insight) for insight in insights])
    _report("whole explanations", lambda: [explain(insight).text for insight in insights])


def invented(count: int) -> list[PersonFacts]:
    """People as an account of some years has them: a third silent, a third follow back, some of all sizes."""
    chance = random.Random(7)
    return [_person(chance) for _ in range(count)]


def _person(chance: random.Random) -> PersonFacts:
    given, received = chance.randrange(40), chance.randrange(15)
    has_contact = chance.random() < 2 / 3
    return PersonFacts(
        following_since=NOW - chance.randrange(3_000 * DAY),
        is_follower=chance.random() < 1 / 3,
        followers_count=int(10 ** chance.uniform(1, 6)),
        follows_count=chance.randrange(7_500),
        verified=chance.random() < 0.03,
        last_given=NOW - chance.randrange(900 * DAY) if has_contact else None,
        last_received=NOW - chance.randrange(900 * DAY) if has_contact else None,
        given=given if has_contact else 0,
        given_points=given * 2 if has_contact else 0,
        received=received if has_contact else 0,
        received_points=received * 3 if has_contact else 0,
    )


def _report(what: str, work: Callable[[], object], most: int | None = None) -> None:
    """The best of some rounds, in processor time: nothing here waits, and whatever else the machine does only adds."""
    seconds = []
    for _ in range(ROUNDS):
        begun = time.process_time()
        work()
        seconds.append(time.process_time() - begun)
    taken = min(seconds)
    goal = "" if most is None else Goal(f"< {most} ms", taken * 1e3 < most)
    print(f"{PEOPLE:>9,}  {what:<22}{taken * 1e3:>9.1f}{taken * 1e6 / PEOPLE:>11.1f}  {goal}")


if __name__ == "__main__":
    main()
