"""People as they are born.

Everything about a person follows from the seed of the world and the number of the person.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b

from kith_sandbox.words import BIOGRAPHIES, EMOJI, FIRST, LAST, NAMES_ELSEWHERE, STYLES

NAMES_IN_A_BLOCK = len(FIRST) * len(LAST) * len(STYLES)

_FIRST_ID = 17_000_000_000_000_000
_IDS = 10**12
_ID_STEP = 618_033_988_749  # Coprime with 10: ids look scattered and lead back to the number.
_ID_STEP_BACK = pow(_ID_STEP, -1, _IDS)
_NAME_STEP = 30_011  # A prime that divides no count of words: every name of a block comes up once.


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in the sandbox. `id` is text, as at Instagram; `picture` tells if there is one."""

    number: int
    id: str
    username: str
    name: str
    biography: str
    verified: bool
    followers_count: int
    follows_count: int
    picture: bool
    link: str


def id_of(number: int) -> str:
    """The stable numeric id of the person with this number."""
    return str(_FIRST_ID + (number + 1) * _ID_STEP % _IDS)


def number_of(person_id: str) -> int | None:
    """The number behind an id, or `None` when it is no person's id."""
    if not person_id.isascii() or not person_id.isdecimal():
        return None
    rest = int(person_id) - _FIRST_ID
    return rest * _ID_STEP_BACK % _IDS - 1 if 0 < rest < _IDS else None


def username_of(seed: int, number: int) -> str:
    """The name a person is born with; no two numbers share one."""
    first, last, style, block = _words_of(seed, number)
    name = STYLES[style].format(first=FIRST[first], last=LAST[last])
    # Later blocks have a number behind the name; it varies, and still tells the block.
    return f"{name}{block * 31 + number % 31}" if block else name


@lru_cache(maxsize=32_768)
def born(seed: int, number: int) -> Person:
    """The person with this number, as they came into the world."""
    chance = blake2b(f"{seed}:{number}".encode(), digest_size=16).digest()
    username = username_of(seed, number)
    verified = chance[0] < 8
    return Person(
        number=number,
        id=id_of(number),
        username=username,
        name=_display_name(seed, number, chance),
        biography="" if chance[1] < 40 else BIOGRAPHIES[chance[2] % len(BIOGRAPHIES)],
        verified=verified,
        followers_count=_followers_count(chance, verified=verified),
        follows_count=int(7_500 * (chance[5] / 255) ** 3) + chance[6],
        picture=chance[7] > 8,
        link=f"https://{username.strip('_.')}.example/" if chance[8] < 60 else "",
    )


def _words_of(seed: int, number: int) -> tuple[int, int, int, int]:
    block, rest = divmod(number, NAMES_IN_A_BLOCK)
    place = (rest * _NAME_STEP + seed * 7_919) % NAMES_IN_A_BLOCK
    place, first = divmod(place, len(FIRST))
    style, last = divmod(place, len(LAST))
    return first, last, style, block


def _display_name(seed: int, number: int, chance: bytes) -> str:
    first, last, _, _ = _words_of(seed, number)
    plain = f"{FIRST[first].title()} {LAST[last].title()}"
    kind = chance[9]
    if kind < 14:
        return ""
    if kind < 44:
        return NAMES_ELSEWHERE[chance[10] % len(NAMES_ELSEWHERE)]
    if kind < 80:
        return f"{plain} {EMOJI[chance[10] % len(EMOJI)]}"
    return FIRST[first].title() if kind < 120 else plain


def _followers_count(chance: bytes, *, verified: bool) -> int:
    """Most people have hundreds of followers, a few have millions; the verified have more."""
    share = int.from_bytes(chance[3:5], "big") / 65_535
    exponent = 3.5 + 5.2 * share if verified else 0.6 + 4.6 * share**1.5
    return int(10**exponent)
