"""The fields of a control call, read with a sentence for each mistake."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any


class ControlError(Exception):
    """A control call that cannot be done; the text is the sentence that is answered (HTTP 400)."""


class Asked:
    """What a control call says, whether it came as JSON or as a form."""

    def __init__(self, fields: Mapping[str, Any]) -> None:
        self.fields = dict(fields)

    def allow(self, *names: str) -> None:
        """Refuse fields that nobody would read, such as misspelt ones."""
        unknown = [name for name in self.fields if name not in names]
        if unknown:
            known = ", ".join(names) or "none"
            raise ControlError(f"There is no field {unknown[0]!r} here; there are: {known}.")

    def has(self, name: str) -> bool:
        """Whether a field is given and not empty."""
        return self.fields.get(name) not in (None, "")

    def text(self, name: str, standard: str | None = None) -> str:
        """A text, which must be given unless there is a standard."""
        value = self.fields.get(name)
        if value in (None, ""):
            if standard is None:
                raise ControlError(f"The field {name!r} is missing.")
            return standard
        return str(value).strip()

    def number(
        self, name: str, standard: float | None = None, *, low: float = 0, high: float = 1e12
    ) -> float:
        """A number within bounds."""
        given = self.text(name, None if standard is None else str(standard))
        try:
            value = float(given)
        except ValueError:
            raise ControlError(f"{name} must be a number, not {given!r}.") from None
        if not low <= value <= high:
            raise ControlError(f"{name} must be between {low:g} and {high:g}, not {given}.")
        return value

    def whole(self, name: str, standard: int | None = None, *, low: int = 0, high: int) -> int:
        """A whole number within bounds."""
        value = self.number(name, standard, low=low, high=high)
        if value != int(value):
            raise ControlError(f"{name} must be a whole number, not {value:g}.")
        return int(value)

    def choice(self, name: str, choices: Iterable[str], standard: str | None = None) -> str:
        """One of some words."""
        choices = list(choices)
        value = self.text(name, standard)
        if value not in choices:
            raise ControlError(f"{name} must be one of {', '.join(choices)}, not {value!r}.")
        return value

    def flag(self, name: str) -> bool:
        """Yes or no; no when it is not given."""
        value = str(self.fields.get(name) or "false").lower()
        if value not in {"true", "false", "1", "0", "on", "off", "yes", "no"}:
            raise ControlError(f"{name} must be true or false, not {value!r}.")
        return value in {"true", "1", "on", "yes"}
