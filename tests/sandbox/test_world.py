"""The world that grows from a seed, and what days do to it."""

from __future__ import annotations

from kith_sandbox.growth import DAY, grow_followers, grow_world, pass_time
from kith_sandbox.people import NAMES_IN_A_BLOCK, born, id_of, number_of, username_of
from kith_sandbox.world import FOLLOWERS, FOLLOWING, World

BORN_AT = 1_793_491_200


def _truth(world: World) -> list[object]:
    return [
        (number, since, world.username(number))
        for account in world.accounts.values()
        for name in (FOLLOWING, FOLLOWERS)
        for number, since in world.listed(account, name)
    ]


def test_the_default_account_has_exactly_its_numbers() -> None:
    world = grow_world(7, BORN_AT)
    account = world.account("marlow.pine")
    counts = world.count(account, FOLLOWING), world.count(account, FOLLOWERS)
    assert counts == (2_847, 1_234)
    assert world.mutuals(account) == 812


def test_the_same_seed_grows_the_same_world_and_lives_the_same_days() -> None:
    worlds = [grow_world(7, BORN_AT) for _ in range(2)]
    for world in worlds:
        pass_time(world, BORN_AT, 20 * DAY)
    assert _truth(worlds[0]) == _truth(worlds[1])


def test_another_seed_grows_other_people() -> None:
    assert _truth(grow_world(7, BORN_AT)) != _truth(grow_world(8, BORN_AT))


def test_no_two_people_share_a_name() -> None:
    numbers = range(2 * NAMES_IN_A_BLOCK)
    assert len({username_of(7, number) for number in numbers}) == len(numbers)


def test_an_id_leads_back_to_its_person() -> None:
    assert all(number_of(id_of(number)) == number for number in range(0, 10**8, 99_991))
    assert number_of("17841400000000001") is None
    assert number_of("me") is None


def test_the_people_of_the_default_account_are_of_many_kinds() -> None:
    world = grow_world(7, BORN_AT)
    account = world.account("marlow.pine")
    people = [world.person(number) for number, _ in world.listed(account, FOLLOWING)]
    names = "".join(person.name for person in people)
    assert any(person.verified for person in people)
    assert any(person.followers_count > 1_000_000 for person in people)
    assert any(not person.name for person in people)
    assert any(not person.picture for person in people)
    assert any("\u0590" <= letter <= "\u06ff" for letter in names), "right-to-left"
    assert any("\u3040" <= letter <= "\u9fff" for letter in names), "CJK"
    assert any(letter > "\U0001f000" for letter in names), "emoji"


def test_follow_times_of_a_list_differ_to_the_second() -> None:
    world = grow_world(7, BORN_AT)
    for account in world.accounts.values():
        for name in (FOLLOWING, FOLLOWERS):
            times = [since for _, since in world.listed(account, name)]
            assert len(set(times)) == len(times)
            assert times == sorted(times, reverse=True)
            assert max(times) < BORN_AT


def test_a_month_shows_every_kind_of_change() -> None:
    world = grow_world(7, BORN_AT)
    account = world.account("marlow.pine")
    before = {name: set(account.edges(name)) for name in (FOLLOWING, FOLLOWERS)}
    known = before[FOLLOWING] | before[FOLLOWERS]
    old_names = {number: world.username(number) for number in known}
    pass_time(world, BORN_AT, 30 * DAY)
    for name in (FOLLOWING, FOLLOWERS):
        assert set(account.edges(name)) - before[name], f"somebody joins the {name}"
        assert before[name] - set(account.edges(name)), f"somebody quits the {name}"
    assert any(world.username(number) != old_names[number] for number in known)
    assert world.away


def test_hours_make_a_day_together() -> None:
    whole, parts = grow_world(7, BORN_AT), grow_world(7, BORN_AT)
    pass_time(whole, BORN_AT, DAY)
    untouched = _truth(parts)
    for hour in range(23):
        pass_time(parts, BORN_AT + hour * 3_600, 3_600)
    assert _truth(parts) == untouched
    pass_time(parts, BORN_AT + 23 * 3_600, 3_600)
    assert {row[0] for row in _truth(whole)} == {row[0] for row in _truth(parts)}  # type: ignore[index]


def test_followers_grow_and_shrink_to_any_number() -> None:
    world = grow_world(7, BORN_AT)
    account = world.account("tiny.studio")
    oldest = list(world.listed(account, FOLLOWERS))[-50:]
    grow_followers(world, account, 25_000, BORN_AT)
    assert world.count(account, FOLLOWERS) == 25_000
    grow_followers(world, account, 50, BORN_AT)
    assert list(world.listed(account, FOLLOWERS)) == oldest


def test_a_person_is_the_same_whenever_they_are_asked_for() -> None:
    person = born(7, 1_234)
    born.cache_clear()
    assert born(7, 1_234) == person
