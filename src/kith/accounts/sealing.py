"""Seals secrets for storage: AES-256-GCM, several keys, each text bound to the row it belongs to."""

from __future__ import annotations

import base64
import hashlib
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

FORMAT = "k1"
NONCE_BYTES = (
    12  # What NIST SP 800-38D recommends for GCM; random, which is safe for 2^32 texts a key.
)


class CannotUnseal(Exception):
    """No configured key opens this text. Put the old key back into ENCRYPTION_KEY, or connect again."""


def _key_id(key: bytes) -> str:
    return hashlib.sha256(b"kith key id" + key).hexdigest()[:8]


def _associated(key_id: str, binding: str) -> bytes:
    return f"{FORMAT}.{key_id}.{binding}".encode()


def seal(text: str, binding: str) -> str:
    """Encrypts with the first key. `binding` names the row: the result opens only together with it."""
    key = settings.ENCRYPTION_KEYS[0]
    key_id = _key_id(key)
    nonce = os.urandom(NONCE_BYTES)
    sealed = nonce + AESGCM(key).encrypt(nonce, text.encode(), _associated(key_id, binding))
    return f"{FORMAT}.{key_id}.{base64.b64encode(sealed).decode()}"


def unseal(sealed: str, binding: str) -> str:
    """Decrypts with whichever key sealed it. Raises CannotUnseal."""
    try:
        format_name, key_id, encoded = sealed.split(".")
        raw = base64.b64decode(encoded, validate=True)
    except ValueError:
        raise CannotUnseal("the stored token is not in a form that kith writes") from None
    for key in settings.ENCRYPTION_KEYS:
        if format_name == FORMAT and _key_id(key) == key_id:
            try:
                plain = AESGCM(key).decrypt(
                    raw[:NONCE_BYTES], raw[NONCE_BYTES:], _associated(key_id, binding)
                )
            except (InvalidTag, ValueError):  # the latter for a text that was cut short
                break
            return plain.decode()
    raise CannotUnseal("no key in ENCRYPTION_KEY opens the stored token")


def is_sealed_with_first_key(sealed: str) -> bool:
    return sealed.split(".")[1:2] == [_key_id(settings.ENCRYPTION_KEYS[0])]
