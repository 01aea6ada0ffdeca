"""The `fields` parameter: `id,text,from{id,username},replies{id}`."""

from __future__ import annotations

import re

from kith_sandbox.graph.errors import bad_parameter

Fields = dict[str, "Fields"]

# Modifiers such as `.limit(5)` are read and ignored.
_TOKEN = re.compile(r"\s*(?:(?P<name>\w+)(?:\.\w+\([^)]*\))*|(?P<sign>[{},]))\s*")


def parse_fields(text: str) -> Fields:
    """Names with the names inside their braces. Raises a `GraphError` when braces do not match."""
    stack: list[Fields] = [{}]
    last = ""
    place = 0
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None:
            raise _unreadable(text[place:])
        place = match.end()
        if match["name"]:
            last = match["name"]
            stack[-1][last] = {}
        elif match["sign"] == "{" and last:
            stack.append(stack[-1][last])
        elif match["sign"] == "}" and len(stack) > 1:
            stack.pop()
        elif match["sign"] != ",":
            raise _unreadable(text[place - 1 :])
    if len(stack) > 1:
        raise _unreadable("end of string")
    return stack[0]


def _unreadable(rest: str) -> Exception:
    return bad_parameter(f"Syntax error at {rest[:40]!r} in the fields parameter")
