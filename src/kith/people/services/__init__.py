"""What changes the ledger: staging a snapshot, applying it, holding it, discarding it."""
