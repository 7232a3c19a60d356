"""Metrics for the operator, on a local port of their own (ROUNDTABLE_METRICS_PORT). No label carries an id."""

from prometheus_client import Counter, Histogram, start_http_server

_REQUESTS = Counter("roundtable_requests", "Requests answered", ["route", "method", "status"])
_SECONDS = Histogram(
    "roundtable_request_seconds",
    "Time to answer",
    ["route", "method"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
)


def note_request(route: str, method: str, status: int, seconds: float) -> None:
    kind = method if method in {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"} else "other"
    _REQUESTS.labels(route, kind, f"{status // 100}xx").inc()
    _SECONDS.labels(route, kind).observe(seconds)


def serve(port: int) -> None:
    """Show the metrics of this process at 127.0.0.1:`port`; 0 shows none."""
    if port:
        start_http_server(port, addr="127.0.0.1")
