"""The client over real sockets: kept connections, certificates, silence, nobody there."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import IPv4Address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from kith.core.instagram import (
    InstagramClient,
    InstagramConfig,
    NotUnderstood,
    OutcomeUnknown,
    Unreachable,
)
from tests.core.instagram.stage import TOKEN

BODY = b'{"username": "ada", "success": true}'


def client(
    address: str, *, read_timeout: float = 5.0, sleeps: list[float] | None = None
) -> InstagramClient:
    config = InstagramConfig(
        app_id="1", app_secret="secret", graph_url=address, read_timeout=read_timeout
    )
    return InstagramClient(config, TOKEN, sleep=(sleeps if sleeps is not None else []).append)


def answer_well(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(BODY)))
    handler.end_headers()
    handler.wfile.write(BODY)


def answer_half(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(BODY) + 100))
    handler.end_headers()
    handler.wfile.write(BODY)
    handler.close_connection = True


class Peers:
    """Who has connected, and how often it was asked."""

    def __init__(self) -> None:
        self.ports: list[int] = []
        self.finished = threading.Event()


@contextmanager
def serving(
    behaviour: Callable[[BaseHTTPRequestHandler], None], *, tls: ssl.SSLContext | None = None
) -> Iterator[tuple[str, Peers]]:
    peers = Peers()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_one(self) -> None:
            peers.ports.append(self.client_address[1])
            behaviour(self)

        do_GET = do_DELETE = handle_one  # noqa: N815 - named by http.server

        def log_message(self, *_: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            """Broken connections are what these tests are about."""

    server = Server(("127.0.0.1", 0), Handler)
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"{'https' if tls else 'http'}://127.0.0.1:{server.server_port}", peers
    finally:
        peers.finished.set()
        server.shutdown()
        server.server_close()
        thread.join()


def self_signed(folder: Path) -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    pem = folder / "server.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    pem.write_bytes(private + certificate.public_bytes(Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    return context


def test_one_connection_serves_many_calls() -> None:
    with serving(answer_well) as (address, peers), client(address) as instagram:
        for _ in range(20):
            instagram.own_account()
        assert len(peers.ports) == 20
        assert len(set(peers.ports)) == 1


def test_a_certificate_that_nobody_vouches_for_is_refused_at_once(tmp_path: Path) -> None:
    sleeps: list[float] = []
    with serving(answer_well, tls=self_signed(tmp_path)) as (address, peers):
        with client(address, sleeps=sleeps) as instagram, pytest.raises(Unreachable) as failure:
            instagram.own_account()
        assert peers.ports == []
    assert "certificate" in str(failure.value)
    assert not failure.value.retry
    assert sleeps == []


def test_nobody_there_is_unreachable_and_safe_even_for_a_write() -> None:
    with serving(answer_well) as (address, _):
        pass
    sleeps: list[float] = []
    with client(address, sleeps=sleeps) as instagram:
        with pytest.raises(Unreachable):
            instagram.own_account()
        assert len(sleeps) == 2
        with pytest.raises(Unreachable):
            instagram.unfollow("1", "2")


def test_silence_ends_in_unreachable_for_a_read_and_in_doubt_for_a_write() -> None:
    def stay_silent(handler: BaseHTTPRequestHandler) -> None:
        peers.finished.wait()
        handler.close_connection = True

    with serving(stay_silent) as (address, peers), client(address, read_timeout=0.05) as instagram:
        with pytest.raises(Unreachable, match="in time"):
            instagram.own_account()
        with pytest.raises(OutcomeUnknown):
            instagram.unfollow("1", "2")
        assert len(peers.ports) == 4


def test_an_answer_that_is_cut_off_is_never_taken_for_whole() -> None:
    """The half that arrived would have been a valid answer."""
    with serving(answer_half) as (address, peers), client(address) as instagram:
        with pytest.raises((Unreachable, NotUnderstood)):
            instagram.own_account()
        with pytest.raises(OutcomeUnknown):
            instagram.unfollow("1", "2")
        assert len(peers.ports) == 4


def test_a_proxy_from_the_environment_is_not_used_for_this_machine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    with serving(answer_well) as (address, _), client(address) as instagram:
        assert instagram.own_account().username == "ada"
