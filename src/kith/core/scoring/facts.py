"""What is known of one person before judging. `None` always means "not known", never "none"."""

from __future__ import annotations

import msgspec

from kith.core.scoring.account_types import AccountType


class PersonFacts(msgspec.Struct, frozen=True, gc=False):
    """Somebody whom the user follows. Times are epoch seconds (UTC).

    `following_since` is when the user began to follow them; where no source tells, the moment at which kith first saw
    the follow. `is_follower` is None while the list of followers is not known. Of the interactions, `last_given` and
    `last_received` are the latest ones ever known; counts and points (see interactions.POINTS) are those of the
    window of 180 days before the data end (Scoring.window_since), given by the user or received from the person.
    `is_kept` is for the badge alone.
    """

    following_since: int | None = None
    is_follower: bool | None = None
    followers_count: int | None = None
    follows_count: int | None = None
    verified: bool | None = None
    account_type: AccountType | None = None
    last_given: int | None = None
    last_received: int | None = None
    given: int = 0
    given_points: int = 0
    received: int = 0
    received_points: int = 0
    is_kept: bool = False
