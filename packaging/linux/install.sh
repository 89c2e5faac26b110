#!/bin/sh
# Installs statmon from this folder for one user, or for all: ./install.sh [PREFIX]
# Without PREFIX: ~/.local, or /usr/local for root. Uninstall: ./install.sh --remove [PREFIX]
# Settings, history and workspaces are never touched.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
remove=no
if [ "${1:-}" = --remove ]; then remove=yes; shift; fi
if [ "$(id -u)" = 0 ]; then default=/usr/local; else default=$HOME/.local; fi
prefix=${1:-$default}

# Goes first, on an upgrade as well: files that a new version no longer has must not stay.
rm -rf "$prefix/lib/statmon"
rm -f "$prefix/bin/statmon"
(cd "$here/share" && find . -type f) | while read -r file; do rm -f "$prefix/share/$file"; done
if [ "$remove" = no ]; then
    mkdir -p "$prefix/bin" "$prefix/lib" "$prefix/share"
    cp -R "$here/lib/statmon" "$prefix/lib/statmon"
    ln -s ../lib/statmon/statmon "$prefix/bin/statmon"
    cp -R "$here/share/." "$prefix/share/"
fi
# So that the desktop knows menu entry, icon and file type at once; each is there on most systems.
for refresh in "update-desktop-database $prefix/share/applications" "update-mime-database $prefix/share/mime" \
    "gtk-update-icon-cache -q -t -f $prefix/share/icons/hicolor"; do
    # shellcheck disable=SC2086 # a command and its words
    if command -v ${refresh%% *} >/dev/null 2>&1; then $refresh >/dev/null 2>&1 || true; fi
done
if [ "$remove" = yes ]; then echo "statmon was removed from $prefix"; else echo "statmon is installed: $prefix/bin/statmon"; fi
