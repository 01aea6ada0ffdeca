"""Everything that can be done to a sandbox, and the journal of what was done."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from kith_sandbox.clock import iso
from kith_sandbox.control.asked import Asked, ControlError
from kith_sandbox.control.comments import comment
from kith_sandbox.control.happenings import happen
from kith_sandbox.faults import FAULTS, Fault
from kith_sandbox.growth import DAY, grow_followers, pass_time
from kith_sandbox.journal import Entry, Journal, JournalError
from kith_sandbox.sandbox import Death, Sandbox
from kith_sandbox.switches import SwitchError, switched
from kith_sandbox.tokens import SCOPES
from kith_sandbox.world import FOLLOWERS, ImpossibleError

Answer = dict[str, object]
Action = Callable[[Sandbox, Asked, float], Answer]

_LONGEST_ADVANCE = 20 * 365 * DAY
_MOST_FOLLOWERS = 5_000_000


def perform(sandbox: Sandbox, name: str, fields: dict[str, Any]) -> Answer:
    """Do something now and write it down. Raises `ControlError`, and then nothing was written."""
    at = sandbox.clock.now()
    answer = _act(sandbox, name, Asked(fields), at)
    if sandbox.journal is not None and name in _JOURNALED:
        sandbox.journal.append(Entry(at, sandbox.clock.offset, name, fields))
    return answer


def restore(sandbox: Sandbox, path: Path) -> None:
    """Bring a new sandbox to where the journal at `path` left it, and go on writing there."""
    journal = Journal(path)
    entries = journal.read()
    if not entries:
        journal.begin(sandbox.seed, sandbox.world.born_at, sandbox.first_offset)
    else:
        birth, *deeds = entries
        if birth.action != "born":
            raise JournalError(f"{path} does not begin with the birth of a world.")
        sandbox.seed = int(birth.asked["seed"])
        sandbox.begin(int(birth.at), birth.offset)
        for deed in deeds:
            _act(sandbox, deed.action, Asked(deed.asked), deed.at)
            sandbox.clock.offset = deed.offset
        journal.keep_whole_lines()
    sandbox.journal = journal


def _act(sandbox: Sandbox, name: str, asked: Asked, at: float) -> Answer:
    if name not in ACTIONS:
        raise ControlError(f"There is no action {name!r}; there are {', '.join(ACTIONS)}.")
    try:
        return ACTIONS[name](sandbox, asked, at)
    except (ImpossibleError, SwitchError) as reason:
        raise ControlError(str(reason)) from None


def _reset(sandbox: Sandbox, asked: Asked, _: float) -> Answer:
    asked.allow("seed")
    sandbox.seed = asked.whole("seed", sandbox.seed, high=2**31)
    sandbox.begin_again()
    if sandbox.journal is not None:
        sandbox.journal.begin(sandbox.seed, sandbox.world.born_at, sandbox.first_offset)
    return {"seed": sandbox.seed, "born_at": iso(sandbox.world.born_at)}


def _grow(sandbox: Sandbox, asked: Asked, at: float) -> Answer:
    asked.allow("account", "followers")
    account = sandbox.world.account(asked.text("account"))
    wanted = asked.whole("followers", high=_MOST_FOLLOWERS)
    grow_followers(sandbox.world, account, wanted, int(at))
    followers = sandbox.world.count(account, FOLLOWERS)
    return {"account": account.username, "followers": followers}


def _advance(sandbox: Sandbox, asked: Asked, at: float) -> Answer:
    asked.allow("seconds", "days", "quiet")
    if not (asked.has("seconds") or asked.has("days")):
        raise ControlError("Say how far with seconds, days or both.")
    seconds = asked.number("seconds", 0) + DAY * asked.number("days", 0)
    if seconds > _LONGEST_ADVANCE:
        raise ControlError("Twenty years at once are the most.")
    sandbox.clock.advance(seconds)
    if not asked.flag("quiet"):
        pass_time(sandbox.world, int(at), seconds)
    return {"now": iso(sandbox.clock.now())}


def _freeze(sandbox: Sandbox, asked: Asked, at: float) -> Answer:
    asked.allow()
    sandbox.clock.freeze(at)
    return {"now": iso(at), "frozen": True}


def _unfreeze(sandbox: Sandbox, asked: Asked, _: float) -> Answer:
    asked.allow()
    sandbox.clock.unfreeze()
    return {"now": iso(sandbox.clock.now()), "frozen": False}


def _happen(sandbox: Sandbox, asked: Asked, at: float) -> Answer:
    return happen(sandbox.world, asked, int(at))


def _expire_token(sandbox: Sandbox, asked: Asked, _: float) -> Answer:
    """Kill one token, or all that an account has now; later ones live."""
    asked.allow("token", "account", "subcode")
    word = asked.choice("subcode", ("458", "459", "460", "463", "464", "467", "none"), "463")
    death = Death(None if word == "none" else int(word))
    if asked.has("token"):
        token = sandbox.read(asked.text("token"))
        serial = token.serial if token else asked.text("token")
        if serial not in sandbox.tokens:
            raise ControlError("This is neither a token nor the serial of one.")
        sandbox.killed[serial] = death
        return {"token": serial, "subcode": death.subcode}
    account = sandbox.world.account(asked.text("account"))
    account.deaths.append(death.subcode)
    return {"account": account.username, "subcode": death.subcode}


def _fail(sandbox: Sandbox, asked: Asked, _: float) -> Answer:
    asked.allow("fault", "times", "skip", "path", "seconds")
    name = asked.choice("fault", (*FAULTS, "none"))
    if name == "none":
        sandbox.faults.waiting.clear()
    else:
        sandbox.faults.add(
            Fault(
                name,
                times=asked.whole("times", 1, low=1, high=1_000_000),
                skip=asked.whole("skip", 0, high=1_000_000),
                path=asked.text("path", ""),
                seconds=asked.number("seconds", _STANDARD_SECONDS.get(name, 0), high=3_600),
            )
        )
    return {"faults": [fault.to_json() for fault in sandbox.faults.waiting]}


def _switch(sandbox: Sandbox, asked: Asked, _: float) -> Answer:
    sandbox.switches = switched(sandbox.switches, asked.fields)
    return sandbox.switches.to_json()


def _token(sandbox: Sandbox, asked: Asked, _: float) -> Answer:
    """What "generate token" in the app's dashboard does: a long-lived token without a login."""
    asked.allow("account", "kind", "scopes")
    account = sandbox.world.account(asked.text("account"))
    wanted = tuple(asked.text("scopes", ",".join(SCOPES)).replace(",", " ").split())
    unknown = [scope for scope in wanted if scope not in SCOPES]
    if unknown:
        raise ControlError(f"{unknown[0]!r} is no scope; scopes are {', '.join(SCOPES)}.")
    text, token = sandbox.issue(account, asked.choice("kind", ("short", "long"), "long"), wanted)
    return {
        "access_token": text,
        "user_id": account.user_id,
        "serial": token.serial,
        "expires_at": iso(token.expires_at),
    }


def _subscribe(sandbox: Sandbox, asked: Asked, _: float) -> Answer:
    """What the app asks for with `subscribed_apps`; no fields end it."""
    asked.allow("account", "fields")
    account = sandbox.world.account(asked.text("account"))
    account.subscribed = tuple(filter(None, asked.text("fields", "").split(",")))
    return {"account": account.username, "fields": ",".join(account.subscribed)}


_STANDARD_SECONDS = {"timeout": 60.0, "slow": 0.5, "http-429": 5.0}

ACTIONS: dict[str, Action] = {
    "reset": _reset,
    "grow": _grow,
    "advance": _advance,
    "freeze": _freeze,
    "unfreeze": _unfreeze,
    "happen": _happen,
    "comment": comment,
    "subscribe": _subscribe,
    "expire-token": _expire_token,
    "fail": _fail,
    "switch": _switch,
    "token": _token,
}

# A reset rewrites the journal itself. Failures are of the moment, and tokens carry their own truth.
_JOURNALED = {
    "grow", "advance", "freeze", "unfreeze", "happen", "comment", "subscribe", "expire-token", "switch",
}  # fmt: skip
