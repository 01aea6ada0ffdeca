"""Carries one claim out by the API: one call, or a look whether an earlier call has happened.

Between the call and the commit that records it a worker can die. Then nobody knows, and nothing is guessed: whoever
takes the claim over reads the list of following until the person turns up on it, or does not.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from kith.accounts.instagram import NotConnected, client_for
from kith.accounts.models import Activity, Connection
from kith.accounts.origin import Origin
from kith.accounts.sealing import CannotUnseal
from kith.accounts.services.connecting import mark_reconnect_needed
from kith.accounts.services.recording import record_activity
from kith.core.instagram import (
    Blocked,
    InstagramClient,
    InstagramError,
    ListsNotOffered,
    OutcomeUnknown,
    RateLimited,
    Rejected,
    TokenDead,
)
from kith.sync.budget import BudgetSpent, ConnectionBudget
from kith.unfollow.claiming import Claim, claim_next
from kith.unfollow.models import Queue, Unfollow
from kith.unfollow.services.queueing import pause, set_mode

log = structlog.get_logger("kith.unfollow")
WORKER = Origin.of_program("kith worker")
# A claim with less time left is let go: another worker may take it over while the call is still under way.
CALL_TAKES = timedelta(seconds=40)
MOST_TRIES = 3
PAGE_SIZE = 100
AFTER_A_LIMIT = timedelta(minutes=5)


def unfollow_due() -> int:
    """Unfollows whoever is due now, over all connections; returns how many claims were carried out."""
    carried_out = 0
    while claim := claim_next():
        carry_out(claim)
        carried_out += 1
    return carried_out


def carry_out(claim: Claim) -> None:
    """Does what the claim is for and writes down how it ended. Never raises for what Instagram answers."""
    connection = claim.unfollow.connection
    try:
        with closing(client_for(connection, budget=ConnectionBudget(connection.pk))) as client:
            _act(claim, client)
    except (BudgetSpent, RateLimited, Blocked) as limit:
        _rest(claim, limit)
    except (TokenDead, NotConnected, CannotUnseal) as dead:
        mark_reconnect_needed(connection, str(dead))
        _wait_for_the_user(claim, f"{dead} Connect the account again, then resume.")
    except ListsNotOffered:
        _go_on_by_hand(claim)
    except OutcomeUnknown:
        _let_go(claim, is_outcome_unknown=True)
        if claim.must_look_up:
            _delay(claim)
    except InstagramError as error:
        _fail_or_try_again(claim, error)


def _act(claim: Claim, client: InstagramClient) -> None:
    unfollow, account = claim.unfollow, _account_id(claim.unfollow.connection)
    person_id = unfollow.person.instagram_user_id
    if not person_id:
        _fail(
            claim,
            "Instagram's id of this person is not known; sync the account, then queue them again.",
        )
    elif claim.must_look_up:
        _settle(claim, is_followed=_is_followed(client, account, person_id))
    elif claim.mine.filter(leased_until__gt=timezone.now() + CALL_TAKES).exists():
        client.unfollow(account, person_id)
        _finish(claim)
    else:
        _let_go(claim, is_outcome_unknown=True)


def _settle(claim: Claim, *, is_followed: bool) -> None:
    """What the list of following says about a call of which nobody knew."""
    if not is_followed:
        _finish(claim)
    elif claim.unfollow.tries >= MOST_TRIES:
        _fail(claim, f"Asked {MOST_TRIES} times, and Instagram still shows you following them.")
    else:
        _let_go(claim, is_outcome_unknown=False)


def _account_id(connection: Connection) -> str:
    return connection.instagram_user_id or connection.app_scoped_id or "me"


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


def _finish(claim: Claim) -> None:
    now = timezone.now()
    with transaction.atomic():
        if _write(
            claim, status=Unfollow.Status.DONE, done_at=now, is_outcome_unknown=False, error=""
        ):
            _record(Activity.Kind.UNFOLLOWED, claim)


def _let_go(claim: Claim, *, is_outcome_unknown: bool) -> None:
    """Back to its place in the queue, to be looked up or to be done the next time."""
    freed = {} if is_outcome_unknown else {"acted_at": None}
    _write(claim, status=Unfollow.Status.PENDING, is_outcome_unknown=is_outcome_unknown, **freed)


def _fail_or_try_again(claim: Claim, error: InstagramError) -> None:
    if claim.must_look_up or (
        claim.unfollow.tries < MOST_TRIES and (error.retry or isinstance(error, Rejected))
    ):
        # A refusal may mean that they are not followed any more: the look-up tells.
        _let_go(claim, is_outcome_unknown=True)
        _delay(claim)
    else:
        _fail(claim, f"{error} {error.advice}")


def _fail(claim: Claim, reason: str) -> None:
    with transaction.atomic():
        if _write(claim, status=Unfollow.Status.FAILED, error=reason, ended_at=timezone.now()):
            _record(Activity.Kind.UNFOLLOW_FAILED, claim, reason=reason)


def _rest(claim: Claim, limit: BudgetSpent | RateLimited | Blocked) -> None:
    """The queue rests as long as Instagram wants; the refused call has not happened."""
    now = timezone.now()
    resume_at = (
        limit.resume_at
        if isinstance(limit, BudgetSpent)
        else now + (limit.retry_after or AFTER_A_LIMIT)
    )
    _let_go(claim, is_outcome_unknown=claim.must_look_up)
    pause(claim.unfollow.connection, origin=WORKER, reason=_why_resting(limit), resume_at=resume_at)


def _why_resting(limit: BudgetSpent | RateLimited | Blocked) -> str:
    if isinstance(limit, BudgetSpent):
        return "The hour's calls to Instagram are spent."
    return f"{limit} {limit.advice}"


def _wait_for_the_user(claim: Claim, reason: str) -> None:
    _let_go(claim, is_outcome_unknown=claim.must_look_up)
    pause(claim.unfollow.connection, origin=WORKER, reason=reason)


def _go_on_by_hand(claim: Claim) -> None:
    _let_go(claim, is_outcome_unknown=False)
    Connection.objects.filter(pk=claim.unfollow.connection_id).update(lists_offered=False)
    set_mode(claim.unfollow.connection, Queue.Mode.GUIDED)


def _delay(claim: Claim) -> None:
    Queue.objects.filter(connection=claim.unfollow.connection).update(
        next_at=timezone.now() + timedelta(minutes=1)
    )


def _write(claim: Claim, **fields: object) -> bool:
    """Writes if the claim is still held, and lets go of it. Whoever has it now decides otherwise."""
    written = claim.mine.update(lease="", leased_until=None, **fields)
    if not written:
        log.warning("claim lost", unfollow=claim.unfollow.pk)
    return bool(written)


def _record(kind: Activity.Kind, claim: Claim, **details: object) -> None:
    unfollow = claim.unfollow
    record_activity(
        kind,
        user=unfollow.connection.user,
        connection=unfollow.connection,
        origin=WORKER,
        details={"username": unfollow.username, **details},
    )


def next_due_at() -> datetime | None:
    """When the next queue has its turn; None when none has anybody waiting."""
    queues = Queue.objects.filter(
        mode=Queue.Mode.API,
        connection__unfollows__status__in=[Unfollow.Status.PENDING, Unfollow.Status.DOING],
    )
    times = [
        max(filter(None, (queue.next_at, queue.resume_at)), default=timezone.now())
        for queue in queues.exclude(paused_at__isnull=False, resume_at__isnull=True).distinct()
    ]
    return min(times, default=None)
