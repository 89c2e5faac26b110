#!/bin/sh
# Makes sure that the system libraries of Qt, and what the tests need, are there.
# usage: system-libraries.sh window|tests
# Installs them where it may (root and apt-get); else says the one line to type.
# Nothing to do outside Linux: the wheels of the other systems bring what they need.
set -eu
[ "$(uname -s)" = Linux ] || exit 0

missing=''
library() { # soname package
    ldconfig_path=$(command -v ldconfig || echo /sbin/ldconfig)
    "$ldconfig_path" -p 2>/dev/null | grep -q "$1" || missing="$missing $2"
}
program() { # name package
    command -v "$1" >/dev/null 2>&1 || missing="$missing $2"
}

library libGL.so.1 libgl1
library libEGL.so.1 libegl1
library libglib-2.0.so.0 libglib2.0-0
library libxkbcommon.so.0 libxkbcommon0
library libdbus-1.so.3 libdbus-1-3
library libfontconfig.so.1 libfontconfig1
library libxcb-cursor.so.0 libxcb-cursor0
library libxcb-icccm.so.4 libxcb-icccm4
library libxcb-keysyms.so.1 libxcb-keysyms1
library libxcb-shape.so.0 libxcb-shape0
library libxkbcommon-x11.so.0 libxkbcommon-x11-0
if [ "$1" = tests ]; then
    program Xvfb xvfb
    program xauth xauth
    # Peers that nobody here wrote run on Node; Debian has had one that suits since version 12.
    program npm npm
    # What judges our desktop entries, metadata, kinds of files and installers.
    program desktop-file-validate desktop-file-utils
    program appstreamcli appstream
    program update-mime-database shared-mime-info
    program gio libglib2.0-bin
    program msiinfo msitools
    program promtool prometheus
fi
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "installing system libraries:$missing" >&2
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    # shellcheck disable=SC2086 # a list of words
    apt-get install -y -qq --no-install-recommends $missing >/dev/null
elif command -v apt-get >/dev/null 2>&1; then
    echo "some system libraries are missing; type: sudo apt-get install$missing" >&2
    exit 69
else
    echo "some system libraries are missing; install what these Debian packages hold:$missing" >&2
    exit 69
fi
