"""The watched folder: exports that are put there are imported by themselves, and never touched."""

from kith.sync.inbox.scanning import scan_inbox

__all__ = ["scan_inbox"]
