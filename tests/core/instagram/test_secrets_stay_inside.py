"""Whatever fails: no token, code, secret or address leaves the client in an error or a log."""

import logging
import traceback
from collections.abc import Callable

import httpx2
import pytest

from kith.core.instagram import InstagramClient, InstagramError, Token
from tests.core.instagram.stage import CONFIG, NOW, SECRET, TOKEN, TOKEN_VALUE, Stage, answer, error

CODE = "AQB9invented-code-x7"
# Not in Instagram's usual form: it must be known, not recognised.
ODD_TOKEN = Token(value="odd.token.of.a.gateway", issued_at=NOW)
ECHO = f"{TOKEN_VALUE} {ODD_TOKEN.value} {SECRET} {CODE} access_token={TOKEN_VALUE}"
FAILURES: list[httpx2.Response | httpx2.TransportError] = [
    *[
        error(code, ECHO)
        for code in (1, 3, 4, 10, 17, 100, 110, 190, 230, 368, 506, 613, 2500, 80002)
    ],
    error(100, ECHO, error_subcode=33),
    error(190, f"Cannot parse access token {ECHO}"),
    error(100, f"Tried accessing nonexisting field ({TOKEN_VALUE}) {ECHO}"),
    error(None, ECHO, 500),
    error(None, ECHO, 401),
    answer({"error": ECHO}),
    answer({"error_type": "OAuthException", "code": 400, "error_message": ECHO}, 400),
    answer({"success": False, "message": ECHO}),
    answer({"data": ECHO, "username": 7, "access_token": 7}),
    answer({"access_token": f"{ECHO} with spaces", "username": [ECHO]}),
    httpx2.Response(200, text=f"<p>{ECHO}</p>"),
    httpx2.Response(200, content=b'{"username": "\xff' + ECHO.encode()),
    httpx2.Response(500, text=ECHO),
    httpx2.Response(429, text=ECHO),
    httpx2.Response(302, headers={"Location": f"https://x/?access_token={TOKEN_VALUE}"}),
    *[
        kind(f"failed for https://graph.instagram.com/?access_token={TOKEN_VALUE}")
        for kind in (
            httpx2.ConnectError,
            httpx2.ReadTimeout,
            httpx2.ReadError,
            httpx2.RemoteProtocolError,
            httpx2.ConnectTimeout,
            httpx2.PoolTimeout,
            httpx2.LocalProtocolError,
            httpx2.ProxyError,
            httpx2.WriteError,
            httpx2.UnsupportedProtocol,
        )
    ],
]
CALLS: dict[str, Callable[[InstagramClient], object]] = {
    "exchange_code": lambda client: client.exchange_code(CODE),
    "exchange_long_lived": lambda client: client.exchange_long_lived(ODD_TOKEN),
    "refresh": lambda client: client.refresh(),
    "own_account": lambda client: client.own_account(),
    "following_page": lambda client: client.following_page("1"),
    "person": lambda client: client.person("2"),
    "comments_page": lambda client: client.comments_page("3"),
    "unfollow": lambda client: client.unfollow("1", "2"),
}


def chain(problem: BaseException | None) -> list[BaseException]:
    """The exception with all its causes and contexts."""
    if problem is None:
        return []
    return [problem, *chain(problem.__cause__), *chain(problem.__context__)]


def everything_in(problem: BaseException) -> str:
    texts = [traceback.format_exc(), "".join(traceback.format_exception(problem))]
    for link in chain(problem):
        texts += [
            str(link),
            repr(link),
            repr(link.args),
            repr(vars(link)),
            *getattr(link, "__notes__", []),
        ]
    return "\n".join(texts)


@pytest.mark.parametrize("token", [TOKEN, ODD_TOKEN], ids=["usual", "odd"])
@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("reply", FAILURES, ids=range(len(FAILURES)))
def test_no_failure_carries_a_secret_or_an_address(
    reply: httpx2.Response, call: str, token: Token, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="httpx2")
    stage = Stage(reply)
    with pytest.raises(InstagramError) as failure, stage.client(token) as client:
        CALLS[call](client)
    written = everything_in(failure.value)
    # What looks like a token, and every address, stay out always; the rest, where it was sent.
    for forbidden in {TOKEN_VALUE, "https://", "instagram.com"} | sent_in(stage):
        assert forbidden not in written
    for forbidden in sent_in(stage):
        assert forbidden not in caplog.text
    assert all(type(link).__module__.startswith("kith.") for link in chain(failure.value))


def sent_in(stage: Stage) -> set[str]:
    """The secrets that the client itself sent: these it knows, and must never tell."""
    sent = "\n".join(
        f"{request.url} {request.headers.get('Authorization', '')} {request.content.decode()}"
        for request in stage.requests
    )
    secrets = {secret for secret in (TOKEN_VALUE, ODD_TOKEN.value, SECRET, CODE) if secret in sent}
    assert secrets
    return secrets


def test_nothing_about_the_client_shows_its_token(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, logger="httpx2")
    stage = Stage(answer({"access_token": TOKEN_VALUE, "expires_in": 9, "username": "ada"}))
    with stage.client() as client:
        client.exchange_long_lived(TOKEN)
        client.refresh()
        client.exchange_code(CODE)
        shown = f"{client!r} {vars(client)!r} {CONFIG!r} {stage.client().refresh()!r}"
    assert len(caplog.records) >= 4
    for forbidden in (TOKEN_VALUE, SECRET, CODE):
        assert forbidden not in shown
        assert forbidden not in caplog.text
