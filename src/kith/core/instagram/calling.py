"""Makes calls: asks the budget, sends, reads the answer, tries again where that does no harm."""

from __future__ import annotations

import functools
import random
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import httpx2

from kith.core.instagram.classify import Answer, failure_in
from kith.core.instagram.config import InstagramConfig
from kith.core.instagram.errors import (
    InstagramError,
    NotUnderstood,
    OutcomeUnknown,
    RateLimited,
    Transient,
    Unreachable,
)
from kith.core.instagram.limits import CallBudget, RateUsage, usage_in

TRIES = 3
FIRST_PAUSE = timedelta(seconds=2)
# A longer pause is the job's to wait: it can do so without holding a worker.
LONGEST_SLEEP = timedelta(seconds=30)
# A page of 100 people is well under 1 MB.
LARGEST_BODY = 16 * 2**20

# These break before the request is on its way, so that not even a write can have happened.
_NOT_SENT = (
    httpx2.ConnectError,
    httpx2.ConnectTimeout,
    httpx2.PoolTimeout,
    httpx2.ProxyError,
    httpx2.UnsupportedProtocol,
    httpx2.LocalProtocolError,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request. What is secret in it is named in `secrets`, to be kept out of every message."""

    method: str
    url: str = field(repr=False)
    params: Mapping[str, str] = field(default_factory=dict, repr=False)
    form: Mapping[str, str] | None = field(default=None, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    secrets: tuple[str, ...] = field(default=(), repr=False)

    @property
    def is_write(self) -> bool:
        return self.method != "GET"


class Caller:
    """One pool of connections, kept alive. Not to be shared between threads."""

    def __init__(
        self,
        config: InstagramConfig,
        *,
        budget: CallBudget | None,
        transport: httpx2.BaseTransport | None,
        clock: Callable[[], datetime],
        sleep: Callable[[float], object],
    ) -> None:
        self._budget = budget
        self._clock = clock
        self._sleep = sleep
        self.usage = RateUsage()
        self._http = httpx2.Client(
            transport=transport,
            verify=_certificates(),
            timeout=httpx2.Timeout(config.read_timeout, connect=config.connect_timeout),
            follow_redirects=False,
            # A proxy from the environment cannot reach what listens on this machine only.
            trust_env=not config.is_on_this_machine,
            headers={"User-Agent": "kith", "Accept": "application/json"},
        )

    def close(self) -> None:
        self._http.close()

    def body_of(self, call: Call) -> bytes:
        """The body of a success. Reads are tried three times; raises InstagramError.

        A write is sent once: nobody knows whether one without an answer has happened.
        """
        outcome = self._attempt(call)
        for attempt in range(1, TRIES):
            if isinstance(outcome, bytes) or call.is_write or not outcome.retry:
                break
            pause = _pause_after(attempt, outcome)
            if pause > LONGEST_SLEEP:
                break
            self._sleep(pause.total_seconds())
            outcome = self._attempt(call)
        if isinstance(outcome, bytes):
            return outcome
        # Raised outside of any handler: nothing of the HTTP library, with its addresses,
        # hangs on it.
        raise outcome

    def _attempt(self, call: Call) -> bytes | InstagramError:
        if self._budget:
            self._budget.spend()
        answer = self._send(call)
        if isinstance(answer, InstagramError):
            return answer
        now = self._clock()
        failure = failure_in(answer, now)
        self._observe(answer, failure, now)
        if failure is None:
            return answer.body
        if (
            call.is_write
            and failure.code is None
            and isinstance(failure, NotUnderstood | Transient)
        ):
            return OutcomeUnknown("Instagram's answer does not tell whether the change was made.")
        return failure_in(replace(answer, body=_without(call.secrets, answer.body)), now) or failure

    def _send(self, call: Call) -> Answer | InstagramError:
        try:
            with self._http.stream(
                call.method, call.url, params=call.params, data=call.form, headers=call.headers
            ) as response:
                body = bytearray()
                for chunk in response.iter_bytes():
                    body += chunk
                    if len(body) > LARGEST_BODY:
                        return _garbled(call, "Instagram's answer is far too long.")
                return Answer(response.status_code, response.headers, bytes(body))
        except httpx2.DecodingError:
            return _garbled(call, "Instagram's answer is damaged: it cannot be unpacked.")
        except httpx2.TransportError as problem:
            return _lost(call, problem)

    def _observe(self, answer: Answer, failure: InstagramError | None, now: datetime) -> None:
        usage = usage_in(answer.headers, now)
        if isinstance(failure, RateLimited) and failure.retry_after:
            regain_at = now + failure.retry_after
            usage = (usage or RateUsage()).limited_until(regain_at, now, failure.scope)
        if usage:
            self.usage = usage
            if self._budget:
                self._budget.observe(usage)


@functools.cache
def _certificates() -> ssl.SSLContext:
    """The trusted certificates. Reading them takes longer than many calls: once per process."""
    return httpx2.create_ssl_context()


def _pause_after(attempt: int, failure: InstagramError) -> timedelta:
    """Exponential with jitter, so that many workers do not come back at the same moment."""
    pause = FIRST_PAUSE * (2.0 ** (attempt - 1) * random.uniform(1.0, 1.5))
    return max(pause, failure.retry_after or pause)


def _garbled(call: Call, sentence: str) -> InstagramError:
    return OutcomeUnknown(sentence) if call.is_write else NotUnderstood(sentence, retry=True)


def _lost(call: Call, problem: httpx2.TransportError) -> InstagramError:
    """What a broken connection means. Its own text stays out: it may hold the address."""
    if _is_certificate_fault(problem):
        return Unreachable(
            "The other side could not prove to be Instagram: its certificate is not valid.",
            retry=False,
            advice="Check this machine's clock, and whether a proxy opens encrypted connections.",
        )
    if call.is_write and not isinstance(problem, _NOT_SENT):
        return OutcomeUnknown("The connection to Instagram was lost before its answer came.")
    if isinstance(problem, httpx2.TimeoutException):
        return Unreachable("Instagram did not answer in time.")
    if isinstance(problem, _NOT_SENT):
        return Unreachable("No connection to Instagram could be made.")
    return Unreachable("The connection to Instagram broke.")


def _is_certificate_fault(problem: BaseException | None) -> bool:
    while problem is not None:
        if isinstance(problem, ssl.SSLCertVerificationError):
            return True
        problem = problem.__cause__ or problem.__context__
    return False


def _without(secrets: tuple[str, ...], body: bytes) -> bytes:
    for secret in secrets:
        # A few letters are no secret, and would be found in every word.
        if len(secret) >= 6:
            body = body.replace(secret.encode(), b"[redacted]")
    return body
