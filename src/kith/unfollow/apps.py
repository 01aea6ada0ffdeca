"""Tells Django about this app."""

from django.apps import AppConfig


class UnfollowConfig(AppConfig):
    name = "kith.unfollow"
    label = "unfollow"

    def ready(self) -> None:
        from kith.people import signals  # noqa: PLC0415 - models load first
        from kith.unfollow import tasks  # noqa: F401, PLC0415 - the worker knows them by their being imported
        from kith.unfollow.services import verifying  # noqa: PLC0415 - as above

        signals.snapshot_applied.connect(
            verifying.verify_unfollows, dispatch_uid="verify unfollows"
        )
        signals.snapshot_undone.connect(
            verifying.take_verdicts_back, dispatch_uid="take verdicts back"
        )
