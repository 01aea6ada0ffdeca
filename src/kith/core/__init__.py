"""What kith knows in plain Python: records, the Instagram client, the reader of exports. No Django below."""
