"""The way to a token: the consent page's address, its answer, three calls, and their refusals.

Facts: https://developers.facebook.com/docs/instagram-platform/instagram-api-with-instagram-login/
business-login (2026-03). A code is valid for an hour, and once.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlencode

from kith.core.instagram.calling import Call
from kith.core.instagram.config import InstagramConfig
from kith.core.instagram.errors import InstagramError, LoginRefused
from kith.core.instagram.redact import redact
from kith.core.instagram.tokens import Token

# What Instagram says, the reason it stands for, and what helps. Its texts vary: matched loosely.
_REFUSALS = (
    (
        r"redirect",
        "redirect_mismatch",
        "Enter the redirect address in the app dashboard exactly as here, to the last slash.",
    ),
    (
        r"platform app|client_id",
        "wrong_app",
        "Set INSTAGRAM_APP_ID to the Instagram app's id, not the Meta app's.",
    ),
    (
        r"secret",
        "wrong_secret",
        "Set INSTAGRAM_APP_SECRET to the Instagram app's secret, not the Meta app's.",
    ),
    (r"scope", "wrong_scope", "Add the permissions in the app dashboard, then start again."),
    (
        r"Unsupported request - method type",
        "tester_pending",
        "Accept the tester invitation in Instagram's settings (Apps and websites) and start again.",
    ),
    (
        r"code was not found|already|been used|expired",
        "code_used",
        "Start again: a code works once, and for an hour.",
    ),
)
_REASON_OF_SUBCODE = {36007: "code_used", 36008: "redirect_mismatch", 36009: "code_used"}


def authorization_url(config: InstagramConfig, state: str) -> str:
    """Where to send the browser. Raises ValueError without a redirect_uri to come back to."""
    if not config.redirect_uri:
        raise ValueError("redirect_uri must be set: Instagram sends the browser back to it.")
    query = {
        "client_id": config.app_id,
        "redirect_uri": config.redirect_uri,
        "response_type": "code",
        "scope": ",".join(config.scopes),
        "state": state,
    }
    return f"{config.authorize_url}?{urlencode(query)}"


def code_from_callback(parameters: Mapping[str, str]) -> str:
    """The code that the browser brought back. Raises LoginRefused when it brought none."""
    code = _bare(parameters.get("code", ""))
    if code and "error" not in parameters:
        return code
    if parameters.get("error_reason") == "user_denied" and parameters.get("error_code") != "200":
        raise LoginRefused(
            "Instagram was not allowed to share the account with kith.",
            reason="denied",
            advice="Nothing was connected. To connect after all, start again and choose Allow.",
        )
    said = redact(parameters.get("error_description", "no reason given"))[:200]
    raise LoginRefused(
        f"Instagram did not connect the account: {said}.",
        reason="denied" if "error" in parameters else "other",
        advice="While the app is in development mode, only its testers' accounts can connect.",
    )


def code_call(config: InstagramConfig, code: str) -> Call:
    """Exchanges the code of the callback for a token of one hour."""
    form = {
        "client_id": config.app_id,
        "client_secret": config.app_secret,
        "grant_type": "authorization_code",
        "redirect_uri": config.redirect_uri,
        "code": _bare(code),
    }
    secrets = (config.app_secret, _bare(code))
    return Call(method="POST", url=config.token_url, form=form, secrets=secrets)


def long_lived_call(config: InstagramConfig, short: Token) -> Call:
    """Exchanges a token of one hour for one of about 60 days."""
    params = {
        "grant_type": "ig_exchange_token",
        "client_secret": config.app_secret,
        "access_token": short.value,
    }
    secrets = (config.app_secret, short.value)
    return Call(
        method="GET", url=config.unversioned("access_token"), params=params, secrets=secrets
    )


def refresh_call(config: InstagramConfig, token: Token) -> Call:
    """Renews a token of 60 days that is at least 24 hours old."""
    return Call(
        method="GET",
        url=config.unversioned("refresh_access_token"),
        params={"grant_type": "ig_refresh_token", "access_token": token.value},
        secrets=(token.value,),
    )


def login_refusal(error: InstagramError) -> LoginRefused:
    """`error`, met on the way to a token, in the words of somebody who wants to connect."""
    message, by_subcode = str(error), _REASON_OF_SUBCODE.get(error.subcode or 0)
    for pattern, reason, advice in _REFUSALS:
        if by_subcode == reason or (not by_subcode and re.search(pattern, message, re.IGNORECASE)):
            return LoginRefused(
                message, reason=reason, advice=advice, code=error.code, subcode=error.subcode
            )
    return LoginRefused(message, reason="other", code=error.code, subcode=error.subcode)


def _bare(code: str) -> str:
    """Instagram appends `#_` to the address; it stays when a person pastes it."""
    return code.strip().removesuffix("#_")
