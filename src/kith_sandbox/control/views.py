"""What /sandbox/ shows: the state, the truth about people, the log of calls, an export."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from kith_sandbox.answers import json_response, resource
from kith_sandbox.clock import iso
from kith_sandbox.control.actions import perform
from kith_sandbox.control.asked import Asked, ControlError
from kith_sandbox.control.page import control_page
from kith_sandbox.export.eras import ERAS
from kith_sandbox.export.labels import LOCALES
from kith_sandbox.export.writer import write_export
from kith_sandbox.sandbox import Sandbox
from kith_sandbox.webhooks.control import call_back, deliver, register
from kith_sandbox.world import FOLLOWERS, FOLLOWING, Account, ImpossibleError

TALKS = {"webhook": register, "deliver": deliver, "call-back": call_back}


def act(sandbox: Sandbox, request: Request, action: str) -> Response:
    """`POST /sandbox/{action}`: JSON is answered with JSON, a form with the control page."""
    return _answered(request, action, perform(sandbox, action, _fields(request)))


def talk(sandbox: Sandbox, request: Request, action: str) -> Response:
    """The same for what makes the sandbox call the app, while others may call the sandbox."""
    try:
        answer = TALKS[action](sandbox, Asked(_fields(request)))
    except ImpossibleError as reason:
        raise ControlError(str(reason)) from None
    return _answered(request, action, answer)


def _fields(request: Request) -> dict[str, Any]:
    if not request.is_json:
        return request.form.to_dict()
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise ControlError("The body must be one JSON object.")
    return body


def _answered(request: Request, action: str, answer: dict[str, object]) -> Response:
    if request.is_json or "text/html" not in request.headers.get("Accept", ""):
        return json_response(answer)
    done = ", ".join(f"{name} {value}" for name, value in answer.items())
    return redirect("/sandbox/?" + urlencode({"done": f"{action}: {done}"}), 303)


def page(sandbox: Sandbox, request: Request) -> Response:
    """`GET /sandbox/`."""
    return control_page(state_of(sandbox), done=request.args.get("done", ""))


def state(sandbox: Sandbox, _: Request) -> Response:
    """`GET /sandbox/state`."""
    return json_response(state_of(sandbox))


def state_of(sandbox: Sandbox) -> dict[str, object]:
    """The clock, the accounts with their true counts, tokens and calls."""
    now = sandbox.clock.now()
    return {
        "clock": {
            "now": iso(now),
            "epoch": now,
            "offset_seconds": round(sandbox.clock.offset, 3),
            "frozen": sandbox.clock.frozen_at is not None,
        },
        "seed": sandbox.seed,
        "born_at": iso(sandbox.world.born_at),
        "switches": sandbox.switches.to_json(),
        "accounts": [_account_state(sandbox, each) for each in sandbox.world.accounts.values()],
        "tokens": [_token_state(sandbox, serial, now) for serial in sandbox.tokens],
        "calls": {"total": sandbox.calls.total, "by_path": dict(sandbox.calls.by_path)},
        "faults": [fault.to_json() for fault in sandbox.faults.waiting],
        "webhook": sandbox.webhook,
    }


def _account_state(sandbox: Sandbox, account: Account) -> dict[str, object]:
    world = sandbox.world
    following, followers = world.count(account, FOLLOWING), world.count(account, FOLLOWERS)
    mutuals = world.mutuals(account)
    return {
        "username": account.username,
        "name": account.name,
        "id": account.app_scoped_id,
        "user_id": account.user_id,
        "following": following,
        "followers": followers,
        "mutuals": mutuals,
        "not_following_back": following - mutuals,
        "fans": followers - mutuals,
        "unfollows": [
            {"username": each.username, "at": iso(each.at), "by": each.by}
            for each in account.unfollows
        ],
        "subscribed": account.subscribed,
    }


def _token_state(sandbox: Sandbox, serial: str, now: float) -> dict[str, object]:
    token = sandbox.tokens[serial]
    account = sandbox.world.account(token.account_id)
    return {
        "serial": serial,
        "account": account.username,
        "kind": token.kind,
        "scopes": token.scopes,
        "issued_at": iso(token.issued_at),
        "expires_at": iso(token.expires_at),
        "alive": sandbox.death_of(token, account) is None,
        "calls": sandbox.calls.by_token[serial],
        "calls_last_hour": sandbox.calls.in_last_hour(serial, now),
    }


def people(sandbox: Sandbox, request: Request) -> Response:
    """`GET /sandbox/people?account=`: both lists as they truly are, newest follow first."""
    account = _account(sandbox, request)
    body = {name: list(_listed(sandbox, account, name)) for name in (FOLLOWING, FOLLOWERS)}
    return json_response({"account": account.username, **body})


def _listed(sandbox: Sandbox, account: Account, name: str) -> Iterator[dict[str, object]]:
    for number, since in sandbox.world.listed(account, name):
        person = sandbox.world.person(number)
        yield {
            "id": person.id,
            "username": person.username,
            "name": person.name,
            "biography": person.biography,
            "verified": person.verified,
            "followers_count": person.followers_count,
            "follows_count": person.follows_count,
            "since": since,
        }


def calls(sandbox: Sandbox, request: Request) -> Response:
    """`GET /sandbox/calls?limit=`: the latest calls, oldest first."""
    limit = Asked(request.args).whole("limit", 1_000, low=1, high=20_000)
    return json_response({"calls": [call.to_json() for call in sandbox.calls.log][-limit:]})


def export(sandbox: Sandbox, request: Request) -> Response:
    """`GET /sandbox/export?account=&era=&format=&days=&locale=&deleted=`: the ZIP."""
    asked = Asked(request.args)
    asked.allow("account", "era", "format", "days", "locale", "deleted")
    folder = tempfile.TemporaryDirectory(prefix="kith-sandbox-")
    try:
        archive = write_export(
            sandbox.world,
            _account(sandbox, request).username,
            Path(folder.name),
            at=int(sandbox.clock.now()),
            era=asked.choice("era", ERAS, "E6"),
            file_format=asked.choice("format", ("json", "html"), "json"),
            days=asked.whole("days", low=1, high=36_500) if asked.has("days") else None,
            locale=asked.choice("locale", LOCALES, "en"),
            with_deleted=asked.flag("deleted"),
        )
    except (ControlError, ValueError) as reason:
        folder.cleanup()
        raise ControlError(str(reason)) from None
    response = Response(
        _Pieces(archive, folder),
        content_type="application/zip",
    )
    response.content_length = archive.stat().st_size
    response.headers.set("Content-Disposition", "attachment", filename=archive.name)
    return response


class _Pieces:
    """The bytes of a file, whose folder goes when the answer has been sent or given up."""

    def __init__(self, path: Path, folder: tempfile.TemporaryDirectory[str]) -> None:
        self._file = path.open("rb")
        self._folder = folder

    def __iter__(self) -> Iterator[bytes]:
        while piece := self._file.read(65_536):
            yield piece

    def close(self) -> None:
        self._file.close()
        self._folder.cleanup()


def _account(sandbox: Sandbox, request: Request) -> Account:
    try:
        return sandbox.world.account(Asked(request.args).text("account"))
    except ImpossibleError as reason:
        raise ControlError(str(reason)) from None


def style(_: Sandbox, __: Request) -> Response:
    """`GET /sandbox/style.css`."""
    return Response(resource("style.css"), content_type="text/css; charset=utf-8")
