"""What the readers of JSON and HTML give for each record of a file, in the order of the file."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from kith.core.records import PersonRecord


class Labelled(msgspec.Struct, frozen=True, gc=False):
    """A record of labels and values. Labels are localised, so whose it is shows only beside its neighbours."""

    values: Mapping[str, str]
    since: int | None = None
    since_is_exact: bool = True


# None is a record that names nobody.
Entry = PersonRecord | Labelled | None


class Act(msgspec.Struct, frozen=True, gc=False):
    """Something that the account did. `username` is to whom, None where the record does not say.

    `at` is in epoch seconds. `name` is how they call themselves, as the file has it.
    """

    username: str | None
    at: int | None
    name: str | None = None


# None is a record that is none.
ActEntry = Act | Labelled | None
