"""How much each factor of a score weighs."""

from __future__ import annotations

from typing import NamedTuple


class InvalidWeights(ValueError):
    """The weights cannot be used; the message says what is wrong with them."""


class Weights(NamedTuple):
    """Whole percents, which add up to 100."""

    inactivity: int = 40
    engagement: int = 35
    ratio: int = 15
    age: int = 10

    def checked(self) -> Weights:
        """Itself. Raises InvalidWeights."""
        for name, weight in zip(self._fields, self, strict=True):
            if type(weight) is not int or not 0 <= weight <= 100:
                raise InvalidWeights(
                    f"The weight of {name} must be a whole number from 0 to 100, not {weight!r}."
                )
        if sum(self) != 100:
            raise InvalidWeights(
                f"The four weights must add up to 100; these add up to {sum(self)}."
            )
        return self


DEFAULT_WEIGHTS = Weights()
