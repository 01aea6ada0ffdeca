"""How the world begins, and what happens in it while days pass: all of it follows from the seed."""

from __future__ import annotations

from random import Random

from kith_sandbox.world import FOLLOWERS, FOLLOWING, Account, ImpossibleError, World

DAY = 86_400
YEAR = 365 * DAY

# In a day, of all followers: so many come, so many leave. Of all people: so many are renamed,
# pause their account, delete it. A month of the default account shows every kind of change.
_ARRIVING, _LEAVING = 0.003, 0.0015
_FOLLOWED, _UNFOLLOWED = 0.0006, 0.0005
_RENAMED, _PAUSED, _DELETED = 0.0003, 0.0003, 0.00008
_RETURNING = 0.08  # of those who paused
_SWAP = 0.04  # of the days


def grow_world(seed: int, born_at: int) -> World:
    """A world with its three accounts as they stand on its first day."""
    world = World(seed, born_at)
    _populate(world, _marlow(born_at), following=2_847, followers=1_234, mutuals=812)
    _populate(world, _tiny(born_at), following=181, followers=92, mutuals=40)
    _populate(world, _big(born_at), following=120, followers=12_000, mutuals=70)
    return world


def _marlow(born_at: int) -> Account:
    return Account(
        username="marlow.pine",
        name="Marlow Pine 🌲",
        biography="Fog, bread and slow walks.\nPrints on Thursdays ☕",
        website="https://marlow-pine.example/",
        account_type="MEDIA_CREATOR",
        app_scoped_id="10200000000000001",
        user_id="17841400000000001",
        first_number=1_000,
        created_at=born_at - 8 * YEAR,
    )


def _tiny(born_at: int) -> Account:
    return Account(
        username="tiny.studio",
        name="Tiny Studio",
        biography="Ceramics for small kitchens",
        website="",
        account_type="BUSINESS",
        app_scoped_id="10200000000000002",
        user_id="17841400000000002",
        first_number=10_000_000,
        created_at=born_at - 2 * YEAR,
    )


def _big(born_at: int) -> Account:
    return Account(
        username="big.harbor",
        name="Big Harbor",
        biography="A harbour, mostly",
        website="https://big-harbor.example/",
        account_type="BUSINESS",
        app_scoped_id="10200000000000003",
        user_id="17841400000000003",
        first_number=20_000_000,
        created_at=born_at - 9 * YEAR,
    )


def _populate(
    world: World, account: Account, *, following: int, followers: int, mutuals: int
) -> None:
    """Fill both lists; the mutuals are on both. Follow times differ to the second."""
    first = account.first_number
    account.next_number = first + following + followers - mutuals
    chance = Random(f"{world.seed}:{account.username}")
    followed = list(range(first, first + following))
    fans = list(range(first + following - mutuals, account.next_number))
    for edges, numbers in ((account.following, followed), (account.followers, fans)):
        chance.shuffle(numbers)
        span = world.born_at - 3_600 - account.created_at
        for place, number in enumerate(numbers):
            share = ((place + chance.random()) / len(numbers)) ** 0.7
            edges[number] = account.created_at + int(span * share)
    world.accounts[account.username] = account


def grow_followers(world: World, account: Account, wanted: int, at: int) -> None:
    """Bring the followers to this number: one more every 20 seconds until now, or the newest go."""
    missing = wanted - world.count(account, FOLLOWERS)
    if missing < 0:
        for number, _ in list(world.listed(account, FOLLOWERS))[:-missing]:
            del account.followers[number]
    for place in range(missing, 0, -1):
        account.followers[world.newcomer(account)] = at - 20 * (place - 1)
    world.changed()


def pass_time(world: World, start: int, seconds: float) -> None:
    """Live through `seconds` from `start`; something happens once per full day lived in all."""
    before = int(world.seconds_lived // DAY)
    world.seconds_lived += seconds
    for day in range(before, int(world.seconds_lived // DAY)):
        begin = start + (day - before) * DAY
        end = min(begin + DAY, start + int(seconds))
        for account in world.accounts.values():
            _Day(
                world, account, Random(f"{world.seed}:{account.username}:{day}"), begin, end
            ).live()


class _Day:
    """One day around one account."""

    def __init__(
        self, world: World, account: Account, chance: Random, begin: int, end: int
    ) -> None:
        self.world, self.account, self.chance = world, account, chance
        self.begin, self.end = begin, end

    def live(self) -> None:
        world, account = self.world, self.account
        followers, following = list(account.followers), list(account.following)
        for _ in range(self._some(len(followers) * _ARRIVING)):
            world.follow(account, FOLLOWERS, world.newcomer(account), self._moment())
        for number in self._pick(followers, len(followers) * _LEAVING):
            world.unfollow(account, FOLLOWERS, number, self._moment(), by="growth")
        for _ in range(self._some(len(following) * _FOLLOWED)):
            world.follow(account, FOLLOWING, world.newcomer(account), self._moment())
        for number in self._pick(following, len(following) * _UNFOLLOWED):
            world.unfollow(account, FOLLOWING, number, self._moment(), by="growth")
        self._change_people()

    def _change_people(self) -> None:
        world, account = self.world, self.account
        known = sorted(account.followers.keys() | account.following.keys())
        paused = [number for number in known if world.away.get(number) == "deactivated"]
        present = [number for number in known if number not in world.away]
        for number in paused:
            if self.chance.random() < _RETURNING:
                world.come_back(number)
        for number in self._pick(present, len(present) * _RENAMED):
            self._rename(number)
        if self.chance.random() < _SWAP and len(present) > 1:
            world.swap(*self.chance.sample(present, 2))
        leaving = self._pick(present, len(present) * (_PAUSED + _DELETED))
        for number in leaving:
            deletes = self.chance.random() < _DELETED / (_PAUSED + _DELETED)
            world.leave(number, "deleted" if deletes else "deactivated")

    def _rename(self, number: int) -> None:
        old = self.world.username(number).strip("._")[:24]
        endings = ("_", ".co", ".daily", "_art", str(self.chance.randrange(10, 100)))
        for ending in self.chance.sample(endings, len(endings)):
            try:
                self.world.rename(number, old + ending)
            except ImpossibleError:
                continue
            return

    def _some(self, expected: float) -> int:
        """A whole number around what is expected."""
        return int(expected * self.chance.uniform(0.4, 1.6) + self.chance.random())

    def _pick(self, numbers: list[int], expected: float) -> list[int]:
        return self.chance.sample(numbers, min(self._some(expected), len(numbers)))

    def _moment(self) -> int:
        # One draw whatever the length, so that a day is the same day when it passes in hours.
        return self.begin + int(self.chance.random() * max(1, self.end - self.begin))
