"""Reads the export that Instagram gives every user: whose it is, when it was made, its lists of people, interactions.

Whatever is damaged, cut or unknown is told apart from what is empty.
"""

from kith.core.exports.account import AccountExport
from kith.core.exports.completeness import ListOutcome, maybe_cut
from kith.core.exports.errors import (
    AccountNotChosen,
    AccountNotFound,
    Damaged,
    Encrypted,
    ExportError,
    NoRelationshipData,
    NotAnExport,
    TooLarge,
    UnsafeName,
    WrongPlatform,
)
from kith.core.exports.export import Export, choose_account, open_export
from kith.core.exports.interactions.reading import InteractionReading, Named
from kith.core.exports.interactions.tally import InteractionOutcome
from kith.core.exports.limits import Limits
from kith.core.exports.needed import Need, is_needed, need_of
from kith.core.exports.page_header import DateRange
from kith.core.exports.reading import ListReading

__all__ = [
    "AccountExport",
    "AccountNotChosen",
    "AccountNotFound",
    "Damaged",
    "DateRange",
    "Encrypted",
    "Export",
    "ExportError",
    "InteractionOutcome",
    "InteractionReading",
    "Limits",
    "ListOutcome",
    "ListReading",
    "Named",
    "Need",
    "NoRelationshipData",
    "NotAnExport",
    "TooLarge",
    "UnsafeName",
    "WrongPlatform",
    "choose_account",
    "is_needed",
    "maybe_cut",
    "need_of",
    "open_export",
]
