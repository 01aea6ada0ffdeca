"""The messages of an export as interactions, conversation by conversation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from kith.core.exports.archive import InteractionMember
from kith.core.exports.errors import NotUnderstood
from kith.core.exports.interactions.conversations import Conversations, Pair, Unattributed
from kith.core.exports.interactions.messages import (
    Message,
    flat_threads_in,
    html_messages_in,
    messages_in,
    participants_in,
    title_in,
)
from kith.core.exports.interactions.tally import InteractionTally
from kith.core.exports.own_account import OwnAccount
from kith.core.exports.times import Clock
from kith.core.exports.usernames import as_username
from kith.core.records import Direction, InteractionKind, InteractionRecord

_MESSAGE = InteractionKind.MESSAGE


class Correspondence:
    """All conversations. Who takes part is read at once, the messages when they are asked for."""

    def __init__(
        self,
        files: Sequence[InteractionMember],
        own: OwnAccount,
        *,
        clock: Clock,
        tally: InteractionTally,
    ) -> None:
        self._files = files
        self._own = own
        self._clock = clock
        self._tally = tally
        self._kind = tally.kinds[_MESSAGE]
        self._threads: dict[str, list[InteractionMember]] = {}
        for file in files:
            if file.place.thread:
                self._threads.setdefault(file.place.thread, []).append(file)
        self.conversations = Conversations(
            {thread: self._participants(files[0]) for thread, files in self._threads.items()},
            (own.name, own.username),
        )

    def records(self, names: Mapping[str, str]) -> Iterator[InteractionRecord]:
        """`names` are usernames by display name. Nothing is raised for a bad file; the outcome tells of it."""
        for thread, files in self._threads.items():
            pair = self.conversations.between(thread)
            if files[0].place.is_html:
                yield from self._of_pages(files, pair, names)
            else:
                for file in files:
                    yield from self._of_file(file, pair, names)
        for file in self._files:
            if file.place.is_flat:
                yield from self._of_flat_file(file)

    def _participants(self, file: InteractionMember) -> tuple[str, ...]:
        """Nobody, where the file does not tell; what is wrong with it is told when its messages are read."""
        try:
            if not file.place.is_html:
                return participants_in(file.chunks())
            # A page tells only of the other one, or of the group; its messages will show which.
            names = (self._own.name or self._own.username, title_in(file.chunks()))
            return tuple(name for name in names if name)
        except NotUnderstood:
            return ()

    def _of_file(
        self, file: InteractionMember, pair: Pair | Unattributed, names: Mapping[str, str]
    ) -> Iterator[InteractionRecord]:
        try:
            messages, is_group = messages_in(file.read(), self._clock)
        except NotUnderstood as fault:
            self._tally.fail(_MESSAGE, file.shown, str(fault), broke_off=False)
            return
        self._kind.files_read += 1
        yield from self._attributed(messages, Unattributed.GROUP if is_group else pair, names)

    def _of_pages(
        self,
        files: Sequence[InteractionMember],
        pair: Pair | Unattributed,
        names: Mapping[str, str],
    ) -> Iterator[InteractionRecord]:
        """Only all pages of a conversation together show whether it is one with a single other person."""
        messages: list[Message | None] = []
        for file in files:
            before = len(messages)
            try:
                messages += html_messages_in(file.chunks(), self._clock)
            except NotUnderstood as fault:
                self._tally.fail(_MESSAGE, file.shown, str(fault), broke_off=len(messages) > before)
            else:
                self._kind.files_read += 1
        senders = {message.sender for message in messages if message}
        if isinstance(pair, Pair) and senders - {pair.own, pair.other}:
            pair = Unattributed.GROUP
        elif isinstance(pair, Pair) and pair.other not in senders:
            # Only the account wrote: the title may be a person's name, or that of a group.
            pair = Unattributed.UNKNOWN
        yield from self._attributed(messages, pair, names)

    def _of_flat_file(self, file: InteractionMember) -> Iterator[InteractionRecord]:
        """Until 2020 people had their usernames in conversations, so nobody has to be looked up."""
        own = self._own.username
        any_read = False
        try:
            for thread in flat_threads_in(file.chunks(), self._clock):
                if thread is None:
                    self._kind.unreadable += 1
                    continue
                any_read = True
                participants, messages = thread
                names = [as_username(name) or "" for name in participants]
                others = [name for name in names if name != own]
                if len(names) == 2 and len(others) == 1 and others[0]:
                    pair = Pair(own or "", others[0])
                    yield from self._between(messages, pair, others[0])
                else:
                    self._leave_out(
                        messages, Unattributed.GROUP if len(names) > 2 else Unattributed.UNKNOWN
                    )
        except NotUnderstood as fault:
            self._tally.fail(_MESSAGE, file.shown, str(fault), broke_off=any_read)
        else:
            self._kind.files_read += 1

    def _attributed(
        self,
        messages: Iterable[Message | None],
        pair: Pair | Unattributed,
        names: Mapping[str, str],
    ) -> Iterator[InteractionRecord]:
        username = names.get(pair.other) if isinstance(pair, Pair) else None
        if isinstance(pair, Pair) and username:
            yield from self._between(messages, pair, username)
        else:
            self._leave_out(messages, Unattributed.UNKNOWN if isinstance(pair, Pair) else pair)

    def _between(
        self, messages: Iterable[Message | None], pair: Pair, username: str
    ) -> Iterator[InteractionRecord]:
        for message in messages:
            direction = pair.side(message.sender) if message else None
            if message is None:
                self._kind.unreadable += 1
            elif direction is None:
                self._kind.unmatched += 1
            else:
                yield InteractionRecord(username, _MESSAGE, direction, message.at)
                if direction is Direction.GIVEN and message.reactions:
                    yield from _likes(message, pair, username)

    def _leave_out(self, messages: Iterable[Message | None], why: Unattributed) -> None:
        count = 0
        for message in messages:
            if message is None:
                self._kind.unreadable += 1
            else:
                count += 1
        if why is Unattributed.GROUP:
            self._tally.in_groups += count
        elif why is Unattributed.ALONE:
            self._kind.own += count
        else:
            self._kind.unmatched += count
            self._kind.of_the_gone += count if why is Unattributed.DELETED else 0


def _likes(message: Message, pair: Pair, username: str) -> Iterator[InteractionRecord]:
    """What the other one thought of a message: beside messages the only sign of others in an export.

    Older exports tell no time of it. It is soon after the message, so the message's stands for it. The account's own
    reactions are left out: likes given are those of posts and comments.
    """
    for actor, at in message.reactions:
        if actor == pair.other:
            yield InteractionRecord(
                username, InteractionKind.LIKE, Direction.RECEIVED, at or message.at
            )
