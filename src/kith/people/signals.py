"""What the ledger tells those who build on it."""

from django.dispatch import Signal

# Sent with `snapshot`, inside the transaction that has just applied it: what a receiver writes is committed with it
# or not at all, and what it raises undoes the whole.
snapshot_applied = Signal()

# Sent with `snapshot` at the end of the transaction that undoes it, when the ledger is as it was before.
snapshot_undone = Signal()
