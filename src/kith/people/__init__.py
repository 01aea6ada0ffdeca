"""The ledger: people, the snapshots they were seen in, and what changed between them."""
