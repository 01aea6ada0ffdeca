"""The control page: the state in a few tables, and a form for every action."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup
from werkzeug.wrappers import Response

from kith_sandbox.answers import page_response, template
from kith_sandbox.control.happenings import HAPPENINGS
from kith_sandbox.export.eras import ERAS
from kith_sandbox.faults import FAULTS
from kith_sandbox.webhooks.control import CALLBACKS
from kith_sandbox.webhooks.payloads import DELIVERED, SHAPES
from kith_sandbox.webhooks.sending import SIGNATURES


def control_page(state: dict[str, Any], *, done: str) -> Response:
    """The page for a state as `/sandbox/state` tells it; `done` is what has just been done."""
    names = [account["username"] for account in state["accounts"]]
    body = template("control").format(
        done=Markup('<p class="done" role="status">{}</p>').format(done) if done else "",
        now=state["clock"]["now"],
        frozen="standing still" if state["clock"]["frozen"] else "running",
        seed=state["seed"],
        lists="on" if state["switches"]["lists"] else "off, as at Instagram",
        calls=state["calls"]["total"],
        accounts=_rows(state["accounts"], "username", "following", "followers", "mutuals"),
        tokens=_rows(state["tokens"], "serial", "account", "kind", "expires_at", "calls_last_hour"),
        faults=_rows(state["faults"], "name", "times", "skip", "path"),
        account_options=_options(names),
        kind_options=_options(list(HAPPENINGS)),
        fault_options=_options([*FAULTS, "none"]),
        era_options=_options(sorted(ERAS, reverse=True)),
        webhook=state["webhook"],
        delivered_options=_options(list(DELIVERED)),
        shape_options=_options(list(SHAPES)),
        signature_options=_options(list(SIGNATURES)),
        callback_options=_options(list(CALLBACKS)),
    )
    return page_response("Control", body)


def _rows(rows: list[dict[str, object]], *names: str) -> Markup:
    cells = (
        Markup("").join(Markup("<td>{}</td>").format(row[name]) for name in names) for row in rows
    )
    nothing = Markup('<tr><td colspan="{}">none</td></tr>').format(len(names))
    return Markup("").join(Markup("<tr>{}</tr>").format(each) for each in cells) or nothing


def _options(words: list[str]) -> Markup:
    return Markup("").join(Markup("<option>{}</option>").format(word) for word in words)
