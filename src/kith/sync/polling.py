"""Asks who commented under the account's posts, at the end of a sync.

Instagram delivers comments only to apps that Meta has reviewed, and tells nobody that it does not
(https://developers.facebook.com/docs/instagram-platform/webhooks, 2026-03). So kith always looks for itself as well:
newest posts first, and of the older ones those whose number of comments has changed. What a webhook told counts once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import structlog
from django.utils import timezone

from kith.accounts.models import AccessToken, Connection
from kith.core.instagram import (
    Comment,
    InstagramClient,
    InstagramError,
    Media,
    NotFound,
    NotUnderstood,
    PermissionMissing,
    RateLimited,
    event_key,
)
from kith.core.records import Direction, EventRecord, InteractionKind
from kith.people.services.events import extend_known_period, record_events, seen_keys
from kith.sync.budget import BudgetSpent, heed_refusal
from kith.sync.locks import outlasting_locks

log = structlog.get_logger("kith.sync")
PERMISSION = "instagram_business_manage_comments"
# A quarter of the 200 calls that kith may make in an hour unless told otherwise: the lists come first.
MOST_CALLS = 50
POSTS_A_PAGE = 100
# The newest thousand posts. An account with more is never known whole.
MOST_PAGES_OF_POSTS = 10
# Five hundred comments of a post; a post with more is never known whole.
MOST_PAGES_OF_COMMENTS = 10
# A comment that was deleted and another that was written leave the number of comments as it was. Most are written
# under new posts, so the newest are read in any case.
ALWAYS_READ = 10
NOT_PERMITTED = (
    f"Who commented under your posts is not known: Instagram wants the permission “{PERMISSION}” for it. "
    "Connect the account again and leave it ticked."
)


@dataclass
class Polled:
    """What a poll came to. `is_whole`: every comment there is was told, now or before."""

    new: int = 0
    unmatched: int = 0
    is_whole: bool = False
    notice: str = ""

    def told(self) -> dict[str, Any]:
        """As the job keeps it."""
        notices = [["comments-not-permitted", self.notice, None]] if self.notice else []
        return {"new": self.new, "unmatched": self.unmatched, "notices": notices}


def poll_comments(
    connection: Connection, client: InstagramClient, *, between: Callable[[], object] = lambda: None
) -> Polled:
    """Counts new comments until all are told, 50 calls are made, or Instagram wants no more; none of it is a failure.

    `between` is called before every call; what it raises ends the poll. What was counted by then stays.
    """
    polled = Polled()
    try:
        _Poll(connection, client, polled, between).go()
    except BudgetSpent as spent:
        log.info("polling ends early", connection=connection.pk, reason=str(spent))
    except PermissionMissing:
        polled.notice = NOT_PERMITTED
    except InstagramError as error:
        if isinstance(error, RateLimited):
            heed_refusal(error, connection.pk, 0)
        log.info("polling ends early", connection=connection.pk, reason=str(error))
    return polled


def is_permitted(connection: Connection) -> bool:
    """Whether asking makes sense. Nobody tells the permissions of a pasted token: then Instagram is asked."""
    token = AccessToken.objects.filter(connection=connection).first()
    return token is not None and (not token.scopes or PERMISSION in token.scopes.split(","))


class _Poll:
    """One walk over the posts."""

    def __init__(
        self,
        connection: Connection,
        client: InstagramClient,
        polled: Polled,
        between: Callable[[], object],
    ) -> None:
        self._connection = connection
        self._client = client
        self._polled = polled
        self._between = between
        self._calls = 0
        self._is_whole = True

    def go(self) -> None:
        """Reads whatever may hold something new; a time is known whole only if nothing was left out."""
        started = oldest = int(timezone.now().timestamp())
        for number, (post, is_known) in enumerate(self._posts(), start=1):
            oldest = min(oldest, _seconds_of(post) or started)
            if post.comments_count != 0 and (number <= ALWAYS_READ or not is_known):
                self._read(post)
        self._polled.is_whole = self._is_whole
        if self._is_whole and oldest < started:
            extend_known_period(
                self._connection, InteractionKind.COMMENT, Direction.RECEIVED, oldest, started
            )

    def _posts(self) -> Iterator[tuple[Media, bool]]:
        """Newest first, and of each whether it was read with just as many comments."""
        for page in self._pages():
            seen = seen_keys(self._connection, [_mark_of(post) for post in page])
            yield from ((post, _mark_of(post) in seen) for post in page)

    def _pages(self) -> Iterator[tuple[Media, ...]]:
        after = None
        for _ in range(MOST_PAGES_OF_POSTS):
            if not self._may_call():
                return
            page = self._client.media_page(after=after, limit=POSTS_A_PAGE)
            yield page.media
            after = page.after
            if after is None:
                return
        self._is_whole = False

    def _read(self, post: Media) -> None:
        """With the last of its comments the post is marked, in the same transaction."""
        comments: list[Comment] = []
        try:
            is_read = self._read_pages(post, comments)
        except (NotFound, NotUnderstood) as error:
            if error.retry:
                raise
            # Deleted in this moment, or told in a way nobody knows: the other posts are none the worse for it.
            log.info(
                "comments could not be read", connection=self._connection.pk, reason=str(error)
            )
            is_read = False
        is_whole = is_read and all(map(_is_told, comments))
        self._is_whole &= is_whole
        counted = outlasting_locks(record_events)(
            self._connection,
            [event for comment in comments for event in _events_of(comment)],
            remembering=[_mark_of(post)] if is_whole and post.comments_count is not None else [],
        )
        self._polled.new += counted.new
        self._polled.unmatched += counted.unmatched

    def _read_pages(self, post: Media, comments: list[Comment]) -> bool:
        """Whether the last page was among them."""
        after = None
        for _ in range(MOST_PAGES_OF_COMMENTS):
            if not self._may_call():
                return False
            page = self._client.comments_page(post.media_id, after)
            comments += page.comments
            after = page.after
            if after is None:
                return True
        return False

    def _may_call(self) -> bool:
        if self._calls >= MOST_CALLS:
            self._is_whole = False
            return False
        self._calls += 1
        self._between()
        return True


def _mark_of(post: Media) -> str:
    """What a post is remembered by: read with so many comments, it has told all."""
    return event_key("post", post.media_id, str(post.comments_count))


def _seconds_of(post: Media) -> int | None:
    return int(post.posted_at.timestamp()) if post.posted_at else None


def _is_told(comment: Comment) -> bool:
    """Whether it and all replies say by whom and when."""
    return bool(
        comment.username
        and comment.commented_at
        and not comment.has_more_replies
        and all(map(_is_told, comment.replies))
    )


def _events_of(comment: Comment) -> Iterator[EventRecord]:
    """The comment and the replies to it: whoever writes under a post writes to its owner too."""
    if comment.commented_at:
        yield EventRecord(
            key=event_key("comment", comment.comment_id),
            kind=InteractionKind.COMMENT,
            direction=Direction.RECEIVED,
            at=max(0, int(comment.commented_at.timestamp())),
            username=comment.username,
            person_id=comment.author_id,
        )
    for reply in comment.replies:
        yield from _events_of(reply)
