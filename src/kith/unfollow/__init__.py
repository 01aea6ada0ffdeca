"""Ends follows that the user has approved: approvals, the queue, its pace, and the two ways of doing it."""
