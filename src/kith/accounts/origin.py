"""Where a request came from: what the activity log keeps of a client."""

from __future__ import annotations

from dataclasses import dataclass

USER_AGENT_LENGTH = 300  # Longer ones exist only to fill logs.


@dataclass(frozen=True)
class Origin:
    """An address (None for work that nobody asked for over the network) and a user agent."""

    address: str | None = None
    user_agent: str = ""

    @classmethod
    def of_program(cls, name: str) -> Origin:
        return cls(address=None, user_agent=name)


BY_ITSELF = Origin.of_program("kith, by itself")
