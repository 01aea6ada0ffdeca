"""The WSGI application: the sandbox's own pages, and every other path as a call of the API."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import nullcontext
from typing import TYPE_CHECKING, cast

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from kith_sandbox.answers import json_response
from kith_sandbox.control.asked import ControlError
from kith_sandbox.control.urls import CONTROL
from kith_sandbox.control.views import talk
from kith_sandbox.metering import answer_call
from kith_sandbox.oauth.consent import authorize
from kith_sandbox.oauth.errors import OAuthError
from kith_sandbox.pictures import picture
from kith_sandbox.sandbox import Sandbox

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

View = Callable[..., Response]

_OWN_PLACES = ("/sandbox", "/pictures/", "/oauth/authorize", "/favicon.ico")


def _home(_: Sandbox, __: Request) -> Response:
    return redirect("/sandbox/")


def _no_icon(_: Sandbox, __: Request) -> Response:
    return Response(status=204)


_PAGES = Map(
    [
        Rule("/", endpoint=_home, methods=["GET"]),
        Rule("/favicon.ico", endpoint=_no_icon, methods=["GET"]),
        Rule("/pictures/<picture_of>.svg", endpoint=picture, methods=["GET"]),
        Rule("/oauth/authorize", endpoint=authorize, methods=["GET", "POST"]),
        *CONTROL,
    ]
)


class App:
    """Serves one sandbox."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        request = Request(environ)
        try:
            response = self._answer(request)
        except HTTPException as error:
            return error(environ, start_response)
        return response(environ, start_response)

    def _answer(self, request: Request) -> Response:
        if request.path != "/" and not request.path.startswith(_OWN_PLACES):
            return answer_call(self.sandbox, request)
        try:
            view, arguments = _PAGES.bind_to_environ(request.environ).match()
            with nullcontext() if view is talk else self.sandbox.lock:
                return cast("View", view)(self.sandbox, request, **arguments)
        except ControlError as reason:
            return json_response({"error": str(reason)}, 400)
        except OAuthError as refusal:
            return refusal.response()
