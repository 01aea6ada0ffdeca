"""The archive that Instagram sends to a user who asks for their information."""
