"""One sandbox: a world, its clock, its moods, and what it remembers of its callers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Event, RLock

from kith_sandbox.calls import Calls
from kith_sandbox.clock import Clock
from kith_sandbox.faults import Faults
from kith_sandbox.growth import DAY, grow_world
from kith_sandbox.journal import Journal
from kith_sandbox.media import Gallery
from kith_sandbox.switches import Switches
from kith_sandbox.tokens import SCOPES, Signer, Token
from kith_sandbox.world import Account

CLIENT_ID = "sandbox-app"
CLIENT_SECRET = "sandbox-secret"  # noqa: S105 -- public on purpose: it opens nothing but a sandbox.


@dataclass(frozen=True, slots=True)
class Death:
    """The end of a token, with the subcode that tells why, if Instagram tells."""

    subcode: int | None


class Sandbox:
    """Everything that a request can read or change. Hold `lock` while doing either."""

    def __init__(
        self,
        *,
        seed: int = 7,
        lists: bool = True,
        days_ago: int = 0,
        born_at: datetime | None = None,
    ) -> None:
        self.lock = RLock()
        self.stopping = Event()
        self.seed = seed
        self.journal: Journal | None = None
        self._first_switches = Switches(lists=lists)
        self._born_at = born_at
        self._begin_on_the_first_day(-days_ago * DAY)

    def begin(self, born_at: int, offset: float) -> None:
        """Start from the first day, which is `born_at` (epoch seconds), with a clock that is `offset` seconds ahead."""
        self.first_offset = offset
        self.clock = Clock(offset)
        self.signer = Signer(self.seed)
        self.world = grow_world(self.seed, born_at)
        self.gallery = Gallery(self.world)
        self.switches = self._first_switches
        self.faults = Faults()
        self.calls = Calls()
        self.tokens: dict[str, Token] = {}
        self.killed: dict[str, Death] = {}
        self.used_codes: set[str] = set()
        self.webhook = ""  # Where deliveries go.

    def begin_again(self) -> None:
        """Start afresh today, or as many days ago or on the day that was asked for at the very beginning."""
        self._begin_on_the_first_day(self.first_offset)

    def _begin_on_the_first_day(self, offset: float) -> None:
        now = datetime.now(UTC) + timedelta(seconds=offset)
        self.begin(_day_of(self._born_at or now), offset)

    def issue(
        self, account: Account, kind: str, scopes: tuple[str, ...] = SCOPES, *, redirect: str = ""
    ) -> tuple[str, Token]:
        """A new token or code for an account."""
        text, token = self.signer.issue(
            account_id=account.user_id,
            kind=kind,
            now=self.clock.now(),
            scopes=scopes,
            deaths_seen=len(account.deaths),
            redirect=redirect,
        )
        if kind != "code":
            self.tokens[token.serial] = token
        return text, token

    def read(self, text: str) -> Token | None:
        """What an access token says; it is remembered for the list of tokens."""
        token = self.signer.read(text, "short", "long")
        if token is not None:
            self.tokens.setdefault(token.serial, token)
        return token

    def death_of(self, token: Token, account: Account) -> Death | None:
        """Why a token is dead, or `None` while it lives."""
        if token.serial in self.killed:
            return self.killed[token.serial]
        if token.deaths_seen < len(account.deaths):
            return Death(account.deaths[token.deaths_seen])
        return Death(463) if token.expires_at <= self.clock.now() else None


def _day_of(moment: datetime) -> int:
    """Midnight before a moment, so that all worlds of one seed and day are the same."""
    seconds = int(moment.timestamp())
    return seconds - seconds % DAY
