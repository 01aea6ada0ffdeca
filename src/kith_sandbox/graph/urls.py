"""Where nodes and edges are, below an optional version."""

from __future__ import annotations

import re

from kith_sandbox.graph.errors import unknown_path

# Versions live about two years; in mid-2026 v19.0 was the oldest that answered.
_VERSION = re.compile(r"/v(?P<major>\d+)(?:\.(?P<minor>\d+))?(?=/|$)")
_OLDEST, _NEWEST = 19, 99


def without_version(path: str) -> str:
    """The path behind the version. Raises a `GraphError` for a version that does not exist."""
    match = _VERSION.match(path)
    if match is None:
        return path
    rest = path[match.end() :]
    if match["minor"] != "0" or not _OLDEST <= int(match["major"]) <= _NEWEST:
        raise unknown_path(rest or "/")
    return rest


def node_and_edge(path: str) -> tuple[str, str]:
    """The id and the edge (or "") of a path. Raises a `GraphError` for anything longer."""
    node_id, _, edge = path.strip("/").partition("/")
    if not node_id or "/" in edge:
        raise unknown_path("/" + (edge or node_id))
    return node_id, edge
