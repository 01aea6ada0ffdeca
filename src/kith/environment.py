"""Reads settings from the environment; a value that cannot be read stops the start with one sentence."""

from __future__ import annotations

import base64
import binascii
import ipaddress
import os
import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
KEY_BYTES = 32
# A random 32-byte key has about 30 distinct bytes; fewer than 16 means a pattern typed by hand.
FEWEST_DISTINCT_BYTES = 16


class ConfigurationError(Exception):
    """A setting is wrong. The text names the variable, what is wrong with it, and a good example."""


class Environment:
    """Typed reading of one mapping of variables. An empty value counts as not set."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = {name: value.strip() for name, value in values.items() if value.strip()}

    def text(self, name: str, default: str = "") -> str:
        return self._values.get(name, default)

    def integer(self, name: str, default: int, *, minimum: int, maximum: int) -> int:
        raw = self._values.get(name)
        if raw is None:
            return default
        example = f"for example {name}={default}"
        try:
            number = int(raw)
        except ValueError:
            raise ConfigurationError(
                f"{name} must be a whole number, not {raw!r}; {example}."
            ) from None
        if not minimum <= number <= maximum:
            raise ConfigurationError(
                f"{name} must lie between {minimum} and {maximum}, not be {number}; {example}."
            )
        return number

    def choice(self, name: str, default: str, choices: Sequence[str]) -> str:
        value = self._values.get(name, default)
        if value.lower() not in {choice.lower() for choice in choices}:
            allowed = ", ".join(choices)
            raise ConfigurationError(
                f"{name} must be one of {allowed}, not {value!r}; for example {name}={default}."
            )
        return next(choice for choice in choices if choice.lower() == value.lower())

    def items(self, name: str) -> list[str]:
        """A comma-separated list, without empty items."""
        return [item.strip() for item in self._values.get(name, "").split(",") if item.strip()]

    def web_address(self, name: str, default: str) -> str:
        """An https:// address, or http:// to this very machine. No trailing slash."""
        value = self._values.get(name, default).rstrip("/")
        parts = urlsplit(value)
        example = f"for example {name}={default or 'https://kith.example/auth/instagram/callback'}"
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ConfigurationError(f"{name} must be a web address, not {value!r}; {example}.")
        if parts.scheme == "http" and parts.hostname not in LOOPBACK_NAMES:
            raise ConfigurationError(
                f"{name} must use https:// (plain http:// is accepted for this machine only), "
                f"not {value!r}; {example}."
            )
        return value

    def origins(self, name: str) -> list[str]:
        values = self.items(name)
        for value in values:
            parts = urlsplit(value)
            if parts.scheme not in {"http", "https"} or not parts.netloc or parts.path:
                raise ConfigurationError(
                    f"{name} must list origins, not {value!r}; for example {name}=https://kith.example."
                )
        return values

    def networks(self, name: str) -> list[ipaddress.IPv4Network | ipaddress.IPv6Network]:
        networks = []
        for value in self.items(name):
            try:
                networks.append(ipaddress.ip_network(value, strict=False))
            except ValueError:
                raise ConfigurationError(
                    f"{name} must list addresses or networks, not {value!r}; "
                    f"for example {name}=127.0.0.1,10.0.0.0/8."
                ) from None
        return networks

    def folder(self, name: str) -> Path | None:
        """A folder that is there and can be read, or None when it is not set."""
        value = self._values.get(name)
        if value is None:
            return None
        try:
            path = Path(value).expanduser().resolve()
            os.scandir(path).close()
        except (OSError, RuntimeError) as fault:
            why = fault.strerror if isinstance(fault, OSError) else str(fault)
            raise ConfigurationError(
                f"{name} must be a folder that kith can read, not {value!r} ({why}); "
                f"for example {name}=~/Downloads/instagram."
            ) from None
        return path

    def keys(self, name: str, default: str) -> list[bytes]:
        """Encryption keys, the first of which encrypts while all decrypt."""
        listed = self.items(name) or [default]
        return [_decode_key(name, number, text) for number, text in enumerate(listed, start=1)]


def _decode_key(name: str, number: int, text: str) -> bytes:
    advice = (
        'Make one with: python -c "import os, base64; '
        'print(base64.b64encode(os.urandom(32)).decode())"'
    )
    key = _from_hex(text) or _from_base64(text)
    if key is None or len(key) != KEY_BYTES:
        raise ConfigurationError(
            f"{name}: key {number} is not {KEY_BYTES} bytes of base64 or hex. {advice}"
        )
    if len(set(key)) < FEWEST_DISTINCT_BYTES:
        raise ConfigurationError(f"{name}: key {number} is too regular to be random. {advice}")
    return key


def _from_hex(text: str) -> bytes | None:
    try:
        return bytes.fromhex(text) if len(text) == 2 * KEY_BYTES else None
    except ValueError:
        return None


def _from_base64(text: str) -> bytes | None:
    padded = text + "=" * (-len(text) % 4)
    try:
        return base64.b64decode(padded.replace("-", "+").replace("_", "/"), validate=True)
    except (binascii.Error, ValueError):
        return None


def stored_secret(path: Path) -> str:
    """The secret kept in `path` (mode 0600), made on first use. Two processes at once get the same one.

    The text is written to a file of its own and then linked into place: whoever links first has decided.
    """
    try:
        return path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        pass
    draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(
            base64.b64encode(
                secrets.token_bytes(48 if "secret" in path.name else KEY_BYTES)
            ).decode()
        )
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return path.read_text(encoding="ascii").strip()
