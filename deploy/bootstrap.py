"""Make `.venv` what the lock says: what `make run` and `make test` begin with.

    python3 deploy/bootstrap.py         what the program needs to run
    python3 deploy/bootstrap.py --dev   and what its tests need, with a browser

Only the standard library, so that it runs on a bare machine; no root and no compiler needed. A second run reads one
small file and does nothing. uv is taken if it is on the path, else pip: the same lock, the same hashes.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import importlib.util
import json
import os
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
VENV = PROJECT / ".venv"
STAMP = VENV / "roundtable.json"
PYTHON = VENV / "bin" / "python"
OLDEST = (3, 11)
LOCKS = {False: "requirements.txt", True: "requirements-dev.txt"}
# The first is the smallest: without windows, and with half of the packages that the others bring along.
BROWSERS = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)
WITHOUT_BROWSER = "ROUNDTABLE_TESTS_WITHOUT_BROWSER"


class CannotGoOn(Exception):
    """The message says what failed and what to do."""


def main() -> None:
    use_a_python_that_is_new_enough()
    dev = "--dev" in sys.argv[1:]
    try:
        with only_one_at_a_time():
            if not is_current(dev):
                make_environment()
                install(dev)
            if dev:
                find_browser()
    except CannotGoOn as problem:
        sys.exit(f"\nroundtable: {problem}")


def use_a_python_that_is_new_enough() -> None:
    """Go on in another Python of this machine if this one is too old."""
    if sys.version_info >= OLDEST:
        return
    for minor in range(20, OLDEST[1] - 1, -1):
        newer = shutil.which(f"python3.{minor}")
        if newer:
            os.execv(newer, [newer, *sys.argv])
    sys.exit(
        f"roundtable: Python 3.11 or newer is needed, this is {version()}. Install it (Debian and Ubuntu: apt-get"
        " install python3.11 python3.11-venv), or name it: make PYTHON=/path/to/python3.11 ..."
    )


def version() -> str:
    return f"{sys.version_info[0]}.{sys.version_info[1]}"


@contextlib.contextmanager
def only_one_at_a_time() -> Iterator[None]:
    """A second run waits for the first. The lock is on the project's folder and ends with its holder."""
    folder = os.open(PROJECT, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


@contextlib.contextmanager
def step(done: str) -> Iterator[None]:
    """One line a step: what was done, and in how many seconds."""
    begun = time.monotonic()
    yield
    print(f"roundtable: {done} ({time.monotonic() - begun:.1f} s)", flush=True)


def is_current(dev: bool) -> bool:
    """Whether the environment is what the lock says, was made here, and its Python is still there."""
    if not PYTHON.exists() or not STAMP.exists():
        return False
    stamp = json.loads(STAMP.read_text())
    lock = LOCKS[dev]
    return stamp.get("place") == place() and stamp.get("locks", {}).get(lock) == hash_of(lock)


def place() -> list[str]:
    # An environment holds paths and its Python's version: moved, or with another Python, it has to be made again.
    return [str(VENV), os.path.realpath(PYTHON), hash_of("deploy/bootstrap.py")]


def hash_of(name: str) -> str:
    return hashlib.sha256((PROJECT / name).read_bytes()).hexdigest()


def make_environment() -> None:
    """An empty environment, unless there is a usable one that was made here."""
    STAMP.unlink(missing_ok=True)  # from here on it is half made
    if is_usable():
        return
    uv = shutil.which("uv")
    if uv:
        command = [uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(VENV)]
    elif importlib.util.find_spec("ensurepip"):
        command = [sys.executable, "-m", "venv", "--clear", str(VENV)]
    else:
        raise CannotGoOn(
            "This Python has no ensurepip, so it can't make an environment. Debian and Ubuntu: apt-get install"
            " python3-venv; elsewhere install uv, or a Python from python.org; then run this again."
        )
    with step(f"made .venv with Python {version()}"):
        run(command, f"Making the environment in {VENV} failed: its reason is above.")


def is_usable() -> bool:
    activate = VENV / "bin" / "activate"
    if not PYTHON.exists() or not activate.exists() or str(VENV) not in activate.read_text():
        return False
    looks = "import os, sys, sysconfig; sys.exit(sys.version_info < {} or not os.path.isdir(sysconfig.get_path('purelib')))"
    return subprocess.call([str(PYTHON), "-c", looks.format(OLDEST)]) == 0


def install(dev: bool) -> None:
    """Install what the lock says, with its hashes, and the command `roundtable`."""
    lock = PROJECT / LOCKS[dev]
    count = sum("==" in line for line in lock.read_text().splitlines())
    with step(f"installed {count} packages of {lock.name}"):
        options = ["install", "--quiet", "--require-hashes", "-r", str(lock)]
        uv = shutil.which("uv")
        # uv doesn't read pip's settings, where a proxy or a mirror may be named: then pip has another try.
        if not uv or subprocess.call([uv, "pip", *options, "--python", str(PYTHON)]):
            install_with_pip(options)
    write_command()
    # What tests need holds what the program needs (tests/test_locks.py).
    locks = {name: hash_of(name) for is_dev, name in LOCKS.items() if dev or not is_dev}
    STAMP.write_text(json.dumps({"place": place(), "locks": locks}))


def install_with_pip(options: list[str]) -> None:
    advice = "Installing failed: its reason is above. The packages come from the index that pip is set to; is it there?"
    if subprocess.call([str(PYTHON), "-c", "import pip"], stderr=subprocess.DEVNULL):
        run(
            [str(PYTHON), "-m", "ensurepip", "--default-pip"],
            "This Python has no pip. Debian: apt-get install python3-venv.",
        )
    run([str(PYTHON), "-m", "pip", "--disable-pip-version-check", *options], advice)


def write_command() -> None:
    """`.venv/bin/roundtable`: written here, since installing the project would need a build tool from the index."""
    code = "import sys; sys.argv[0] = 'roundtable'; from app.cli import main; sys.exit(main())"
    # -P: a folder named `app` in the folder somebody works in is not ours.
    lines = [
        "#!/bin/sh",
        "# Written by deploy/bootstrap.py.",
        f"export PYTHONPATH={shlex.quote(str(PROJECT))}${{PYTHONPATH:+:$PYTHONPATH}}",
        f'exec {shlex.quote(str(PYTHON))} -P -c {shlex.quote(code)} "$@"',
    ]
    command = VENV / "bin" / "roundtable"
    command.write_text("\n".join(lines) + "\n")
    command.chmod(0o755)


def find_browser() -> None:
    """A Chromium for the journeys: found, or installed from Debian's packages by root, or left out if that is wanted."""
    if working_browser():
        return
    if os.environ.get(WITHOUT_BROWSER) == "1":
        print(
            f"roundtable: LEFT OUT: the journeys in a browser, since {WITHOUT_BROWSER}=1 and no Chromium is here."
        )
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        with step("installed Chromium"):
            apt_get("update", "-qq")
            if apt_get("install", "-qq", "-y", "--no-install-recommends", BROWSERS[0]):
                apt_get("install", "-qq", "-y", "--no-install-recommends", BROWSERS[1])
    if not working_browser():
        raise CannotGoOn(
            "The journeys need Chromium, which is not here and can't be installed from here (that takes root and"
            " apt-get). Install it, or name it with ROUNDTABLE_CHROMIUM=/path/to/chrome; or leave the journeys out:"
            f" {WITHOUT_BROWSER}=1 make test"
        )


def apt_get(*command: str) -> int:
    """Its exit code."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    return subprocess.call(["apt-get", *command], env=environment, stdout=subprocess.DEVNULL)


def working_browser() -> str | None:
    """The Chromium that says its version: some machines have only a stand-in of that name."""
    for name in (os.environ.get("ROUNDTABLE_CHROMIUM"), *BROWSERS):
        path = shutil.which(name) if name else None
        if path and subprocess.run([path, "--version"], capture_output=True).stdout.strip():
            return path
    return None


def run(command: list[str], advice: str) -> None:
    if subprocess.call(command):
        raise CannotGoOn(advice)


if __name__ == "__main__":
    main()
