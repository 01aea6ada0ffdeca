"""The authorize page: choose an account to log in with, then allow or deny."""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit

from markupsafe import Markup
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Request, Response

from kith_sandbox.answers import page_response, template
from kith_sandbox.oauth.errors import OAuthError
from kith_sandbox.sandbox import CLIENT_ID, Sandbox
from kith_sandbox.tokens import BASIC, SCOPES
from kith_sandbox.world import Account, ImpossibleError

CALLBACK_PATH = "/auth/instagram/callback"
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}
_PASSED_ON = ("client_id", "redirect_uri", "response_type", "scope", "state")

_MEANINGS = {
    "instagram_business_basic": "See your profile, your posts and your numbers",
    "instagram_business_manage_comments": "See and answer comments on your posts",
    "instagram_business_manage_messages": "See and answer your messages",
    "instagram_business_content_publish": "Publish posts for you",
    "instagram_business_manage_insights": "See the insights of your account and posts",
}


def authorize(sandbox: Sandbox, request: Request) -> Response:
    """`GET /oauth/authorize` shows login and consent; `POST` is the answer of the person."""
    asked = request.values
    scopes = _checked(asked)
    if request.method == "GET" and not asked.get("account"):
        return _login_page(sandbox, request)
    try:
        account = sandbox.world.account(asked.get("account", ""))
    except ImpossibleError as reason:
        raise OAuthError(str(reason)) from None
    if request.method == "GET":
        return _consent_page(account, request, scopes)
    return _decided(sandbox, request, account, scopes)


def _checked(asked: MultiDict[str, str]) -> tuple[str, ...]:
    """The scopes asked for. Raises when the request could not have come from a registered app."""
    if asked.get("client_id") != CLIENT_ID:
        raise OAuthError("Invalid platform app")
    if not is_registered(asked.get("redirect_uri", "")):
        raise OAuthError("Invalid redirect_uri")
    if asked.get("response_type") != "code":
        raise OAuthError("Invalid response_type: code is the only one")
    scopes = asked.get("scope", "").replace(",", " ").split()
    unknown = [scope for scope in scopes if scope not in SCOPES]
    if unknown or BASIC not in scopes:
        raise OAuthError(f"Invalid scope field(s): {', '.join(unknown) or 'none given'}")
    return tuple(scopes)


def is_registered(redirect_uri: str) -> bool:
    """Whether a redirect URI is one that the app has configured: any loopback port, one path."""
    try:
        url = urlsplit(redirect_uri)
        host = url.hostname
    except ValueError:
        return False
    return (
        url.scheme in {"http", "https"}
        and host in _LOOPBACK
        and (url.path, url.query, url.fragment) == (CALLBACK_PATH, "", "")
    )


def _decided(
    sandbox: Sandbox, request: Request, account: Account, scopes: tuple[str, ...]
) -> Response:
    form = request.form
    answer: dict[str, str]
    if form.get("decision") == "allow":
        ticked = set(form.getlist("granted")) or set(scopes)
        possible = {*sandbox.switches.permissions_granted, BASIC}
        granted = tuple(s for s in scopes if s == BASIC or s in ticked & possible)
        code, _ = sandbox.issue(account, "code", granted, redirect=form["redirect_uri"])
        answer = {"code": code}
    else:
        answer = {
            "error": "access_denied",
            "error_reason": "user_denied",
            "error_description": "The user denied your request",
        }
    if "state" in form:
        answer["state"] = form["state"]
    # Instagram ends the address of a success with an empty-looking fragment.
    end = "#_" if "code" in answer else ""
    return Response(
        status=302, headers={"Location": f"{form['redirect_uri']}?{urlencode(answer)}{end}"}
    )


def _login_page(sandbox: Sandbox, request: Request) -> Response:
    choices = Markup("").join(
        template("login_choice").format(username=each.username, name=each.name, id=each.user_id)
        for each in sandbox.world.accounts.values()
    )
    body = template("login").format(hidden=_hidden(request), choices=choices)
    return page_response("Log in", body)


def _consent_page(account: Account, request: Request, scopes: tuple[str, ...]) -> Response:
    rows = Markup("").join(
        template("consent_scope").format(
            scope=scope,
            meaning=_MEANINGS[scope],
            disabled="disabled" if scope == BASIC else "",
        )
        for scope in scopes
    )
    back = "?" + urlencode({k: v for k, v in request.args.items() if k != "account"})
    body = template("consent").format(
        hidden=_hidden(request),
        username=account.username,
        id=account.user_id,
        basic=BASIC,
        scopes=rows,
        back=back,
    )
    return page_response("Allow access", body)


def _hidden(request: Request) -> Markup:
    return Markup("").join(
        Markup('<input type="hidden" name="{}" value="{}">').format(name, request.values[name])
        for name in _PASSED_ON
        if name in request.values
    )
