#!/bin/sh
# Runs a command (the whole suite: make test) in a clean clone of the last commit, on the newest CPython
# of Debian's unstable that pyproject.toml promises: newest_python.sh TREE COMMAND…
# The tree is kept and brought up to date. Needs root; installs debootstrap if it is missing; exit 69 without.
set -eu
tree=$1
shift
here=$(cd "$(dirname "$0")/../.." && pwd)
if [ "${INSIDE:-}" != yes ]; then
    [ "$(id -u)" = 0 ] || { echo "a tree of another Debian needs root's rights" >&2; exit 69; }
    if ! command -v debootstrap >/dev/null && command -v apt-get >/dev/null; then
        apt-get update -qq && apt-get install -y -qq --no-install-recommends debootstrap >/dev/null
    fi
    mkdir -p "$(dirname "$tree")"
    "$here/packaging/linux/clean_root.sh" "$tree" unstable
    # Its mounts and processes end with the command.
    INSIDE=yes exec unshare --mount --pid --fork --kill-child "$0" "$tree" "$@"
fi

mount -t proc proc "$tree/proc"
mount --rbind /dev "$tree/dev"
inside() {
    env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive \
        ${http_proxy:+"http_proxy=$http_proxy"} ${https_proxy:+"https_proxy=$https_proxy"} \
        ${no_proxy:+"no_proxy=$no_proxy"} chroot "$tree" "$@"
}
cp /etc/resolv.conf "$tree/etc/"
cp -R /usr/local/share/ca-certificates/. "$tree/usr/local/share/ca-certificates/" 2>/dev/null || true
inside apt-get update -qq
inside apt-get dist-upgrade -y -qq >/dev/null
# The first version that is not promised any more, as in ">=3.11,<3.15".
end=$(sed -n 's/^requires-python = ".*<3\.\([0-9]*\)"$/\1/p' "$here/pyproject.toml")
python=$(inside apt-cache pkgnames python3. | sed -n 's/^python3\.\([0-9]*\)$/\1/p' | sort -n |
    awk -v end="$end" '$1 < end { newest = $1 } END { print "python3." newest }')
inside apt-get install -y -qq --no-install-recommends \
    ca-certificates git make "$python" "$python-venv" >/dev/null
inside update-ca-certificates >/dev/null

rm -rf "$tree/root/statmon"
git clone --quiet "$here" "$tree/root/statmon"
inside "$python" --version
inside env -C /root/statmon "PYTHON=$python" "$@"
