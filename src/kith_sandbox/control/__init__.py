"""The control page and API under /sandbox/: what tests and developers do to the world."""
