"""Log lines at the edges: one JSON object each, with ids and outcomes and never a customer's words."""

import logging
from typing import Any

import structlog

SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.stdlib.ExtraAdder(),
]


class ShortRefusals(logging.Filter):
    """Requests that Django refuses (a wrong Host, too many fields) are the asker's fault: one line each."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Always true; changes the record."""
        if record.name.startswith("django.security."):
            record.levelno, record.levelname = logging.WARNING, "WARNING"
            record.exc_info = record.exc_text = None
            record.__dict__.pop("request", None)
        return True


def logging_config(level: str, shape: str) -> dict[str, Any]:
    """A ``logging.config.dictConfig`` value: everything to standard error. ``shape``: json or text.

    Loggers of structlog are led into the same stream.
    """
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *SHARED[:-1],
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    last: Any = (
        structlog.dev.ConsoleRenderer(colors=False)
        if shape == "text"
        else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": SHARED,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    structlog.processors.format_exc_info,
                    last,
                ],
            }
        },
        "filters": {"short": {"()": ShortRefusals}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["short"]}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "django": {"level": level, "propagate": True, "handlers": []},
            "django.request": {"level": "ERROR", "propagate": True},
            "django.server": {"level": "WARNING", "propagate": True, "handlers": []},
            "procrastinate": {"level": "WARNING", "propagate": True},
            "mail.log": {"level": "WARNING", "propagate": True},
            "fontTools": {"level": "WARNING", "propagate": True},
            "tuf": {"level": "WARNING", "propagate": True},
        },
    }
