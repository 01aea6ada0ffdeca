"""The sentences about each factor: plain, kind, and only what the facts say."""

from __future__ import annotations

from typing import NamedTuple

from kith.core.scoring.insight import Evidence, Insight, QuietFrom
from kith.core.scoring.interactions import WINDOW_DAYS
from kith.core.scoring.modifiers import Modifier
from kith.core.wording import count, duration

# Below it a factor speaks for keeping somebody, above it for letting go.
MIDDLE = 50
# Older data are mentioned: what came after is not known.
_FRESH_DATA_DAYS = 7
# So many times as many followers as followed is an audience; so many times as many followed is far more.
_AUDIENCE = 4
_FAR_MORE = 2

_UNKNOWN = "The other factors count for it."
MODIFIER_SENTENCES = {
    Modifier.VERIFIED: "Verified: 50 points less.",
    Modifier.COUNTS_AS_VERIFIED: "So large that by your setting it counts as verified: 50 points less.",
    Modifier.CREATOR: "A creator, followed for what they show: 40 points less.",
    Modifier.BUSINESS: "A business, followed for what it offers: 30 points less.",
}
MODIFIER_SHORT = {
    Modifier.VERIFIED: "verified",
    Modifier.COUNTS_AS_VERIFIED: "counts as verified by your setting",
    Modifier.CREATOR: "a creator",
    Modifier.BUSINESS: "a business",
}


class Phrase(NamedTuple):
    """What is said of a factor: at length, and in a few words (none where there is nothing to remark)."""

    name: str
    sentence: str
    short: str


def phrases(insight: Insight) -> tuple[Phrase, Phrase, Phrase, Phrase]:
    """In the order of Factors."""
    factors, evidence = insight.factors, insight.evidence
    return (
        Phrase("Inactivity", *_of_inactivity(insight)),
        Phrase("Engagement", *_of_engagement(factors.engagement, evidence)),
        Phrase("Ratio", *_of_ratio(factors.ratio, evidence)),
        Phrase("Age", *_of_age(factors.age, evidence)),
    )


def _of_inactivity(insight: Insight) -> tuple[str, str]:
    value, known = insight.factors.inactivity, insight.evidence
    gap = None if insight.engagement_gap_days is None else duration(insight.engagement_gap_days)
    if value is None or known.quiet_days is None:
        if gap:
            sentence = (
                f"Your last known contact was {gap} ago, but too little is known to count it."
            )
        else:
            sentence = "It is not known when you were last in contact."
        return f"{sentence} {_UNKNOWN}", ""
    quiet = duration(known.quiet_days)
    short = f"no contact in {quiet}"
    if known.quiet_from is QuietFrom.CONTACT:
        sentence, short = f"Your last known contact was {gap} ago", f"last contact {gap} ago"
    elif known.quiet_from is QuietFrom.FOLLOW:
        followed = duration(known.follow_days or 0)
        sentence = f"No contact is known since you followed them {followed} ago"
        short = f"followed {followed} ago" if value <= MIDDLE else short
    else:
        sentence = f"No contact is known in the {quiet} that your data cover"
    if known.data_age_days > _FRESH_DATA_DAYS:
        ended = f"{duration(known.data_age_days)} ago"
        sentence += f"; your data end {ended}, and the time since then does not count"
    return f"{sentence}.", short


def _of_engagement(value: int | None, known: Evidence) -> tuple[str, str]:
    if value is None:
        sentence = "Too little is known of likes, comments and messages between you."
        return f"{sentence} {_UNKNOWN}", ""
    window = f"in the last {WINDOW_DAYS} days"
    if known.data_age_days > _FRESH_DATA_DAYS:
        window += " of your data"
    total = known.given + known.received
    if total:
        given = count(known.given, "interaction")
        sentence = f"{given} came from you and {known.received:,} from them {window}"
        short = f"{count(total, 'interaction')} in {WINDOW_DAYS} days"
    else:
        sentence = f"Nothing is known to have passed between you {window}"
        short = "nothing between you lately"
    if known.is_follower is not None:
        sentence += f"; they {'' if known.is_follower else 'do not '}follow you back"
    if known.observed_days < WINDOW_DAYS:
        seen = count(known.observed_days, "day")
        sentence += f". Of these, {seen} could be seen, so this counts in part"
    return f"{sentence}.", short


def _of_ratio(value: int | None, known: Evidence) -> tuple[str, str]:
    followers, follows = known.followers_count, known.follows_count
    if value is None or followers is None or follows is None:
        return f"How many they follow and are followed by is not known. {_UNKNOWN}", ""
    numbers = f"They follow {follows:,} and have {count(followers, 'follower')}"
    if value > MIDDLE:
        kind = "far more than follow them" if follows >= _FAR_MORE * followers else "very many"
        return f"{numbers}: they follow {kind}.", f"follows {count(follows, 'account')}"
    if followers >= _AUDIENCE * max(follows, 1):
        return f"{numbers}: an audience.", "has an audience"
    return f"{numbers}: nothing unusual.", ""


def _of_age(value: int | None, known: Evidence) -> tuple[str, str]:
    if known.follow_days is None:
        return f"It is not known when you followed them. {_UNKNOWN}", ""
    followed = f"You have followed them for {duration(known.follow_days)}"
    if known.is_follower:
        return f"{followed}, and they follow you back.", "follows you back"
    if value is None:
        unknown = "whether they follow you back, and whether there is contact, is not known"
        return f"{followed}; {unknown}. {_UNKNOWN}", ""
    if known.is_follower is None:
        return f"{followed}; whether they follow you back is not known, so this counts by half.", ""
    sentence = f"{followed}, and they do not follow you back"
    if known.quiet_days is None:
        sentence += "; whether there is contact is not known, so this counts by half"
    elif known.quiet_from is QuietFrom.CONTACT:
        sentence += ", but there was contact in that time"
    is_young = known.follow_days < WINDOW_DAYS
    short = f"followed {duration(known.follow_days)} ago" if is_young else "does not follow back"
    return f"{sentence}.", short
