"""The log: one line an event on standard output, with its facts and the id of the request or job.

Ids and numbers only: never names, addresses, tokens or what somebody typed.
"""

import logging
import sys

import structlog
from structlog.tracebacks import ExceptionDictTransformer
from structlog.typing import EventDict, WrappedLogger

from app.kernel.context import request_id


def set_up(*, readable: bool) -> None:
    """JSON lines for machines, or (in development) lines for people."""
    last = (
        structlog.dev.ConsoleRenderer(
            colors=sys.stdout.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
        if readable
        else structlog.processors.JSONRenderer()
    )
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="ts"),
            _with_request,
            # Without the values of variables: they are what somebody typed.
            *(
                []
                if readable
                else [structlog.processors.ExceptionRenderer(ExceptionDictTransformer(show_locals=False))]
            ),
            last,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(
        level=logging.WARNING, stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s"
    )


def _with_request(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    if identity := request_id():
        event["request_id"] = identity
    return event
