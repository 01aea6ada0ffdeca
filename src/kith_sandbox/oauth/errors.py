"""Refusals of the login and the code exchange: a flat body, not the Graph envelope."""

from __future__ import annotations

from werkzeug.wrappers import Response

from kith_sandbox.answers import json_response


class OAuthError(Exception):
    """A refusal; `code` in its body repeats the HTTP status."""

    def response(self) -> Response:
        """The whole answer."""
        body = {"error_type": "OAuthException", "code": 400, "error_message": str(self)}
        return json_response(body, 400)


BAD_CODE = "Matching code was not found or was already used"
