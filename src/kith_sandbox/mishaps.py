"""How a call fails when it was told to: silence, broken bodies, and every error code."""

from __future__ import annotations

from collections.abc import Callable

from werkzeug.wrappers import Response

from kith_sandbox.answers import json_response
from kith_sandbox.faults import CODE_FAULTS, TOKEN_FAULTS, Fault
from kith_sandbox.graph.errors import GraphError, dead_token, rate_limited
from kith_sandbox.listener import DroppedError
from kith_sandbox.sandbox import Sandbox

_SERVER_ERROR = (
    "<!DOCTYPE html><html><head><title>Error</title></head>"
    "<body><h1>Sorry, something went wrong.</h1></body></html>"
)


def suffer(sandbox: Sandbox, fault: Fault) -> None:
    """What happens on the wire before any answer. Call it without holding the lock."""
    if fault.name in {"slow", "timeout"}:
        sandbox.stopping.wait(fault.seconds)
    if fault.name in {"drop-connection", "timeout"}:
        raise DroppedError


def failed_answer(sandbox: Sandbox, fault: Fault) -> Response | None:
    """The answer that takes the place of the right one, if this fault has one."""
    if fault.name in TOKEN_FAULTS:
        now = sandbox.clock.now()
        return dead_token(TOKEN_FAULTS[fault.name], expired_at=now, now=now).response()
    if fault.name in CODE_FAULTS:
        return _code(sandbox, CODE_FAULTS[fault.name]).response()
    make = _BODIES.get(fault.name)
    return make(fault) if make else None


def truncated(answer: Response) -> Response:
    """The first half of an answer, as if it were all."""
    whole = answer.get_data()
    answer.set_data(whole[: len(whole) // 2])
    return answer


def _code(sandbox: Sandbox, code: int) -> GraphError:
    limited = sandbox.switches.rate_status
    if code in {4, 80002}:
        return rate_limited(code, limited)
    errors = {
        1: GraphError("An unknown error occurred", 1),
        2: GraphError("Service temporarily unavailable", 2, status=503),
        10: GraphError(
            "(#10) Application does not have permission for this action", 10, status=403
        ),
        17: GraphError("User request limit reached", 17, status=limited),
        32: GraphError("Page request limit reached", 32, status=limited),
        200: GraphError("(#200) Requires instagram_business_basic permission", 200, status=403),
        368: GraphError(
            "The action attempted has been deemed abusive or is otherwise disallowed",
            368,
            status=403,
        ),
        613: GraphError("Calls to this api have exceeded the rate limit.", 613, status=limited),
    }
    return errors[code]


def _page_500(_: Fault) -> Response:
    return Response(_SERVER_ERROR, 500, content_type="text/html; charset=utf-8")


def _too_many(fault: Fault) -> Response:
    answer = json_response({"error": {"message": "Too many requests"}}, 429)
    answer.headers["Retry-After"] = str(round(fault.seconds))
    return answer


def _error_in_200(_: Fault) -> Response:
    return json_response(GraphError("An unknown error occurred", 1).envelope())


def _transient(_: Fault) -> Response:
    return GraphError("An unexpected error has occurred.", 99, transient=True).response()


def _not_json(_: Fault) -> Response:
    return Response("Service Unavailable", 200, content_type="text/plain; charset=utf-8")


_BODIES: dict[str, Callable[[Fault], Response]] = {
    "http-500-html": _page_500,
    "http-429": _too_many,
    "error-in-200": _error_in_200,
    "is-transient": _transient,
    "not-json": _not_json,
}
