"""A small Instagram to develop against: it has people, a clock and moods.

It shares no code with kith.
"""
