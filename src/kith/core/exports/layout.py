"""Which files belong together: finds the exports within containers, and unites the parts of one export."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from kith.core.exports.archive import Container, InteractionMember, Member, StoredFile
from kith.core.exports.errors import NotUnderstood
from kith.core.exports.needed import (
    FLAT_LISTS,
    FLAT_PROFILE,
    NO_DATA,
    OWN_ACCOUNT,
)
from kith.core.exports.own_account import OwnAccount, own_account
from kith.core.exports.paths import root_of
from kith.core.exports.titles import Title, title_of
from kith.core.records import ListName, Notice

# A place in a list that one file fills: the list, the part of it, and the format.
Slot = tuple[str, int, bool]


@dataclass
class Piece:
    """The needed files below one folder of one container; after uniting, those of one whole export."""

    members: list[Member]
    title: Title
    interactions: list[InteractionMember] = field(default_factory=list)
    own: OwnAccount = field(default_factory=OwnAccount)
    notices: list[Notice] = field(default_factory=list)
    clashes: dict[str, str] = field(default_factory=dict)

    @property
    def username(self) -> str | None:
        return self.own.username or self.title.username

    @property
    def exported_on(self) -> date | None:
        return self.title.exported_on

    @property
    def has_lists(self) -> bool:
        return any(slots_of(member) for member in self.members)

    @property
    def has_empty_section(self) -> bool:
        return any(member.name.kind == NO_DATA for member in self.members)


def slots_of(member: Member) -> frozenset[Slot]:
    """The places in the two lists that a file fills; none for the other files."""
    kind, number, is_html = member.name.kind, member.name.number, member.name.is_html
    if kind == FLAT_LISTS:
        return frozenset((name, 1, False) for name in ListName)
    return frozenset({(kind, number, is_html)}) if kind in set(ListName) else frozenset()


def pieces_of(container: Container) -> Iterator[Piece]:
    """One piece for each folder that Instagram's folders lie in; one container can hold several accounts."""
    by_root: dict[tuple[str, ...], Piece] = {}
    for member in container.members:
        _at_root(by_root, member).members.append(member)
    for file in container.interactions:
        _at_root(by_root, file).interactions.append(file)
    for root, piece in sorted(by_root.items()):
        is_flat = any(member.name.kind in {FLAT_LISTS, FLAT_PROFILE} for member in piece.members)
        piece.title = title_of([*reversed(root), container.name], is_flat=is_flat)
        _read_own_account(piece)
        _settle_clashes(piece)
        yield piece


def _at_root(by_root: dict[tuple[str, ...], Piece], file: StoredFile) -> Piece:
    root = root_of(file.path.split("/")[:-1])
    return by_root.setdefault(root, Piece([], Title()))


def _read_own_account(piece: Piece) -> None:
    for member in piece.members:
        if member.name.kind in {OWN_ACCOUNT, FLAT_PROFILE} and piece.own.username is None:
            try:
                piece.own = own_account(member, piece.title.username)
            except NotUnderstood as fault:
                message = f"{member.shown} {fault}. Whose export it is was taken from elsewhere."
                piece.notices.append(Notice("own-account-unreadable", message, member.shown))


def _settle_clashes(piece: Piece) -> None:
    """The same file twice is read once; two different files for one place make the list unreadable."""
    filled: dict[Slot, Member] = {}
    kept = []
    for member in piece.members:
        rival = next((filled[slot] for slot in slots_of(member) if slot in filled), None)
        if rival and digest_of(rival) == digest_of(member):
            continue
        if rival:
            for name, _, _ in slots_of(member) & filled.keys():
                piece.clashes[name] = (
                    f"{rival.shown} and {member.shown} are different files for the same part of the "
                    "list. Give only the one that is right."
                )
        filled |= dict.fromkeys(slots_of(member), member)
        kept.append(member)
    piece.members = kept


def digest_of(member: Member) -> bytes:
    """The SHA-256 of the content; of a damaged file, of its size."""
    try:
        return hashlib.sha256(member.read()).digest()
    except NotUnderstood:
        return hashlib.sha256(f"damaged, {member.size} bytes".encode()).digest()


def unite(pieces: Iterable[Piece]) -> list[Piece]:
    """Joins what is of the same account and day and does not contradict itself; what says most comes first.

    A piece that fits several exports, because it does not say whose it is, stays alone.
    """
    united: list[Piece] = []
    for piece in sorted(pieces, key=_silence):
        fitting = [other for other in united if _fits(other, piece)]
        if len(fitting) == 1:
            _join(fitting[0], piece)
        else:
            united.append(piece)
    return united


def _silence(piece: Piece) -> int:
    return (piece.username is None) * 2 + (piece.exported_on is None)


def _fits(one: Piece, other: Piece) -> bool:
    if one.title == other.title and one.title.username:
        same = True
    else:
        same = _agree(one.username, other.username) and _agree(one.exported_on, other.exported_on)
    return same and not _contradict(one.members, other.members)


def _agree(one: object, other: object) -> bool:
    return one is None or other is None or one == other


def _contradict(ours: Sequence[Member], theirs: Sequence[Member]) -> bool:
    filled = {slot: member for member in ours for slot in slots_of(member)}
    return any(
        slot in filled and digest_of(filled[slot]) != digest_of(member)
        for member in theirs
        for slot in slots_of(member)
    )


def _join(whole: Piece, part: Piece) -> None:
    whole.own = whole.own if whole.own.username else part.own
    whole.title = Title(
        whole.title.username or part.title.username,
        whole.title.exported_on or part.title.exported_on,
    )
    whole.interactions += part.interactions
    whole.notices += part.notices
    whole.clashes |= part.clashes
    filled = {slot for member in whole.members for slot in slots_of(member)}
    known = {(member.name, digest_of(member)) for member in whole.members if not slots_of(member)}
    for member in part.members:
        slots = slots_of(member)
        is_known = slots <= filled if slots else (member.name, digest_of(member)) in known
        if not is_known:
            whole.members.append(member)
