"""What the account did, file by file: likes, comments, reactions to stories and saved posts, as interactions."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from kith.core.exports.archive import InteractionMember
from kith.core.exports.entries import ActEntry
from kith.core.exports.errors import NotUnderstood
from kith.core.exports.interactions import acts_html, acts_json
from kith.core.exports.interactions.display_names import DisplayNames
from kith.core.exports.interactions.owners import settled
from kith.core.exports.interactions.tally import InteractionTally
from kith.core.exports.labels import LabelPool
from kith.core.exports.times import Clock
from kith.core.records import Direction, InteractionRecord
from kith.core.wording import count


class Acts:
    """Reads one file after the other, and learns display names on the way."""

    def __init__(
        self,
        *,
        own_username: str | None,
        names: DisplayNames,
        labels: Callable[[InteractionMember], LabelPool],
        clock: Clock,
        tally: InteractionTally,
    ) -> None:
        self._own_username = own_username
        self._names = names
        self._labels = labels
        self._clock = clock
        self._tally = tally

    def records(self, file: InteractionMember) -> Iterator[InteractionRecord]:
        """Nothing is raised for a bad file: what it had is kept, and the outcome tells."""
        # Looked up once: there can be a million records.
        kind, given, wanted = file.place.file.kind, Direction.GIVEN, self._names.wanted
        tally = self._tally.kinds[kind]
        named = nameless = 0
        try:
            for act in settled(_entries_of(file, self._clock), lambda: self._labels(file)):
                if act is None:
                    nameless += 1
                    tally.unreadable += 1
                elif act.username is None:
                    nameless += 1
                    tally.unmatched += 1
                elif act.username == self._own_username:
                    named += 1
                    tally.own += 1
                else:
                    named += 1
                    if wanted and act.name:
                        self._names.learn(act.username, act.name)
                    yield InteractionRecord(act.username, kind, given, act.at)
            _refuse_nameless(named, nameless)
        except NotUnderstood as fault:
            self._tally.fail(kind, file.shown, str(fault), broke_off=named > 0)
        else:
            tally.files_read += 1


def _refuse_nameless(named: int, nameless: int) -> None:
    if nameless and not named:
        raise NotUnderstood(
            f"has {count(nameless, 'record')}, none of which tells whom it concerns"
        )


def _entries_of(file: InteractionMember, clock: Clock) -> Iterator[ActEntry]:
    if file.place.is_html:
        return acts_html.acts_in(file.chunks(), clock)
    if file.place.is_flat:
        return acts_json.flat_acts_in(file.read(), file.place.file, clock)
    return acts_json.acts_in(file.chunks(), file.place.file, clock)
