"""Precise happenings, one function per kind: who does what around an account."""

from __future__ import annotations

from collections.abc import Callable

from kith_sandbox.control.asked import Asked
from kith_sandbox.world import FOLLOWERS, FOLLOWING, Account, ImpossibleError, World

Happening = Callable[[World, Account, Asked, int], dict[str, object]]


def happen(world: World, asked: Asked, at: int) -> dict[str, object]:
    """Let one thing happen; tells the person it happened to. Raises `ImpossibleError`."""
    asked.allow("account", "kind", "username", "to", "by")
    account = world.account(asked.text("account"))
    kind = asked.choice("kind", HAPPENINGS)
    return {"kind": kind, **HAPPENINGS[kind](world, account, asked, at)}


def _joins(name: str) -> Happening:
    def joins(world: World, account: Account, asked: Asked, at: int) -> dict[str, object]:
        username = asked.text("username", "")
        try:
            number = world.find(username)
        except ImpossibleError:
            number = world.newcomer(account, username or None)
        if not account.first_number <= number < account.next_number:
            raise ImpossibleError(f"{username!r} lives around another account.")
        world.follow(account, name, number, at)
        return _told(world, number)

    return joins


def _quits(name: str) -> Happening:
    def quits(world: World, account: Account, asked: Asked, at: int) -> dict[str, object]:
        number = world.find(asked.text("username"))
        world.unfollow(account, name, number, at, by=asked.text("by", "control"))
        return _told(world, number)

    return quits


def _rename(world: World, _: Account, asked: Asked, __: int) -> dict[str, object]:
    number = world.find(asked.text("username"))
    world.rename(number, asked.text("to"))
    return _told(world, number)


def _swap(world: World, _: Account, asked: Asked, __: int) -> dict[str, object]:
    number = world.find(asked.text("username"))
    world.swap(number, world.find(asked.text("to")))
    return _told(world, number)


def _deactivate(world: World, _: Account, asked: Asked, __: int) -> dict[str, object]:
    number = world.find(asked.text("username"))
    world.leave(number, "deactivated")
    return _told(world, number)


def _delete(world: World, _: Account, asked: Asked, __: int) -> dict[str, object]:
    number = world.find(asked.text("username"))
    world.leave(number, "deleted")
    return _told(world, number)


def _return(world: World, _: Account, asked: Asked, __: int) -> dict[str, object]:
    number = world.find(asked.text("username"))
    world.come_back(number)
    return _told(world, number)


def _told(world: World, number: int) -> dict[str, object]:
    person = world.person(number)
    return {"id": person.id, "username": person.username}


HAPPENINGS: dict[str, Happening] = {
    "follow": _joins(FOLLOWING),
    "unfollow": _quits(FOLLOWING),
    "follows_me": _joins(FOLLOWERS),
    "unfollows_me": _quits(FOLLOWERS),
    "rename": _rename,
    "swap": _swap,
    "deactivate": _deactivate,
    "return": _return,
    "delete": _delete,
}
