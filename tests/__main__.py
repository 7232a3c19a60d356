"""`python -m tests`: everything, in two runs side by side on one database server, so that what both need is made once.

Journeys run by themselves: the browser's driver leaves an event loop running in its thread, beside which no other test
can start one. What they print comes after the others. ROUNDTABLE_TESTS_WITHOUT_BROWSER=1 leaves them out, and says so.
"""

import os
import subprocess
import sys
import tempfile

from tests.databases import open_server

WORKERS = int(os.environ.get("ROUNDTABLE_TESTS_WORKERS", "2"))


def main() -> int:
    """The exit code: 0 if all passed."""
    open_server()  # its address goes to the runs in the environment
    if os.environ.get("ROUNDTABLE_TESTS_WITHOUT_BROWSER") == "1":
        code = _run(WORKERS, "-m", "not journey").wait()
        sys.stderr.write("Left out, as ROUNDTABLE_TESTS_WITHOUT_BROWSER says: the journeys in a browser.\n")
        return code
    with tempfile.TemporaryFile() as printed:
        # A browser waits for the program and the program for the browser: they use what the others leave of the cores.
        journeys = _run(max(1, WORKERS // 2), "-m", "journey", "tests/journeys", output=printed.fileno())
        codes = [_run(WORKERS, "-m", "not journey").wait(), journeys.wait()]
        printed.seek(0)
        sys.stdout.write(printed.read().decode(errors="replace"))
    return max(codes)


def _run(workers: int, *chosen: str, output: int | None = None) -> "subprocess.Popen[bytes]":
    parallel = ["-n", str(workers), "--dist", "worksteal"]
    command = [sys.executable, "-m", "pytest", *parallel, *chosen, *sys.argv[1:]]
    return subprocess.Popen(command, stdout=output, stderr=output)


if __name__ == "__main__":
    sys.exit(main())
