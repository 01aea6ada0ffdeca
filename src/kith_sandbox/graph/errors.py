"""What the Graph API answers when it refuses.

GraphError
 ├─ made by: no_token, dead_token, missing_permission, rate_limited
 └─ made by: nonexisting_field, unknown_path, missing_object, bad_parameter
The wording follows answers that were captured in public; see docs/sandbox.md.
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime

from werkzeug.wrappers import Response

from kith_sandbox.answers import json_response


class GraphError(Exception):
    """A refusal in the envelope of the Graph API."""

    def __init__(
        self,
        message: str,
        code: int,
        *,
        status: int = 400,
        kind: str = "OAuthException",
        subcode: int | None = None,
        transient: bool = False,
    ) -> None:
        super().__init__(message)
        self.message, self.code, self.status = message, code, status
        self.kind, self.subcode, self.transient = kind, subcode, transient

    def envelope(self) -> dict[str, object]:
        """The body of the answer."""
        error: dict[str, object] = {"message": self.message, "type": self.kind, "code": self.code}
        if self.subcode is not None:
            error["error_subcode"] = self.subcode
        if self.transient:
            error["is_transient"] = True
        error["fbtrace_id"] = "A" + secrets.token_urlsafe(16)
        return {"error": error}

    def response(self) -> Response:
        """The whole answer."""
        answer = json_response(self.envelope(), self.status)
        summary = self.message.replace('"', "'").replace("\n", " ")
        answer.headers["WWW-Authenticate"] = (
            f'OAuth "Facebook Platform" "invalid_request" "{summary}"'.encode(
                "ascii", "replace"
            ).decode()
        )
        return answer


def no_token() -> GraphError:
    """The call carries no token."""
    return GraphError(
        "An active access token must be used to query information about the current user.", 2500
    )


def unreadable_token() -> GraphError:
    """The token is not one of this sandbox."""
    return GraphError("Invalid OAuth access token - Cannot parse access token", 190)


def dead_token(subcode: int | None, *, expired_at: float, now: float) -> GraphError:
    """The token was good once."""
    reasons = {
        458: "The user has not authorized application sandbox-app.",
        459: "You cannot access the app till you log in to www.instagram.com and follow the steps.",
        460: "The session has been invalidated because the user changed their password.",
        463: f"Session has expired on {_spoken(expired_at)}. The current time is {_spoken(now)}.",
        464: "Sessions for the user are not allowed because the user is not a confirmed user.",
        467: "The session is invalid because the user logged out.",
    }
    reason = reasons.get(subcode or 0, "The session could not be validated.")
    return GraphError(f"Error validating access token: {reason}", 190, subcode=subcode)


def missing_permission() -> GraphError:
    """The user did not grant a scope that the call needs."""
    return GraphError("(#10) Application does not have permission for this action", 10)


def rate_limited(code: int, status: int) -> GraphError:
    """The hour's budget is spent."""
    if code == 4:
        return GraphError(
            "(#4) Application request limit reached", 4, status=status, transient=True
        )
    return GraphError(
        "There have been too many calls to this Instagram account. Wait a bit and try again.",
        code,
        status=status,
        subcode=2446079,
    )


def nonexisting_field(field: str, node: str) -> GraphError:
    """A field was asked for that the node does not have."""
    return GraphError(f"Tried accessing nonexisting field ({field}) on node type ({node})", 100)


def unknown_path(path: str) -> GraphError:
    """An edge or a version that is not there."""
    return GraphError(f"Unknown path components: {path}", 2500, kind="IGApiException")


def missing_object(object_id: str, method: str = "get") -> GraphError:
    """An object that does not exist or belongs to somebody else."""
    return GraphError(
        f"Unsupported {method.lower()} request. Object with ID '{object_id}' does not exist, "
        "cannot be loaded due to missing permissions, or does not support this operation.",
        100,
        kind="IGApiException",
        subcode=33,
    )


def unsupported_method(method: str) -> GraphError:
    """A method that the object does not take; a pending tester gets it at the exchange."""
    return GraphError(
        f"Unsupported request - method type: {method.lower()}", 100, kind="IGApiException"
    )


def bad_parameter(message: str) -> GraphError:
    """A parameter that cannot be used."""
    return GraphError(f"(#100) {message}", 100)


def _spoken(seconds: float) -> str:
    return datetime.fromtimestamp(int(seconds), UTC).strftime("%A, %d-%b-%y %H:%M:%S UTC")
