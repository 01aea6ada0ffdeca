"""Whose export it is, as its own page about the account says. Keys are in the language of the account."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from kith.core.exports.archive import Member
from kith.core.exports.errors import NotUnderstood
from kith.core.exports.json_documents import UNREADABLE_JSON
from kith.core.exports.labels import NAME_LABELS, USERNAME_LABELS
from kith.core.exports.needed import FLAT_PROFILE
from kith.core.exports.relationships_html import table_in
from kith.core.exports.text import folded, repair_mojibake
from kith.core.exports.usernames import as_username


@dataclass(frozen=True)
class OwnAccount:
    username: str | None = None
    name: str | None = None


def own_account(member: Member, expected: str | None) -> OwnAccount:
    """Reads personal_information or, of before 2021, profile.json. Raises NotUnderstood.

    `expected` is the username in the name of the archive: found among the values, it needs no known label.
    """
    document = member.read()
    is_flat = member.name.kind == FLAT_PROFILE
    values = table_in(document) if member.name.is_html else _values(document, is_flat=is_flat)
    username = as_username(_labelled(values, USERNAME_LABELS))
    if username is None and expected in map(as_username, values.values()):
        username = expected
    return OwnAccount(username, (_labelled(values, NAME_LABELS) or "").strip() or None)


def _labelled(values: Mapping[str, str], labels: frozenset[str]) -> str | None:
    return next((value for label, value in values.items() if folded(label) in labels), None)


def _values(document: bytes, *, is_flat: bool) -> dict[str, str]:
    try:
        content = msgspec.json.decode(document.removeprefix(b"\xef\xbb\xbf"))
    except UNREADABLE_JSON:
        raise NotUnderstood("is not valid JSON") from None
    if is_flat:
        fields = content if isinstance(content, dict) else {}
        return {key: value for key, value in fields.items() if isinstance(value, str)}
    return {
        repair_mojibake(key): repair_mojibake(entry["value"])
        for key, entry in _string_map(content).items()
        if isinstance(entry, dict) and isinstance(entry.get("value"), str)
    }


def _string_map(content: Any) -> dict[str, Any]:
    """`profile_user: [{string_map_data: …}]`, with or without its list and its key."""
    while isinstance(content, list | dict) and content:
        if isinstance(content, dict) and isinstance(content.get("string_map_data"), dict):
            return dict(content["string_map_data"])
        content = content[0] if isinstance(content, list) else next(iter(content.values()))
    return {}
