"""Where Instagram is, and which app asks: all that a client has to be told."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

DEFAULT_SCOPES = ("instagram_business_basic", "instagram_business_manage_comments")


@dataclass(frozen=True, slots=True, kw_only=True)
class InstagramConfig:
    """The Instagram app (its own id and secret, not those of the Meta app) and the three hosts.

    Raises ValueError, with a sentence, for an address that is neither https nor on this machine,
    for a version that is not like `v25.0`, and for a timeout (in seconds) that is not positive.
    """

    app_id: str
    app_secret: str = field(repr=False)
    redirect_uri: str = ""
    authorize_url: str = "https://www.instagram.com/oauth/authorize"
    token_url: str = "https://api.instagram.com/oauth/access_token"  # noqa: S105 - an address
    graph_url: str = "https://graph.instagram.com"
    graph_version: str = "v25.0"
    scopes: tuple[str, ...] = DEFAULT_SCOPES
    connect_timeout: float = 5.0
    read_timeout: float = 30.0

    def __post_init__(self) -> None:
        for name in ("authorize_url", "token_url", "graph_url"):
            _check_address(name, getattr(self, name))
        if self.redirect_uri and urlsplit(self.redirect_uri).scheme not in ("http", "https"):
            raise ValueError(
                "redirect_uri must be a whole web address, for example https://kith.example/back."
            )
        if not re.fullmatch(r"v\d{1,3}\.\d{1,2}", self.graph_version):
            raise ValueError(f"graph_version must be like v25.0, not {self.graph_version!r}.")
        if not self.scopes:
            raise ValueError(
                "scopes must name at least one permission, for example instagram_business_basic."
            )
        if min(self.connect_timeout, self.read_timeout) <= 0:
            raise ValueError("connect_timeout and read_timeout must be seconds greater than 0.")

    @property
    def is_on_this_machine(self) -> bool:
        return _is_loopback(urlsplit(self.graph_url).hostname or "")

    def unversioned(self, path: str) -> str:
        """The address of a token endpoint: these are documented without a version."""
        return f"{self.graph_url.rstrip('/')}/{path}"

    def versioned(self, path: str) -> str:
        return self.unversioned(f"{self.graph_version}/{path}")


def _check_address(name: str, address: str) -> None:
    # The address itself stays out of the sentence: it may hold a password.
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(
            f"{name} must be a whole web address, for example https://graph.instagram.com."
        )
    if parts.scheme == "http" and not _is_loopback(parts.hostname):
        raise ValueError(
            f"{name} must begin with https://: plain http is allowed on this machine only."
        )
    if parts.username or parts.password or parts.query or parts.fragment:
        raise ValueError(f"{name} must hold no user name, no question mark and no #.")


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
