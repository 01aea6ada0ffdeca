"""Where the control page and the control API are."""

from __future__ import annotations

from werkzeug.routing import Rule

from kith_sandbox.control import views

CONTROL = [
    Rule("/sandbox/", endpoint=views.page, methods=["GET"]),
    Rule("/sandbox/state", endpoint=views.state, methods=["GET"]),
    Rule("/sandbox/people", endpoint=views.people, methods=["GET"]),
    Rule("/sandbox/calls", endpoint=views.calls, methods=["GET"]),
    Rule("/sandbox/export", endpoint=views.export, methods=["GET"]),
    Rule("/sandbox/style.css", endpoint=views.style, methods=["GET"]),
    *(
        Rule(f"/sandbox/{name}", endpoint=views.talk, defaults={"action": name}, methods=["POST"])
        for name in views.TALKS
    ),
    Rule("/sandbox/<action>", endpoint=views.act, methods=["POST"]),
]
