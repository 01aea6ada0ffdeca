"""The truth: accounts, the people around them, who follows whom since when.

Whatever changes the world takes the moment (`at`, epoch seconds), so that it can be replayed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Literal

from kith_sandbox.people import Person, born, number_of, username_of

FOLLOWING, FOLLOWERS = "following", "followers"
Away = Literal["deactivated", "deleted"]

_USERNAME = re.compile(r"[a-z0-9._]{1,30}")
_NUMBER_BITS = 34


class ImpossibleError(Exception):
    """The world cannot do what was asked; the text is a sentence that says why."""


@dataclass(frozen=True, slots=True)
class Unfollow:
    """The account stopped following somebody; `by` is `api`, `control` or `growth`."""

    number: int
    username: str
    at: int
    by: str


@dataclass
class Account:
    """An account that can be connected. Its lists map the number of a person to a follow time.

    `subscribed` names the events that are delivered to the app.
    """

    username: str
    name: str
    biography: str
    website: str
    account_type: str
    app_scoped_id: str
    user_id: str
    first_number: int
    created_at: int
    next_number: int = 0
    following: dict[int, int] = field(default_factory=dict)
    followers: dict[int, int] = field(default_factory=dict)
    unfollows: list[Unfollow] = field(default_factory=list)
    deaths: list[int | None] = field(default_factory=list)
    subscribed: tuple[str, ...] = ()

    def edges(self, name: str) -> dict[int, int]:
        """The `following` or the `followers` list as it is kept, people who are away included."""
        return self.following if name == FOLLOWING else self.followers

    def is_called(self, text: str) -> bool:
        """Whether this is the account's user name or one of its two ids."""
        return text in {self.username, self.app_scoped_id, self.user_id}


class World:
    """All accounts and people of one seed. Threads must share it under a lock."""

    def __init__(self, seed: int, born_at: int) -> None:
        self.seed = seed
        self.born_at = born_at
        self.accounts: dict[str, Account] = {}
        self.away: dict[int, Away] = {}
        self.seconds_lived = 0.0
        self._renamed: dict[int, str] = {}
        self._number_by_name: dict[str, int] = {}
        self._indexed: dict[str, int] = {}
        self._places: dict[tuple[str, str], list[int]] = {}

    def account(self, text: str) -> Account:
        """The account with this user name or id. Raises `ImpossibleError`."""
        found = self.account_or_none(text)
        if found is None:
            names = ", ".join(self.accounts)
            raise ImpossibleError(f"There is no account {text!r}; there are {names}.")
        return found

    def account_or_none(self, text: str) -> Account | None:
        """The same, or `None`."""
        return next((each for each in self.accounts.values() if each.is_called(text)), None)

    def person(self, number: int) -> Person:
        """The person with this number under their present name."""
        person = born(self.seed, number)
        name = self._renamed.get(number)
        return replace(person, username=name) if name else person

    def username(self, number: int) -> str:
        """The present user name of a person."""
        return self._renamed.get(number) or username_of(self.seed, number)

    def person_by_id(self, person_id: str) -> Person | None:
        """Somebody who was ever near an account, by id."""
        number = number_of(person_id)
        known = number is not None and any(
            each.first_number <= number < each.next_number for each in self.accounts.values()
        )
        return self.person(number) if known and number is not None else None

    def find(self, username: str) -> int:
        """The number of the person who has this name now. Raises `ImpossibleError`."""
        number = self._names().get(username)
        if number is None:
            raise ImpossibleError(f"There is nobody called {username!r}.")
        return number

    def places(self, account: Account, name: str) -> list[int]:
        """Who is on a list and not away, newest follow first, as ascending numbers.

        A place is minus (follow time, number of the person) in one integer: it orders the list and
        names a position in it that stays right when others come and go.
        """
        key = (account.username, name)
        if key not in self._places:
            edges, away = account.edges(name), self.away
            self._places[key] = sorted(
                -(since << _NUMBER_BITS | number)
                for number, since in edges.items()
                if number not in away
            )
        return self._places[key]

    def listed(self, account: Account, name: str) -> Iterator[tuple[int, int]]:
        """Number and follow time of everybody on a list, newest first."""
        return map(place_parts, self.places(account, name))

    def count(self, account: Account, name: str) -> int:
        """How many are on a list and not away."""
        return len(self.places(account, name))

    def mutuals(self, account: Account) -> int:
        """How many follow each other with the account."""
        both = account.following.keys() & account.followers.keys()
        return len(both - self.away.keys())

    def newcomer(self, account: Account, username: str | None = None) -> int:
        """A person nobody met before, with a name of their own if one is given."""
        if username is not None:
            self._must_be_free(username)
        number = account.next_number
        account.next_number += 1
        while username is None and username_of(self.seed, number) in self._number_by_name:
            number = account.next_number
            account.next_number += 1
        if username is not None:
            self._names()
            self._call(number, username)
        return number

    def follow(self, account: Account, name: str, number: int, at: int) -> None:
        """Put a person on a list. Raises `ImpossibleError` when they are on it."""
        edges = account.edges(name)
        if number in edges:
            raise ImpossibleError(f"{self.username(number)!r} is already among the {name}.")
        edges[number] = at
        self.changed()

    def unfollow(self, account: Account, name: str, number: int, at: int, *, by: str) -> None:
        """Take a person off a list. Raises `ImpossibleError` when they are not on it."""
        if account.edges(name).pop(number, None) is None:
            raise ImpossibleError(f"{self.username(number)!r} is not among the {name}.")
        if name == FOLLOWING:
            account.unfollows.append(Unfollow(number, self.username(number), at, by))
        self.changed()

    def rename(self, number: int, username: str) -> None:
        """Give a person another name that is free."""
        self._must_be_free(username)
        self._call(number, username)

    def swap(self, one: int, other: int) -> None:
        """Two people exchange their names."""
        first, second = self.username(one), self.username(other)
        self._names()
        self._renamed[one], self._renamed[other] = second, first
        self._number_by_name |= {second: one, first: other}
        self.changed()

    def leave(self, number: int, how: Away) -> None:
        """A person deactivates or deletes their own account: they vanish from every list."""
        if number in self.away:
            raise ImpossibleError(f"{self.username(number)!r} is {self.away[number]} already.")
        self.away[number] = how
        self.changed()

    def come_back(self, number: int) -> None:
        """A deactivated person returns to the lists with the old follow times."""
        if self.away.get(number) != "deactivated":
            raise ImpossibleError(f"{self.username(number)!r} is not deactivated.")
        del self.away[number]
        self.changed()

    def changed(self) -> None:
        """Forget the orders that were worked out."""
        self._places.clear()

    def _must_be_free(self, username: str) -> None:
        if not _USERNAME.fullmatch(username):
            raise ImpossibleError(
                f"{username!r} is no user name: 1 to 30 of a-z, 0-9, dot and underscore."
            )
        if username in self._names() or username in self.accounts:
            raise ImpossibleError(f"The name {username!r} is taken.")

    def _call(self, number: int, username: str) -> None:
        old = self.username(number)
        if self._number_by_name.get(old) == number:
            del self._number_by_name[old]
        self._renamed[number] = username
        self._number_by_name[username] = number
        self.changed()

    def _names(self) -> dict[str, int]:
        """Who has which name now; people who came since the last call are added first."""
        for account in self.accounts.values():
            start = self._indexed.get(account.username, account.first_number)
            for number in range(start, account.next_number):
                if number not in self._renamed:
                    self._number_by_name.setdefault(username_of(self.seed, number), number)
            self._indexed[account.username] = account.next_number
        return self._number_by_name


def place_parts(place: int) -> tuple[int, int]:
    """The number of the person and the follow time in a place."""
    since, number = divmod(-place, 1 << _NUMBER_BITS)
    return number, since
