"""Secrets are removed from text of every form, and nothing else is."""

import json
import logging

import pytest

from kith.core.instagram import RedactSecrets, redact

VALUE = "S3cr3t.value-0f_tests"
KEYS = ["access_token", "client_secret", "signed_request", "code", "app_secret", "refresh_token"]


def forms(key: str) -> list[str]:
    document = {key: VALUE, "other": 1}
    return [
        f"GET https://graph.example/me?fields=id&{key}={VALUE}&limit=100",
        f"https://kith.example/callback?{key}={VALUE}#_",
        f"redirect=https%3A%2F%2Fkith.example%3F{key}%3D{VALUE}",
        f"grant_type=x&{key}={VALUE}",
        json.dumps(document),
        json.dumps(json.dumps(document)),
        json.dumps(document, separators=(",", ":")),
        repr(document),
        repr({key.encode(): VALUE.encode()}),
        repr([(key, VALUE)]),
        repr(ValueError(f"bad {key}={VALUE}")),
        f"{key.upper()}={VALUE}" if key != "code" else f"?code={VALUE}",
    ]


@pytest.mark.parametrize("text", [form for key in KEYS for form in forms(key)])
def test_a_secret_is_removed_in_every_form(text: str) -> None:
    assert VALUE not in redact(text)
    assert "[redacted]" in redact(text)


@pytest.mark.parametrize(
    "text",
    [
        f"Authorization: Bearer {VALUE}",
        f"{{'authorization': 'Bearer {VALUE}'}}",
        f"[(b'Authorization', b'Bearer {VALUE}')]",
        f"Authorization: OAuth {VALUE}",
        f"-H 'Authorization: {VALUE}'",
        f"sent Bearer {VALUE} to it",
    ],
)
def test_an_authorization_header_is_removed(text: str) -> None:
    assert VALUE not in redact(text)


@pytest.mark.parametrize(
    "token", ["IGAAabcdef0123456789", "EAACEdEose0cBA1234567", "IGQVJabcdef0123456789_-x"]
)
def test_what_looks_like_a_token_is_removed_wherever_it_stands(token: str) -> None:
    for text in (token, f"token {token}.", f"('{token}',)", f"<{token}>", f"a={token}"):
        assert token not in redact(text)


@pytest.mark.parametrize(
    "text",
    [
        "Instagram refused the request: no reason (code 100)",
        "error code=190 subcode=463",
        '{"code": 190, "error_subcode": 463}',
        '{"code": "no_readable_list", "message": "x"}',
        "status_code=200",
        "zip_code: 12345",
        "IGApiException",
        "Basic information about tokens",
        "bearer of bad news",
        "the fields access_token, client_secret and code are secret",
        "GET /dashboard/sync-status?page=2 200",
        "",
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert redact(text) == text


def test_the_rest_of_the_text_stays() -> None:
    text = f"GET https://graph.example/me?fields=id&access_token={VALUE}&limit=100 200"
    assert (
        redact(text)
        == "GET https://graph.example/me?fields=id&access_token=[redacted]&limit=100 200"
    )


@pytest.mark.parametrize("text", [form for key in KEYS for form in forms(key)])
def test_redacting_twice_changes_nothing(text: str) -> None:
    assert redact(redact(text)) == redact(text)


@pytest.mark.parametrize(
    "text", ["access_token" * 20_000, "code=" * 20_000, '"' * 50_000, "authorization:\\" * 9_000]
)
def test_long_text_is_redacted_without_getting_stuck(text: str) -> None:
    assert redact(text)


# Log records


@pytest.fixture
def lines() -> list[str]:
    return []


@pytest.fixture
def log(lines: list[str]) -> logging.Logger:
    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(self.format(record))

    logger = logging.Logger("invented")
    handler = Keep()
    handler.setFormatter(logging.Formatter("%(message)s %(name)s"))
    handler.addFilter(RedactSecrets())
    logger.addHandler(handler)
    return logger


def test_arguments_of_a_line_are_redacted(log: logging.Logger, lines: list[str]) -> None:
    log.info("asked %s with %r", f"https://x/?access_token={VALUE}", {"client_secret": VALUE})
    assert lines == [
        "asked https://x/?access_token=[redacted] with {'client_secret': '[redacted]'} invented"
    ]


def fail_with_secrets() -> None:
    cause = ValueError(f"https://x/?code={VALUE}", {"access_token": VALUE})
    raise RuntimeError(f"access_token={VALUE}") from cause


def test_tracebacks_are_redacted_causes_included(log: logging.Logger, lines: list[str]) -> None:
    try:
        fail_with_secrets()
    except RuntimeError:
        log.exception("failed")
    assert "RuntimeError" in lines[0]
    assert "ValueError" in lines[0]
    assert VALUE not in lines[0]


def test_a_line_with_wrong_arguments_does_not_print_them_raw(
    log: logging.Logger, lines: list[str]
) -> None:
    log.info("%d calls", f"access_token={VALUE}")
    assert VALUE not in lines[0]
    assert "[redacted]" in lines[0]


def test_extras_of_a_record_are_redacted() -> None:
    record = logging.makeLogRecord({"msg": "x", "url": f"https://x/?access_token={VALUE}"})
    assert RedactSecrets().filter(record)
    assert VALUE not in record.__dict__["url"]


def test_a_line_without_secrets_keeps_its_template_and_arguments() -> None:
    record = logging.makeLogRecord({"msg": "%d people", "args": (3,)})
    RedactSecrets().filter(record)
    assert (record.msg, record.args) == ("%d people", (3,))
