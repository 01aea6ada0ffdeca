"""The calls that an app makes: each is logged, counted, perhaps made to fail, and then answered."""

from __future__ import annotations

import json
from collections.abc import Callable

from werkzeug.exceptions import MethodNotAllowed
from werkzeug.wrappers import Request, Response

from kith_sandbox.answers import json_response
from kith_sandbox.calls import Call, Usage
from kith_sandbox.faults import Fault
from kith_sandbox.graph.ask import Ask, living_token, token_text
from kith_sandbox.graph.errors import GraphError, rate_limited
from kith_sandbox.graph.responses import edge, node
from kith_sandbox.graph.urls import node_and_edge, without_version
from kith_sandbox.mishaps import failed_answer, suffer, truncated
from kith_sandbox.oauth import exchange
from kith_sandbox.oauth.errors import OAuthError
from kith_sandbox.sandbox import Sandbox
from kith_sandbox.tokens import Token
from kith_sandbox.world import Account

_SECRETS = {"access_token", "client_secret", "code"}

Exchange = Callable[[Sandbox, Request], dict[str, object]]
_TOKEN_ENDPOINTS: dict[str, tuple[str, Exchange]] = {
    "/oauth/access_token": ("POST", exchange.access_token),
    "/access_token": ("GET", exchange.long_lived),
    "/refresh_access_token": ("GET", exchange.refresh),
}


def answer_call(sandbox: Sandbox, request: Request) -> Response:
    """The answer to a call of a token endpoint or of the Graph API."""
    with sandbox.lock:
        call, fault = _begin(sandbox, request)
    if fault is not None:
        suffer(sandbox, fault)
    with sandbox.lock:
        answer = failed_answer(sandbox, fault) if fault else None
        answer = answer or _right_answer(sandbox, request, fault)
        _add_usage(sandbox, request, answer)
        if fault is not None and fault.name == "truncated-json":
            answer = truncated(answer)
        call.status = answer.status_code
    return answer


def _begin(sandbox: Sandbox, request: Request) -> tuple[Call, Fault | None]:
    """Log and count the call, and find out whether it is one that must fail."""
    path = _unversioned(request.path)
    token = sandbox.read(token_text(request))
    account = sandbox.world.account_or_none(token.account_id) if token else None
    pattern = _pattern(path, account)
    fault = sandbox.faults.take((path, pattern))
    call = Call(
        at=sandbox.clock.now(),
        method=request.method,
        path=path,
        query={name: value for name, value in request.args.items() if name not in _SECRETS},
        account=account.username if account else None,
        token=token.serial if token else None,
        fault=fault.name if fault else None,
    )
    sandbox.calls.add(call, pattern)
    if token is not None and path not in _TOKEN_ENDPOINTS:
        sandbox.calls.spend(token.serial, call.at, sandbox.switches.rate_limit)
    return call, fault


def _unversioned(path: str) -> str:
    try:
        return without_version(path)
    except GraphError:
        return path


def _pattern(path: str, account: Account | None) -> str:
    """A path in which ids do not matter: `/me/media`, `/{id}/comments`."""
    first, slash, rest = path.lstrip("/").partition("/")
    if account is not None and first in {account.app_scoped_id, account.user_id}:
        first = "me"
    return "/" + ("{id}" if first.isdecimal() else first) + slash + rest


def _right_answer(sandbox: Sandbox, request: Request, fault: Fault | None) -> Response:
    try:
        return json_response(_body(sandbox, request, fault))
    except (GraphError, OAuthError) as refusal:
        return refusal.response()


def _body(sandbox: Sandbox, request: Request, fault: Fault | None) -> dict[str, object]:
    if request.path in _TOKEN_ENDPOINTS:
        method, view = _TOKEN_ENDPOINTS[request.path]
        if request.method != method:
            raise MethodNotAllowed([method])
        return view(sandbox, request)
    node_id, edge_name = node_and_edge(without_version(request.path))
    text = token_text(request)
    token, account = living_token(sandbox, text)
    switches = sandbox.switches
    if _usage(sandbox, token).is_spent:
        raise rate_limited(switches.rate_code, switches.rate_status)
    ask = Ask(sandbox, request, account, token, text, fault.name if fault else None)
    return edge(ask, node_id, edge_name) if edge_name else node(ask, node_id)


def _usage(sandbox: Sandbox, token: Token) -> Usage:
    return sandbox.calls.usage(token.serial, sandbox.clock.now(), sandbox.switches.rate_limit)


def _add_usage(sandbox: Sandbox, request: Request, answer: Response) -> None:
    """The two usage headers: percentages of the hour, and minutes to wait at the end of it."""
    token = sandbox.read(token_text(request))
    account = sandbox.world.account_or_none(token.account_id) if token else None
    if token is None or account is None or request.path in _TOKEN_ENDPOINTS:
        return
    usage = _usage(sandbox, token)
    of_app = sandbox.calls.app_percent(sandbox.clock.now(), sandbox.switches.rate_limit)
    of_account = {
        "type": "instagram",
        **_shares(usage.percent),
        "estimated_time_to_regain_access": usage.minutes_to_wait,
    }
    answer.headers["X-App-Usage"] = json.dumps(_shares(of_app))
    answer.headers["X-Business-Use-Case-Usage"] = json.dumps({account.user_id: [of_account]})


def _shares(percent: int) -> dict[str, int]:
    return {"call_count": percent, "total_cputime": percent // 4, "total_time": percent // 3}
