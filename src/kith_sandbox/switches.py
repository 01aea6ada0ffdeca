"""How this Instagram behaves where the real one is undecided, differs by version, or by gateway."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Literal

from kith_sandbox.tokens import SCOPES


class SwitchError(Exception):
    """A switch or its value is not known; the text is a sentence."""


@dataclass(frozen=True)
class Switches:
    """Every switch with what it starts as.

    lists: whether the list edges exist (a gateway) or answer code 2500 (Instagram itself).
    token_shape, me_shape: a flat object, or `{"data": [...]}` as the documentation prints it.
    user_id_type: whether `user_id` is a string or a number.
    permissions_granted: scopes that can be granted at all; others are silently dropped.
    rate_limit: calls per rolling hour and token; rate_code and rate_status: how the refusal looks.
    tester_pending: the account was invited as a tester and has not accepted.
    """

    lists: bool = True
    token_shape: Literal["flat", "data"] = "flat"  # noqa: S105 -- a word, no password.
    me_shape: Literal["flat", "data"] = "flat"
    user_id_type: Literal["string", "number"] = "string"
    permissions_granted: tuple[str, ...] = SCOPES
    rate_limit: int = 200
    rate_code: Literal[4, 80002] = 80002
    rate_status: Literal[400, 403, 429] = 400
    tester_pending: bool = False

    def to_json(self) -> dict[str, object]:
        """All switches, for the state and the journal."""
        return asdict(self)


_CHOICES: dict[str, tuple[object, ...]] = {
    "lists": (True, False),
    "token_shape": ("flat", "data"),
    "me_shape": ("flat", "data"),
    "user_id_type": ("string", "number"),
    "rate_code": (4, 80002),
    "rate_status": (400, 403, 429),
    "tester_pending": (True, False),
}
_WORDS: dict[str, object] = {"on": True, "off": False, "true": True, "false": False}


def switched(switches: Switches, wanted: dict[str, object]) -> Switches:
    """The switches with some of them changed. Raises `SwitchError`."""
    return replace(switches, **{name: _value(name, value) for name, value in wanted.items()})  # type: ignore[arg-type]


def _value(name: str, value: object) -> object:
    if name == "rate_limit":
        return _limit(value)
    if name == "permissions_granted":
        return _scopes(value)
    if name not in _CHOICES:
        known = ", ".join([*_CHOICES, "permissions_granted", "rate_limit"])
        raise SwitchError(f"There is no switch {name!r}; there are {known}.")
    text = str(value).lower()
    for choice in _CHOICES[name]:
        if text == str(choice).lower() or (text in _WORDS and _WORDS[text] is choice):
            return choice
    choices = ", ".join(str(choice).lower() for choice in _CHOICES[name])
    raise SwitchError(f"{name} cannot be {value!r}; it can be {choices}.")


def _limit(value: object) -> int:
    text = str(value)
    if not text.isdecimal() or int(text) < 1:
        raise SwitchError(f"rate_limit must be a whole number from 1, not {value!r}.")
    return int(text)


def _scopes(value: object) -> tuple[str, ...]:
    if value == "all":
        return SCOPES
    wanted = value.split(",") if isinstance(value, str) else value
    if not isinstance(wanted, list | tuple) or not set(wanted) <= set(SCOPES):
        raise SwitchError(f"permissions_granted is 'all' or some of {', '.join(SCOPES)}.")
    return tuple(scope for scope in SCOPES if scope in wanted)
