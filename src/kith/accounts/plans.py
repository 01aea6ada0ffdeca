"""What a plan allows, as data. Whoever runs kith for themselves has the one plan that there is."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from kith.accounts.models import User

# A tenth earlier or later: accounts connected in the same minute do not come back in the same minute for ever.
JITTER = 0.1


@dataclass(frozen=True)
class Plan:
    """`sync_interval` lies between the end of one sync and the next that kith begins by itself."""

    sync_interval: timedelta

    def next_sync_after(self, moment: datetime) -> datetime:
        """One interval later, give or take a tenth of it."""
        return moment + self.sync_interval * random.uniform(1 - JITTER, 1 + JITTER)


# A day tells in which day somebody came or left, and costs a large account no more calls than it has.
SELF_HOSTED = Plan(sync_interval=timedelta(hours=24))


def plan_of(user: User) -> Plan:  # noqa: ARG001 - everybody has the same plan
    return SELF_HOSTED
