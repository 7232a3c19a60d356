"""`python -m tests`: everything, in two runs on one database server, so that what both need is made once.

Journeys run by themselves: the browser's driver leaves an event loop running in its thread, beside which no other test
can start one. ROUNDTABLE_TESTS_WITHOUT_BROWSER=1 leaves them out, and says so.
"""

import os
import subprocess
import sys

from tests.databases import open_server

WORKERS = int(os.environ.get("ROUNDTABLE_TESTS_WORKERS", "2"))


def main() -> int:
    """The exit code: 0 if all passed."""
    open_server()  # its address goes to the runs in the environment
    codes = [_run(WORKERS, "-m", "not journey")]
    if os.environ.get("ROUNDTABLE_TESTS_WITHOUT_BROWSER") == "1":
        sys.stderr.write("Left out, as ROUNDTABLE_TESTS_WITHOUT_BROWSER says: the journeys in a browser.\n")
    else:
        # A browser and the program that it asks keep two cores busy by themselves.
        codes.append(_run(max(1, WORKERS // 2), "-m", "journey", "tests/journeys"))
    return max(codes)


def _run(workers: int, *chosen: str) -> int:
    parallel = ["-n", str(workers), "--dist", "worksteal"]
    return subprocess.run([sys.executable, "-m", "pytest", *parallel, *chosen, *sys.argv[1:]], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
