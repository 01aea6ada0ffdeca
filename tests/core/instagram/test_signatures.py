"""Only what Meta signed with the app's secret is believed. The vectors are computed from public samples."""

from __future__ import annotations

import hmac
import json
from base64 import urlsafe_b64encode
from datetime import UTC, datetime
from hashlib import sha256

import pytest

from kith.core.instagram import NotSigned, is_signed, signed_request_in

SECRET = "sandbox-secret"
BODY = (
    rb'{"object":"instagram","entry":[{"id":"17841400000000001","time":1767225600,"changes":'
    rb'[{"field":"comments","value":{"id":"17900000000000001","text":"hi \u00e4","from":{"id":"99",'
    rb'"username":"ada"},"media":{"id":"17800000000000001","media_product_type":"FEED"}}}]}]}'
)
SIGNATURE = "sha256=8349e964dc815a74f2beaf64755acf9a5dc7f602b972ea715452f309886c8873"
REQUEST = (
    "Q75oEi6zZKMHeyG4XSlFkwDtov3u8i_yemy8YcJoGA8."
    "eyJ1c2VyX2lkIjoiMTAyMDAwMDAwMDAwMDAwMDEiLCJhbGdvcml0aG0iOiJITUFDLVNIQTI1NiIsImlzc3VlZF9hdCI6MTc2NzIyNTYwMH0"
)
TEST_REQUEST = (
    "Mf_s6nTb38UYqioBmPqu0Ewm9souPZB9I2fIGwV729U."
    "eyJ1c2VyX2lkIjoiMCIsImFsZ29yaXRobSI6IkhNQUMtU0hBMjU2IiwiaXNzdWVkX2F0IjoxNjI0MjQ0MTU2fQ"
)


def signed(payload: object, secret: str = SECRET) -> str:
    """A signed request for any payload, as Meta makes them."""
    encoded = urlsafe_b64encode(json.dumps(payload).encode()).rstrip(b"=")
    signature = hmac.new(secret.encode(), encoded, sha256).digest()
    return f"{urlsafe_b64encode(signature).rstrip(b'=').decode()}.{encoded.decode()}"


def test_the_signature_of_the_raw_bytes_is_believed() -> None:
    assert len(BODY) == 263
    assert is_signed(BODY, SIGNATURE, [SECRET])
    assert is_signed(BODY, SIGNATURE, ["the-meta-apps-secret", SECRET])


@pytest.mark.parametrize(
    "header",
    [
        "",
        "sha256=",
        SIGNATURE.removeprefix("sha256="),
        SIGNATURE.replace("sha256=", "sha1="),
        SIGNATURE[:-1] + "4",
        SIGNATURE + "00",
        "sha256=ä\udcff",
    ],
)
def test_another_signature_is_not_believed(header: str) -> None:
    assert not is_signed(BODY, header, [SECRET])


def test_another_body_or_secret_is_not_believed() -> None:
    assert not is_signed(BODY.replace(rb"\u00e4", "ä".encode()), SIGNATURE, [SECRET])
    assert not is_signed(BODY, SIGNATURE, ["another-secret"])
    assert not is_signed(BODY, SIGNATURE, [])


def test_a_signed_request_tells_whom_it_is_about_and_when() -> None:
    read = signed_request_in(REQUEST, ["another", SECRET])
    assert read.app_scoped_id == "10200000000000001"
    assert read.issued_at == datetime(2026, 1, 1, tzinfo=UTC)


def test_the_public_vector_is_read() -> None:
    assert signed_request_in(TEST_REQUEST, ["key"]).app_scoped_id == "0"


@pytest.mark.parametrize(
    ("payload", "whom"),
    [
        ({"user_id": 218471, "algorithm": "hmac-sha256", "issued_at": "1767225600"}, "218471"),
        ({"user_id": None, "profile_id": "7", "algorithm": "HMAC-SHA256"}, None),
        ({"user_id": "7", "algorithm": "HMAC-SHA256", "issued_at": "soon"}, "7"),
        ({"user_id": "7", "algorithm": "HMAC-SHA256", "issued_at": 10**30}, "7"),
    ],
)
def test_what_varies_is_read(payload: dict[str, object], whom: str | None) -> None:
    assert signed_request_in(signed(payload), [SECRET]).app_scoped_id == whom


@pytest.mark.parametrize(
    "text",
    [
        "",
        ".",
        "a.b",
        "ä.ü",
        REQUEST.partition(".")[2],
        REQUEST.replace(".", ".."),
        REQUEST[:-2],
        "A" + REQUEST[1:],
        signed({"user_id": "7", "algorithm": "none"}),
        signed({"user_id": "7"}),
        signed({"user_id": [], "algorithm": "HMAC-SHA256"}),
        signed("text"),
        signed({"user_id": "7", "algorithm": "HMAC-SHA256"}, secret="another"),
    ],
)
def test_a_request_that_meta_did_not_sign_like_this_is_refused(text: str) -> None:
    with pytest.raises(NotSigned):
        signed_request_in(text, [SECRET])
