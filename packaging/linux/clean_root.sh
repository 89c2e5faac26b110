#!/bin/sh
# Makes a Debian with nothing in it, to try things where nothing helps them: clean_root.sh DIR [SUITE]
# The suite is the one this computer runs, if none is named.
# Needs root, debootstrap and the Debian mirror that this computer uses; exit 69 without them.
set -eu
target=$1
[ -e "$target/etc/debian_version" ] && [ -e "$target.ready" ] && exit 0
[ "$(id -u)" = 0 ] || { echo "a clean root needs root's rights" >&2; exit 69; }
command -v debootstrap >/dev/null || { echo "debootstrap is missing; type: apt-get install debootstrap" >&2; exit 69; }
# shellcheck disable=SC1091 # a file of the system's
. /etc/os-release
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' "Codename: $VERSION_CODENAME" | head -n 1)
[ -n "$mirror" ] || { echo "apt knows no mirror" >&2; exit 69; }
rm -rf "$target" "$target.ready"
debootstrap --variant=minbase "${2:-$VERSION_CODENAME}" "$target" "$mirror" >"$target.log" 2>&1 || {
    echo "debootstrap did not get through, see $target.log" >&2
    exit 69
}
# How this computer reaches the mirror holds inside as well.
cp -R /etc/apt/apt.conf.d/. "$target/etc/apt/apt.conf.d/"
[ ! -e /etc/apt/apt.conf ] || cp /etc/apt/apt.conf "$target/etc/apt/"
cp /etc/resolv.conf /etc/hosts "$target/etc/" 2>/dev/null || true
# A mirror that has stood still for a while holds a system all the same.
echo 'Acquire::Check-Valid-Until "false";' >"$target/etc/apt/apt.conf.d/99-standing-mirror"
chroot "$target" apt-get update -qq >>"$target.log" 2>&1
touch "$target.ready"
