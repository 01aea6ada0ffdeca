"""Carries one claim out by the API: one call, or a look whether an earlier call has happened.

Between the call and the commit that records it a worker can die. Then nobody knows, and nothing is guessed: whoever
takes the claim over reads the list of following until the person turns up on it, or does not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from kith.accounts.instagram import NotConnected, client_for
from kith.accounts.models import Activity, Connection
from kith.accounts.sealing import CannotUnseal
from kith.accounts.services.connecting import mark_reconnect_needed
from kith.accounts.services.recording import record_activity
from kith.core.instagram import (
    Blocked,
    InstagramClient,
    InstagramError,
    ListsNotOffered,
    OutcomeUnknown,
    PermissionMissing,
    RateLimited,
    RateUsage,
    Rejected,
    TokenDead,
    Unreachable,
)
from kith.sync.budget import BudgetSpent, ConnectionBudget, heed_refusal
from kith.sync.locks import outlasting_locks
from kith.sync.pauses import pause_writes
from kith.unfollow.claiming import WORKER, Claim, ClaimLost, claim_next
from kith.unfollow.models import Queue, Unfollow
from kith.unfollow.services.queueing import rest, set_mode

log = structlog.get_logger("kith.unfollow")
MOST_TRIES = 3
PAGE_SIZE = 100
# A fault of the network or of Instagram concerns everybody who waits: the queue rests instead of failing one by one.
AFTER_A_FAULT = timedelta(minutes=10)
BEFORE_A_LOOK = timedelta(minutes=1)
BLOCKED_FOR = timedelta(days=1)


def unfollow_due(
    *,
    stopping: Callable[[], bool] = lambda: False,
    then_at: Callable[[datetime], object] = lambda _: None,
) -> int:
    """Unfollows whoever is due now, over all connections; returns how many claims were carried out.

    `then_at` hears of each claim when its queue has the next turn.
    """
    carried_out = 0
    while not stopping() and (claim := claim_next()):
        try:
            carry_out(claim)
        except Exception:
            # Its lease runs out, and then it is looked up; the other queues need not wait for that.
            log.exception("unfollow crashed", unfollow=claim.unfollow.pk)
        carried_out += 1
        next_turn = Queue.objects.filter(connection_id=claim.unfollow.connection_id)
        for at in next_turn.filter(next_at__isnull=False).values_list("next_at", flat=True):
            then_at(at)  # type: ignore[arg-type]
    return carried_out


class _Leash:
    """The budget of a claim: nothing is asked of Instagram, be it tried again, when the claim is not held any more."""

    def __init__(self, claim: Claim) -> None:
        self._claim = claim
        self._budget = ConnectionBudget(claim.unfollow.connection_id)

    def spend(self) -> None:
        self._budget.spend()
        self._claim.renew()

    def observe(self, usage: RateUsage) -> None:
        self._budget.observe(usage)


def carry_out(claim: Claim) -> None:
    """Does what the claim is for and writes down how it ended. Never raises for what Instagram answers."""
    connection = claim.unfollow.connection
    try:
        with closing(client_for(connection, budget=_Leash(claim))) as client:
            _act(claim, client)
    except ClaimLost:
        log.warning("claim lost", unfollow=claim.unfollow.pk)
    except BudgetSpent as spent:
        _rest(claim, str(spent), spent.resume_at)
    except RateLimited as refusal:
        halt = heed_refusal(refusal, connection.pk, 0)
        _rest(claim, f"{refusal} {refusal.advice}", halt.until)
    except Blocked as block:
        _rest(claim, f"{block} {block.advice}", _heed_block(block, connection))
    except (TokenDead, NotConnected, CannotUnseal) as dead:
        mark_reconnect_needed(connection, str(dead))
        _rest(claim, f"{dead} Connect the account again, then resume.", None)
    except PermissionMissing as missing:
        _rest(claim, f"{missing} {missing.advice} Then resume.", None)
    except Unreachable as fault:
        until = timezone.now() + AFTER_A_FAULT if fault.retry else None
        _rest(claim, f"{fault} {fault.advice}", until)
    except ListsNotOffered:
        _go_on_by_hand(claim)
    except InstagramError as error:
        _look_again(claim, error) if claim.must_look_up else _look_first(claim, error)


def _heed_block(block: Blocked, connection: Connection) -> datetime:
    """Syncs and other workers keep it too, also when the user resumes."""
    until = timezone.now() + (block.retry_after or BLOCKED_FOR)
    pause_writes(connection.pk, until, f"{block} {block.advice}")
    return until


def _act(claim: Claim, client: InstagramClient) -> None:
    connection, person = claim.unfollow.connection, claim.unfollow.person
    person_id = (person and person.instagram_user_id) or ""
    account = connection.instagram_user_id or connection.app_scoped_id or "me"
    if claim.must_look_up:
        _settle(claim, is_followed=_is_followed(client, account, person_id))
    else:
        client.unfollow(account, person_id)
        _finish(claim)


def _settle(claim: Claim, *, is_followed: bool) -> None:
    """What the list of following says about a call of which nobody knew."""
    if not is_followed:
        _finish(claim)
    elif claim.unfollow.tries >= MOST_TRIES:
        reason = f"Asked {MOST_TRIES} times, and Instagram still shows you following them."
        _fail(claim, reason, is_outcome_unknown=False)
    else:
        _write(claim, status=Unfollow.Status.PENDING, is_outcome_unknown=False, acted_at=None)


def _is_followed(client: InstagramClient, account: str, person_id: str) -> bool:
    return any(person_id in ids for ids in _following(client, account))


def _following(client: InstagramClient, account: str) -> Iterator[set[str | None]]:
    """The ids of each page of the list. Raises InstagramError when it cannot be read to its end."""
    after: str | None = None
    seen: set[str | None] = {None}
    for _ in range(settings.INSTAGRAM_MAX_PAGES):
        page = client.following_page(account, after=after, limit=PAGE_SIZE)
        yield {person.instagram_user_id for person in page.people}
        after = page.after
        if after is None:
            return
        if after in seen:
            break
        seen.add(after)
    raise OutcomeUnknown("The list of following could not be read to its end.")


def _look_first(claim: Claim, error: InstagramError) -> None:
    """A call has failed, and may have happened. A refusal may mean that they are not followed any more."""
    if error.retry or isinstance(error, OutcomeUnknown | Rejected):
        _write(claim, status=Unfollow.Status.PENDING, is_outcome_unknown=True)
        Queue.objects.filter(connection=claim.unfollow.connection).update(
            next_at=timezone.now() + BEFORE_A_LOOK
        )
    else:
        _fail(claim, f"{error} {error.advice}", is_outcome_unknown=False)


def _look_again(claim: Claim, error: InstagramError) -> None:
    """The list of following could not be read. When that will not change, the user is told that nobody knows."""
    if error.retry:
        _rest(claim, f"{error} {error.advice}", timezone.now() + AFTER_A_FAULT)
    else:
        reason = f"Nobody knows whether it has happened. {error} Look in the Instagram app."
        _fail(claim, reason, is_outcome_unknown=True)


def _rest(claim: Claim, reason: str, until: datetime | None) -> None:
    """The queue rests, without end where only the user can help; the call was refused or never sent."""
    if _hand_back(
        claim
    ):  # Else it is for somebody else to say, or the account was forgotten meanwhile.
        rest(claim.unfollow.connection, reason=reason, until=until, origin=WORKER)


def _go_on_by_hand(claim: Claim) -> None:
    connection = claim.unfollow.connection
    if _hand_back(claim):
        Connection.objects.filter(pk=connection.pk).update(lists_offered=False)
        set_mode(connection, Queue.Mode.GUIDED)


def _hand_back(claim: Claim) -> bool:
    """As it was before the claim: what was not known is not known still."""
    if claim.must_look_up:
        return _write(claim, status=Unfollow.Status.PENDING)
    return _write(claim, status=Unfollow.Status.PENDING, acted_at=None, tries=F("tries") - 1)


def _finish(claim: Claim) -> None:
    fields = {"done_at": timezone.now(), "is_outcome_unknown": False, "error": ""}
    _end(claim, Activity.Kind.UNFOLLOWED, status=Unfollow.Status.DONE, **fields)


def _fail(claim: Claim, reason: str, *, is_outcome_unknown: bool) -> None:
    fields = {"ended_at": timezone.now(), "is_outcome_unknown": is_outcome_unknown}
    kind = Activity.Kind.UNFOLLOW_FAILED
    _end(claim, kind, status=Unfollow.Status.FAILED, error=reason, **fields)


@outlasting_locks
@transaction.atomic
def _end(claim: Claim, kind: Activity.Kind, **fields: object) -> None:
    if not _write(claim, **fields):
        return
    unfollow, reason = claim.unfollow, fields.get("error")
    record_activity(
        kind,
        user=unfollow.connection.user,
        connection=unfollow.connection,
        origin=WORKER,
        details={"username": unfollow.username, **({"reason": reason} if reason else {})},
    )


@outlasting_locks
def _write(claim: Claim, **fields: object) -> bool:
    """Writes if the claim is still held, and lets go of it. Whoever has it now decides otherwise."""
    written = claim.mine.update(lease="", leased_until=None, **fields)
    if not written:
        log.warning("claim lost", unfollow=claim.unfollow.pk)
    return bool(written)
