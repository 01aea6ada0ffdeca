"""Who uses kith: users, the Instagram accounts they track, their tokens, and the log of what was done."""
