"""Removes tokens, codes and secrets from whatever is about to be written down.

Instagram carries them in addresses (`access_token=`, `client_secret=`, `code=`), and libraries
print addresses.
"""

from __future__ import annotations

import logging
import re

REDACTED = "[redacted]"

_KEYS = (
    r"(?:access_token|client_secret|app_secret|signed_request|refresh_token|input_token"
    r"|fb_exchange_token|appsecret_proof|verify_token|password)"
)
# Between a key and its value: `=`, `: "`, `': b'`, `\":\"`, `%3D`. Atomic: all of it, or no match.
_BETWEEN = r"""(?>\\*["']?\s*(?:=>|[=:]|%3[Dd])\s*(?:b?\\*["'])?)"""
_VALUE = r"""[^\s"'\\&,;<>(){}\[\]#]+"""

_KEYED = re.compile(rf"({_KEYS}{_BETWEEN}){_VALUE}", re.IGNORECASE)
# Headers and parameters are often printed as pairs: ('access_token', '…').
_PAIRED = re.compile(
    rf"""(["'](?:{_KEYS}|authorization|code)["']\s*,\s*b?["'])[^"']+""", re.IGNORECASE
)
_AUTHORIZATION = re.compile(
    rf"(\bauthorization{_BETWEEN})(?!\[redacted\])(?:(?:Bearer|Basic|OAuth)\s+)?{_VALUE}",
    re.IGNORECASE,
)
_BEARER = re.compile(r"(\bBearer\s+)(?=\S*\d)[\w.~+/=-]{12,}", re.IGNORECASE)
# In an address, `code` is always the one of the consent. Elsewhere the word has other uses: numbers
# and plain words after it are kept, since an error without its code is of little use.
_CODE_IN_ADDRESS = re.compile(r"""([?&]code=)(?!\d{1,7}(?:\D|$))[^\s"'\\&<>]+""")
_CODE = re.compile(
    rf"((?:\b|(?<=%3[Ff])|(?<=%26))code{_BETWEEN})(?!\d{{1,7}}\b|[a-z_.]+\b(?![-\d])){_VALUE}"
)
# Instagram tokens begin with IGAA (older: IGQ), those of Facebook with EAA.
_TOKEN = re.compile(r"\b(?:IGAA|IGQ[VW]|EAA)[\w-]{12,}")

_PATTERNS = (_KEYED, _PAIRED, _AUTHORIZATION, _BEARER, _CODE_IN_ADDRESS, _CODE)


def redact(text: str) -> str:
    """`text` without secrets: in addresses, JSON, printed dictionaries, headers, tracebacks."""
    for pattern in _PATTERNS:
        text = pattern.sub(rf"\g<1>{REDACTED}", text)
    return _TOKEN.sub(REDACTED, text)


class RedactSecrets(logging.Filter):
    """Redacts a record, on a handler or on a logger: its message, traceback and extras."""

    def filter(self, record: logging.LogRecord) -> bool:
        self._redact_message(record)
        if record.exc_info and not record.exc_text:
            # Formatters print this text instead of formatting the exception again.
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        for name, value in list(record.__dict__.items()):
            if isinstance(value, str):
                setattr(record, name, redact(value))
        return True

    def _redact_message(self, record: logging.LogRecord) -> None:
        try:
            message = record.getMessage()
        except (TypeError, ValueError, KeyError):
            # The logging module would print such a record's arguments as they are.
            message = f"{record.msg} {record.args}"
        redacted = redact(message)
        if redacted != message:
            record.msg, record.args = redacted, ()


_HTTP_LOGGERS = (
    "httpx2",
    *(f"httpcore2.{part}" for part in ("connection", "http11", "http2", "proxy", "socks")),
)
_filter = RedactSecrets()


def redact_http_loggers() -> None:
    """Puts the filter on the HTTP library's loggers, which print whole addresses."""
    for name in _HTTP_LOGGERS:
        logging.getLogger(name).addFilter(_filter)
