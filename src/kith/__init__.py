"""kith: an honest ledger of an Instagram account's relationships."""

__version__ = "0.1.0"
