"""The Instagram client: OAuth, reading, paging, limits, and errors that say what to do."""

from kith.core.instagram.answers import Comment, CommentsPage, Media, MediaPage
from kith.core.instagram.client import InstagramClient
from kith.core.instagram.config import DEFAULT_SCOPES, InstagramConfig
from kith.core.instagram.errors import (
    Blocked,
    InstagramError,
    ListsNotOffered,
    LoginRefused,
    NonexistingField,
    NotFound,
    NotUnderstood,
    OutcomeUnknown,
    PermissionMissing,
    PointsToItself,
    RateLimited,
    RefreshRefused,
    Rejected,
    TokenDead,
    Transient,
    UnknownPath,
    Unreachable,
)
from kith.core.instagram.limits import CallBudget, RateUsage
from kith.core.instagram.oauth import code_from_callback
from kith.core.instagram.redact import RedactSecrets, redact
from kith.core.instagram.signatures import NotSigned, SignedRequest, is_signed, signed_request_in
from kith.core.instagram.tokens import Token
from kith.core.instagram.webhooks import Delivery, delivery_in, event_key, fields_for

__all__ = [
    "DEFAULT_SCOPES",
    "Blocked",
    "CallBudget",
    "Comment",
    "CommentsPage",
    "Delivery",
    "InstagramClient",
    "InstagramConfig",
    "InstagramError",
    "ListsNotOffered",
    "LoginRefused",
    "Media",
    "MediaPage",
    "NonexistingField",
    "NotFound",
    "NotSigned",
    "NotUnderstood",
    "OutcomeUnknown",
    "PermissionMissing",
    "PointsToItself",
    "RateLimited",
    "RateUsage",
    "RedactSecrets",
    "RefreshRefused",
    "Rejected",
    "SignedRequest",
    "Token",
    "TokenDead",
    "Transient",
    "UnknownPath",
    "Unreachable",
    "code_from_callback",
    "delivery_in",
    "event_key",
    "fields_for",
    "is_signed",
    "redact",
    "signed_request_in",
]
