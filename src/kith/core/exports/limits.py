"""How much an export may hold before it is taken for a bomb. Only needed files count: photos are never read."""

from __future__ import annotations

from dataclasses import dataclass

MIB = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """Sizes in bytes. How deep JSON and HTML may nest is limited by their parsers, at 1,000 and 256 levels."""

    # Exports of 2021 hold all followers in one document: 240 MB for a million.
    member_bytes: int = 512 * MIB
    total_bytes: int = 2048 * MIB
    # A million liked posts are 1.3 GB since 2026. They are read in small pieces, so size costs time and no memory.
    interaction_bytes: int = 4096 * MIB
    interaction_total_bytes: int = 16_384 * MIB
    # Instagram begins a new file of a conversation behind 10,000 messages, so this one is read whole.
    thread_bytes: int = 128 * MIB
    # A 30 GB archive of photos has some 300,000 files, its directory some 35 MB.
    members: int = 500_000
    directory_bytes: int = 64 * MIB
    # Lists of people shrink to a tenth or a thirtieth; deflate can do 1,032 at most, which no list reaches.
    ratio: int = 200
    # A small file may shrink as it likes: it does no harm.
    ratio_from_bytes: int = MIB
    # The longest path that Linux takes.
    path_length: int = 4096
