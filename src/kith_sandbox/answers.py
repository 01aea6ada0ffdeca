"""How answers are written: JSON as the Graph API sends it, and pages of the sandbox's own."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files

from markupsafe import Markup
from werkzeug.wrappers import Response


def json_response(body: object, status: int = 200) -> Response:
    """A JSON answer in compact ASCII, as the Graph API writes it."""
    text = json.dumps(body, separators=(",", ":"))
    return Response(text, status, content_type="application/json; charset=UTF-8")


def page_response(title: str, body: Markup, status: int = 200) -> Response:
    """A page in the sandbox's frame."""
    text = template("frame").format(title=title, body=body)
    return Response(text, status, content_type="text/html; charset=utf-8")


@cache
def template(name: str) -> Markup:
    """A page or a part of one, to be filled with `format`, which escapes what it puts in."""
    return Markup(resource(f"{name}.html"))  # noqa: S704 -- our own file.


@cache
def resource(name: str) -> str:
    """The text of a file that belongs to the pages."""
    return (files("kith_sandbox") / "pages" / name).read_text("utf-8")
