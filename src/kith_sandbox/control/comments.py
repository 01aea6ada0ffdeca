"""Lets somebody comment under a post of an account, or answer a comment."""

from __future__ import annotations

from kith_sandbox.control.asked import Asked
from kith_sandbox.media import OWNER, Comment
from kith_sandbox.sandbox import Sandbox
from kith_sandbox.words import COMMENTS
from kith_sandbox.world import Account, ImpossibleError


def comment(sandbox: Sandbox, asked: Asked, at: float) -> dict[str, object]:
    """`post` counts from the newest, 0; without `username` somebody new comments, by the account's own the account."""
    asked.allow("account", "username", "post", "reply_to")
    account = sandbox.world.account(asked.text("account"))
    posts = sandbox.gallery.of(account)
    media = posts[asked.whole("post", 0, high=len(posts) - 1)]
    parent = _parent(sandbox, account, asked.text("reply_to", ""))
    author = _author(sandbox, account, asked.text("username", ""))
    written = sandbox.gallery.write(
        parent.media_id if parent else media.id,
        author,
        COMMENTS[int(at) % len(COMMENTS)],
        int(at),
        parent=parent,
    )
    name = account.username if author == OWNER else sandbox.world.username(author)
    return {"id": written.id, "media_id": written.media_id, "username": name}


def _parent(sandbox: Sandbox, account: Account, comment_id: str) -> Comment | None:
    """A reply to a reply belongs to the comment on top, as at Instagram."""
    if not comment_id:
        return None
    found = sandbox.gallery.comments.get(comment_id)
    if found is None or sandbox.gallery.media[found.media_id].account is not account:
        raise ImpossibleError(f"{account.username} has no comment {comment_id!r}.")
    return sandbox.gallery.comments[found.parent_id] if found.parent_id else found


def _author(sandbox: Sandbox, account: Account, username: str) -> int:
    if username == account.username:
        return OWNER
    try:
        number = sandbox.world.find(username)
    except ImpossibleError:
        number = sandbox.world.newcomer(account, username or None)
    if not account.first_number <= number < account.next_number:
        raise ImpossibleError(f"{username!r} lives around another account.")
    return number
