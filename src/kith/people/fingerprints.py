"""A short fingerprint of what a source tells about a person, so that a resync writes only what differs.

Counts of others and picture links change all the time (links carry signatures that expire). They count as a
difference only when a count has moved by about a tenth: otherwise every resync would rewrite every row, which at a
million people doubles its cost (docs/decisions/0004).
"""

from __future__ import annotations

import hashlib
import math

from kith.core.records import PersonRecord

NOTHING_TOLD = 0


def fingerprint(record: PersonRecord) -> int:
    """A positive 63-bit number, or 0 when the source tells nothing but the name and the follow time."""
    told = (
        record.name,
        record.biography,
        record.verified,
        _magnitude(record.followers_count),
        _magnitude(record.follows_count),
    )
    if told == (None, None, None, None, None) and record.picture_url is None:
        return NOTHING_TOLD
    digest = hashlib.blake2b(repr(told).encode(), digest_size=8).digest()
    return int.from_bytes(digest) >> 1 or 1


def _magnitude(count: int | None) -> int | None:
    """Which tenth-sized step of a logarithmic scale a count stands on."""
    return None if count is None else int(math.log1p(count) * 10)
