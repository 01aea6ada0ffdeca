"""Access tokens and authorization codes that describe themselves, so that they outlive a restart.

Each is a few signed fields. The key follows from the seed: another seed cannot read them.
"""

from __future__ import annotations

import hmac
import secrets
from base64 import b32decode, b32encode
from binascii import Error as DecodingError
from dataclasses import dataclass
from hashlib import sha256
from struct import Struct
from struct import error as StructError  # noqa: N812 -- struct spells its exception in lower case.

SCOPES = (
    "instagram_business_basic",
    "instagram_business_manage_comments",
    "instagram_business_manage_messages",
    "instagram_business_content_publish",
    "instagram_business_manage_insights",
)
BASIC, MANAGE_COMMENTS, MANAGE_MESSAGES = SCOPES[:3]

KINDS = ("short", "long", "code")
LIFETIMES = {"short": 3_600, "long": 5_184_000, "code": 3_600}
_PREFIXES = {"short": "IGAA", "long": "IGAA", "code": "AQ"}

_FIELDS = Struct(">QBQIBH8s8s")
_SIGNATURE_BYTES = 10


@dataclass(frozen=True, slots=True)
class Token:
    """What a token says.

    `serial` is its own name in lists and logs; `deaths_seen` is how often the tokens of the account
    had been killed when it was issued; `redirect` is a digest of the redirect URI (codes only).
    """

    account_id: str
    kind: str
    issued_at: float
    lifetime: int
    scopes: tuple[str, ...]
    deaths_seen: int
    serial: str
    redirect: bytes = bytes(8)

    @property
    def expires_at(self) -> float:
        """Epoch seconds of the end of its life."""
        return self.issued_at + self.lifetime


class Signer:
    """Issues and reads tokens for one seed."""

    def __init__(self, seed: int) -> None:
        self._key = sha256(f"kith sandbox {seed}".encode()).digest()

    def issue(
        self,
        *,
        account_id: str,
        kind: str,
        now: float,
        scopes: tuple[str, ...],
        deaths_seen: int,
        redirect: str = "",
    ) -> tuple[str, Token]:
        """A new token of this kind: its text and what it says."""
        token = Token(
            account_id=account_id,
            kind=kind,
            issued_at=round(now, 3),
            lifetime=LIFETIMES[kind],
            scopes=tuple(scope for scope in SCOPES if scope in scopes),
            deaths_seen=deaths_seen,
            serial=secrets.token_hex(8),
            redirect=digest(redirect) if redirect else bytes(8),
        )
        return self.write(token), token

    def write(self, token: Token) -> str:
        """The text of a token."""
        fields = _FIELDS.pack(
            int(token.account_id),
            KINDS.index(token.kind),
            round(token.issued_at * 1000),
            token.lifetime,
            sum(1 << place for place, scope in enumerate(SCOPES) if scope in token.scopes),
            token.deaths_seen,
            bytes.fromhex(token.serial),
            token.redirect,
        )
        text = b32encode(fields + self._sign(fields)).decode().rstrip("=")
        return _PREFIXES[token.kind] + text

    def read(self, text: str, *kinds: str) -> Token | None:
        """What a token of these kinds says, or `None` when it is forged, garbled or another."""
        prefix = next((_PREFIXES[kind] for kind in kinds if text.startswith(_PREFIXES[kind])), None)
        if prefix is None:
            return None
        encoded = text.removeprefix(prefix)
        try:
            raw = b32decode(encoded + "=" * (-len(encoded) % 8))
            fields, signature = raw[:-_SIGNATURE_BYTES], raw[-_SIGNATURE_BYTES:]
            token = _unpack(fields)
        except (DecodingError, StructError, ValueError, IndexError):
            return None
        genuine = hmac.compare_digest(self._sign(fields), signature)
        return token if genuine and token.kind in kinds else None

    def _sign(self, fields: bytes) -> bytes:
        return hmac.digest(self._key, fields, "sha256")[:_SIGNATURE_BYTES]


def digest(text: str) -> bytes:
    """Eight bytes that stand for a redirect URI inside a code."""
    return sha256(text.encode()).digest()[:8]


def _unpack(fields: bytes) -> Token:
    account, kind, issued_ms, lifetime, scope_bits, deaths_seen, serial, redirect = _FIELDS.unpack(
        fields
    )
    return Token(
        account_id=str(account),
        kind=KINDS[kind],
        issued_at=issued_ms / 1000,
        lifetime=lifetime,
        scopes=tuple(scope for place, scope in enumerate(SCOPES) if scope_bits >> place & 1),
        deaths_seen=deaths_seen,
        serial=serial.hex(),
        redirect=redirect,
    )
