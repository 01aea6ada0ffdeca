"""How kith writes its log: one line per event, text for people or JSON for machines, secrets removed."""

from __future__ import annotations

import logging
import logging.config

import structlog

from kith.core.instagram.redact import redact


def _redact_event(
    _logger: object, _method: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    return {key: redact(value) if isinstance(value, str) else value for key, value in event.items()}


def _redact_line(_logger: object, _method: str, line: str) -> str:
    return redact(line)


def logging_configuration(*, level: str, as_json: bool) -> None:
    """Configures structlog and the standard library alike. Every rendered line passes through `redact`."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer()
        if as_json
        else structlog.dev.ConsoleRenderer(colors=False)
    )
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {
                "kith": {
                    "()": structlog.stdlib.ProcessorFormatter,
                    "foreign_pre_chain": shared,
                    "processors": [
                        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                        structlog.processors.format_exc_info,
                        _redact_event,
                        renderer,
                        _redact_line,
                    ],
                }
            },
            "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "kith"}},
            "root": {"handlers": ["stderr"], "level": level},
            "loggers": {
                # These print whole addresses, query and all; kith logs its own calls instead.
                "httpx2": {"level": "WARNING"},
                "httpcore2": {"level": "WARNING"},
                "django.request": {"level": "ERROR"},
                # Its every wake-up is not worth a line; what jobs do is logged by kith.
                "huey": {"level": "WARNING"},
            },
        }
    )
