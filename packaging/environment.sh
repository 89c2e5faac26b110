#!/bin/sh
# Makes .venv with what uv.lock says. Needs only Python 3.11 or newer; repeated runs start at once.
# usage: environment.sh [uv sync options]
set -eu
cd "$(dirname "$0")/.."

# A name on PATH proves nothing (version managers leave shims that refuse): each is run.
suits() { "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 15))' 2>/dev/null; }
find_python() {
    for name in "${PYTHON:-python3}" python3.13 python3.12 python3.14 python3.11 python; do
        if suits "$name"; then echo "$name"; return; fi
    done
    echo "Python 3.11 to 3.14 is needed: install it, or name it: make PYTHON=/path/to/python" >&2
    exit 69
}
# Installs Debian packages where it may; else says the line to type.
bring() {
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
        echo "installing: $*" >&2
        export DEBIAN_FRONTEND=noninteractive
        apt-get update -qq && apt-get install -y -qq --no-install-recommends "$@" >/dev/null
    else
        echo "missing: $*; type: sudo apt-get install $*" >&2
        exit 69
    fi
}

authorities=/etc/ssl/certs/ca-certificates.crt
if [ -e /etc/debian_version ] && [ ! -e $authorities ]; then bring ca-certificates; fi
if ! .venv/bin/python -c '' 2>/dev/null; then
    python=$(find_python)
    rm -rf .venv
    if ! "$python" -m venv .venv >/dev/null 2>&1; then
        rm -rf .venv
        bring python3-venv
        "$python" -m venv .venv
    fi
fi
# The system's certificates: a company's proxy is trusted there and nowhere else.
if [ -e $authorities ]; then export PIP_CERT="${PIP_CERT:-$authorities}"; fi
# pip brings uv, uv brings the rest as it is locked; --inexact lets uv's own file stay.
[ -x .venv/bin/uv ] || .venv/bin/python -m pip install -q --disable-pip-version-check 'uv>=0.13,<0.14'
UV_PYTHON_DOWNLOADS=never .venv/bin/uv sync --quiet --locked --inexact --system-certs \
    --python .venv/bin/python "$@"
