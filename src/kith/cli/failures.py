"""How a command fails: with a sentence and an exit status."""

from __future__ import annotations


class Failure(Exception):
    """The sentence goes to standard error; `exit_code` is 1 unless the command's contract says otherwise."""

    exit_code = 1
