"""Tells Django about this app."""

from django.apps import AppConfig


class UnfollowConfig(AppConfig):
    name = "kith.unfollow"
    label = "unfollow"
