"""Reads of users, connections and the activity log."""

from __future__ import annotations

from django.db.models import QuerySet

from kith.accounts.models import Activity, Connection, Preferences, User


def connections_of(user: User) -> QuerySet[Connection]:
    return Connection.objects.filter(user=user).select_related("token").order_by("username")


def connection_named(user: User, username: str) -> Connection | None:
    """The user's connection of that Instagram name, with or without `@`, in any case."""
    return connections_of(user).filter(username=username.strip().lstrip("@").lower()).first()


def user_by_email(email: str) -> User | None:
    return User.objects.filter(email__iexact=email.strip()).first()


def activities_of(user: User) -> QuerySet[Activity]:
    return Activity.objects.filter(user=user).order_by("-id")


def preferences_of(user: User) -> Preferences:
    """What the user has set, or the defaults (not stored)."""
    return Preferences.objects.filter(user=user).first() or Preferences(user=user)
