"""What an account did, and what was written to it: most people nothing, some now and then, a few every week.

All of it follows from the seed and from who is followed since when; as days pass more comes, and nothing goes. Whoever
has deactivated or deleted their account loses their name in it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b
from random import Random
from typing import Literal

from kith_sandbox.people import born
from kith_sandbox.words import CAPTIONS, COMMENTS
from kith_sandbox.world import Account, World

_DAY = 86_400
_HISTORY_DAYS = 240  # At birth, the world has so many days of deeds.
_FRIENDS = 18
_DISTANCE_BITS = 48
_FIRST_CORRESPONDENT = 450_000_000  # Numbers of people who are on no list, but wrote once.
_SHORTCODE = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_LIKED_A_MESSAGE = "Liked a message"
_HEART_AFTER = 10

Kind = Literal["like", "comment", "story", "saved"]

# Of a thousand people: up to where they are close, and the days between two likes, comments, reactions, saved posts.
_CLOSENESS: tuple[tuple[int, dict[Kind, float]], ...] = (
    (20, {"like": 8, "comment": 30, "story": 20, "saved": 60}),
    (170, {"like": 60, "comment": 200, "story": 150, "saved": 300}),
    (300, {"like": 220}),
)
# Which file a reaction to a story is in, most of them likes.
_STORY_FILES = (
    *("story_likes",) * 7,
    *("polls", "emoji_sliders", "emoji_story_reactions"),
)
_SHORT_ANSWERS = ("Yes", "Tea", "🦊", "Option A", "4")


@dataclass(frozen=True, slots=True)
class Deed:
    """Something done at `at` (epoch seconds). `username` is empty for people who are gone."""

    username: str
    name: str
    at: int
    code: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """A message; `liked_by` names those who put a heart to it, by display name."""

    sender: str
    username: str
    at: int
    text: str
    liked_by: tuple[str, ...] = ()


@dataclass(frozen=True)
class Conversation:
    """`inbox` is the folder it lies in. The account is the last of the people in it; messages come newest first."""

    inbox: str
    mark: int
    title: str
    names: tuple[str, ...]
    usernames: tuple[str, ...]
    messages: tuple[Said, ...]


@dataclass(frozen=True)
class Deeds:
    """Newest first. Reactions are by the file that they are in."""

    liked_posts: tuple[Deed, ...]
    liked_comments: tuple[Deed, ...]
    comments: tuple[Deed, ...]
    reels_comments: tuple[Deed, ...]
    reactions: dict[str, tuple[Deed, ...]]
    saved: tuple[Deed, ...]
    conversations: tuple[Conversation, ...]


def deeds_of(world: World, account: Account, *, at: int, since: int | None) -> Deeds:
    """All up to `at`, and from `since` on if that is given."""
    first = 0 if since is None else since
    likes = _done(world, account, "like", first, at)
    comments = [*_done(world, account, "comment", first, at), *_own(world, account, first, at)]
    comments.sort(key=lambda deed: -deed.at)
    reactions: dict[str, list[Deed]] = {}
    for deed in _done(world, account, "story", first, at):
        reactions.setdefault(_STORY_FILES[deed.at % len(_STORY_FILES)], []).append(deed)
    return Deeds(
        liked_posts=tuple(deed for deed in likes if deed.at % 12),
        liked_comments=tuple(deed for deed in likes if not deed.at % 12),
        comments=tuple(deed for deed in comments if deed.at % 5),
        reels_comments=tuple(deed for deed in comments if not deed.at % 5),
        reactions={file: tuple(each) for file, each in reactions.items()},
        saved=tuple(_done(world, account, "saved", first, at)),
        conversations=tuple(_conversations(world, account, first, at)),
    )


def _done(world: World, account: Account, kind: Kind, since: int, at: int) -> list[Deed]:
    found = [
        _deed(world, number, kind, moment)
        for number, followed_at in account.following.items()
        for moment in _moments(world, account, number, kind, followed_at, at)
        if moment >= since
    ]
    return sorted(found, key=lambda deed: (-deed.at, deed.username))


def _moments(
    world: World, account: Account, number: int, kind: Kind, followed_at: int, at: int
) -> Iterator[int]:
    """The same moments whenever they are asked for, up to `at`."""
    place = _distance(world, account, number) * 1000 >> _DISTANCE_BITS
    gaps = next((gaps for up_to, gaps in _CLOSENESS if place < up_to), {})
    if kind not in gaps:
        return
    chance = Random(f"{world.seed}:{account.username}:{kind}:{number}")
    moment = max(followed_at, world.born_at - _HISTORY_DAYS * _DAY)
    while True:
        moment += 60 + int(chance.expovariate(1 / (gaps[kind] * _DAY)))
        if moment > at:
            return
        yield moment


def _deed(world: World, number: int, kind: Kind, at: int) -> Deed:
    is_gone = number in world.away
    username = "" if is_gone else world.username(number)
    # Some comments are an animated picture, and have no words.
    words: dict[Kind, tuple[str, ...]] = {
        "comment": (*COMMENTS, ""),
        "story": _SHORT_ANSWERS,
        "like": CAPTIONS,
        "saved": CAPTIONS,
    }
    text = words[kind][at % len(words[kind])]
    name = "" if is_gone else born(world.seed, number).name or username
    return Deed(username, name, at, _code(number, at), text)


def _own(world: World, account: Account, since: int, at: int) -> Iterator[Deed]:
    """Answers below the account's own posts, which are comments on nobody."""
    for week in range(6):
        moment = world.born_at - week * 7 * _DAY - 5_000
        if since <= moment <= at:
            yield Deed(account.username, account.name, moment, _code(0, moment), "Thank you ☕")


def _conversations(world: World, account: Account, since: int, at: int) -> Iterator[Conversation]:
    friends = _friends(world, account)
    for number in friends:
        yield _talk(world, account, (number,), since, at)
    if len(friends) > 3:
        yield _talk(world, account, tuple(friends[:3]), since, at, title="Thursday walk")
    stranger = _FIRST_CORRESPONDENT + account.first_number
    yield _talk(world, account, (stranger,), since, at, inbox="message_requests")
    yield _talk(world, account, (stranger + 1,), since, at, is_deleted=True)


def _friends(world: World, account: Account) -> list[int]:
    """Those that the account writes with: the closest of those who ever wrote, who are every tenth person.

    Conversations tell display names only. Two people of one name could not be told apart by anybody, so friends have
    names that nobody else has whom the account follows, or none, and then the username stands for it.
    """
    names = {number: born(world.seed, number).name for number in account.following}
    count = Counter(names.values())
    wrote = [
        number
        for number, name in names.items()
        if number % 10 == 0 and (not name or count[name] == 1)
    ]
    wrote.sort(key=lambda number: _distance(world, account, number))
    return wrote[:_FRIENDS]


def _talk(
    world: World,
    account: Account,
    numbers: tuple[int, ...],
    since: int,
    at: int,
    *,
    title: str = "",
    inbox: str = "inbox",
    is_deleted: bool = False,
) -> Conversation:
    others = [_called(world, number, is_deleted=is_deleted) for number in numbers]
    owner = (account.name, account.username)
    chance = Random(f"{world.seed}:{account.username}:talk:{numbers}")
    only_others = inbox != "inbox"
    said = [
        each
        for each in _talked(world, others if only_others else [*others, owner], chance, at)
        if each.at >= since
    ]
    names, usernames = zip(*others, owner, strict=True)
    mark = 17_900_000_000_000_000 + numbers[0] + 1_000_000_000 * (len(numbers) > 1)
    title = title or names[0]
    return Conversation(inbox, mark, title, names, usernames, tuple(reversed(said)))


def _talked(world: World, people: list[tuple[str, str]], chance: Random, at: int) -> Iterator[Said]:
    """Now and then a few messages in a row, some with a heart, which comes as a message of its own as well."""
    moment = world.born_at - _HISTORY_DAYS * _DAY
    while True:
        moment += int(chance.expovariate(1 / (12 * _DAY)))
        for _ in range(chance.randrange(1, 7)):
            moment += chance.randrange(20, 4_000)
            name, username = chance.choice(people)
            text, has_heart = chance.choice(COMMENTS), chance.random() < 0.1
            if moment + _HEART_AFTER > at:
                return
            others = [each for each in people if each[0] != name]
            hearts = (others[0],) if has_heart and others else ()
            yield Said(name, username, moment, text, tuple(each for each, _ in hearts))
            for heart in hearts:
                yield Said(*heart, moment + _HEART_AFTER, _LIKED_A_MESSAGE)


def _called(world: World, number: int, *, is_deleted: bool) -> tuple[str, str]:
    if is_deleted or number in world.away:
        mark = blake2b(str(number).encode(), digest_size=5).hexdigest()
        return "Instagram User", f"__deleted__{mark}"
    username = world.username(number)
    return born(world.seed, number).name or username, username


def _distance(world: World, account: Account, number: int) -> int:
    """How far somebody is from the account, the same for all they do; the smallest number is the closest friend."""
    mark = f"{world.seed}:{account.username}:close:{number}"
    return int.from_bytes(blake2b(mark.encode(), digest_size=_DISTANCE_BITS // 8).digest(), "big")


def _code(number: int, at: int) -> str:
    """What stands behind `/p/` in the address of a post."""
    digest = blake2b(f"{number}:{at}".encode(), digest_size=10).digest()
    return "C" + "".join(_SHORTCODE[byte % 64] for byte in digest)
