"""What a newcomer waits for: the start of the server, and the first page with all that it needs, over the wire."""

import gzip
import os
import re
import secrets
import subprocess
import sys
import time
from collections.abc import Sequence
from http.client import HTTPConnection
from pathlib import Path

from bench import serving
from bench.database import Filled
from bench.figures import Result, alone
from bench.recorded import Recording

START_SECONDS, FIRST_PAGE, FIRST_BYTES, MOST_STATEMENTS = 2.0, 60 * 1024, 14 * 1024, 12
_ASSETS = re.compile(r'(?:src|href)="(/static/[^"]+)"')
_FONTS = re.compile(r"url\(([^)]+)\)")


def start(of: Filled, folder: Path, *, rounds: int) -> Result:
    """From the command to the first time that it says it is ready."""
    seconds: list[float] = []
    for _ in range(rounds):
        port = serving.free_port()
        environment = {
            **os.environ, "DATABASE_URL": of.url, "ROUNDTABLE_DATA": str(folder), "ROUNDTABLE_PORT": str(port),
            "ROUNDTABLE_SECRET": secrets.token_hex(32),
        }  # fmt: skip
        began = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", "app.cli", "web"], cwd=serving.PROJECT, env=environment,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            serving.wait_until_ready(port, process)
            seconds.append(time.perf_counter() - began)
        finally:
            process.terminate()
            process.wait(30)
    return alone("start of the server on an existing database", seconds, "s", START_SECONDS)


def first_page(of: Filled, folder: Path) -> list[Result]:
    """Bytes on the wire of the first page over a cold connection, heads of the answers included."""
    with serving.program(of.url, folder) as server:
        page, html = _fetch(server.port, "/")
        assets = dict.fromkeys(_ASSETS.findall(html))
        total, beyond = page, re.findall(r'(?:src|href)="(https?://[^"]+)"', html)
        for asset in assets:
            size, text = _fetch(server.port, asset)
            total += size
            folder_of = asset.rpartition("/")[0]
            for font in dict.fromkeys(_FONTS.findall(text)) if asset.endswith(".css") else ():
                address = font.strip("'\"")
                if not address.startswith("data:") and "noto-sans" in address:
                    path = (
                        os.path.normpath(f"{folder_of}/{address}") if not address.startswith("/") else address
                    )
                    total += _fetch(server.port, path)[0] if path not in assets else 0
    return [
        alone(
            "first page, all that it loads", [total], "bytes", FIRST_PAGE, assets=list(assets), beyond=beyond
        ),
        alone("first page, its HTML", [page], "bytes", FIRST_BYTES),
    ]


def _fetch(port: int, path: str) -> tuple[int, str]:
    """Bytes of one answer as it is sent to a browser that takes gzip, and what it says."""
    connection = HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("GET", path, headers={"accept-encoding": "gzip", "accept": "text/html"})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    assert answer.status == 200, (path, answer.status)
    head = sum(len(name) + len(value) + 4 for name, value in answer.getheaders())
    plain = gzip.decompress(body) if answer.getheader("content-encoding") == "gzip" else body
    return head + len(body), plain.decode(errors="replace")


def statements(recordings: Sequence[tuple[str, Sequence[Recording]]]) -> list[Result]:
    """The most statements that a page of each kind sends."""
    return [
        alone(f"{kind}: SQL statements", [max(len(each.statements) for each in some)], "", MOST_STATEMENTS)
        for kind, some in recordings
    ]
