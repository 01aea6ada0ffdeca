"""Tells Django about this app."""

from django.apps import AppConfig


class SyncConfig(AppConfig):
    name = "kith.sync"
    label = "sync"
