"""`/{id}/subscribed_apps`: which events of an account are delivered to the app."""

from __future__ import annotations

from kith_sandbox.control.actions import perform
from kith_sandbox.graph.ask import Ask
from kith_sandbox.graph.errors import bad_parameter, unsupported_method
from kith_sandbox.sandbox import CLIENT_ID

# As Meta's own refusal lists them, and as its SDK does (facebook-python-business-sdk 25.0.2, 2026-06-24).
FIELDS = (
    "agent_messages", "comment_poll_response", "comments", "creator_marketplace_invited_creator_onboarding",
    "creator_marketplace_projects", "delta", "follow", "live_comments", "mentions", "message_edit", "message_reactions",
    "messages", "messaging_handover", "messaging_optins", "messaging_postbacks", "messaging_referral", "messaging_seen",
    "onboarding_welcome_message_series", "share_to_story", "standby", "story_insights", "story_poll_response",
    "story_reactions",
)  # fmt: skip


def subscribed_apps(ask: Ask) -> dict[str, object]:
    """GET tells what is subscribed to, POST sets it, DELETE ends it. One unknown name fails the whole call."""
    method = ask.request.method
    if method == "GET":
        subscribed = list(ask.account.subscribed)
        return {"data": [{"id": CLIENT_ID, "subscribed_fields": subscribed}] if subscribed else []}
    if method not in {"POST", "DELETE"}:
        raise unsupported_method(method)
    names = _wanted(ask) if method == "POST" else []
    perform(ask.sandbox, "subscribe", {"account": ask.account.username, "fields": ",".join(names)})
    return {"success": True}


def _wanted(ask: Ask) -> list[str]:
    names = ask.request.values.get("subscribed_fields", "").split(",")
    for place, name in enumerate(names):
        if name not in FIELDS:
            known = ", ".join(each.upper() for each in FIELDS)
            raise bad_parameter(
                f'Param subscribed_fields[{place}] must be one of {{{known}}} - got "{name}".'
            )
    return names
