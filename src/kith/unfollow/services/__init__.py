"""What changes the queue: approving, pausing, clearing, doing, verifying."""
