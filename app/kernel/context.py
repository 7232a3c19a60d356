"""What belongs to the request or job under way and is asked for from anywhere: its id."""

from contextvars import ContextVar

_request_id: ContextVar[str] = ContextVar("request_id", default="")


def request_id() -> str:
    """The id of the request or job under way; it stands in the log, the audit entry and on the problem page."""
    return _request_id.get()


def begin(identity: str) -> None:
    _request_id.set(identity)
