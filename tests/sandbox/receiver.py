"""An app that only listens: it passes the handshake, answers what it is told to, and keeps what came."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass
class Receiver:
    """`answers` are the statuses of the next posts, 200 behind them."""

    url: str = ""
    answers: list[int] = field(default_factory=list)
    reply: bytes = b""
    posts: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)

    @property
    def documents(self) -> list[Any]:
        return [json.loads(body) for _, _, body in self.posts]


@contextmanager
def receiving(verify_token: str = "a-verify-token") -> Iterator[Receiver]:
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            query = parse_qs(urlsplit(self.path).query)
            is_right = query.get("hub.verify_token") == [verify_token]
            challenge = query.get("hub.challenge", [""])[0].encode()
            self._answer(200 if is_right or not query else 403, challenge if is_right else b"no")

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.posts.append((self.path, dict(self.headers), body))
            status = receiver.answers.pop(0) if receiver.answers else 200
            self._answer(status, receiver.reply)

        def _answer(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver.url = f"http://127.0.0.1:{server.server_port}/hook"
    thread = Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
