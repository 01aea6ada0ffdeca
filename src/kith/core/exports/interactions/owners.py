"""To whom the account did something: which label of a record names them, in whatever language it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from kith.core.exports.entries import Act, ActEntry, Labelled
from kith.core.exports.labels import NAME_LABELS, USERNAME_LABELS, LabelPool
from kith.core.exports.text import folded, remembered, repair_mojibake
from kith.core.exports.usernames import as_username, username_of_story

# Seen in exports of 2022 to 2026; other languages are told by the shape of the values.
OWNER_LABELS = frozenset(
    map(
        folded,
        ("Media Owner", "Media-eigenaar", "Proprietario del contenuto multimediale"),
    )
)
# What stands beside them in comments, and must not be taken for a username: many comments are one word.
_TEXT_LABELS = frozenset(
    map(
        folded,
        (
            *("Comment", "Opmerking", "Kommentar", "Commento", "Commentaire", "Comentario"),
            *("Comentário", "Time", "Tijd", "Uhrzeit", "Hora"),
        ),
    )
)
_OWNER_TITLES = frozenset({"owner", "author"})
# So many records show which label it is; holding all of them would cost memory that grows with the file.
_ENOUGH_RECORDS = 500


# A title above labels, and what they say; None is the title of those that stand outside of all blocks.
Group = tuple[str | None, Mapping[str, str]]


@remembered
def is_username_label(label: str) -> bool:
    return folded(repair_mojibake(label)) in USERNAME_LABELS


@remembered
def is_name_label(label: str) -> bool:
    return folded(repair_mojibake(label)) in NAME_LABELS


@remembered
def is_owner_title(title: str) -> bool:
    return folded(title) in _OWNER_TITLES


def act_of_texts(texts: Mapping[str, str], at: int | None) -> ActEntry:
    """Of a table such as that of a comment: its text and whose post it is under, in the language of the account."""
    for label, value in texts.items():
        if folded(label) in OWNER_LABELS:
            return Act(as_username(value), at)
    values = {label: value for label, value in texts.items() if folded(label) not in _TEXT_LABELS}
    return Labelled(values, at) if values else Act(None, at)


def act_of_groups(groups: Sequence[Group], at: int | None) -> ActEntry:
    """Whoever the group titled as owner names; without one, the only person that is named anywhere."""
    owners = [(title, act) for title, values in groups if (act := _owner(values, at))]
    titled = [act for title, act in owners if title and is_owner_title(title)]
    if titled or len({act.username for _, act in owners}) == 1:
        return (titled or [act for _, act in owners])[0]
    if owners:
        return Act(None, at)
    links = (username_of_story(value) for _, values in groups for value in values.values())
    story = next(filter(None, links), None)
    if story:
        return Act(story, at)
    # In a language that kith does not know, the block that tells most is the owner's: a hashtag has only a name.
    largest = max((values for title, values in groups if title is not None), key=len, default={})
    return Labelled(largest, at) if len(largest) > 1 else Act(None, at)


def _owner(values: Mapping[str, str], at: int | None) -> Act | None:
    for label, value in values.items():
        if is_username_label(label):
            username = as_username(value)
            name = next((value for label, value in values.items() if is_name_label(label)), None)
            return Act(username, at, name) if username else None
    return None


def settled(entries: Iterable[ActEntry], pool: Callable[[], LabelPool]) -> Iterator[Act | None]:
    """Tells of each labelled entry to whom it was; the first of them once enough have been seen to know the label."""
    held: list[Labelled] = []
    labels: LabelPool | None = None
    for entry in entries:
        if not isinstance(entry, Labelled):
            yield entry
        elif labels:
            yield _act(entry, labels)
        else:
            held.append(entry)
            if len(held) == _ENOUGH_RECORDS:
                labels = _learned(held, pool())
                yield from (_act(each, labels) for each in held)
                held = []
    if held:
        labels = _learned(held, pool())
        yield from (_act(each, labels) for each in held)


def _learned(records: list[Labelled], labels: LabelPool) -> LabelPool:
    # Where there is but one label, nothing shows that its values are names and not short texts.
    if any(len(record.values) > 1 for record in records):
        labels.learn(records)
    return labels


def _act(record: Labelled, labels: LabelPool) -> Act:
    person = labels.person(record)
    if person is None:
        return Act(None, record.since)
    return Act(person.username, record.since, person.name)
