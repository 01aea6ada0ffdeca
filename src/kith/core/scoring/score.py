"""Scores people whom the user follows: 0 speaks for keeping, 100 for letting go."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from kith.core.scoring import factors as factor
from kith.core.scoring.categories import INACTIVE_DAYS, MEDIUM_FROM, Badge
from kith.core.scoring.factors import Factors
from kith.core.scoring.facts import PersonFacts
from kith.core.scoring.insight import Evidence, Insight, QuietFrom
from kith.core.scoring.interactions import DAY, WINDOW_DAYS, Period, Reach, Way, reach_of
from kith.core.scoring.modifiers import MODIFIER_POINTS, Modifier, modifiers_of
from kith.core.scoring.weights import DEFAULT_WEIGHTS, Weights

# The last fifth of the scale: a single like in the last weeks is enough to leave it.
LOW_ENGAGEMENT_FROM = 80
# Whether a person is verified moves a score by up to 50 points; not to know it (exports don't tell) makes it less sure.
UNKNOWN_BADGE_CONFIDENCE = 0.9


class _Judged(NamedTuple):
    """The four factors, what they add up to, and the facts that were used."""

    score: int | None
    factors: Factors
    evidence: Evidence
    engagement_score: int | None = None


class Scoring:
    """What is the same for everybody whom one connection follows; `insight` then takes microseconds a person."""

    def __init__(
        self,
        *,
        now: int,
        weights: Weights = DEFAULT_WEIGHTS,
        coverage: Mapping[Way, Period] | None = None,
        verified_from: int | None = None,
    ) -> None:
        """`now` in epoch seconds. `coverage`: which interactions are known, and for which period; none: unknown.

        From `verified_from` followers on somebody counts as verified where no source tells. Raises InvalidWeights.
        """
        self.now = now
        self.weights = weights.checked()
        self.verified_from = verified_from
        self.reach = reach_of(coverage or {}, now=now)
        self.counts_silence = self.reach is not None and self.reach.counts_silence
        self._share = self.reach.share if self.reach and self.counts_silence else 0.0

    @property
    def window_since(self) -> int:
        """The interactions from here on, in epoch seconds, are those that PersonFacts counts."""
        return (self.reach.until if self.reach else self.now) - WINDOW_DAYS * DAY

    def insight(self, person: PersonFacts) -> Insight:
        """What the facts add up to, with everything that explains it."""
        contact = _last_contact(person) if self.reach else None
        judged = self._judged(person, contact)
        modifiers = modifiers_of(person, verified_from=self.verified_from)
        score = _modified(judged.score, modifiers)
        confidence = self._confidence(person, contact, judged)
        return Insight(
            score=score,
            confidence=confidence,
            factors=judged.factors,
            weights=self.weights,
            evidence=judged.evidence,
            engagement_gap_days=self._gap_days(person, contact),
            engagement_score=judged.engagement_score,
            modifiers=modifiers,
            badges=self._badges(person, judged, modifiers, confidence),
        )

    def _judged(self, person: PersonFacts, contact: int | None) -> _Judged:
        if self.reach and self.counts_silence:
            return self._judged_with(person, contact, self.reach)
        without = self._judged_without(person)
        if self.reach is None or contact is None or without.score is None:
            return without
        # What little is known may speak for a person, never against.
        known = self._judged_with(person, contact, self.reach)
        return without if known.score is None or known.score >= without.score else known

    def _judged_with(self, person: PersonFacts, contact: int | None, reach: Reach) -> _Judged:
        """By everything, interactions included; by known contacts alone where silence says nothing."""
        since, quiet_from = _quiet_since(person, contact, reach)
        quiet_days = _days(since, reach.until)
        observed_days = min(WINDOW_DAYS, _days(_observed_since(person, reach), reach.until))
        engagement = factor.engagement_score(
            given_points=person.given_points,
            received_points=person.received_points,
            contact_days=None if contact is None else _days(contact, reach.until),
            reciprocity=factor.reciprocity(
                is_follower=person.is_follower,
                given_points=person.given_points,
                received_points=person.received_points,
                is_two_way=reach.is_two_way,
            ),
        )
        follow_days = self._follow_days(person)
        factors = Factors(
            inactivity=factor.inactivity(quiet_days),
            engagement=factor.lack_of_engagement(engagement, observed_days=observed_days),
            ratio=_ratio(person),
            age=_age(person, follow_days, quiet_days),
        )
        evidence = Evidence(
            quiet_days=quiet_days,
            quiet_from=quiet_from,
            data_age_days=_days(reach.until, self.now),
            observed_days=observed_days,
            given=person.given,
            received=person.received,
            follow_days=follow_days,
            is_follower=person.is_follower,
            followers_count=person.followers_count,
            follows_count=person.follows_count,
        )
        return _Judged(combined(factors, self.weights), factors, evidence, engagement)

    def _judged_without(self, person: PersonFacts) -> _Judged:
        """By what is known of the two lists and of the account alone."""
        follow_days = self._follow_days(person)
        factors = Factors(None, None, _ratio(person), _age(person, follow_days, None))
        evidence = Evidence(
            follow_days=follow_days,
            is_follower=person.is_follower,
            followers_count=person.followers_count,
            follows_count=person.follows_count,
        )
        return _Judged(combined(factors, self.weights), factors, evidence)

    def _follow_days(self, person: PersonFacts) -> int | None:
        return None if person.following_since is None else _days(person.following_since, self.now)

    def _gap_days(self, person: PersonFacts, contact: int | None) -> int | None:
        """Days since the last known interaction; never: since contact could have been seen; unknown: None."""
        if contact is not None:
            return _days(contact, self.now)
        if self.reach is None or not self.counts_silence:
            return None
        return _days(_observed_since(person, self.reach), self.now)

    def _confidence(self, person: PersonFacts, contact: int | None, judged: _Judged) -> float:
        """The part of the weights behind which there are facts, 0 to 1.

        A contact is certain however little else is seen, silence only as far as the data reach.
        """
        weights, share, nearness, age = self.weights, self._share, 0.0, 0.0
        if self.reach and contact is not None:
            nearness = 1 - factor.inactivity(_days(contact, self.reach.until)) / 100
        if person.following_since is not None:
            knows_follower = person.is_follower is not None
            age = 1.0 if person.is_follower else (knows_follower + self.counts_silence) / 2
        known = (
            weights.inactivity * (share + (1 - share) * nearness)
            + weights.engagement * share
            + weights.ratio * (judged.factors.ratio is not None)
            + weights.age * age
        )
        return round(known * (1 if person.verified is not None else UNKNOWN_BADGE_CONFIDENCE)) / 100

    def _badges(
        self,
        person: PersonFacts,
        judged: _Judged,
        modifiers: tuple[Modifier, ...],
        confidence: float,
    ) -> int:
        badges = Badge.KEPT if person.is_kept else 0
        if person.is_follower:
            badges |= Badge.MUTUAL
        if person.verified:
            badges |= Badge.VERIFIED
        elif Modifier.COUNTS_AS_VERIFIED in modifiers:
            badges |= Badge.COUNTS_AS_VERIFIED
        if confidence < MEDIUM_FROM:
            badges |= Badge.NOT_ENOUGH_DATA
        if self.counts_silence:
            if (judged.evidence.quiet_days or 0) >= INACTIVE_DAYS:
                badges |= Badge.INACTIVE
            if (judged.factors.engagement or 0) >= LOW_ENGAGEMENT_FROM:
                badges |= Badge.LOW_ENGAGEMENT
        return badges


def rescored(insight: Insight, weights: Weights) -> int | None:
    """The score that other weights would give the same factors."""
    return _modified(combined(insight.factors, weights), insight.modifiers)


def _modified(score: int | None, modifiers: tuple[Modifier, ...]) -> int | None:
    if score is None or not modifiers:
        return score
    return max(0, score + sum(MODIFIER_POINTS[modifier] for modifier in modifiers))


def combined(factors: Factors, weights: Weights) -> int | None:
    """The weighted mean of the known factors, halves up: the others' weights are shared out. None: nothing is known."""
    total = known = 0
    for value, weight in zip(factors, weights, strict=True):
        if value is not None:
            total += value * weight
            known += weight
    return (2 * total + known) // (2 * known) if known else None


def _ratio(person: PersonFacts) -> int | None:
    if person.followers_count is None or person.follows_count is None:
        return None
    return factor.ratio(followers_count=person.followers_count, follows_count=person.follows_count)


def _age(person: PersonFacts, follow_days: int | None, quiet_days: int | None) -> int | None:
    if follow_days is None:
        return None
    return factor.age(
        follow_days=follow_days, is_follower=person.is_follower, quiet_days=quiet_days
    )


def _last_contact(person: PersonFacts) -> int | None:
    """The latest interaction known, in either direction."""
    if person.last_given is None or person.last_received is None:
        return person.last_received if person.last_given is None else person.last_given
    return max(person.last_given, person.last_received)


def _quiet_since(person: PersonFacts, contact: int | None, reach: Reach) -> tuple[int, QuietFrom]:
    """To follow somebody is a contact too, and before the data begin nobody is known to have been silent."""
    since, quiet_from = (0, QuietFrom.DATA) if contact is None else (contact, QuietFrom.CONTACT)
    if person.following_since is not None and person.following_since > since:
        since, quiet_from = person.following_since, QuietFrom.FOLLOW
    if reach.counts_silence and reach.since > since:
        since, quiet_from = reach.since, QuietFrom.DATA
    return since, quiet_from


def _observed_since(person: PersonFacts, reach: Reach) -> int:
    """Since when contact could have been seen."""
    return max(person.following_since or 0, reach.since if reach.counts_silence else 0)


def _days(since: int, until: int) -> int:
    """Whole days; 0 where `until` lies before."""
    return (until - since) // DAY if until > since else 0
