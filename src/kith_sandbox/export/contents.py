"""What an archive is about to say: the two lists, the small lists, what the account did, and the account itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import blake2b
from random import Random

from kith_sandbox.export.deeds import Deeds, deeds_of
from kith_sandbox.people import born
from kith_sandbox.world import FOLLOWERS, FOLLOWING, Account, World

_DAY = 86_400
_UNFOLLOWED_SHOWN_DAYS = 60  # Instagram lists about the last two months of one's own unfollows.
_FIRST_STRANGER = 400_000_000  # Numbers of people who are on no list of any account.

# File, wrapper, heading, how many, whether they are people the account follows, key of era E0.
_SMALL_LISTS = (
    (
        "pending_follow_requests",
        "relationships_follow_requests_sent",
        "Pending follow requests",
        7,
        False,
        "follow_requests_sent",
    ),
    (
        "recent_follow_requests",
        "relationships_permanent_follow_requests",
        "Recent follow requests",
        4,
        False,
        "permanent_follow_requests",
    ),
    (
        "close_friends",
        "relationships_close_friends",
        "Close friends",
        9,
        True,
        "close_friends",
    ),
    (
        "{profiles}_you've_favorited",
        "relationships_feed_favorites",
        "Profiles you've favorited",
        5,
        True,
        "",
    ),
    (
        "blocked_{profiles}",
        "relationships_blocked_users",
        "Blocked profiles",
        4,
        False,
        "blocked_users",
    ),
    (
        "restricted_{profiles}",
        "relationships_restricted_users",
        "Restricted profiles",
        3,
        True,
        "restricted_users",
    ),
    (
        "hide_story_from",
        "relationships_hide_stories_from",
        "Hide story from",
        1,
        True,
        "",
    ),
    (
        "removed_suggestions",
        "relationships_dismissed_suggested_users",
        "Removed suggestions",
        6,
        False,
        "dismissed_suggested_users",
    ),
)
_UNFOLLOWED = (
    "recently_unfollowed_{profiles}",
    "relationships_unfollowed_users",
    "Recently unfollowed profiles",
)


@dataclass(frozen=True, slots=True)
class Entry:
    """Somebody on a list of an archive; `at` is epoch seconds."""

    username: str
    at: int
    name: str = ""
    link: str = ""
    fbid: str = ""


@dataclass(frozen=True)
class SmallList:
    """One of the small lists. `file` may hold `{profiles}`, a word that changed with the eras."""

    file: str
    wrapper: str
    heading: str
    entries: tuple[Entry, ...]
    e0_key: str = ""


@dataclass(frozen=True)
class Contents:
    """Everything that one archive says. The lists are made anew each time they are called."""

    account: Account
    at: int
    days: int | None
    following: Callable[[], Iterator[Entry]]
    followers: Callable[[], Iterator[Entry]]
    small: tuple[SmallList, ...]
    deeds: Callable[[], Deeds]
    hashtags: tuple[str, ...] = ("fog", "breadbaking", "birdsofthecoast")


def contents_of(
    world: World, account: Account, *, at: int, days: int | None, with_deleted: bool
) -> Contents:
    """The archive of an account at a moment.

    A range of days cuts the followers by follow time, and whatever the account did, and leaves the
    following whole, as was measured on exports of 2026. On request, deleted people stay in the
    following under names like `__deleted__0a1b2c`.
    """
    since = at - days * _DAY if days is not None else None

    def following() -> Iterator[Entry]:
        yield from _entries(world, account, FOLLOWING)
        if with_deleted:
            yield from _deleted(world, account)

    def followers() -> Iterator[Entry]:
        for entry in _entries(world, account, FOLLOWERS):
            if since is None or entry.at >= since:
                yield entry

    return Contents(
        account,
        at,
        days,
        following,
        followers,
        tuple(_small(world, account, at)),
        deeds=lambda: deeds_of(world, account, at=at, since=since),
    )


def _entries(world: World, account: Account, name: str) -> Iterator[Entry]:
    for number, since in world.listed(account, name):
        yield Entry(world.username(number), since)


def _deleted(world: World, account: Account) -> Iterator[Entry]:
    for number, since in account.following.items():
        if world.away.get(number) == "deleted":
            mark = blake2b(str(number).encode(), digest_size=5).hexdigest()
            yield Entry(f"__deleted__{mark}", since)


def _small(world: World, account: Account, at: int) -> Iterator[SmallList]:
    chance = Random(f"{world.seed}:{account.username}:small lists")
    followed = sorted(account.following.keys() - world.away.keys())
    stranger = _FIRST_STRANGER + account.first_number
    for file, wrapper, heading, count, are_followed, e0_key in _SMALL_LISTS:
        if are_followed:
            numbers = chance.sample(followed, min(count, len(followed)))
        else:
            numbers = list(range(stranger, stranger + count))
            stranger += count
        times = sorted((at - chance.randrange(1, 300) * 7_919 for _ in numbers), reverse=True)
        entries = (_detailed(world, *each) for each in zip(numbers, times, strict=True))
        yield SmallList(file, wrapper, heading, tuple(entries), e0_key)
    yield SmallList(*_UNFOLLOWED, tuple(_recently_unfollowed(world, account, at)))


def _recently_unfollowed(world: World, account: Account, at: int) -> Iterator[Entry]:
    for each in reversed(account.unfollows):
        if each.at >= at - _UNFOLLOWED_SHOWN_DAYS * _DAY:
            yield _detailed(world, each.number, each.at)


def _detailed(world: World, number: int, at: int) -> Entry:
    person = born(world.seed, number)
    username = world.username(number)
    fbid = str(17_841_500_000_000_000 + number)
    return Entry(username, at, person.name or username, person.link, fbid)
