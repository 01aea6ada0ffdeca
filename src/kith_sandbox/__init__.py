"""A small Instagram to develop against: it has people, a clock and moods, and shares no code with kith."""
