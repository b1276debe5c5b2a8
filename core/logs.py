"""Logs hold ids, never people: unknown keys are redacted, and an exception shows its type and place only."""

import logging
import sys
import traceback
from collections.abc import Sequence
from typing import TextIO

import structlog
from structlog.typing import EventDict, WrappedLogger

ALLOWED = frozenset(
    [
        "event",
        "level",
        "timestamp",
        "logger",
        "incident",
        "clock",
        "clocks",
        "level_code",
        "message",
        "message_id",
        "kind",
        "state",
        "status",
        "method",
        "route",
        "request_id",
        "duration_ms",
        "count",
        "size",
        "attempts",
        "code",
        "reference",
        "job",
        "error",
        "where",
        "entries",
        "environment",
        "database",
        "port",
        "host",
        "mailing",
        "control",
        "check",
        "user",
        "operation",
        "root",
        "result",
        "first_bad",
        "reason",
        "version",
        "records",
        "imported",
        "refused",
        "known",
        "pid",
        "smtp_code",
        "owner",
        "fence",
    ]
)


def allow_listed(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    """Keep known keys only. An allow-list forgets a key safely; a deny-list would leak it."""
    return {key: value if key in ALLOWED else "[redacted]" for key, value in event.items()}


def without_message(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    """Replace exception information by type and place: the text of an exception can hold personal data."""
    trouble = event.pop("exc_info", None)
    if trouble:
        kind, _, frames = trouble if isinstance(trouble, tuple) else sys.exc_info()
        event["error"] = kind.__name__ if kind else "unknown"
        event["where"] = _places(traceback.extract_tb(frames))
    return event


def _places(frames: Sequence[traceback.FrameSummary]) -> list[str]:
    """The last six steps, and before them those of our own code: a library's alone tell nobody where to look."""
    ours = [frame for frame in frames[:-6] if "site-packages" not in frame.filename]
    return [f"{frame.filename}:{frame.lineno}" for frame in [*ours[-4:], *frames[-6:]]]


def configure(stream: TextIO | None = None) -> None:
    """One line of JSON an event, on standard error; uvicorn's own messages go the same way."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            without_message,
            allow_listed,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=structlog.PrintLoggerFactory(stream or sys.stderr),
        cache_logger_on_first_use=False,
    )
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access", "apscheduler", "sqlalchemy", "alembic"):
        logging.getLogger(name).setLevel(logging.WARNING)


log = structlog.get_logger()
