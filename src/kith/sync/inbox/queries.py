"""Reads of the watched folder: what lies there and was not taken in."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from kith.accounts.models import User
from kith.sync.models import InboxLook


def left_lying() -> QuerySet[InboxLook]:
    """Files with a reason why they were not taken in; those with a `due_at` are tried again by themselves."""
    return InboxLook.objects.exclude(reason="").order_by("path")


def left_lying_of(user: User) -> QuerySet[InboxLook]:
    """The user's own. What is nobody's is shown to the only user, or to staff."""
    mine = Q(user=user)
    if user.is_staff or not User.objects.filter(is_active=True).exclude(pk=user.pk).exists():
        mine |= Q(user__isnull=True)
    return left_lying().filter(mine)
